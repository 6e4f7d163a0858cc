//! SIGKILL with a healthy backend: what was recorded more than a quarter of a second before is there. Children record
//! and say when each emission had returned; the backend lives here, and outlives them.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jackin_telemetry::Options;
use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Received, Testbed, attribute};

use super::{LONG, text};

/// Where a child records; it is a child when this is set.
const HOME: &str = "KILLED_EXPORT_CHILD_HOME";
/// How many children are killed.
const CHILDREN: u32 = 100;
/// How many of them live at a time.
const LANES: usize = 5;
/// What was emitted so long before the kill has to be there.
const PROMISE: Duration = Duration::from_millis(250);
/// Every so many numbers the operator edits a workspace: a visit begins and ends.
const VISIT: i64 = 10;

fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970")
}

/// Not a test of its own: the child, which says after each number when its records had been emitted.
#[test]
#[ignore = "the child of the test below"]
fn export_until_killed() {
    let Some(home) = std::env::var_os(HOME) else {
        return;
    };
    let _run = jackin_telemetry::start(Options::new("killed").home(home)).expect("the child's run starts");
    let mut out = std::io::stdout().lock();
    screen!(List).enter();
    for number in 0_i64.. {
        event!(ClipboardImageSent { bytes: number });
        span!(ProcessCommand {
            program: "killed",
            exit_code: number
        })
        .start()
        .done();
        if number % VISIT == 0 {
            let name = number.to_string();
            screen!(List).navigate(Editor);
            screen!(Editor).workspace_name(&name);
            event!(Save { target: &name } on Editor);
            screen!(Editor).navigate(List);
        }
        writeln!(out, "number {number} {}", now().as_nanos()).expect("the parent reads");
        // A busy program, and not a flood: a queue that overflows is another test's.
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn spawn(testbed: &Testbed, home: &std::path::Path) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args([
            "otlp::killed::export_until_killed",
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(HOME, home)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", testbed.endpoint())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    (child, lines)
}

/// A number, and when it had been emitted. The last line may be cut in the pipe.
fn emitted(line: &str) -> Option<(i64, Duration)> {
    let (_, rest) = line.split_once("number ")?;
    let (number, nanos) = rest.split_once(' ')?;
    let nanos = nanos.parse().ok().filter(|_| nanos.len() == 19)?;
    Some((number.parse().ok()?, Duration::from_nanos(nanos)))
}

/// What the backend misses of these numbers.
fn missing(numbers: &BTreeSet<i64>, received: &Received) -> Vec<String> {
    let number = |attributes: &[KeyValue], key| match attribute(attributes, key) {
        Some(Any::IntValue(number)) => Some(*number),
        _ => None,
    };
    let logs = received.logs();
    let logs = logs.iter().filter(|log| log.event_name == "clipboard.image.sent");
    let logs: BTreeSet<_> = logs
        .filter_map(|log| number(&log.attributes, "jackin.bytes"))
        .collect();
    let spans = received.spans();
    let commands = spans.iter().filter(|span| span.name == "process.command");
    let commands: BTreeSet<_> = commands
        .filter_map(|span| number(&span.attributes, "process.exit.code"))
        .collect();
    let visits = spans.iter().filter(|span| span.name == "editor");
    // A visit comes with what happened on it.
    let visits = visits.filter(|visit| {
        let saved = visit.item.events.iter().find(|event| event.name == "save");
        let target = saved.and_then(|event| text(&event.attributes, "jackin.action.target"));
        target == text(&visit.attributes, "jackin.workspace.name")
    });
    let visits: BTreeSet<i64> = visits
        .filter_map(|visit| text(&visit.attributes, "jackin.workspace.name")?.parse().ok())
        .collect();
    let wants = |there: &BTreeSet<i64>, what: &str, all: &BTreeSet<i64>| {
        all.difference(there)
            .map(|number| format!("{what} {number}"))
            .collect::<Vec<_>>()
    };
    let visited = numbers
        .iter()
        .copied()
        .filter(|number| number % VISIT == 0)
        .collect();
    [
        wants(&logs, "event", numbers),
        wants(&commands, "span", numbers),
        wants(&visits, "visit", &visited),
    ]
    .concat()
}

/// Starts a child, kills it, and says how many numbers it owed.
fn kill_one(index: u32) -> u64 {
    let testbed = Testbed::start().expect("a testbed");
    let home = tempfile::tempdir().expect("a folder");
    let (mut child, mut lines) = spawn(&testbed, home.path());
    // Any moment will do, from before the first batch left to the midst of many.
    let wait = Duration::from_millis(260 + u64::from(index) * 7_919 % 900);
    let mut printed = Vec::new();
    let mut began = None;
    while let Some(Ok(line)) = lines.next() {
        printed.extend(emitted(&line));
        if !printed.is_empty() && began.get_or_insert_with(Instant::now).elapsed() >= wait {
            break;
        }
    }
    let killed = now();
    child.kill().expect("SIGKILL");
    child.wait().expect("it is gone");
    // What it printed before the kill and the pipe still holds.
    printed.extend(lines.map_while(Result::ok).filter_map(|line| emitted(&line)));
    let owed = printed.iter().filter(|(_, at)| *at + PROMISE <= killed);
    let owed: BTreeSet<i64> = owed.map(|(number, _)| *number).collect();
    // What had left the child is on its way here, and arrives; what had not never will.
    let arrived = testbed.wait_for(|received| missing(&owed, received).is_empty(), LONG);
    let missing = missing(&owed, &testbed.received());
    assert!(
        arrived,
        "child {index}, killed after {wait:?}: of {} numbers the backend misses {missing:?}",
        owed.len()
    );
    assert!(
        !home.path().join(".jackin").exists(),
        "a healthy backend needs no file"
    );
    owed.len() as u64
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the figures of the trial, for whoever reads the test's output"
)]
fn a_killed_run_is_at_the_backend_up_to_a_quarter_of_a_second_before_its_end() {
    let (next, owed) = (AtomicU32::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let index @ ..CHILDREN = next.fetch_add(1, Ordering::SeqCst) {
                    owed.fetch_add(kill_one(index), Ordering::SeqCst);
                }
            });
        }
    });
    let owed = owed.into_inner();
    assert!(
        owed > 10_000,
        "only {owed} numbers in all: the children were killed too early to tell"
    );
    println!("{CHILDREN} kills; {owed} events and as many spans emitted in time, none lost");
}
