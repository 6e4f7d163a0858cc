//! What a person is shown, and how the command ends.

use expect_test::expect;
use serde_json::{Value, json};

use super::mutations::{point, the, without};
use super::{check, good, good_lines, text_of};
use crate::{RUNS, fine, run};

#[test]
fn a_good_run_shows_what_was_checked_and_how_much_of_the_schema_it_was() {
    let said = check(&["--width", "100"], text_of(&good_lines()).as_bytes());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    expect![[r#"
        coverage of the schema
          screens    3 of    5
          stages     3 of   12
          timings    1 of   44
          events     8 of   94
          spans      4 of    9
          metrics    6 of   10

        checked · 1 run · 42 records · 14 spans · 9 events · 1 log record · 6 data points · 73 attributes
          6 links · 3 moves
        standard input · conforms
    "#]]
    .assert_eq(&said.out);
}

#[test]
fn findings_name_the_line_the_record_what_is_wrong_and_what_the_schema_says() {
    let mut lines = good_lines();
    without(
        &mut the(&mut lines, "event", "container.exited")["attributes"],
        "process.exit.code",
    );
    the(&mut lines, "event", "navigate")["attributes"]["jackin.screen.to"] = json!("editor");
    the(&mut lines, "log", "")["target"] = json!("hyper::\u{1b}[31mclient");
    point(&mut lines, "process.memory.usage")["unit"] = json!("KiBy");
    the(&mut lines, "span_end", "launch.hardline")["outcome"] = json!("abandoned");
    lines.pop();
    let said = check(&["--width", "100"], text_of(&lines).as_bytes());
    assert_eq!(said.code, Some(1));
    expect![[r#"
        error[move_elsewhere]
          line 5: navigate: goes from `list` to `editor`, and the next visit is `settings` on line 7
        warning[abandoned] line 22: launch.hardline: was abandoned: its guard was dropped without a word
        error[missing_attribute] line 26: container.exited: lacks `process.exit.code`
            ../schema/events.yaml:399: `process.exit.code` is required
        error[foreign_target] line 37: hyper::\u{1b}[31mclient: is no target of the schema
            the manifest: `logs.targets` are jackin*
        error[wrong_unit] line 39: process.memory.usage: is in `KiBy`
            ../schema/metrics.yaml:12: its unit is `By`
        error[missing_end] run: has no end: it was killed, or is still running

        coverage of the schema
          screens    3 of    5
          stages     3 of   12
          timings    1 of   44
          events     8 of   94
          spans      4 of    9
          metrics    6 of   10

        checked · 1 run · 41 records · 14 spans · 9 events · 1 log record · 6 data points · 72 attributes
          6 links · 3 moves
        standard input · does not conform · 5 errors · 1 warning
    "#]]
    .assert_eq(&said.out);
}

#[test]
fn of_many_findings_of_one_rule_a_person_is_shown_a_few_and_the_number_of_the_others() {
    let mut lines = good_lines();
    let log = the(&mut lines, "log", "").clone();
    let at = super::mutations::at(&lines, "log", "");
    for _ in 0..11 {
        let mut other = log.clone();
        other["target"] = json!("hyper");
        lines.insert(at, other);
    }
    super::mutations::renumber(&mut lines);
    the(&mut lines, "summary", "")["logs"] = json!(12);
    let said = check(&[], text_of(&lines).as_bytes());
    assert_eq!(said.code, Some(1));
    assert_eq!(
        said.out.matches("error[foreign_target]").count(),
        5,
        "{}",
        said.out
    );
    assert!(
        said.out.contains("6 more findings of foreign_target"),
        "{}",
        said.out
    );
}

#[test]
fn nothing_at_all_does_not_pass() {
    let said = check(&["--width", "100"], b"");
    assert_eq!(said.code, Some(1));
    expect![[r#"
        error[empty_input] there is no record in the input: nothing was checked

        coverage of the schema
          screens    0 of    5
          stages     0 of   12
          timings    0 of   44
          events     0 of   94
          spans      0 of    9
          metrics    0 of   10

        checked · nothing
        standard input · does not conform · 1 error
    "#]]
    .assert_eq(&said.out);
}

#[test]
fn a_machine_gets_every_finding_with_its_line_its_record_and_the_declaration() {
    let mut lines = good_lines();
    the(&mut lines, "event", "container.exited")["severity"] = json!("error");
    let said = check(&["--format", "json"], text_of(&lines).as_bytes());
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    let report: Value = serde_json::from_str(&said.out).expect("one JSON document");
    let line = super::mutations::at(&lines, "event", "container.exited") + 1;
    let schema = std::fs::read_to_string("../schema/events.yaml").expect("the schema");
    let declared = schema
        .lines()
        .position(|line| line == "  container.exited:")
        .expect("it is declared")
        + 1;
    assert_eq!(
        report["findings"],
        json!([{
            "code": "wrong_severity",
            "severity": "error",
            "line": line,
            "record": "container.exited",
            "message": "is of severity error",
            "schema": {
                "declared": format!("../schema/events.yaml:{declared}"),
                "says": "its severity is info",
            },
        }])
    );
    assert_eq!(
        (&report["format"], &report["conforms"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(report["checked"]["records"], json!(lines.len()));
    assert_eq!(
        report["coverage"]["screens"]["unseen"],
        json!(["editor", "create"])
    );
}

#[test]
fn a_run_that_is_cut_off_anywhere_does_not_pass() {
    let text = text_of(&good_lines());
    for part in 1..40 {
        let cut = text.len() * part / 40;
        let said = check(&["--format", "json"], &text.as_bytes()[..cut]);
        assert_eq!(
            (said.code, said.err.as_str()),
            (Some(1), ""),
            "cut at {cut}: {}",
            said.out
        );
    }
}

#[test]
fn what_was_not_seen_is_named_on_request() {
    let said = check(&["--coverage"], text_of(&good_lines()).as_bytes());
    assert!(said.out.contains("unseen: editor, create\n"), "{}", said.out);
    assert!(
        said.out.contains("derived_image.image_tag_lookup"),
        "{}",
        said.out
    );
}

#[test]
fn a_warning_is_let_pass_unless_it_is_denied() {
    let mut lines = good_lines();
    the(&mut lines, "span_end", "launch.hardline")["outcome"] = json!("abandoned");
    let text = text_of(&lines);
    let said = check(&[], text.as_bytes());
    assert_eq!(said.code, Some(0));
    assert!(said.out.ends_with("conforms · 1 warning\n"), "{}", said.out);
    let said = check(&["--deny", "warnings"], text.as_bytes());
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.ends_with("does not conform · 1 warning\n"),
        "{}",
        said.out
    );
}

#[test]
fn a_run_is_found_by_its_id_and_by_its_path_and_empty_lines_are_counted() {
    let ended = good(&[]);
    let id = ended
        .file()
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let folder = ended.folder();
    let by_id = fine(&["check-run", &id[..4], "-d", &folder, "--schema", "../schema"]);
    let path = ended.file().display().to_string();
    assert_eq!(by_id, fine(&["check-run", &path, "--schema", "../schema"]));
    let mut lines = good_lines();
    the(&mut lines, "log", "")["target"] = json!("hyper");
    let text = text_of(&lines).replacen('\n', "\n\n\n", 1);
    let wanted = text
        .lines()
        .position(|line| line.contains("hyper"))
        .expect("a line")
        + 1;
    let said = check(&[], text.as_bytes());
    assert!(
        said.out.contains(&format!("line {wanted}: hyper")),
        "{}",
        said.out
    );
}

#[test]
fn what_could_not_be_checked_ends_with_two() {
    for (arguments, words) in [
        (
            &["check-run", "nowhere.jsonl", "--schema", "../schema"][..],
            "nowhere.jsonl",
        ),
        (
            &["check-run", "tests/runs/8c01f2.jsonl", "--schema", "nowhere"],
            "nowhere",
        ),
        (
            &["check-run", "./Cargo.lock", "--schema", RUNS],
            "holds no .yaml file",
        ),
        (
            &["check-run", "8c01f2", "--otlp", "127.0.0.1:0"],
            "cannot be used with",
        ),
        (
            &["check-run", "tests/", "--schema", "../schema"],
            "cannot read tests/",
        ),
    ] {
        let said = run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.err.contains(words), "{}", said.err);
    }
}
