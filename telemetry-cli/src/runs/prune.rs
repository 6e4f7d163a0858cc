//! `runs prune`: deletes what the rules of the schema would delete when the next run starts, or says what that would
//! be. Both are the work of `telemetry_runtime::retention`, as when a run starts: here its plan is shown.

mod draw;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Serialize;
use telemetry_runtime::retention::{self, Fate, PlannedRun, Pruned};

use crate::args::{Format, Prune};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::progress::Progress;
use crate::runs::{find, json};
use crate::schema;
use crate::sheet::Sheet;

/// How much is kept.
#[derive(Debug, Clone, Copy, Serialize, schemars::JsonSchema)]
struct Rule {
    /// Runs that are kept at the most.
    keep: usize,
    /// Days after which a run goes; absent when no run goes for its age.
    days: Option<u32>,
}

/// What was done, or would be. `runs prune --format json` prints this.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Report {
    /// Version of this shape.
    format: u32,
    /// The folder.
    directory: PathBuf,
    /// Whether nothing was deleted.
    dry_run: bool,
    /// How much was to be kept.
    rule: Rule,
    /// Runs that are gone, or would be, oldest first.
    deleted: Vec<Found>,
    /// Bytes of those, with their sidecars.
    deleted_bytes: u64,
    /// Runs that had to go and still go on.
    active: Vec<Found>,
    /// What could not be deleted.
    failed: Vec<Undeleted>,
    /// Runs that are left, active ones too.
    kept: usize,
    /// Bytes of those.
    kept_bytes: u64,
}

/// A run of the folder.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
struct Found {
    /// Its id.
    id: String,
    /// When it began, as it says itself; else when its file was last written to.
    began: Timestamp,
    /// Bytes of its file.
    bytes: u64,
    /// Files that go with it.
    sidecars: Vec<Sidecar>,
}

/// A file beside a run's, such as what a replay remembers.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
struct Sidecar {
    /// Name of the file.
    name: String,
    /// Bytes of it.
    bytes: u64,
}

impl Found {
    fn of(run: &PlannedRun) -> Found {
        let sidecar = |file: &retention::Sidecar| Sidecar {
            name: file
                .path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            bytes: file.bytes,
        };
        Found {
            id: run.id.clone(),
            began: Timestamp::try_from(run.began).unwrap_or_default(),
            bytes: run.bytes,
            sidecars: run.sidecars.iter().map(sidecar).collect(),
        }
    }

    /// Bytes of the run with its sidecars.
    fn whole(&self) -> u64 {
        self.bytes + self.sidecars.iter().map(|file| file.bytes).sum::<u64>()
    }
}

/// A run that could not be deleted.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Undeleted {
    /// Its file.
    path: PathBuf,
    /// Why.
    error: String,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<Report>()
}

/// Deletes, or says what would be deleted.
pub(crate) fn prune(
    asked: &Prune,
    now: SystemTime,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let directory = find::folder(&asked.place)?;
    let rule = rule(asked)?;
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Asked(format!(
            "{} does not exist: nothing was recorded there yet",
            directory.display()
        )),
        _ => Failure::path("read", &directory, error),
    };
    fs::metadata(&directory).map_err(cannot)?;
    let days = rule.days.unwrap_or(u32::MAX);
    let plan = progress
        .during(
            || format!("looking through {}", directory.display()),
            || retention::plan(&directory, rule.keep, days, now),
        )
        .map_err(cannot)?;
    let found: Vec<Found> = plan.runs.iter().map(Found::of).collect();
    let ids = |fate| {
        let runs = plan.runs.iter().filter(move |run| run.fate == fate);
        runs.map(|run| run.id.clone()).collect()
    };
    let pruned = match asked.dry_run {
        true => Pruned {
            deleted: ids(Fate::Goes),
            active: ids(Fate::Active),
            ..Pruned::default()
        },
        false => progress.during(
            || format!("deleting from {}", directory.display()),
            || plan.carry_out(now),
        ),
    };
    progress.clear();
    let named = |ids: &[String]| -> Vec<Found> {
        let of = |run: &&Found| ids.contains(&run.id);
        found.iter().filter(of).cloned().collect()
    };
    let deleted = named(&pruned.deleted);
    let whole = |runs: &[Found]| runs.iter().map(Found::whole).sum();
    let (all_bytes, deleted_bytes): (u64, u64) = (whole(&found), whole(&deleted));
    let report = Report {
        format: 1,
        dry_run: asked.dry_run,
        rule,
        kept: found.len().saturating_sub(deleted.len()),
        kept_bytes: all_bytes.saturating_sub(deleted_bytes),
        deleted_bytes,
        deleted,
        active: named(&pruned.active),
        failed: pruned
            .failed
            .into_iter()
            .map(|(path, error)| Undeleted {
                path,
                error: error.to_string(),
            })
            .collect(),
        directory,
    };
    match asked.format {
        Format::Json => json::write(&report, out)?,
        Format::Human => draw::draw(&mut Sheet::new(out, look.clone()), &report)?,
    }
    Ok(match report.failed.is_empty() {
        true => Verdict::Fine,
        false => Verdict::Findings,
    })
}

/// What was asked for, and else the schema's.
fn rule(asked: &Prune) -> Result<Rule, Failure> {
    if asked.all {
        return Ok(Rule { keep: 0, days: None });
    }
    if let (Some(keep), Some(days)) = (asked.keep, asked.days) {
        return Ok(Rule {
            keep,
            days: Some(days),
        });
    }
    let folder = &asked.place.schema;
    if !folder.is_dir() {
        return Err(Failure::Asked(format!(
            "there is no schema in `{}` that says how many runs are kept; say --keep and --days, or --all",
            folder.display()
        )));
    }
    let run = schema::model(folder)?.manifest.run;
    let days = u32::try_from(run.keep_days).unwrap_or(u32::MAX);
    Ok(Rule {
        keep: asked
            .keep
            .unwrap_or(usize::try_from(run.keep_runs).unwrap_or(usize::MAX)),
        days: Some(asked.days.unwrap_or(days)),
    })
}
