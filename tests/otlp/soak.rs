//! The long run: 5,000 records a second, and a backend that dies and comes back all the time. The recording process is
//! another one, so that its memory is its own; the backend lives here, and what it kept is read as it comes.
//!
//! `SOAK_SECONDS` says how long (20 by default), `SOAK_PERIOD` how many seconds the backend lives, and is dead (3).

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use jackin_telemetry::Options;
use jackin_telemetry::prelude::*;
use telemetry_runtime::line::{AttributeValue, Attributes, Record};
use telemetry_runtime::{Notice, reader};
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Received, Testbed, attribute};

/// Where the child records; it is the child when this is set.
const HOME: &str = "SOAK_CHILD_HOME";
/// Records a second. Every third number has a span too, which is two.
const RATE: u32 = 5_000;
const NUMBERS: u32 = RATE * 3 / 5;
/// Which attribute has the number.
const EVENT: &str = "jackin.bytes";
const SPAN: &str = "process.exit.code";
/// What the process may grow by after it has been through two deaths of the backend. The queue and the hands of the
/// worker are bounded: 12,000 records, some 8 MB when both are full, and they may be full for the first time late. As
/// much again is the allocator's. A leak of 11 bytes a record is more than that in ten minutes.
const GROWTH: u64 = 16 * 1024 * 1024;

/// A number of seconds from the environment.
fn seconds(variable: &str, default: u64) -> Duration {
    let given = std::env::var(variable).ok();
    Duration::from_secs(given.map_or(default, |text| text.parse().expect("whole seconds")))
}

fn lasts() -> Duration {
    seconds("SOAK_SECONDS", 20)
}

fn period() -> Duration {
    seconds("SOAK_PERIOD", 3)
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .expect("VmRSS");
    kib.trim().parse::<u64>().expect("a number") * 1024
}

