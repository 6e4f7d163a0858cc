//! `runs show`: reads a run file into its story and draws it, or prints the story as JSON. With `--all` the file
//! is gone through a second time, so that a list of every event needs no more memory than a list of few.

use std::io::{self, BufReader, Seek, Write};

use telemetry_runtime::line::{Line, Record};
use telemetry_runtime::reader::RunReader;

use crate::args::{Format, RunsPlace};
use crate::draw::{self, Unended, View};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::progress::Progress;
use crate::runs::find::find;
use crate::runs::json;
use crate::runs::source::{CHUNK, Source};
use crate::sheet::Sheet;
use crate::story::file::{read, time_of};
use crate::story::{Happening, RunFile};

/// Shows one run.
pub(crate) fn show(
    asked: Option<&str>,
    place: &RunsPlace,
    (all, format): (bool, Format),
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let found = find(asked, place)?;
    let name = found.name();
    let twice = all && format == Format::Human;
    let source = Source::open(&found, twice)?;
    let story = match &source {
        Source::File(file) => {
            let size = file.metadata().ok().map(|file| file.len());
            let reading = progress.reading(file, name.clone(), size);
            read(BufReader::with_capacity(CHUNK, reading))
        }
        Source::Input => {
            let reading = progress.reading(io::stdin().lock(), name.clone(), None);
            read(BufReader::with_capacity(CHUNK, reading))
        }
    };
    let story = story.map_err(|why| Failure::Asked(format!("{name} {why}")))?;
    if format == Format::Json {
        json::write(&story, out)?;
        return Ok(Verdict::Fine);
    }
    let unended = source.unended(&found, &story);
    match source {
        Source::File(mut file) if twice => {
            file.rewind()
                .map_err(|error| Failure::Asked(format!("cannot read {name} again: {error}")))?;
            let lines = RunReader::new(BufReader::with_capacity(CHUNK, file)).filter_map(Result::ok);
            draw_file(&story, unended, Some(lines), look, out)?;
        }
        _ => draw_file(&story, unended, None::<std::iter::Empty<Line>>, look, out)?,
    }
    Ok(Verdict::Fine)
}

fn draw_file(
    file: &RunFile,
    unended: Unended,
    lines: Option<impl Iterator<Item = Line>>,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    let all = lines.is_some();
    let mut lines = lines.map(Iterator::peekable);
    for (index, story) in file.runs.iter().enumerate() {
        if index > 0 {
            sheet.blank()?;
        }
        // Only the last run of a file can still be written.
        let unended = if index + 1 == file.runs.len() {
            unended
        } else {
            Unended::Killed
        };
        draw::run(
            &mut sheet,
            story,
            View {
                file: (index == 0).then_some(file),
                unended,
                part: (index + 1, file.runs.len()),
                all,
            },
        )?;
        let Some(lines) = &mut lines else { continue };
        let mut now = story.began;
        let mut first = true;
        while let Some(line) = lines.next_if(|line| first || !matches!(line.record, Record::Run(_))) {
            first = false;
            now = time_of(&line).unwrap_or(now);
            if let Some(happening) = Happening::of(line.record, now) {
                draw::events::row(&mut sheet, story, &happening, 1, draw::events::NAME, true)?;
            }
        }
    }
    Ok(())
}
