//! Everybody in the tables, set up the way their documentation shows it: this project's runtime, `tracing` with
//! its JSON layer, `emit`. Each is set up once, in a process of its own.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tracing::Level;
use tracing_appender::non_blocking::{ErrorCounter, WorkerGuard};
use tracing_subscriber::fmt::format::FmtSpan;

/// What is told about a parcel: the four attributes of every measured event and span.
pub(crate) struct Parcel {
    pub(crate) number: &'static str,
    pub(crate) hall: depot::attributes::Hall,
    pub(crate) weight: i64,
    pub(crate) express: bool,
}

/// The parcel that all cases tell about.
pub(crate) static PARCEL: Parcel = Parcel {
    number: "P-2026-0831",
    hall: depot::attributes::Hall::North,
    weight: 1_840,
    express: true,
};

/// A run that writes its file into `folder`, and that file.
pub(crate) fn run(folder: &Path) -> Result<(depot::Run, PathBuf)> {
    let nothing = Vec::<(String, String)>::new();
    let options = depot::Options::new("bench").vars(nothing).home(folder);
    let run = depot::start(options)?;
    let file = run.file().context("the run has no file")?;
    Ok((run, file))
}

/// The whole guarantee of our run: it ends well, nothing was dropped, and its file holds `expected` lines with
/// `part` in them.
pub(crate) fn finish(run: depot::Run, file: &Path, part: &str, expected: u64) -> Result<()> {
    let delivery = run.finish(depot::Outcome::Success);
    ensure!(
        delivery.ledger.dropped == 0,
        "{} records were dropped",
        delivery.ledger.dropped
    );
    ensure_lines(file, part, expected)
}

/// Where a `tracing` layer writes a line with each event, straight into a file.
pub(crate) fn tracing_to_file(folder: &Path, spans: FmtSpan) -> Result<PathBuf> {
    let path = folder.join("tracing.jsonl");
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(Level::INFO)
        .with_span_events(spans)
        .with_writer(Arc::new(File::create_new(&path)?))
        .finish();
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(path)
}

/// The same through the thread of `tracing-appender`.
pub(crate) struct Background {
    path: PathBuf,
    written: Arc<AtomicU64>,
    lost: ErrorCounter,
    _guard: WorkerGuard,
}

impl Background {
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        let path = folder.join("appender.jsonl");
        let written = Arc::new(AtomicU64::new(0));
        let file = Counted {
            file: File::create_new(&path)?,
            written: written.clone(),
        };
        let (writer, guard) = tracing_appender::non_blocking(file);
        let lost = writer.error_counter();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_max_level(Level::INFO)
            .with_writer(writer)
            .finish();
        tracing::subscriber::set_global_default(subscriber)?;
        Ok(Self {
            path,
            written,
            lost,
            _guard: guard,
        })
    }

    /// Waits until its thread has written so many lines; it has no other way to say so.
    pub(crate) fn waiter(&self) -> impl FnMut(u64) + 'static {
        let (written, lost) = (self.written.clone(), self.lost.clone());
        move |expected| {
            while written.load(Ordering::Acquire) + (lost.dropped_lines() as u64) < expected {
                std::thread::yield_now();
            }
        }
    }

    /// Checks that its file holds so many lines.
    pub(crate) fn ensure_lines(&self, expected: u64) -> Result<()> {
        ensure_lines(&self.path, "", expected)
    }
}

/// A file that tells how many lines were written, so that a round can wait for the last one.
struct Counted {
    file: File,
    written: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.file.write_all(line)?;
        self.written.fetch_add(1, Ordering::Release);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// `emit` into a file in `folder`, through the thread of `emit_file`; the function waits for that thread.
pub(crate) fn emit_to_file(folder: &Path) -> impl FnMut(u64) + 'static {
    let set = emit_file::set(folder.join("emit.jsonl")).spawn();
    let started = emit::setup()
        .emit_to(set)
        .emit_when(emit::level::min_filter(emit::Level::Info))
        .init();
    move |_| {
        started.blocking_flush(Duration::from_secs(60));
    }
}

/// Checks that the files in `folder` that `emit` made hold `expected` lines.
pub(crate) fn ensure_emitted(folder: &Path, expected: u64) -> Result<()> {
    let mut found = 0;
    for entry in fs::read_dir(folder)? {
        found += lines(&entry?.path(), "")?;
    }
    ensure!(found == expected, "{found} lines instead of {expected}");
    Ok(())
}

/// Checks that a file holds `expected` lines with `part` in them.
pub(crate) fn ensure_lines(path: &Path, part: &str, expected: u64) -> Result<()> {
    let found = lines(path, part)?;
    ensure!(
        found == expected,
        "{found} lines with `{part}` instead of {expected}"
    );
    Ok(())
}

fn lines(path: &Path, part: &str) -> Result<u64> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(text.lines().filter(|line| line.contains(part)).count() as u64)
}