/// Not a test of its own: the child, which keeps the pace and tells what it knows in the end.
#[test]
#[ignore = "the child of the test below"]
fn record_at_a_steady_pace() {
    let Some(home) = std::env::var_os(HOME) else {
        return;
    };
    let told: Arc<Mutex<Vec<Notice>>> = Arc::default();
    let hears = Arc::clone(&told);
    let options = Options::new("soak").home(home);
    let options = options.on_notice(move |notice| hears.lock().expect("no panic").push(notice.clone()));
    let run = jackin_telemetry::start(options).expect("a run");
    let (lasts, warm) = (lasts(), period() * 4);
    let began = Instant::now();
    let mut number = 0_i64;
    let (mut before, mut after) = (0, 0);
    while began.elapsed() < lasts {
        // By the clock, so that a thread that was held up makes up for it.
        let due =
            i64::from(NUMBERS) * i64::try_from(began.elapsed().as_millis()).expect("not so long") / 1000;
        while number < due {
            event!(ClipboardImageSent { bytes: number });
            if number % 3 == 0 {
                span!(ProcessCommand {
                    program: "soak",
                    exit_code: number
                })
                .start()
                .done();
            }
            number += 1;
        }
        let peak = if began.elapsed() < warm {
            &mut before
        } else {
            &mut after
        };
        *peak = resident().max(*peak);
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = began.elapsed();
    let delivery = run.finish(Outcome::Success);
    let ledger = delivery.ledger;
    let told = told.lock().expect("no panic");
    let codes: Vec<_> = told.iter().map(|notice| notice.code.as_str()).collect();
    let mut out = std::io::stderr().lock();
    writeln!(out, "numbers {number}").expect("the parent reads");
    writeln!(out, "rate {:.0}", ledger.emitted as f64 / took.as_secs_f64()).expect("the parent reads");
    writeln!(out, "resident {before} {after}").expect("the parent reads");
    writeln!(
        out,
        "ledger {} {} {} {}",
        ledger.emitted, ledger.acknowledged, ledger.in_file, ledger.dropped
    )
    .expect("the parent reads");
    writeln!(out, "told {}", codes.join(",")).expect("the parent reads");
    writeln!(
        out,
        "file {}",
        delivery
            .file
            .map_or_else(String::new, |file| file.display().to_string())
    )
    .expect("the parent reads");
}

/// Which events and spans are somewhere.
#[derive(Default)]
struct Numbers {
    events: HashSet<i64>,
    spans: HashSet<i64>,
    /// Those that came again.
    twice: u64,
}

impl Numbers {
    fn event(&mut self, number: i64) {
        self.twice += u64::from(!self.events.insert(number));
    }

    fn span(&mut self, number: i64) {
        self.twice += u64::from(!self.spans.insert(number));
    }

    fn read_backend(&mut self, received: &Received) {
        let number = |attributes: &[KeyValue], key| match attribute(attributes, key) {
            Some(Any::IntValue(number)) => *number,
            other => panic!("{other:?}"),
        };
        for log in received.logs() {
            if log.event_name == "clipboard.image.sent" {
                self.event(number(&log.attributes, EVENT));
            }
        }
        for span in received.spans() {
            if span.name == "process.command" {
                self.span(number(&span.attributes, SPAN));
            }
        }
    }

    /// Reads the run file, and counts its lines.
    fn read_file(&mut self, path: &Path) -> u64 {
        let number = |attributes: &Attributes, key| match attributes.get(key) {
            Some(AttributeValue::Int(number)) => *number,
            other => panic!("{other:?}"),
        };
        let mut count = 0;
        for line in BufReader::new(File::open(path).expect("the run file")).lines() {
            let line = line.expect("UTF-8");
            count += 1;
            match reader::parse(line.as_bytes()).expect("a whole line").record {
                Record::Event(event) if event.name == "clipboard.image.sent" => {
                    self.event(number(&event.attributes, EVENT))
                }
                Record::SpanEnd(span) if span.name == "process.command" => {
                    self.span(number(&span.attributes, SPAN))
                }
                _ => {}
            }
        }
        count
    }
}

/// Lets the backend live and die until the child has ended; gives back what the child said and what the backend has.
fn soak(testbed: &Testbed, home: &Path) -> (String, Numbers, u32) {
    let child = Command::new(std::env::current_exe().expect("this binary"))
        .args([
            "otlp::soak::record_at_a_steady_pace",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(HOME, home)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", testbed.endpoint())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the child");
    let (said, ended) = mpsc::channel();
    std::thread::spawn(move || said.send(child.wait_with_output()));
    let mut numbers = Numbers::default();
    let (mut lives, mut turn, mut deaths) = (true, Instant::now() + period(), 0);
    loop {
        // Woken by the child's end, or to look again.
        if let Ok(output) = ended.recv_timeout(Duration::from_millis(500)) {
            let output = output.expect("the child ends");
            let said = String::from_utf8(output.stderr).expect("UTF-8");
            assert!(output.status.success(), "{said}");
            numbers.read_backend(&testbed.take());
            return (said, numbers, deaths);
        }
        numbers.read_backend(&testbed.take());
        if Instant::now() >= turn {
            turn += period();
            lives = !lives;
            if lives {
                testbed.come_back().expect("the same port");
            } else {
                deaths += 1;
                testbed.die();
            }
        }
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the figures of the soak, for whoever reads the test's output"
)]
fn a_long_run_with_a_backend_that_comes_and_goes_loses_nothing_and_does_not_grow() {
    let testbed = Testbed::start().expect("a testbed");
    let home = tempfile::tempdir().expect("a folder");
    let (said, mut numbers, deaths) = soak(&testbed, home.path());
    let of = |what: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(what));
        line.unwrap_or_else(|| panic!("{said}")).trim()
    };
    let counts = |what: &str| {
        let words = of(what).split(' ');
        words
            .map(|word| word.parse::<u64>().expect("a number"))
            .collect::<Vec<_>>()
    };
    let emitted = counts("numbers ")[0];
    let at_backend = numbers.events.len();
    let lines = numbers.read_file(Path::new(of("file ")));
    let [all, acknowledged, in_file, dropped] = counts("ledger ")[..] else {
        panic!("{said}")
    };
    let [before, after] = counts("resident ")[..] else {
        panic!("{said}")
    };
    println!(
        "{:?}, {deaths} deaths, {} records a second; of {all} records {acknowledged} at the backend, {in_file} in the \
         file, {dropped} dropped; {} numbers twice; resident at most {} KiB while warming up and {} KiB afterwards",
        lasts(),
        of("rate "),
        numbers.twice,
        before / 1024,
        after / 1024
    );
    let missing = |there: &HashSet<i64>, step: usize| {
        let due = (0..i64::try_from(emitted).expect("fewer")).step_by(step);
        due.filter(|number| !there.contains(number))
            .take(10)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        missing(&numbers.events, 1),
        [0; 0],
        "events that are nowhere: {said}"
    );
    assert_eq!(
        missing(&numbers.spans, 3),
        [0; 0],
        "spans that are nowhere: {said}"
    );
    assert_eq!(dropped, 0, "{said}");
    assert_eq!(all, acknowledged + in_file + dropped, "{said}");
    assert_eq!(lines, in_file, "{said}");
    assert!(
        at_backend > 0 && in_file > 0 && deaths > 0,
        "both sides were needed: {said}"
    );
    assert_eq!(of("told "), "not_delivered", "exactly one notice");
    assert!(after <= before + GROWTH, "it grew: {said}");
    assert!(
        all as f64 > f64::from(RATE) * lasts().as_secs_f64() * 0.9,
        "too slow: {said}"
    );
}
