//! jackin's own story at a backend: the facade, its schema and the runtime, over real gRPC into a receiver that
//! misbehaves to order. Each sentence that the operator is promised about the backend has its test here or beside the
//! runtime; `README.md` has the table.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jackin_telemetry::{Delivery, Options, Outcome, Run};
use telemetry_runtime::delivery::Conclusion;
use telemetry_runtime::line::Line;
use telemetry_runtime::{Notice, reader};
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::logs::v1::LogRecord;
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::{Placed, Testbed, attribute};
use tempfile::TempDir;

mod console;
mod declared;
mod killed;
mod logs;
mod metrics;
mod roads;
mod rotel;
mod sentences;
mod sinks;
mod soak;
mod sockets;
mod story;
mod weaver;
mod whole;

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A run of jackin's with a home of its own.
struct Started {
    run: Run,
    home: TempDir,
    told: Arc<Mutex<Vec<Notice>>>,
}

/// A run that ended, and its home.
struct Ended {
    delivery: Delivery,
    told: Vec<String>,
    home: TempDir,
}

/// Options of a run that knows these variables and nothing of this machine's environment.
fn options(vars: &[(&str, &str)]) -> Options {
    Options::new("console")
        .version("4.5.6")
        .vars(vars.iter().copied())
}

fn start(options: Options) -> Started {
    let home = tempfile::tempdir().expect("a folder");
    let told: Arc<Mutex<Vec<Notice>>> = Arc::default();
    let hears = Arc::clone(&told);
    let options = options.home(home.path()).on_notice(move |notice| {
        hears
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(notice.clone());
    });
    let run = jackin_telemetry::start(options).expect("nothing is wrong with the environment");
    Started { run, home, told }
}

/// A run that is exported to this testbed.
fn start_at(testbed: &Testbed, more: &[(&str, &str)]) -> Started {
    let endpoint = testbed.endpoint();
    let mut vars = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    vars.extend_from_slice(more);
    start(options(&vars))
}

/// Does `work` in a run with a healthy backend, which has all of it afterwards.
fn told(work: impl FnOnce()) -> Testbed {
    let testbed = Testbed::start().expect("a testbed");
    let started = start_at(&testbed, &[]);
    started.run.scope(work);
    started.finish(Outcome::Success).is_delivered();
    testbed
}

impl Started {
    fn finish(self, result: impl Conclusion<jackin_telemetry::Jackin>) -> Ended {
        let delivery = self.run.finish(result);
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = told.iter().map(|notice| notice.code.clone()).collect();
        Ended {
            delivery,
            told,
            home: self.home,
        }
    }
}

impl Ended {
    /// Checks that each record is somewhere, once.
    fn balances(&self) {
        let ledger = self.delivery.ledger;
        assert_eq!(
            ledger.emitted,
            ledger.acknowledged + ledger.in_file + ledger.dropped,
            "{ledger:?}"
        );
        assert_eq!(ledger.in_flight, 0, "{ledger:?}");
        assert_eq!(self.lines().len() as u64, ledger.in_file, "{ledger:?}");
    }

    /// Checks that the backend has everything, and that the operator was not troubled.
    fn is_delivered(&self) {
        self.balances();
        let ledger = self.delivery.ledger;
        assert_eq!(ledger.acknowledged, ledger.emitted, "{:?}", self.delivery.notices);
        assert_eq!(self.told, [""; 0]);
        assert!(self.files().is_empty(), "a healthy backend needs no file");
    }

    /// Files in the folder of the runs.
    fn files(&self) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(self.home.path().join(".jackin/data/diagnostics/runs")) else {
            return Vec::new();
        };
        folder.map(|entry| entry.expect("an entry").path()).collect()
    }

    /// Every line of the run file; none when there is no file.
    fn lines(&self) -> Vec<Line> {
        let files = self.files();
        assert!(files.len() <= 1, "one run, one file: {files:?}");
        let text = files
            .first()
            .map(|file| std::fs::read_to_string(file).expect("a run file"));
        let text = text.unwrap_or_default();
        text.lines()
            .map(|line| reader::parse(line.as_bytes()).expect(line))
            .collect()
    }
}

/// The text of an attribute, where it has one.
fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    match attribute(attributes, key) {
        Some(Any::StringValue(text)) => Some(text),
        _ => None,
    }
}

/// The only span of this name.
fn span(testbed: &Testbed, name: &str) -> Placed<Span> {
    let mut named = testbed.spans();
    named.retain(|span| span.name == name);
    assert_eq!(named.len(), 1, "spans named {name}");
    named.remove(0)
}

/// The only log record of this event.
fn log(testbed: &Testbed, event: &str) -> Placed<LogRecord> {
    let mut named = testbed.logs();
    named.retain(|log| log.event_name == event);
    assert_eq!(named.len(), 1, "log records of {event}");
    named.remove(0)
}
