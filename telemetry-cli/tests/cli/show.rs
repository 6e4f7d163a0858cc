//! `runs show`: the drawing of each made-up run, and what must be true of every drawing.

use expect_test::expect_file;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::{RUNS, fed, fine, made_up, made_up_text, run};

fn shown(id: &str, flags: &[&str]) -> String {
    fine(&[&["runs", "show", id, "--directory", RUNS], flags].concat())
}

#[test]
fn a_clean_tour_is_drawn_for_narrow_usual_and_wide_terminals() {
    expect_file!["../drawn/tour-40.txt"].assert_eq(&shown("8b4766", &["--width", "40"]));
    expect_file!["../drawn/tour-80.txt"].assert_eq(&shown("8b4766", &[]));
    expect_file!["../drawn/tour-140.txt"].assert_eq(&shown("8b4766", &["--width", "140"]));
}

#[test]
fn a_crash_tells_its_errors_before_anything_else() {
    expect_file!["../drawn/crash-40.txt"].assert_eq(&shown("8c01f2", &["--width", "40"]));
    let drawing = shown("8c01f2", &[]);
    expect_file!["../drawn/crash-80.txt"].assert_eq(&drawing);
    let place = |head: &str| drawing.find(head).expect(head);
    assert!(place("\nErrors") < place("\nPath") && place("\nPath") < place("\nWaterfall"));
}

#[test]
fn a_killed_run_says_when_it_last_spoke_and_what_was_open() {
    let drawing = shown("3fa9d0", &[]);
    expect_file!["../drawn/killed-80.txt"].assert_eq(&drawing);
    for words in [
        "killed",
        "last heard at 0:12.404",
        "launch › derived_image › docker_build",
        "the last line is torn",
    ] {
        assert!(drawing.contains(words), "{words}: {drawing}");
    }
}

#[test]
fn a_run_that_is_still_written_is_running_and_not_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("3fa9d0.jsonl");
    std::fs::copy(made_up("3fa9d0.jsonl"), &path).expect("a copy");
    let writer = std::fs::File::open(&path).expect("it is there");
    writer.lock_shared().expect("a writer's lock");
    let path = path.display().to_string();
    let running = fine(&["runs", "show", &path]);
    assert!(
        running.contains("running") && running.contains("Open now") && !running.contains("killed"),
        "{running}"
    );
    drop(writer);
    assert!(fine(&["runs", "show", &path]).contains("killed"));
}

#[test]
fn everything_is_shown_when_asked_for() {
    let drawing = shown("8c01f2", &["--all"]);
    expect_file!["../drawn/crash-all-80.txt"].assert_eq(&drawing);
    for number in 5..45 {
        assert!(
            drawing.contains(&format!("#{number} [stage-1")),
            "output line {number} is missing"
        );
    }
    assert!(!drawing.contains("--all shows"));
}

#[test]
fn colours_are_drawn_when_asked_for_and_signs_can_be_ascii() {
    expect_file!["../drawn/crash-color-80.txt"].assert_eq(&shown("8c01f2", &["--color", "always"]));
    for id in ["8b4766", "8c01f2", "3fa9d0"] {
        let drawing = shown(id, &["--ascii", "--all"]);
        assert!(drawing.is_ascii(), "{drawing}");
    }
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let colored = shown("8c01f2", &["--color", "always"]);
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some(at) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..at]);
        let end = rest[at..].find('m').expect("only colours are written");
        assert!(
            rest[at + 2..at + end]
                .chars()
                .all(|c| c.is_ascii_digit() || c == ';'),
            "{rest:?}"
        );
        rest = &rest[at + end + 1..];
    }
    plain.push_str(rest);
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&plain), trimmed(&shown("8c01f2", &[])));
}

#[test]
fn no_drawing_is_wider_than_its_terminal() {
    for id in ["8b4766", "8c01f2", "3fa9d0"] {
        for width in (30..=160).step_by(10) {
            for all in [&[][..], &["--all"], &["--ascii"]] {
                let drawing = shown(id, &[&["--width", &width.to_string()], all].concat());
                let widest = drawing
                    .lines()
                    .max_by_key(|line| line.width())
                    .unwrap_or_default();
                assert!(widest.width() <= width, "{id} at {width}: {widest:?}");
            }
        }
    }
}

#[test]
fn what_a_file_holds_never_steers_the_terminal() {
    assert!(
        made_up_text("8c01f2.jsonl").contains("\\u001b[31m"),
        "the made-up run has an escape sequence"
    );
    let hostile =
        made_up_text("8c01f2.jsonl").replace("derived_image", "d\\u001b[2J\u{9b}31m\u{202e}\\u0007");
    for flags in [
        &[][..],
        &["--all"],
        &["--format", "json"],
        &["--all", "--width", "40"],
    ] {
        let said = fed(&[&["runs", "show", "-"], flags].concat(), hostile.as_bytes());
        let bad = said
            .out
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!((said.code, bad), (Some(0), None), "{flags:?}");
    }
}

