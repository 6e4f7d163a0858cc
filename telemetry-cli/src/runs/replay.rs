//! `runs replay`: sends what a run file holds to the backend of the environment, as a live export would have sent it.
//!
//! Two passes over the file: [`survey`] learns which spans never ended, [`pass`] makes messages and sends them, one
//! after the other. What is acknowledged goes to [`memory`] at once, which is why nothing is sent twice.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Seek, Write};
use std::path::Path;
use std::time::Duration;

use telemetry_runtime::backend::Backend;
use telemetry_runtime::config::Config;
use telemetry_runtime::export::Exporter;

use crate::args::{Format, Replay};
use crate::draw::Unended;
use crate::environment::Known;
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::progress::Progress;
use crate::runs::find::{Found, find, unended};
use crate::runs::json;
use crate::runs::replay::memory::Memory;
use crate::runs::replay::pass::Pass;
use crate::runs::replay::report::Report;
use crate::runs::replay::survey::Survey;

mod batch;
mod delivery;
mod items;
mod memory;
mod pass;
mod points;
mod report;
mod sending;
mod survey;

pub(crate) use report::shape;

/// Bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// Sends one run.
pub(crate) fn replay(
    asked: &Replay,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let config = Known::of(&asked.place)
        .environment()
        .map_err(|error| Failure::Asked(error.to_string()))?;
    // What is wrong with the environment is told before what is wrong with the run.
    backend(&config, asked.dry_run)?;
    let path = match find(Some(&asked.run), &asked.place)? {
        Found::File(path) => path,
        Found::Input => {
            let words = "standard input cannot be replayed: what was sent is remembered beside the run file";
            return Err(Failure::Asked(words.to_owned()));
        }
    };
    let how = Sent {
        again: asked.again,
        dry_run: asked.dry_run,
        patience: Duration::from_secs(asked.patience),
        format: asked.format,
        cure: "replay the run again for what is left",
    };
    send(&path, &config, &how, look, progress, out)
}

/// How a run file is sent.
pub(crate) struct Sent {
    /// Although the backend may have it already.
    pub(crate) again: bool,
    /// Only say what would be sent.
    pub(crate) dry_run: bool,
    /// How long to go on trying while the backend takes nothing.
    pub(crate) patience: Duration,
    /// For whom it is told.
    pub(crate) format: Format,
    /// What a person does about what the backend did not accept.
    pub(crate) cure: &'static str,
}

/// Sends a run file.
pub(crate) fn send(
    path: &Path,
    config: &Config,
    asked: &Sent,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let backend = backend(config, asked.dry_run)?;
    let mut file = open(path)?;
    let name = path.display().to_string();
    let mut survey = Survey::of(&name, BufReader::with_capacity(CHUNK, &file), |line| {
        progress.at(|| format!("{name}: looking at line {line}"));
    })?;
    if !asked.again {
        survey.without(&delivered(path)?);
    }
    let mut memory = Memory::of(path, &format!("{}", survey.parts[0].began))?;
    if asked.again {
        memory.forget();
    }
    refuse_what_may_be_there(&survey, &memory)?;
    let exporter = match backend {
        Some(backend) if !asked.dry_run => {
            let exporter = Exporter::open(backend).map_err(|error| Failure::Asked(error.to_string()))?;
            memory.take()?;
            Some(exporter)
        }
        _ => None,
    };
    file.rewind()
        .map_err(|error| Failure::path("read again", path, error))?;
    let report = Report::new(path, &survey, backend, asked.dry_run);
    let mut pass = Pass {
        exporter,
        backend,
        patience: asked.patience,
        memory,
        report,
        progress,
    };
    pass.run(&survey, BufReader::with_capacity(CHUNK, &file))?;
    pass.progress.clear();
    let report = pass.report;
    match asked.format {
        Format::Json => json::write(&report, out)?,
        Format::Human => report.draw(asked.cure, look, out)?,
    }
    Ok(match report.complete || asked.dry_run {
        true => Verdict::Fine,
        false => Verdict::Findings,
    })
}

/// Where to, or why not.
fn backend(config: &Config, dry_run: bool) -> Result<Option<&Backend>, Failure> {
    let ask = |words: &str| Err(Failure::Asked(words.to_owned()));
    match &config.backend {
        None if config.disabled => ask("OTEL_SDK_DISABLED turns every export off: unset it"),
        None if !dry_run => {
            ask("no backend is configured: set OTEL_EXPORTER_OTLP_ENDPOINT, such as http://127.0.0.1:4317")
        }
        backend => Ok(backend.as_ref()),
    }
}

/// Opens a run file that nobody writes any more, and keeps it from being deleted meanwhile.
fn open(path: &Path) -> Result<File, Failure> {
    let cannot = |error| Failure::path("read", path, error);
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(Failure::Asked(format!(
            "{} is a folder; name a run",
            path.display()
        )));
    }
    if unended(&file) == Unended::Running {
        return Err(Failure::Asked(format!(
            "{} is still being written: replay it when its run has ended",
            path.display()
        )));
    }
    // A file system without locks has to do without.
    let _ = file.try_lock_shared();
    Ok(file)
}

/// Spans whose end was delivered while the run went on: the export notes those whose start is in the file.
fn delivered(path: &Path) -> Result<HashSet<u64>, Failure> {
    let path = path.with_extension("delivered");
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter_map(survey::id).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(Failure::path("read", path, error)),
    }
}

/// A file that was asked for beside a backend holds what that backend was given.
fn refuse_what_may_be_there(survey: &Survey, memory: &Memory) -> Result<(), Failure> {
    if memory.again || !survey.parts.iter().all(survey::Part::may_be_there) {
        return Ok(());
    }
    let told = survey.parts.iter().any(|part| part.undelivered);
    let told = if told {
        "; its run was told that not everything could be delivered"
    } else {
        ""
    };
    let id = &survey.parts[0].run.run_id;
    Err(Failure::Asked(format!(
        "run {id} was written beside a backend, which may have all of it already{told}; \
         `telemetry runs replay {id} --again` sends it all the same"
    )))
}
