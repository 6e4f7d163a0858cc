//! The runtime from outside: what generated code calls, read back as a reader of a run file would.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use telemetry_runtime::clock::TestClock;
use telemetry_runtime::line::{Kind, Line, Record, SpanEnd, SpanStart};
use telemetry_runtime::{Captured, Options, Run, capture_with, reader};
use tempfile::TempDir;

mod items;
mod notices;
mod numbers;
mod places;
mod processes;
mod runs;
mod screens;
mod stacks;
mod stages;
mod storms;
mod vocabulary;

use vocabulary::App;

/// Captures with the tests' vocabulary while time stands still, so that nothing is slow on a busy machine.
fn capture<R>(f: impl FnOnce() -> R) -> Captured<App, R> {
    let clock = Arc::new(TestClock::at(1_700_000_000_000_000_000));
    capture_with(Options::new("capture").debug(true).clock(clock), f)
}

/// A run into a file of its own home folder, alone in this process while it lives.
struct Started {
    run: Run<App>,
    home: TempDir,
    _alone: MutexGuard<'static, ()>,
}

/// Options that see nothing of the machine: no environment, no standard error.
fn options() -> Options {
    Options::new("test")
        .vars(Vec::<(String, String)>::new())
        .on_notice(|_| ())
}

fn start(options: Options) -> Started {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let home = tempfile::tempdir().expect("a temporary folder");
    let run = Run::start(options.home(home.path())).expect("nothing is wrong with the environment");
    Started {
        run,
        home,
        _alone: alone,
    }
}

/// Every line of a run file; fails on one that is no record.
fn lines(file: &std::path::Path) -> Vec<Line> {
    let text = std::fs::read_to_string(file).expect("a run file");
    assert!(text.ends_with('\n'), "the last line is whole");
    text.lines()
        .map(|line| reader::parse(line.as_bytes()).expect(line))
        .collect()
}

/// The visits that ended, in the order of their ends.
fn visits<R>(captured: &Captured<App, R>) -> Vec<&SpanEnd> {
    captured
        .spans()
        .into_iter()
        .filter(|span| span.kind == Kind::Screen)
        .collect()
}

/// The start of the first span of this name.
fn started<'l>(lines: &'l [Line], name: &str) -> &'l SpanStart {
    let start = lines.iter().find_map(|line| match &line.record {
        Record::SpanStart(span) if span.name == name => Some(span),
        _ => None,
    });
    start.expect(name)
}

/// The end of the first span of this name.
fn ended<'l>(lines: &'l [Line], name: &str) -> &'l SpanEnd {
    let end = lines.iter().find_map(|line| match &line.record {
        Record::SpanEnd(span) if span.name == name => Some(span),
        _ => None,
    });
    end.expect(name)
}
