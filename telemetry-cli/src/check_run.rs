//! `check-run`: whether what a program recorded is what its schema says. Lines come from a run file, from standard
//! input, or from programs that send them over OTLP while they run.
//!
//! [`check`] gives each line to the rules: [`opening`] on whose it is, [`spans`], [`moments`] and [`points`] on the
//! record, [`attributes`] on what any record carries; and each run, out of its [`book`], to [`tree`], [`path`],
//! [`steps`] and [`ledger`]. [`report`] shows the [`finding`]s and the [`coverage`].

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use telemetry_runtime::reader::{RunReader, Trouble};

use crate::args::CheckRun;
use crate::check_run::check::Check;
use crate::check_run::names::Names;
use crate::check_run::numbered::Numbered;
use crate::check_run::report::Wanted;
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::progress::Progress;
use crate::receive;
use crate::runs::find::{Found, find};
use crate::schema;

mod attributes;
mod book;
mod check;
mod code;
mod coverage;
mod finding;
mod ledger;
mod moments;
mod names;
mod numbered;
mod opening;
mod path;
mod points;
mod report;
mod spans;
mod steps;
mod tree;

pub(crate) use report::shape;

/// Bytes that are read at once.
const BUFFER: usize = 256 * 1024;

/// Checks the run that was asked for, or those that are sent.
pub(crate) fn check_run(
    asked: &CheckRun,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
    words: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let model = schema::model(&asked.place.schema)?;
    let names = Names::of(&model);
    let wanted = Wanted {
        format: asked.format,
        unseen: asked.coverage,
        strict: asked.deny.is_some(),
    };
    if let Some(address) = asked.otlp {
        // Gone when it was checked, unless it is to be kept.
        let passing = tempfile::tempdir()?;
        let folder = asked.keep.clone().unwrap_or_else(|| passing.path().to_owned());
        let files = receive::until_end(address, folder, look, words)?;
        return sent(&files, address, &names, wanted, look, progress, out);
    }
    match find(asked.run.as_deref(), &asked.place)? {
        Found::File(path) => file(&path, &names, wanted, look, progress, out),
        Found::Input => {
            let name = "standard input";
            let reading = progress.reading(io::stdin().lock(), name.to_owned(), None);
            let reading = BufReader::with_capacity(BUFFER, reading);
            lines(reading, name, &names, wanted, look, out)
        }
    }
}

fn file(
    path: &Path,
    names: &Names<'_>,
    wanted: Wanted,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let failed = |error| Failure::path("read", path, error);
    let opened = File::open(path).map_err(failed)?;
    let found = opened.metadata().map_err(failed)?;
    if found.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let reading = progress.reading(opened, name.to_string(), Some(found.len()));
    lines(
        BufReader::with_capacity(BUFFER, reading),
        &name,
        names,
        wanted,
        look,
        out,
    )
}

/// Checks an input line by line, and reports.
fn lines(
    bytes: impl BufRead,
    input: &str,
    names: &Names<'_>,
    wanted: Wanted,
    look: &Look,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let (numbered, number) = Numbered::new(bytes);
    let mut reader = RunReader::new(numbered);
    let mut check = Check::new(names);
    for line in reader.by_ref() {
        match line {
            Ok(line) => check.take(number.of_line(), &line),
            Err(problem) => match problem.trouble {
                Trouble::Io(error) => return Err(Failure::Asked(format!("cannot read {input}: {error}"))),
                Trouble::OtherFormat(name) => {
                    return Err(Failure::Asked(format!("{input} is no run file, but {name}")));
                }
                _ => check.problem(&problem),
            },
        }
    }
    check.finish(reader.reading());
    // What says how far it was read is taken away before anything else is said.
    drop(reader);
    report::write(input, &mut check, wanted, look, out)?;
    Ok(match report::conforms(&check, wanted.strict) {
        true => Verdict::Fine,
        false => Verdict::Findings,
    })
}

/// Checks what was sent, one run file a process.
fn sent(
    files: &[PathBuf],
    address: SocketAddr,
    names: &Names<'_>,
    wanted: Wanted,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    if files.is_empty() {
        // Nothing came: that is told as an input without a record.
        return lines(io::empty(), &address.to_string(), names, wanted, look, out);
    }
    let mut verdict = Verdict::Fine;
    for path in files {
        if file(path, names, wanted, look, progress, out)? == Verdict::Findings {
            verdict = Verdict::Findings;
        }
    }
    Ok(verdict)
}
