//! Ctrl-C, at any moment: what runs for long ends at once, and leaves whole files. A real signal is sent; what the
//! child has shown is the barrier where there is one, and where there is none the moments are spread.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use telemetry_runtime::reader;
use telemetry_testbed::Testbed;

use crate::{made_up_text, product, skipped, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What the shell and the kernel call it.
const INTERRUPT: i32 = 2;

/// Longer than an end takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A command to which Ctrl-C means what it means to one of a terminal, however the tests themselves were started:
/// what runs in the background of a script ignores it.
fn command(arguments: &[&str]) -> Option<Command> {
    let there = Command::new("env")
        .args(["--default-signal=INT", "true"])
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|status| status.success()) {
        skipped("`env` knows no --default-signal here, so no interrupt was sent");
        return None;
    }
    let inner = telemetry(arguments);
    let mut command = Command::new("env");
    command
        .arg("--default-signal=INT")
        .arg(inner.get_program())
        .args(inner.get_args());
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Some(command)
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill is there").success());
}

/// How it ended; it has to.
fn ended(mut child: Child, of: &[&str]) -> (ExitStatus, String, String) {
    let begun = Instant::now();
    while child.try_wait().expect("it is ours").is_none() {
        if begun.elapsed() > LONG {
            let _ = child.kill();
            panic!("{of:?} goes on");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("it has ended");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status, text(output.stdout), text(output.stderr))
}

/// Every file of a folder has whole lines only.
fn whole(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        assert!(text.is_empty() || text.ends_with('\n'), "{path:?} is torn");
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            for line in text.lines() {
                assert!(reader::parse(line.as_bytes()).is_ok(), "{path:?}: {line}");
            }
        }
    }
}

#[test]
fn whatever_runs_for_long_ends_when_it_is_told_so_however_early() {
    let mute = Testbed::mute().expect("a testbed");
    let home = tempfile::tempdir().expect("a folder");
    let runs = home.path().join("runs");
    fs::create_dir(&runs).expect("a folder");
    let kept = home.path().join("kept");
    let file = home.path().join("8b4766.jsonl");
    let text = made_up_text("8b4766.jsonl");
    fs::write(&file, &text).expect("it is written");
    let (file, place, keep) = (
        file.display().to_string(),
        runs.display().to_string(),
        kept.display().to_string(),
    );
    for arguments in [
        &["receive", "--listen", "127.0.0.1:0", "--keep", &keep][..],
        &[
            "check-run",
            "--otlp",
            "127.0.0.1:0",
            "--schema",
            "../schema",
            "--keep",
            &keep,
        ],
        &["runs", "tail", "-f", "-d", &place],
        &["runs", "replay", &file],
        &["doctor", "--schema", "../schema", "-d", "tests/runs"],
    ] {
        for moment in 0..16 {
            let Some(mut command) = command(arguments) else {
                return;
            };
            let child = command.env(ENDPOINT, mute.endpoint()).spawn().expect("it starts");
            // From before it has done anything to when it waits; on a busy machine everything comes later.
            std::thread::sleep(Duration::from_millis(4 * moment));
            interrupt(&child);
            let (status, _, err) = ended(child, arguments);
            let by_signal = status.signal() == Some(INTERRUPT);
            // An empty input is a finding.
            let by_itself = match arguments[0] {
                "check-run" => status.code() == Some(1),
                _ => status.code() == Some(0),
            };
            assert!(
                by_signal || by_itself,
                "{arguments:?} after {moment}: {status} {err}"
            );
            assert!(!err.contains("panicked"), "{arguments:?} after {moment}: {err}");
            whole(&kept);
            whole(home.path());
        }
    }
    assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
}

