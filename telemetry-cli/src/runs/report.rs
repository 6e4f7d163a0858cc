//! `runs report`: reads a run file into its story, as `runs show` does, and makes one HTML page of it. The page takes its
//! place at once: whoever looks at an older one never sees half of it.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Stderr, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::args::ReportPage;
use crate::failure::{Failure, Verdict};
use crate::look::{Ink, Look};
use crate::progress::Progress;
use crate::quantity::{bytes, count};
use crate::report::html;
use crate::report::page::{Page, page};
use crate::runs::find::{Found, find};
use crate::runs::source::{CHUNK, Source};
use crate::sheet::Sheet;
use crate::story::RunFile;
use crate::story::file::{Unreadable, read_within};
use crate::story::limits::Limits;
use crate::text::clean;

/// Makes the page of one run.
pub(crate) fn report(
    asked: &ReportPage,
    look: &Look,
    progress: &mut Progress<Stderr>,
    out: &mut dyn Write,
    words: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let found = find(asked.run.as_deref(), &asked.place)?;
    let source = Source::open(&found, false)?;
    let file = read(&source, found.name(), progress)
        .map_err(|why| Failure::Asked(format!("{} {why}", found.name())))?;
    let name = match &found {
        Found::File(path) => path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        Found::Input => found.name(),
    };
    let page = page(
        &name,
        &file,
        source.unended(&found, &file),
        Timestamp::now(),
        look,
    );
    if asked.output.as_os_str() == "-" {
        html::write(&page, out)?;
    } else {
        progress.at(|| "writing the page".to_owned());
        let size = put(&page, &asked.output)?;
        progress.clear();
        tell(&page, &asked.output, size, look, out)?;
    }
    for sampled in &page.sampled {
        writeln!(
            words,
            "telemetry: the page is not the whole run: {}",
            clean(sampled)
        )?;
    }
    Ok(Verdict::Fine)
}

fn read(source: &Source, name: String, progress: &mut Progress<Stderr>) -> Result<RunFile, Unreadable> {
    match source {
        Source::File(file) => {
            let reading = progress.reading(file, name, Some(file.metadata()?.len()));
            read_within(BufReader::with_capacity(CHUNK, reading), Limits::PAGE)
        }
        Source::Input => {
            let reading = progress.reading(io::stdin().lock(), name, None);
            read_within(BufReader::with_capacity(CHUNK, reading), Limits::PAGE)
        }
    }
}

/// Writes the page to a file beside its place, and puts it there as a whole. Gives back its size.
fn put(page: &Page, path: &Path) -> Result<u64, Failure> {
    let cannot = |error| Failure::path("write", path, error);
    let there = fs::metadata(path).ok();
    if there.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(cannot(io::ErrorKind::IsADirectory.into()));
    }
    if there.as_ref().is_some_and(|there| !there.is_file()) {
        // A pipe or a device is written to, never replaced.
        return fill(
            page,
            File::options().write(true).open(path).map_err(cannot)?,
            path,
        );
    }
    // What a link points to is replaced, and not the link.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .map_or_else(|| PathBuf::from("."), Path::to_owned);
    let mut beside = tempfile::Builder::new();
    let beside = beside.prefix(".report-").suffix(".html");
    let beside = beside.tempfile_in(&folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Asked(format!(
            "cannot write {}: there is no folder {}; make it, or name another",
            path.display(),
            folder.display()
        )),
        // The error names the file that was tried, which nobody asked for.
        kind => Failure::path("write", path, kind.into()),
    })?;
    let size = fill(page, beside.as_file().try_clone().map_err(cannot)?, path)?;
    if let Some(there) = there {
        beside
            .as_file()
            .set_permissions(there.permissions())
            .map_err(cannot)?;
    }
    beside.persist(&place).map_err(|error| cannot(error.error))?;
    Ok(size)
}

fn fill(page: &Page, file: File, path: &Path) -> Result<u64, Failure> {
    let cannot = |error| Failure::path("write", path, error);
    let mut out = BufWriter::with_capacity(CHUNK, file);
    html::write(page, &mut out).map_err(|error| match error {
        Failure::Output(source) => cannot(source),
        Failure::Json(source) if source.is_io() => cannot(source.into()),
        other => other,
    })?;
    let file = out.into_inner().map_err(|error| cannot(error.into_error()))?;
    file.metadata().map(|about| about.len()).map_err(cannot)
}

/// Says what was written.
fn tell(page: &Page, path: &Path, size: u64, look: &Look, out: &mut dyn Write) -> Result<(), Failure> {
    let mut sheet = Sheet::new(out, look.clone());
    let dot = format!(" {} ", look.signs().dot);
    let mut pieces = vec![(Ink::Strong, path.display().to_string())];
    pieces.extend(page.parts.iter().take(1).flat_map(|part| part.words()));
    if page.parts.len() > 1 {
        pieces.push((Ink::Plain, count(page.parts.len() as u64, "part")));
    }
    pieces.push((Ink::Faint, count(page.records, "record")));
    pieces.push((Ink::Faint, bytes(size as f64)));
    sheet.flow(0, &dot, &pieces)?;
    Ok(())
}
