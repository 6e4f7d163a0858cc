//! A killed process leaves every record that it emitted: the promise of the run file, tried with SIGKILL.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jackin_telemetry::Options;
use jackin_telemetry::prelude::*;
use telemetry_runtime::line::{AttributeValue, Record};

/// Where a child records; it is a child when this is set.
const HOME: &str = "KILLED_CHILD_HOME";
/// How many children are killed.
const CHILDREN: u32 = 200;

/// Not a test of its own: the child, which emits numbered events and prints each number after the emit.
#[test]
#[ignore = "the child of the test below"]
fn emit_until_killed() {
    let Some(home) = std::env::var_os(HOME) else {
        return;
    };
    let options = Options::new("killed")
        .vars(Vec::<(String, String)>::new())
        .home(home);
    let run = jackin_telemetry::start(options).expect("the child's run starts");
    let file = run.file().expect("the child records to a file");
    let mut out = std::io::stdout().lock();
    writeln!(out, "file {}", file.display()).expect("the parent reads");
    for number in 0_i64.. {
        event!(ContainerExited {
            container_name: "jk-killed",
            exit_code: number
        });
        writeln!(out, "number {number}").expect("the parent reads");
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the figures of the trial, for whoever reads the test's output"
)]
fn a_killed_run_holds_every_event_whose_emit_returned() {
    let home = tempfile::tempdir().expect("a folder");
    let mut numbers = 0;
    let mut torn = 0;
    for child in 0..CHILDREN {
        let mut process = Command::new(std::env::current_exe().expect("this binary"))
            .args([
                "killed::emit_until_killed",
                "--exact",
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(HOME, home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the child starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let file = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("file ").map(|(_, path)| path.to_owned()))
            .expect("the child says where it records");
        // Any moment will do: the child is in the midst of emitting.
        let wait = Duration::from_micros(u64::from(child) * 7_919 % 20_000);
        let began = Instant::now();
        let mut printed = Vec::new();
        while let Some(Ok(line)) = lines.next() {
            printed.extend(
                line.split_once("number ")
                    .and_then(|(_, number)| number.parse::<i64>().ok()),
            );
            if began.elapsed() >= wait {
                break;
            }
        }
        process.kill().expect("SIGKILL");
        process.wait().expect("it is gone");
        // What it printed before the kill and the pipe still holds.
        let rest = lines.map_while(Result::ok);
        printed.extend(rest.filter_map(|line| line.strip_prefix("number ")?.parse::<i64>().ok()));
        let (held, last_is_torn) = read(Path::new(&file));
        // The last number may be cut in the pipe; a number that is read whole is the number that was emitted.
        let lost: Vec<_> = printed.iter().filter(|number| !held.contains(number)).collect();
        assert!(
            lost.is_empty(),
            "child {child}: printed but not in {file}: {lost:?}"
        );
        numbers += printed.len();
        torn += u32::from(last_is_torn);
    }
    assert!(
        numbers > 1_000,
        "only {numbers} events in all: the children were killed too early to tell"
    );
    println!("{CHILDREN} kills, {numbers} events printed, none lost; {torn} files with a torn last line");
}

/// The numbers in a run file, and whether its last line is torn. Every other line is whole.
fn read(file: &Path) -> (BTreeSet<i64>, bool) {
    let bytes = std::fs::read(file).expect("the run file");
    let mut held = BTreeSet::new();
    let mut torn = false;
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let last = lines.pop().unwrap_or_default();
    if !last.is_empty() {
        torn = true;
    }
    for (index, line) in lines.iter().enumerate() {
        let line = telemetry_runtime::reader::parse(line).expect("a line that is not the last is whole");
        assert_eq!(line.seq, index as u64, "{} has a gap", file.display());
        if let Record::Event(event) = line.record
            && let Some(AttributeValue::Int(number)) = event.attributes.get("process.exit.code")
        {
            held.insert(*number);
        }
    }
    (held, torn)
}
