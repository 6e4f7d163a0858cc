//! `runs tail`: the last records of a run, and live those of a run that this process writes. What the command has
//! shown is the only thing that is waited for.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use expect_test::{expect, expect_file};
use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::{RUNS, fed, fine, made_up, made_up_text, product, session, telemetry};

/// `runs tail --follow` as a child process.
struct Following {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Following {
    fn start(folder: &Path, arguments: &[&str]) -> Following {
        let mut command = telemetry(&["runs", "tail", "--follow", "--width", "120"]);
        command.args(arguments).arg("-d").arg(folder);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        Following { child, out }
    }

    /// Waits until it shows a row with these words, and gives what it showed up to there.
    fn until(&mut self, words: &str) -> String {
        let mut text = String::new();
        loop {
            let before = text.len();
            assert!(
                self.out.read_line(&mut text).expect("text") > 0,
                "it ended without {words}: {text}"
            );
            if text[before..].contains(words) {
                return text;
            }
        }
    }

    /// Waits for its end, and gives what it showed and said beside.
    fn rest(mut self) -> (String, String) {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut self.out, &mut text).expect("text");
        let output = self.child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0));
        (text, String::from_utf8(output.stderr).expect("text"))
    }
}

/// Holds a run file as its writer does.
struct Writer(File);

impl Writer {
    fn open(path: &Path) -> Writer {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .expect("it opens");
        file.lock_shared().expect("a lock");
        Writer(file)
    }

    fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).expect("there is room");
    }
}

fn notice(seq: u64, words: &str) -> String {
    format!(
        "{{\"seq\":{seq},\"time\":\"2026-11-23T01:59:00.000000000Z\",\"record\":\"notice\",\"code\":\"c\",\"body\":\"{words}\"}}\n"
    )
}

#[test]
fn the_last_records_are_a_row_each() {
    expect_file!["../drawn/tail.txt"].assert_eq(&session(&[
        "runs tail 8b4766 -d tests/runs -n 12",
        "runs tail -d tests/runs -n 4 --width 40 --ascii",
        "runs tail 8c01f2 -d tests/runs -n 6 --width 140",
        "runs tail 3fa9d0 -d tests/runs -n 3",
        "runs tail 3fa9d0 -d tests/runs -n 1 --follow",
        "runs tail 8b4766 -d tests/runs -n 0 --follow",
        "runs tail old -d tests/runs",
        "runs tail -f -",
    ]));
    for width in (30..=150).step_by(8) {
        let drawn = fine(&[
            "runs",
            "tail",
            "8c01f2",
            "-d",
            RUNS,
            "-n",
            "90",
            "--width",
            &width.to_string(),
        ]);
        assert!(
            drawn.lines().all(|line| line.width() <= width),
            "{width}: {drawn}"
        );
    }
}

#[test]
fn standard_input_has_the_same_last_records_as_the_file() {
    let text = made_up_text("8b4766.jsonl");
    for format in ["human", "json"] {
        for lines in ["0", "1", "7", "500"] {
            let flags = ["-n", lines, "--format", format];
            let file = fine(&[&["runs", "tail", "8b4766", "-d", RUNS], &flags[..]].concat());
            let said = fed(&[&["runs", "tail", "-"], &flags[..]].concat(), text.as_bytes());
            assert_eq!((said.out, said.err.as_str()), (file, ""), "{flags:?}");
        }
    }
    let torn = fed(
        &["runs", "tail", "-", "-n", "1"],
        &text.as_bytes()[..text.len() - 9],
    );
    assert!(
        torn.out
            .ends_with("! the last line is torn: its writer was stopped in the middle of it\n"),
        "{}",
        torn.out
    );
}