#[test]
fn json_tells_the_same_story() {
    let json = shown("8c01f2", &["--format", "json"]);
    expect_file!["../drawn/crash.json"].assert_eq(&json);
    let story: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(story["runs"][0]["end"]["exit_code"], 1);
    assert_eq!(
        story["runs"][0]["faults"][2]["words"]
            .as_str()
            .map(|words| words.contains("out of memory")),
        Some(true)
    );
}

#[test]
fn standard_input_is_read_once_or_kept_to_be_read_twice() {
    let text = made_up_text("8c01f2.jsonl");
    for flags in [&[][..], &["--all"]] {
        let said = fed(&[&["runs", "show", "-"], flags].concat(), text.as_bytes());
        assert_eq!((said.code, said.out), (Some(0), shown("8c01f2", flags)));
    }
}

#[test]
fn a_file_that_goes_on_with_another_process_is_drawn_in_parts() {
    let both = made_up_text("8b4766.jsonl") + &made_up_text("8c01f2.jsonl");
    let said = fed(&["runs", "show", "-", "--all"], both.as_bytes());
    let (first, second) = said.out.split_once("part 2 of 2").expect("there are two parts");
    assert!(first.contains("part 1 of 2") && first.contains("container jk-my-app-1 exited"));
    assert!(second.contains("container jk-shop-1 crashed") && !second.contains("jk-my-app-1"));
}

#[test]
fn bad_lines_and_newer_records_are_told_and_the_rest_is_drawn() {
    let mut lines: Vec<String> = made_up_text("8b4766.jsonl").lines().map(str::to_owned).collect();
    lines[20] = "not json".to_owned();
    lines.insert(
        30,
        r#"{"seq":30,"time":"2026-11-23T01:59:09.000000000Z","record":"dream","of":"sheep"}"#.to_owned(),
    );
    let said = fed(&["runs", "show", "-"], (lines.join("\n") + "\n").as_bytes());
    assert_eq!(said.code, Some(0));
    assert!(
        said.out
            .contains("1 line could not be read and left out: line 21 is not JSON"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("1 record of the unknown kind `dream` left out"),
        "{}",
        said.out
    );
    assert!(said.out.contains("Waterfall of launch"));
}

#[test]
fn an_event_that_is_said_again_and_again_takes_one_row() {
    let text = made_up_text("3fa9d0.jsonl");
    let said_once = text
        .lines()
        .find(|line| line.contains("step 7 of 12"))
        .expect("the run has this event");
    let again = text.replace(said_once, &[said_once; 4].join("\n"));
    let said = fed(&["runs", "show", "-"], again.as_bytes());
    assert_eq!(said.out.matches("step 7 of 12").count(), 1, "{}", said.out);
    assert!(
        said.out.contains("RUN cargo build --release ×4\n"),
        "{}",
        said.out
    );
    assert_eq!(
        fed(&["runs", "show", "-", "--all"], again.as_bytes())
            .out
            .matches("step 7 of 12")
            .count(),
        4
    );
}

#[test]
fn missing_records_are_counted_where_every_record_should_be() {
    let text = made_up_text("8b4766.jsonl");
    let lost: String = text
        .lines()
        .enumerate()
        .filter(|(n, _)| *n != 12 && *n != 40)
        .map(|(_, l)| format!("{l}\n"))
        .collect();
    assert!(
        fed(&["runs", "show", "-"], lost.as_bytes())
            .out
            .contains("2 records missing from the count")
    );
    let fallback = lost.replace("no_endpoint", "undelivered");
    assert!(
        !fed(&["runs", "show", "-"], fallback.as_bytes())
            .out
            .contains("missing from the count")
    );
}

#[test]
fn what_is_no_run_file_is_refused_with_a_word_on_what_it_is() {
    let said = run(&["runs", "show", "tests/runs/old.jsonl"]);
    assert_eq!(said.code, Some(2));
    assert_eq!(
        said.err,
        "telemetry: tests/runs/old.jsonl is no run file, but diagnostics of the generation before this format\n"
    );
    for (input, words) in [
        ("", "is empty"),
        ("hello\nworld\n", "none of its 2 lines is a record"),
        ("<p>", "XML"),
    ] {
        let said = fed(&["runs", "show", "-"], input.as_bytes());
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
        assert!(said.err.contains(words), "{}", said.err);
    }
}
