//! How many runs are kept, and for how long. Called when a run starts, and by the command line.
//!
//! A run's age is its own: the time on its first line, because copies and backups change the file's. A run that
//! still goes on is never deleted: its writer holds a lock on the file, which has to be free first.

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

/// Deletes from `directory` all runs but the `keep` latest, and those that began more than `days` days before
/// `now`, each with its sidecars (`<id>.*`). Nothing else in the folder is touched.
///
/// # Errors
/// When the folder cannot be listed. A folder that does not exist has no runs.
pub fn prune(directory: &Path, keep: usize, days: u32, now: SystemTime) -> io::Result<Pruned> {
    let mut folder = list(directory)?;
    let oldest = now
        .checked_sub(Duration::from_secs(u64::from(days) * 24 * 60 * 60))
        .unwrap_or(UNIX_EPOCH);
    folder
        .runs
        .sort_unstable_by(|one, other| one.began.cmp(&other.began).then_with(|| one.id.cmp(&other.id)));
    let surplus = folder.runs.len().saturating_sub(keep);
    let mut pruned = Pruned {
        kept: folder.runs.len(),
        ..Pruned::default()
    };
    for (n, run) in folder.runs.into_iter().enumerate() {
        if n >= surplus && run.began >= oldest {
            continue;
        }
        let sidecars = folder.sidecars.remove(&run.id).unwrap_or_default();
        match delete(&run.path, &sidecars, now) {
            Ok(true) => {
                pruned.kept -= 1;
                pruned.deleted.push(run.id);
            }
            Ok(false) => pruned.active.push(run.id),
            Err(error) => pruned.failed.push((run.path, error)),
        }
    }
    Ok(pruned)
}

#[derive(Default)]
struct Folder {
    runs: Vec<Found>,
    /// By the id of their run.
    sidecars: BTreeMap<String, Vec<PathBuf>>,
}

struct Found {
    id: String,
    path: PathBuf,
    began: SystemTime,
}

fn list(directory: &Path) -> io::Result<Folder> {
    let mut folder = Folder::default();
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(folder),
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
        let (id, path) = (id.to_owned(), entry.path());
        if ending == ENDING {
            // One that is gone meanwhile was deleted by another process.
            if let Ok(began) = began(&entry) {
                folder.runs.push(Found { id, path, began });
            }
        } else {
            folder.sidecars.entry(id).or_default().push(path);
        }
    }
    Ok(folder)
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

/// Whether the run was deleted; `false` when it still goes on.
fn delete(path: &Path, sidecars: &[PathBuf], now: SystemTime) -> io::Result<bool> {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(false),
        Err(TryLockError::Error(_)) => {
            let silence = now
                .duration_since(file.metadata()?.modified()?)
                .unwrap_or_default();
            if silence < TAKEN_FOR_ACTIVE {
                return Ok(false);
            }
        }
    }
    // The run itself goes last: what fails before is found again.
    for path in sidecars.iter().map(PathBuf::as_path).chain([path]) {
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
