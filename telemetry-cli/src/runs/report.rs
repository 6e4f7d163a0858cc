//! `runs report`: reads a run file into its story, as `runs show` does, and makes one HTML page of it.

use std::io::{self, BufReader, Stderr, Write};
use std::path::Path;

use jiff::Timestamp;

use crate::args::ReportPage;
use crate::failure::{Failure, Verdict};
use crate::look::{Ink, Look};
use crate::output::{self, Readers};
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
        let size = output::put(&asked.output, Readers::Owner, |out| html::write(&page, out))?;
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
