//! How many runs are kept, and for how long. Called when a run starts, and by the command line.
//!
//! A run's age is its own: the time on its first line, because copies and backups change the file's. A run that
//! still goes on is never deleted: its writer holds a lock on the file, which has to be free first.
//!
//! [`plan`] looks and decides, [`PruningPlan::carry_out`] deletes: what is foretold and what is done are one list.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::OFlags;

use crate::place_of_file::{ENDING, path_of};
use crate::{reader, timestamp};

/// Longest first line that is looked at for a time.
const LOOKED_AT: u64 = 64 * 1024;

/// A file system without locks cannot tell whether a run goes on; then it does as long as it was written to
/// within this time.
const TAKEN_FOR_ACTIVE: Duration = Duration::from_secs(24 * 60 * 60);

/// What retention would do with a folder. Made by [`plan`], done by [`PruningPlan::carry_out`].
#[derive(Debug, Clone, Default)]
pub struct PruningPlan {
    /// The runs of the folder, oldest first.
    pub runs: Vec<PlannedRun>,
}

/// A run of the folder, and what is to become of it.
#[derive(Debug, Clone)]
pub struct PlannedRun {
    /// Its id.
    pub id: String,
    /// Its file.
    pub path: PathBuf,
    /// When it began, as it says itself; else when its file was last written to.
    pub began: SystemTime,
    /// Bytes of its file.
    pub bytes: u64,
    /// Files that go with it (`<id>.*`), by name.
    pub sidecars: Vec<Sidecar>,
    /// What is to become of it.
    pub fate: Fate,
}

/// A file beside a run's, such as what a replay remembers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sidecar {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes of it.
    pub bytes: u64,
}

/// What is to become of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The rules let it stay.
    Stays,
    /// It is deleted.
    Goes,
    /// It would have to go, but somebody writes it, or reads it for a replay.
    Active,
}

/// What was deleted, and what was not.
#[derive(Debug, Default)]
pub struct Pruned {
    /// Ids of the runs that are gone, oldest first.
    pub deleted: Vec<String>,
    /// Ids of runs that had to go and still go on.
    pub active: Vec<String>,
    /// What could not be deleted, and why. The next time tries again.
    pub failed: Vec<(PathBuf, io::Error)>,
    /// How many runs are left.
    pub kept: usize,
}

/// Says what would be deleted from `directory`: all runs but the `keep` latest, and those that began more than `days`
/// days before `now`, each with its sidecars (`<id>.*`). Nothing else in the folder is looked at, and nothing changes.
///
/// # Errors
/// When the folder cannot be listed. A folder that does not exist has no runs.
///
/// ```
/// use std::time::SystemTime;
/// use telemetry_runtime::retention::{Fate, plan};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("8b4766.jsonl"), "")?;
/// let plan = plan(folder.path(), 0, 14, SystemTime::now())?;
/// assert_eq!((plan.runs[0].id.as_str(), plan.runs[0].fate), ("8b4766", Fate::Goes));
/// assert_eq!(plan.carry_out(SystemTime::now()).deleted, ["8b4766"]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn plan(directory: &Path, keep: usize, days: u32, now: SystemTime) -> io::Result<PruningPlan> {
    let mut runs = list(directory)?;
    let oldest = now
        .checked_sub(Duration::from_secs(u64::from(days) * 24 * 60 * 60))
        .unwrap_or(UNIX_EPOCH);
    runs.sort_unstable_by(|one, other| one.began.cmp(&other.began).then_with(|| one.id.cmp(&other.id)));
    let surplus = runs.len().saturating_sub(keep);
    for (n, run) in runs.iter_mut().enumerate() {
        if n < surplus || run.began < oldest {
            // What cannot be opened is met again, and told, when it is to be deleted.
            run.fate = match idle(&run.path, now) {
                Ok(None) => Fate::Active,
                _ => Fate::Goes,
            };
        }
    }
    Ok(PruningPlan { runs })
}

/// Deletes what [`plan`] says.
///
/// # Errors
/// As [`plan`].
pub fn prune(directory: &Path, keep: usize, days: u32, now: SystemTime) -> io::Result<Pruned> {
    Ok(plan(directory, keep, days, now)?.carry_out(now))
}

impl PruningPlan {
    /// Deletes the runs that go. One that goes on again since the plan was made stays.
    pub fn carry_out(self, now: SystemTime) -> Pruned {
        let mut pruned = Pruned {
            kept: self.runs.len(),
            ..Pruned::default()
        };
        for run in self.runs {
            let gone = match run.fate {
                Fate::Stays => continue,
                Fate::Active => Ok(false),
                Fate::Goes => delete(&run, now),
            };
            match gone {
                Ok(true) => {
                    pruned.kept -= 1;
                    pruned.deleted.push(run.id);
                }
                Ok(false) => pruned.active.push(run.id),
                Err(error) => pruned.failed.push((run.path, error)),
            }
        }
        pruned
    }
}

fn list(directory: &Path) -> io::Result<Vec<PlannedRun>> {
    let mut runs = Vec::new();
    // By the id of their run.
    let mut sidecars: BTreeMap<String, Vec<Sidecar>> = BTreeMap::new();
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(runs),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        // What is no file is none of ours, and a link is not followed: it may lead anywhere.
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let Some((id, ending)) = name
            .to_str()
            .filter(|_| is_file)
            .and_then(|name| name.split_once('.'))
        else {
            continue;
        };
        if path_of(directory, id).is_err() {
            continue;
        }
        // One that is gone meanwhile was deleted by another process.
        let Ok(bytes) = entry.metadata().map(|data| data.len()) else {
            continue;
        };
        let (id, path) = (id.to_owned(), entry.path());
        if ending != ENDING {
            sidecars.entry(id).or_default().push(Sidecar { path, bytes });
        } else if let Ok(began) = began(&entry) {
            runs.push(PlannedRun {
                id,
                path,
                began,
                bytes,
                sidecars: Vec::new(),
                fate: Fate::Stays,
            });
        }
    }
    for run in &mut runs {
        run.sidecars = sidecars.remove(&run.id).unwrap_or_default();
        run.sidecars.sort_unstable();
    }
    Ok(runs)
}

/// When a run began, as it says itself; else when its file was last written to.
fn began(entry: &DirEntry) -> io::Result<SystemTime> {
    let mut first = Vec::new();
    BufReader::new(open(&entry.path())?.take(LOOKED_AT)).read_until(b'\n', &mut first)?;
    let own = reader::parse(&first)
        .ok()
        .and_then(|line| timestamp::parse(&line.time));
    match own {
        Some(nanos) => Ok(UNIX_EPOCH + Duration::from_nanos(nanos)),
        None => entry.metadata()?.modified(),
    }
}

/// The file, locked against writers; `None` when the run still goes on.
fn idle(path: &Path, now: SystemTime) -> io::Result<Option<File>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(_)) => {
            let silence = now
                .duration_since(file.metadata()?.modified()?)
                .unwrap_or_default();
            Ok((silence >= TAKEN_FOR_ACTIVE).then_some(file))
        }
    }
}

/// Whether the run was deleted; `false` when it still goes on.
fn delete(run: &PlannedRun, now: SystemTime) -> io::Result<bool> {
    // Held until the run is gone.
    let _locked = match idle(&run.path, now) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let sidecars = run.sidecars.iter().map(|sidecar| &sidecar.path);
    // The run itself goes last: what fails before is found again.
    for path in sidecars.chain([&run.path]) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(true)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)
}