#[test]
fn a_receiver_that_is_stopped_while_it_is_sent_to_has_kept_what_it_acknowledged() {
    let home = tempfile::tempdir().expect("a folder");
    let kept = home.path().join("kept");
    for round in 0..4 {
        let arguments = [
            "receive",
            "--listen",
            "127.0.0.1:0",
            "--keep",
            &kept.display().to_string(),
        ];
        let Some(mut command) = command(&arguments) else {
            return;
        };
        let mut child = command.spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("ENDPOINT=") {
            line.clear();
            assert!(out.read_line(&mut line).expect("text") > 0, "it ended");
        }
        let endpoint = line.trim().split_once('=').expect("an endpoint").1.to_owned();
        let reading = std::thread::spawn(move || {
            let mut rest = String::new();
            // Rows are being shown when the signal comes.
            for _ in 0..=round * 5 {
                out.read_line(&mut rest).expect("text");
            }
            (out, rest)
        });
        let sending = std::thread::spawn(move || product::run(&[(ENDPOINT, &endpoint)]));
        let (mut out, _) = reading.join().expect("rows");
        interrupt(&child);
        let draining = std::thread::spawn(move || {
            let mut rest = String::new();
            out.read_to_string(&mut rest).expect("text");
        });
        let (status, _, err) = ended(child, &arguments);
        draining.join().expect("it is read");
        assert_eq!((status.code(), err.as_str()), (Some(0), ""));
        whole(&kept);
        let run = sending.join().expect("it ends");
        let kept = kept.join(format!("{}.jsonl", run.delivery.run_id));
        let records = fs::read_to_string(kept).unwrap_or_default().lines().count() as u64;
        let ledger = run.delivery.ledger;
        assert_eq!(
            ledger.emitted,
            ledger.acknowledged + ledger.in_file + ledger.dropped,
            "{ledger:?}"
        );
        assert!(records >= ledger.acknowledged, "{records} are kept: {ledger:?}");
    }
}

#[test]
fn a_replay_that_is_stopped_goes_on_where_it_was() {
    let testbed = Testbed::start().expect("a testbed");
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("8b4766.jsonl");
    fs::write(&file, made_up_text("8b4766.jsonl")).expect("it is written");
    let file = file.display().to_string();
    let arguments = ["runs", "replay", &file];
    testbed.fall_mute().expect("a testbed");
    let Some(mut stopped) = command(&arguments) else {
        return;
    };
    let child = stopped
        .env(ENDPOINT, testbed.endpoint())
        .spawn()
        .expect("it starts");
    let begun = Instant::now();
    // It has begun to remember: then it is sending.
    while !home.path().join("8b4766.replayed").exists() {
        assert!(begun.elapsed() < LONG, "it sends nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    let (status, out, err) = ended(child, &arguments);
    assert_eq!(
        (status.signal(), out.as_str(), err.as_str()),
        (Some(INTERRUPT), "", "")
    );
    whole(home.path());
    testbed.come_back().expect("a testbed");
    let again = telemetry(&arguments)
        .env(ENDPOINT, testbed.endpoint())
        .output()
        .expect("it starts");
    assert_eq!(again.status.code(), Some(0));
    assert_eq!((testbed.spans().len(), testbed.logs().len()), (25, 9));
}

#[test]
fn who_says_it_twice_is_heard_although_nobody_reads_the_output() {
    let home = tempfile::tempdir().expect("a folder");
    let place = home.path().display().to_string();
    for arguments in [
        &["receive", "--listen", "127.0.0.1:0"][..],
        &["runs", "tail", "-f", "-d", &place],
    ] {
        let Some(mut command) = command(arguments) else {
            return;
        };
        // As much as a pipe holds, so that the first row finds no room.
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        writer.write_all(&[b' '; 64 * 1024]).expect("there is room");
        let mut child = command.stdout(writer).spawn().expect("it starts");
        let begun = Instant::now();
        while !waits_for_a_pipe(&child) {
            assert!(begun.elapsed() < LONG, "{arguments:?} writes nothing");
            std::thread::sleep(Duration::from_millis(5));
        }
        interrupt(&child);
        // Two that come at once are one.
        while child.try_wait().expect("it is ours").is_none() {
            assert!(begun.elapsed() < LONG, "{arguments:?} goes on");
            std::thread::sleep(Duration::from_millis(50));
            interrupt(&child);
        }
        assert_eq!(
            child.wait().expect("it has ended").code(),
            Some(130),
            "{arguments:?}"
        );
        drop(reader);
    }
}

/// Whether its main thread waits for room in a pipe; where the kernel does not say, that it sleeps is enough.
fn waits_for_a_pipe(child: &Child) -> bool {
    let of = |what: &str| fs::read_to_string(format!("/proc/{}/{what}", child.id())).unwrap_or_default();
    let place = of("wchan");
    match place.trim() {
        "" | "0" => of("stat").contains(") S "),
        place => place.contains("pipe"),
    }
}
