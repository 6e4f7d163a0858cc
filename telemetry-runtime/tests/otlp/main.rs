//! The export over real gRPC, into a receiver that misbehaves to order. What is asserted is the decoded protobuf, the
//! lines of the run file, and that the two together are every record that was emitted.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use telemetry_runtime::line::{Ledger, Line};
use telemetry_runtime::{Delivery, Notice, Options, Run, StartError, reader};
use telemetry_testbed::Testbed;
use tempfile::TempDir;

mod circumstances;
mod codes;
mod delivered;
mod export;
mod faults;
mod handover;
#[path = "../runtime/items.rs"]
#[allow(dead_code, reason = "the runtime's tests use all of it")]
mod items;
mod roads;
mod session;
#[path = "../runtime/vocabulary.rs"]
#[allow(dead_code, reason = "the runtime's tests use all of it")]
mod vocabulary;
mod waits;
mod wire;

use vocabulary::App;

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// A run that is exported, with a home of its own.
struct Started {
    run: Run<App>,
    home: TempDir,
    told: Arc<Mutex<Vec<Notice>>>,
}

/// Starts a run with this endpoint, and more of the environment.
fn start_at(endpoint: &str, more: &[(&str, &str)]) -> Started {
    start_with(Options::new("test"), endpoint, more)
}

fn start_with(options: Options, endpoint: &str, more: &[(&str, &str)]) -> Started {
    let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)];
    begin(options, &[&endpoint, more].concat(), Run::start)
}

/// Begins a run through this door, with this environment.
fn begin(
    options: Options,
    vars: &[(&str, &str)],
    door: impl FnOnce(Options) -> Result<Run<App>, StartError>,
) -> Started {
    let home = tempfile::tempdir().expect("a temporary folder");
    let told: Arc<Mutex<Vec<Notice>>> = Arc::default();
    let hears = Arc::clone(&told);
    let vars = vars.iter().copied();
    let options = options.vars(vars).home(home.path()).on_notice(move |notice| {
        hears
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(notice.clone());
    });
    let run = door(options).expect("nothing is wrong with the environment");
    Started { run, home, told }
}

fn start(testbed: &Testbed) -> Started {
    start_at(&testbed.endpoint(), &[])
}

impl Started {
    /// Ends the run well; gives back what is known then, and keeps the home.
    fn finish(self) -> Ended {
        let began = std::time::Instant::now();
        let delivery = self.run.finish(telemetry_runtime::line::Outcome::Success);
        Ended {
            took: began.elapsed(),
            delivery,
            told: codes(&self.told),
            home: self.home,
        }
    }
}

fn codes(told: &Mutex<Vec<Notice>>) -> Vec<String> {
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    told.iter().map(|notice| notice.code.clone()).collect()
}

/// A run that ended.
struct Ended {
    delivery: Delivery,
    took: Duration,
    told: Vec<String>,
    home: TempDir,
}

impl Ended {
    /// The run's files: none, or one.
    fn files(&self) -> Vec<PathBuf> {
        let Ok(folder) = std::fs::read_dir(self.home.path().join(".app/runs")) else {
            return Vec::new();
        };
        let files = folder.map(|entry| entry.expect("an entry").path());
        let is_run = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "jsonl");
        files.filter(is_run).collect()
    }

    /// Every line of the run file; none when there is no file.
    fn lines(&self) -> Vec<Line> {
        let files = self.files();
        assert!(files.len() <= 1, "one run, one file: {files:?}");
        assert_eq!(self.delivery.file.as_ref(), files.first());
        let text = files
            .first()
            .map(|file| std::fs::read_to_string(file).expect("a run file"));
        let text = text.unwrap_or_default();
        text.lines()
            .map(|line| reader::parse(line.as_bytes()).expect(line))
            .collect()
    }

    /// Checks what holds for every run that ended, whatever happened to it: each record is somewhere, once.
    fn balances(&self) -> Ledger {
        let ledger = self.delivery.ledger;
        assert_eq!(
            ledger.emitted,
            ledger.acknowledged + ledger.in_file + ledger.dropped,
            "{ledger:?}"
        );
        assert_eq!(ledger.in_flight, 0, "{ledger:?}");
        let lines = self.lines();
        assert_eq!(lines.len() as u64, ledger.in_file, "{ledger:?}");
        let ascending = lines.windows(2).all(|pair| pair[0].seq < pair[1].seq);
        assert!(ascending, "lines stand in the order of their numbers");
        ledger
    }
}
