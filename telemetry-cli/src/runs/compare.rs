//! `runs compare`: two or more runs side by side, against one of them. [`measure`] makes a comparison of their
//! stories, [`table`] draws it from [`cell`]s.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use telemetry_runtime::line::{Kind, Outcome};

use crate::args::{Compare, Format};
use crate::draw::Unended;
use crate::draw::header::status;
use crate::failure::{Failure, Verdict};
use crate::look::{Ink, Look};
use crate::progress::Progress;
use crate::runs::find::{Found, find, unended};
use crate::runs::json;
use crate::sheet::Sheet;
use crate::story::Story;
use crate::story::file::read;

mod cell;
mod measure;
mod table;

/// Bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// Runs side by side. `runs compare --format json` prints this; every list of values is in the order of `runs`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Comparison {
    /// Version of this shape.
    format: u32,
    /// Which of `runs` the others are held against, from 0.
    baseline: usize,
    /// Why that one, in words.
    baseline_is: &'static str,
    /// What a step may take longer by.
    threshold: Threshold,
    /// In the order in which they were named.
    runs: Vec<Side>,
    /// Stages and timings, in the order of the baseline; those that it has not, where the others had them.
    steps: Vec<Step>,
    /// Names that are not in `steps`, because there were too many.
    more_steps: usize,
    /// What went wrong in some of the runs and not as often in others.
    errors: Vec<Count>,
    /// What was counted and differs.
    counts: Vec<Count>,
    /// Counts that are the same in all runs.
    same_counts: usize,
    /// Steps and whole runs that took longer than the threshold allows.
    regressions: usize,
}

/// What a step may take longer by; more than both is a regression.
#[derive(Debug, Clone, Copy, Serialize, schemars::JsonSchema)]
struct Threshold {
    /// Of the baseline's time.
    percent: f64,
    /// In nanoseconds.
    least_ns: u64,
}

/// One of the runs.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Side {
    /// The run's id; of a file that lost it, the name of the file.
    id: String,
    /// Absent for standard input.
    path: Option<PathBuf>,
    /// Absent when the file has lost its first line.
    command: Option<String>,
    /// Time of its first record.
    began: Timestamp,
    /// `success`, `failed`, `skipped`, `cancelled`, `abandoned`, `killed` or `running`, as in the list.
    #[schemars(extend("enum" = crate::args::Status::WORDS))]
    status: &'static str,
    /// Of one without an end, until it last spoke.
    duration_ns: u64,
    /// How far its time is from the baseline's; null for the baseline itself.
    change: Option<Change>,
    /// Runs in the file, the last of which this is.
    parts: usize,
    /// Stages, timings and other spans that are not told apart, because there were too many.
    more_spans: u64,
    #[serde(skip)]
    ink: Option<Ink>,
}

/// A stage or a timing.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Step {
    /// Its name, such as `launch.network`.
    name: String,
    /// `stage` or `timing`.
    kind: Kind,
    /// What it took in each run; null where the run did not come to it.
    values: Vec<Option<Took>>,
}

/// What a step took in one run.
#[derive(Debug, Clone, Copy, Serialize, schemars::JsonSchema)]
struct Took {
    /// How often it ran.
    times: u64,
    /// Its time in all, in nanoseconds; of what is open, until the run last spoke.
    total_ns: u64,
    /// How the last one ended; absent while it is open.
    outcome: Option<Outcome>,
    /// How far its time is from the baseline's; null where there is nothing to be compared with.
    change: Option<Change>,
}

/// How far a time is from the baseline's.
#[derive(Debug, Clone, Copy, Serialize, schemars::JsonSchema)]
struct Change {
    /// Longer by so many nanoseconds; negative when it was faster.
    by_ns: i64,
    /// Of the baseline's time; absent where that is none.
    percent: Option<f64>,
    /// Whether it is longer than the threshold allows.
    regression: bool,
    /// Whether it is shorter by as much, and did what it was for all the same.
    gain: bool,
}

/// Something that was counted.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Count {
    /// What it is: `event`, `span`, `cache`, `records`, `error`.
    of: &'static str,
    /// Which one.
    name: String,
    /// How often it was counted in each run.
    values: Vec<u64>,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<Comparison>()
}

/// Compares runs.
pub(crate) fn compare(
    asked: &Compare,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let threshold = threshold(asked)?;
    let mut sides = Vec::new();
    let mut stories = Vec::new();
    for run in &asked.runs {
        let (side, story) = side(run, asked, progress)?;
        sides.push(side);
        stories.push(story);
    }
    let comparison = measure::compare(sides, &stories, asked.baseline, threshold);
    match asked.format {
        Format::Json => json::write(&comparison, out)?,
        Format::Human => table::draw(&mut Sheet::new(out, look.clone()), &comparison)?,
    }
    Ok(match asked.check && comparison.regressions > 0 {
        true => Verdict::Findings,
        false => Verdict::Fine,
    })
}

fn threshold(asked: &Compare) -> Result<Threshold, Failure> {
    let least = asked.least.parse::<SignedDuration>().ok();
    let least = least.and_then(|least| u64::try_from(least.as_nanos()).ok());
    match least {
        Some(least_ns) if asked.percent >= 0.0 => Ok(Threshold {
            percent: asked.percent,
            least_ns,
        }),
        Some(_) => Err(Failure::Asked("--percent has to be 0 or more".to_owned())),
        None => Err(Failure::Asked(format!(
            "--least `{}` is no duration: type one such as 100ms or 2s",
            asked.least
        ))),
    }
}

/// Reads one run; of a file with several, the last.
fn side(run: &str, asked: &Compare, progress: &mut Progress<impl Write>) -> Result<(Side, Story), Failure> {
    let found = find(Some(run), &asked.place)?;
    let (path, file, name) = match found {
        Found::File(path) => {
            let file = File::open(&path).map_err(|error| Failure::path("read", &path, error))?;
            let name = path.display().to_string();
            (Some(path), Some(file), name)
        }
        Found::Input => (None, None, "standard input".to_owned()),
    };
    let story = match &file {
        Some(file) => {
            let size = file.metadata().ok().map(|file| file.len());
            let reading = progress.reading(file, name.clone(), size);
            read(BufReader::with_capacity(CHUNK, reading))
        }
        None => {
            let reading = progress.reading(io::stdin().lock(), name.clone(), None);
            read(BufReader::with_capacity(CHUNK, reading))
        }
    };
    let mut story = story.map_err(|why| Failure::Asked(format!("{name} {why}")))?;
    let parts = story.runs.len();
    let Some(story) = story.runs.pop() else {
        return Err(Failure::Asked(format!("{name} holds no run")));
    };
    let unended = match &file {
        Some(file) if story.end.is_none() => unended(file),
        _ => Unended::Killed,
    };
    let (ink, status) = status(&story, unended);
    let stem = path.as_ref().and_then(|path| path.file_stem());
    let id = match (&story.run, stem) {
        (Some(run), _) => run.run_id.clone(),
        (None, Some(stem)) => stem.to_string_lossy().into_owned(),
        (None, None) => name,
    };
    let side = Side {
        id,
        path,
        command: story.run.as_ref().map(|run| run.command.clone()),
        began: story.began,
        status,
        duration_ns: story.duration_ns(),
        change: None,
        parts,
        more_spans: story.more_spans,
        ink: Some(ink),
    };
    Ok((side, story))
}
