//! Work that takes more than a second says how far it has come, on standard error and only on a terminal: a real one,
//! which `script` makes. Work is made long by an input that comes slowly, or by a backend that does not answer.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use telemetry_testbed::Testbed;

use crate::{made_up_text, skipped, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(40);

/// Takes the row away.
const CLEARED: &str = "\r\u{1b}[K";

/// Whether `script` is there, which makes terminals.
fn terminals() -> bool {
    let there = Command::new("script")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if there.is_err() {
        skipped("`script` is not installed here, so no progress was shown on a terminal");
    }
    there.is_ok()
}

/// A command whose standard error is a terminal of so many columns; its output goes to a file.
fn on_a_terminal(arguments: &[&str], columns: u16, endpoint: &str, folder: &Path) -> Child {
    let command = telemetry(arguments);
    let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy());
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(quoted)
        .collect();
    let out = folder.join("out").display().to_string();
    let line = format!(
        "stty columns {columns} rows 24; exec {} > '{out}'",
        words.join(" ")
    );
    let mut terminal = Command::new("script");
    terminal
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("TZ", "UTC")
        .env("SHELL", "/bin/sh")
        .env_remove("COLUMNS");
    if !endpoint.is_empty() {
        terminal.env(ENDPOINT, endpoint);
    }
    terminal.stdin(Stdio::piped()).stdout(Stdio::piped());
    terminal.spawn().expect("it starts")
}

/// What came to the terminal so far, read on a thread.
struct Shown(std::sync::mpsc::Receiver<Vec<u8>>, Vec<u8>);

impl Shown {
    fn of(mut out: ChildStdout) -> Shown {
        let (give, take) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = out.read(&mut bytes) {
                let _ = give.send(bytes[..read].to_vec());
            }
        });
        Shown(take, Vec::new())
    }

    fn more(&mut self, within: Duration) -> String {
        if let Ok(bytes) = self.0.recv_timeout(within) {
            self.1.extend(bytes);
        }
        String::from_utf8_lossy(&self.1).into_owned()
    }

    fn all(mut self) -> String {
        self.1.extend(self.0.iter().flatten());
        String::from_utf8_lossy(&self.1).into_owned()
    }
}

/// The rows that were written, one over the other. The last one has to be taken away.
fn rows(shown: &str) -> Vec<String> {
    assert!(shown.ends_with(CLEARED), "the row is left there: {shown:?}");
    let rows = shown.split(CLEARED).map(|row| row.trim().to_owned());
    rows.filter(|row| !row.is_empty()).collect()
}

fn pipe(folder: &Path) -> String {
    let path = folder.join("slow.jsonl").display().to_string();
    let made = Command::new("mkfifo")
        .arg(&path)
        .status()
        .expect("mkfifo is there");
    assert!(made.success());
    path
}

#[test]
fn a_run_that_is_read_for_long_says_how_much_of_it_was_read() {
    if !terminals() {
        return;
    }
    let text = made_up_text("8b4766.jsonl");
    let (first, rest) = text.split_at(text.len() / 2);
    for (arguments, code) in [
        (&["runs", "show", "SLOW"][..], 0),
        (&["runs", "compare", "SLOW", "tests/runs/8c01f2.jsonl"], 0),
        (&["check-run", "SLOW", "--schema", "../schema"], 1),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let slow = pipe(folder.path());
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|word| if *word == "SLOW" { &slow } else { *word })
            .collect();
        let mut child = on_a_terminal(&arguments, 30, "", folder.path());
        let mut shown = Shown::of(child.stdout.take().expect("a pipe"));
        let mut writer = File::options().write(true).open(&slow).expect("it is read");
        writer.write_all(first.as_bytes()).expect("it is read");
        let begun = Instant::now();
        // Empty lines are nothing, so that the reader looks up again and again.
        while !shown.more(Duration::from_millis(20)).contains("KiB") {
            assert!(begun.elapsed() < LONG, "{arguments:?} says nothing");
            writer.write_all(b"\n").expect("it is read");
        }
        writer.write_all(rest.as_bytes()).expect("it is read");
        drop(writer);
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{arguments:?}");
        for row in rows(&shown.all()) {
            assert!(
                row.chars().count() < 30 && !row.contains('\n'),
                "{arguments:?}: {row:?}"
            );
        }
        let out = fs::read_to_string(folder.path().join("out")).expect("the output");
        assert!(!out.is_empty() && !out.contains('\r'), "{arguments:?}: {out:?}");
    }
}

