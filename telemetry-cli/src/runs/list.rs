//! `runs list`: one row a run, newest first. A row needs the first line, the ends of spans, the errors and the
//! last lines of a file; the rest is skipped unread, so that a folder of long runs lists in a moment.

use std::fs::File;
use std::io::{self, BufReader, Write};

use jiff::Timestamp;
use serde::Serialize;
use telemetry_runtime::line::End;

use crate::args::{Format, List};
use crate::draw::Unended;
use crate::draw::header::status;
use crate::failure::{Failure, Verdict};
use crate::look::Ink;
use crate::look::Look;
use crate::progress::Progress;
use crate::quantity::{count, duration};
use crate::runs::find::{self, Entry};
use crate::runs::json;
use crate::runs::list::filter::Filter;
use crate::runs::skim::Skim;
use crate::sheet::Sheet;
use crate::story::file::{Unreadable, read};
use crate::text::columns;

mod filter;

/// A run in the list. `runs list --format json` prints an array of these.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Row {
    /// The run's id, which is also the file's name.
    id: String,
    /// Where the file is.
    path: std::path::PathBuf,
    /// When it began.
    began: Timestamp,
    /// Name of the command; absent when the file has lost its first line.
    command: Option<String>,
    /// `success`, `failed`, `skipped`, `cancelled`, `abandoned`, `killed` or `running`.
    #[schemars(extend("enum" = crate::args::Status::WORDS))]
    status: &'static str,
    /// How it ended, with the exit code; absent when it did not.
    end: Option<End>,
    /// How long it took, in nanoseconds; of one without an end, until it last spoke.
    duration_ns: u64,
    /// The stage that took longest.
    slowest_stage: Option<String>,
    /// How long that took, in nanoseconds.
    slowest_stage_ns: Option<u64>,
    /// Different things that went wrong.
    errors: u64,
    /// Runs in the file: more than one when its id was handed to another process.
    runs: usize,
    #[serde(skip)]
    ink: Option<Ink>,
    /// What went wrong, by name and in words.
    #[serde(skip)]
    faults: Vec<(String, String)>,
}

impl Row {
    /// Where `--text` looks.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let faults = self.faults.iter().flat_map(|(name, words)| [name, words]);
        [Some(&self.id), self.command.as_ref()]
            .into_iter()
            .flatten()
            .chain(faults)
            .map(String::as_str)
    }
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<Vec<Row>>()
}

/// Lists the runs of a folder.
pub(crate) fn list(
    asked: &List,
    now: Timestamp,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let mut filter = Filter::new(asked, now, &look.zone)?;
    let folder = find::folder(&asked.place)?;
    let mut entries = find::entries(&folder)?;
    let empty = entries.is_empty();
    entries.retain(|entry| filter.takes_time(entry));
    let most = if asked.limit == 0 { usize::MAX } else { asked.limit };
    let mut rows = Vec::new();
    let mut others = Vec::new();
    let mut seen = 0;
    for entry in &entries {
        if rows.len() + others.len() >= most {
            break;
        }
        seen += 1;
        let name = format!("run {seen} of {}, {}", entries.len(), entry.id);
        match skim(entry, name, progress) {
            Ok(row) => rows.extend(filter.takes(&row).then_some(row)),
            Err(why) if filter.takes_no_run() => others.push(format!("{} {why}", entry.path.display())),
            Err(_) => {}
        }
    }
    if asked.format == Format::Json {
        json::write(&rows, out)?;
        return Ok(Verdict::Fine);
    }
    let mut sheet = Sheet::new(out, look.clone());
    if empty {
        sheet.flow(0, "", &[(Ink::Faint, format!("no runs in {}", folder.display()))])?;
    } else if rows.is_empty() && others.is_empty() {
        let words = format!("none of the runs in {} is asked for", folder.display());
        sheet.flow(0, "", &[(Ink::Faint, words)])?;
    }
    draw(&mut sheet, &rows)?;
    for other in others {
        sheet.flow(0, "", &[(Ink::Warn, format!("{} {other}", look.signs().slow))])?;
    }
    let older = (entries.len() - seen) as u64;
    let older = (older > 0).then(|| match filter.asks_for_rows() {
        true => format!(
            "{} not looked at (--limit 0 looks at all)",
            count(older, "older run")
        ),
        false => format!("{} (--limit 0 shows all)", count(older, "older run")),
    });
    for words in [filter.words(), older].into_iter().flatten() {
        let words = format!("{} {words}", look.signs().more);
        sheet.flow(0, "", &[(Ink::Faint, words)])?;
    }
    Ok(Verdict::Fine)
}