#[test]
fn json_passes_the_lines_through() {
    let text = made_up_text("8b4766.jsonl");
    let last: Vec<&str> = text.lines().rev().take(5).collect();
    let said = fine(&[
        "runs", "tail", "8b4766", "-d", RUNS, "-n", "5", "--format", "json",
    ]);
    assert_eq!(said.lines().rev().collect::<Vec<_>>(), last);
    assert_eq!(
        fine(&[
            "runs", "tail", "8b4766", "-d", RUNS, "-n", "500", "--format", "json"
        ]),
        text
    );
    // Records of another version are lines too, and nothing in one steers the terminal: neither in a text, nor between.
    let newer = "{\"seq\":1,\t\"record\":\"dream\",\r\"of\":\"\u{9b}sheep\"}\r\nno record\n";
    let said = fed(&["runs", "tail", "-", "--format", "json"], newer.as_bytes());
    assert_eq!(
        said.out,
        "{\"seq\":1, \"record\":\"dream\", \"of\":\"\\u009bsheep\"}\n"
    );
    expect![[r#"
        ! a line is not JSON: expected ident, at column 2
    "#]]
    .assert_eq(&said.err);
}

#[test]
fn a_run_that_begins_is_followed_to_its_end() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = product::folder(home.path());
    // However few records are asked for, of a run that nobody saw yet all are shown.
    let mut following = Following::start(&folder, &["-n", "0"]);
    following.until("waiting for the next one");
    let run = product::start(home.path(), &[]);
    let head = following.until("run ");
    assert!(head.contains(run.id()), "{head}");
    run.scope(|| {
        screen!(List).enter().workspace_name("my-app");
        event!(ContainerExited {
            container_name: "jk-1",
            exit_code: 137
        });
        let row = following.until("container.exited");
        assert!(row.contains("container jk-1 exited"), "{row}");
        screen!(List).navigate(Settings);
        let row = following.until("list  ");
        assert!(row.contains("success"), "the end of a visit: {row}");
    });
    let id = run.id().to_owned();
    let delivery = run.finish((Outcome::Failure, 3));
    let (rest, words) = following.rest();
    let last = rest.lines().last().expect("a row");
    assert!(
        last.starts_with(&format!("run {id} · ended · failed · exit 3 · ")),
        "{rest}"
    );
    assert!(rest.contains("summary") && words.is_empty(), "{rest}{words}");
    assert!(delivery.file.is_some());
}

#[test]
fn a_machine_is_given_every_line_of_a_live_run() {
    let home = tempfile::tempdir().expect("a folder");
    let run = product::start(home.path(), &[]);
    let file = run.file().expect("it has a file");
    let mut following = Following::start(&product::folder(home.path()), &["--format", "json", "-n", "1000"]);
    let mut all = following.until("\"record\":\"run\"");
    run.scope(|| {
        product::tell();
        event!(ContainerExited {
            container_name: "last",
            exit_code: 0
        });
        all += &following.until("container last exited");
    });
    run.finish((Outcome::Success, 0));
    let (rest, words) = following.rest();
    assert_eq!(words, "");
    all += &rest;
    assert_eq!(all, fs::read_to_string(file).expect("it is there"));
    assert!(
        all.lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
}

#[test]
fn a_torn_line_is_awaited_and_a_killed_run_ends_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("abc.jsonl");
    let mut writer = Writer::open(&path);
    let (second, third) = (notice(1, "second"), notice(2, "third"));
    let (half, rest) = second.split_at(60);
    writer.write(&(notice(0, "first") + half));
    let mut following = Following::start(folder.path(), &["abc"]);
    assert!(!following.until("first").contains("second"));
    writer.write(&(rest.to_owned() + &third + half));
    expect![[r#"
        01:59:00.000 ! notice                          second
        01:59:00.000 ! notice                          third
    "#]]
    .assert_eq(&following.until("third"));
    drop(writer);
    expect![[r#"
        ! the last line is torn: its writer was stopped in the middle of it
        ! nobody writes this run any more, and it has no end: it was killed
    "#]]
    .assert_eq(&following.rest().0);
}

#[test]
fn a_run_that_was_over_before_it_was_seen_is_shown_from_its_first_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut following = Following::start(folder.path(), &["-n", "0"]);
    following.until("waiting");
    // Both appear whole.
    let put = |name: &str| {
        fs::copy(made_up(name), folder.path().join("copy")).expect("a copy");
        fs::rename(folder.path().join("copy"), folder.path().join(name)).expect("a name");
    };
    put("old.jsonl");
    let why = following.until("old.jsonl");
    assert!(why.contains("is no run file"), "{why}");
    put("8b4766.jsonl");
    let (rest, words) = following.rest();
    let all = fine(&[
        "runs", "tail", "8b4766", "-d", RUNS, "-n", "500", "--width", "120",
    ]);
    assert_eq!((rest.as_str(), words.as_str()), (all.as_str(), ""));
}

#[test]
fn a_run_that_goes_on_is_chosen_over_a_later_one_that_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["8b4766.jsonl", "8c01f2.jsonl"] {
        fs::copy(made_up(name), folder.path().join(name)).expect("a copy");
    }
    let open = made_up_text("3fa9d0.jsonl");
    let mut writer = Writer::open(&folder.path().join("3fa9d0.jsonl"));
    writer.write(open.rsplit_once('\n').expect("lines").0);
    writer.write("\n");
    let mut following = Following::start(folder.path(), &["-n", "0"]);
    following.until("run 3fa9d0");
    // Another process goes on in the same file after an end.
    let end = "{\"seq\":90,\"time\":\"2026-11-23T01:59:00Z\",\"record\":\"end\",\"outcome\":\"success\",\"duration_ns\":5}\n";
    writer.write(end);
    following.until("ended");
    writer.write(&notice(91, "still here"));
    following.until("still here");
    writer.write(end);
    drop(writer);
    assert!(following.rest().0.contains("ended"));
}

#[test]
fn an_interrupt_ends_it_in_good_order() {
    let folder = tempfile::tempdir().expect("a folder");
    for begun in [false, true] {
        let mut writer = begun.then(|| Writer::open(&folder.path().join("abc.jsonl")));
        writer
            .iter_mut()
            .for_each(|writer| writer.write(&notice(0, "first")));
        let mut following = Following::start(folder.path(), &[]);
        following.until(if begun { "first" } else { "waiting" });
        let id = following.child.id().to_string();
        let sent = std::process::Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.expect("kill is there").success());
        assert_eq!(following.rest(), (String::new(), String::new()));
    }
}