#[test]
fn a_list_that_takes_long_says_which_run_it_is_at() {
    if !terminals() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let text = made_up_text("8b4766.jsonl");
    let (head, rest) = text.split_once('\n').expect("lines");
    let stage = rest
        .lines()
        .find(|line| line.contains("\"span_end\"") && line.contains("\"stage\""))
        .expect("a stage");
    let long = format!("{head}\n{}", format!("{stage}\n").repeat(60_000));
    fs::write(folder.path().join("long.jsonl"), long).expect("it is written");
    let place = folder.path().display().to_string();
    let begun = Instant::now();
    let mut child = on_a_terminal(&["runs", "list", "-d", &place], 80, "", folder.path());
    let shown = Shown::of(child.stdout.take().expect("a pipe"));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let took = begun.elapsed();
    let shown = shown.all();
    if shown.is_empty() {
        assert!(
            took < Duration::from_millis(1500),
            "it took {took:?} and said nothing"
        );
        skipped(&format!("the list took {took:?} only"));
        return;
    }
    assert!(rows(&shown)[0].ends_with(" % of run 1 of 1, long"), "{shown:?}");
}

#[test]
fn a_backend_that_does_not_answer_is_waited_for_in_words() {
    if !terminals() {
        return;
    }
    let testbed = Testbed::mute().expect("a testbed");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("8b4766.jsonl");
    fs::write(&file, made_up_text("8b4766.jsonl")).expect("it is written");
    let file = file.display().to_string();
    for arguments in [
        &[
            "doctor",
            "--schema",
            "../schema",
            "-d",
            "tests/runs",
            "--timeout",
            "2",
        ][..],
        &["runs", "replay", &file, "--patience", "1"],
    ] {
        let mut child = on_a_terminal(arguments, 80, &testbed.endpoint(), folder.path());
        let shown = Shown::of(child.stdout.take().expect("a pipe"));
        assert_eq!(child.wait().expect("it ends").code(), Some(1), "{arguments:?}");
        let rows = rows(&shown.all());
        assert!(
            rows.iter().any(|row| row.starts_with("waiting for")),
            "{arguments:?}: {rows:?}"
        );
        // Nothing of it where nobody sees it.
        let piped = telemetry(arguments)
            .env(ENDPOINT, testbed.endpoint())
            .output()
            .expect("it starts");
        assert_eq!(
            (piped.status.code(), piped.stderr.as_slice()),
            (Some(1), &b""[..]),
            "{arguments:?}"
        );
    }
}

#[test]
fn ctrl_c_on_a_terminal_ends_it_and_leaves_the_terminal_as_it_was() {
    if !terminals() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let slow = pipe(folder.path());
    let place = folder.path().display().to_string();
    let binary = telemetry(&[]).get_program().display().to_string();
    // What is typed, what the terminal shows when the key is hit, and how it has to end.
    for (typed, shows, code) in [
        (format!("runs show {slow} > /dev/null"), "B of ", "130"),
        (format!("runs tail -f -d {place}/runs"), "waiting", "0"),
        ("receive --listen 127.0.0.1:0".to_owned(), "export OTEL", "0"),
    ] {
        fs::create_dir_all(folder.path().join("runs")).expect("a folder");
        // The shell outlives the key, as one that a person types into does.
        let line = format!(
            "trap : INT; stty -g > {place}/before; env --default-signal=INT {binary} {typed}; echo $? > {place}/code; \
             stty -g > {place}/after"
        );
        let mut child = Command::new("script")
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut shown = Shown::of(child.stdout.take().expect("a pipe"));
        let mut keys = child.stdin.take().expect("a pipe");
        let mut writer = typed
            .contains(&slow)
            .then(|| File::options().write(true).open(&slow).expect("it is read"));
        let begun = Instant::now();
        while !shown.more(Duration::from_millis(20)).contains(shows) {
            assert!(begun.elapsed() < LONG, "{typed} says nothing: {}", shown.all());
            if let Some(writer) = &mut writer {
                writer.write_all(b"\n").expect("it is read");
            }
        }
        keys.write_all(b"\x03").expect("the terminal takes it");
        let of = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        while of("after").is_empty() {
            assert!(begun.elapsed() < LONG, "{typed} goes on");
            shown.more(Duration::from_millis(20));
        }
        assert_eq!(of("code").trim(), code, "{typed}: {}", shown.all());
        assert_eq!(of("before"), of("after"), "{typed}");
        drop(keys);
        child.wait().expect("it ends");
        fs::remove_file(folder.path().join("after")).expect("it is there");
    }
}