/// Reads what a row needs; the error says why a file is no run. One that cannot be read hides no other.
fn skim(entry: &Entry, name: String, progress: &mut Progress<impl Write>) -> Result<Row, String> {
    let cannot = |error| Unreadable::Io(error).to_string();
    let file = File::open(&entry.path).map_err(cannot)?;
    let size = file.metadata().map_err(cannot)?.len();
    let reading = progress.reading(&file, name, Some(size));
    let lines = BufReader::with_capacity(256 * 1024, reading);
    let story = read(BufReader::new(Skim::new(lines))).map_err(|why| why.to_string())?;
    let runs = story.runs.len();
    let errors = story
        .runs
        .iter()
        .map(|story| story.faults.len() as u64 + story.more_faults)
        .sum();
    let faults = story.runs.iter().flat_map(|story| &story.faults);
    let faults = faults
        .map(|fault| (fault.name.clone(), fault.words.clone()))
        .collect();
    let Some(story) = story.runs.into_iter().next_back() else {
        return Err("holds no run".to_owned());
    };
    let unended = if story.end.is_some() {
        Unended::Killed
    } else {
        find::unended(&file)
    };
    let (ink, status) = status(&story, unended);
    let slowest = story.slowest_stage().map(|(name, took)| (name.to_owned(), took));
    Ok(Row {
        id: entry.id.clone(),
        path: entry.path.clone(),
        began: entry.began,
        command: story.run.as_ref().map(|run| run.command.clone()),
        status,
        duration_ns: story.duration_ns(),
        end: story.end,
        slowest_stage_ns: slowest.as_ref().map(|(_, took)| *took),
        slowest_stage: slowest.map(|(name, _)| name),
        errors,
        runs,
        ink: Some(ink),
        faults,
    })
}

fn draw(sheet: &mut Sheet<'_>, rows: &[Row]) -> io::Result<()> {
    let signs = sheet.look.signs();
    let width = sheet.look.width;
    let ids = rows
        .iter()
        .map(|row| columns(&row.id))
        .max()
        .unwrap_or(0)
        .clamp(2, width / 4);
    let commands = rows
        .iter()
        .filter_map(|row| row.command.as_deref())
        .map(columns)
        .max()
        .unwrap_or(0)
        .clamp(7, 20);
    let wide = width >= 16 + 2 + ids + 2 + commands + 2 + 9 + 2 + 7 + 2 + 9;
    if !rows.is_empty() && wide {
        let mut row = sheet.row();
        let mut column = 0;
        for (name, wide) in [("when", 16), ("id", ids), ("command", commands), ("outcome", 9)] {
            row.to(column).put(Ink::Faint, name);
            column += wide + 2;
        }
        row.put_ending(column + 7, Ink::Faint, "took")
            .to(column + 9)
            .put(Ink::Faint, "errors");
        row.to(column + 17).put(Ink::Faint, "slowest stage");
        sheet.put(&row)?;
    }
    for run in rows {
        let when = run
            .began
            .to_zoned(sheet.look.zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string();
        let took = duration(run.duration_ns, signs);
        let errors = if run.errors > 0 {
            format!("{} {}", signs.failed, run.errors)
        } else {
            String::new()
        };
        let stage = run.slowest_stage.as_deref().zip(run.slowest_stage_ns);
        let stage = stage.map(|(name, took)| {
            format!(
                "{} {}",
                duration(took, signs),
                name.rsplit('.').next().unwrap_or(name)
            )
        });
        let stage = stage.unwrap_or_default();
        let ink = run.ink.unwrap_or(Ink::Plain);
        let command = run.command.as_deref().unwrap_or("?");
        if wide {
            let mut row = sheet.row();
            let mut column = 0;
            row.put(Ink::Faint, &when);
            column += 18;
            row.to(column).put_at_most(Ink::Strong, &run.id, ids);
            column += ids + 2;
            row.to(column).put_at_most(Ink::Plain, command, commands);
            column += commands + 2;
            row.to(column).put(ink, run.status);
            column += 11;
            row.put_ending(column + 7, Ink::Plain, &took)
                .to(column + 9)
                .put(Ink::Bad, &errors);
            row.to(column + 17).put(Ink::Faint, &stage);
            sheet.put(&row)?;
        } else {
            let separator = format!(" {} ", signs.dot);
            sheet.flow(
                0,
                "  ",
                &[
                    (Ink::Strong, run.id.clone()),
                    (Ink::Faint, when),
                    (ink, run.status.to_owned()),
                ],
            )?;
            sheet.flow(
                2,
                &separator,
                &[
                    (Ink::Plain, command.to_owned()),
                    (Ink::Plain, took),
                    (Ink::Bad, errors),
                    (Ink::Faint, stage),
                ],
            )?;
        }
    }
    Ok(())
}
