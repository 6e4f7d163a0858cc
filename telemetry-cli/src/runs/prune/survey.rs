//! What is in a folder of runs, as the rules of retention see it: runs by their age, sidecars, sizes, and who still
//! goes on. It foretells what [`retention::prune`](telemetry_runtime::retention::prune) would do without doing it;
//! the test below holds the two together.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::Serialize;
use telemetry_runtime::{reader, timestamp};

/// Longest first line that is looked at for a time.
const LOOKED_AT: u64 = 64 * 1024;

/// Where files have no locks, a run goes on as long as it was written to within this time.
const TAKEN_FOR_ACTIVE: Duration = Duration::from_secs(24 * 60 * 60);

/// A run of the folder.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct Found {
    /// Its id.
    pub(super) id: String,
    /// When it began, as it says itself; else when its file was last written to.
    pub(super) began: Timestamp,
    /// Bytes of its file.
    pub(super) bytes: u64,
    /// Files that go with it.
    pub(super) sidecars: Vec<Sidecar>,
    #[serde(skip)]
    path: PathBuf,
}

/// A file beside a run's, such as what a replay remembers.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct Sidecar {
    /// Name of the file.
    pub(super) name: String,
    /// Bytes of it.
    pub(super) bytes: u64,
}

impl Found {
    /// Bytes of the run with its sidecars.
    pub(super) fn whole(&self) -> u64 {
        self.bytes + self.sidecars.iter().map(|file| file.bytes).sum::<u64>()
    }
}

/// The runs of a folder, oldest first.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) runs: Vec<Found>,
}

impl Survey {
    /// Looks at a folder.
    ///
    /// # Errors
    ///
    /// When it cannot be listed. A file that is gone meanwhile is none.
    pub(super) fn of(directory: &Path) -> io::Result<Survey> {
        let mut runs = Vec::new();
        let mut sidecars: BTreeMap<String, Vec<Sidecar>> = BTreeMap::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            let Some((id, ending)) = name.split_once('.').filter(|(id, _)| is_file && is_id(id)) else {
                continue;
            };
            let Ok(bytes) = entry.metadata().map(|data| data.len()) else {
                continue;
            };
            if ending != "jsonl" {
                let of_run = sidecars.entry(id.to_owned()).or_default();
                of_run.push(Sidecar {
                    name: name.clone(),
                    bytes,
                });
            } else if let Ok(began) = began(&entry) {
                runs.push(Found {
                    id: id.to_owned(),
                    began,
                    bytes,
                    sidecars: Vec::new(),
                    path: entry.path(),
                });
            }
        }
        for run in &mut runs {
            run.sidecars = sidecars.remove(&run.id).unwrap_or_default();
            run.sidecars.sort_by(|one, other| one.name.cmp(&other.name));
        }
        runs.sort_by(|one, other| one.began.cmp(&other.began).then_with(|| one.id.cmp(&other.id)));
        Ok(Survey { runs })
    }

    /// Ids of the runs that would be deleted, and of those that would be if they did not go on.
    pub(super) fn foretell(&self, keep: usize, days: u32, now: SystemTime) -> (Vec<String>, Vec<String>) {
        let age = Duration::from_secs(u64::from(days) * 24 * 60 * 60);
        let oldest = now.checked_sub(age).unwrap_or(UNIX_EPOCH);
        let surplus = self.runs.len().saturating_sub(keep);
        let due = self.runs.iter().enumerate();
        let due = due.filter(|(n, run)| *n < surplus || SystemTime::from(run.began) < oldest);
        let (active, deleted): (Vec<&Found>, Vec<&Found>) =
            due.map(|(_, run)| run).partition(|run| goes_on(&run.path, now));
        let ids = |runs: Vec<&Found>| runs.into_iter().map(|run| run.id.clone()).collect();
        (ids(deleted), ids(active))
    }

    /// The runs with these ids; one that came since the folder was looked at is not known.
    pub(super) fn found(&self, ids: &[String]) -> Vec<Found> {
        let known = |id: &String| self.runs.iter().find(|run| run.id == *id).cloned();
        ids.iter().filter_map(known).collect()
    }

    /// Bytes of all runs with their sidecars.
    pub(super) fn bytes(&self) -> u64 {
        self.runs.iter().map(Found::whole).sum()
    }
}

fn is_id(text: &str) -> bool {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(is_kept)
}

fn began(entry: &DirEntry) -> io::Result<Timestamp> {
    let mut first = Vec::new();
    BufReader::new(File::open(entry.path())?.take(LOOKED_AT)).read_until(b'\n', &mut first)?;
    let own = reader::parse(&first)
        .ok()
        .and_then(|line| timestamp::parse(&line.time))
        .and_then(|nanos| Timestamp::from_nanosecond(i128::from(nanos)).ok());
    match own {
        Some(time) => Ok(time),
        None => Ok(Timestamp::try_from(entry.metadata()?.modified()?).unwrap_or_default()),
    }
}

/// Whether somebody writes the file, or reads it for a replay.
fn goes_on(path: &Path, now: SystemTime) -> bool {
    let Ok(file) = File::open(path) else { return false };
    match file.try_lock() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => {
            let changed = file.metadata().and_then(|data| data.modified());
            let silence = changed.map(|changed| now.duration_since(changed).unwrap_or_default());
            silence.is_ok_and(|silence| silence < TAKEN_FOR_ACTIVE)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use telemetry_runtime::retention;

    use super::*;

    const NOW: i64 = 1_795_600_000;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_foretold_is_what_retention_then_does(
            runs in prop::collection::btree_map("[a-c]{1,2}", (0..5_i64, any::<bool>(), any::<bool>()), 0..7),
            others in prop::collection::vec("[a-c]{0,2}(\\.[a-c]{1,2})?\\.(jsonl|replayed|x)", 0..4),
            keep in 0..6_usize, days in 0..5_u32,
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            for name in &others {
                fs::write(folder.path().join(name), "not a run").expect("a file");
            }
            let mut held = Vec::new();
            for (id, (age, active, sidecar)) in &runs {
                let began = Timestamp::from_second(NOW - age * 86_400).expect("a time");
                let line = format!("{{\"seq\":0,\"time\":\"{began:.9}\",\"record\":\"notice\",\"code\":\"c\",\"body\":\"b\"}}\n");
                let path = folder.path().join(format!("{id}.jsonl"));
                fs::write(&path, line).expect("a run");
                if *sidecar {
                    fs::write(folder.path().join(format!("{id}.replayed")), "7").expect("a sidecar");
                }
                if *active {
                    let file = File::open(&path).expect("it is there");
                    file.lock_shared().expect("a lock");
                    held.push(file);
                }
            }
            let now = UNIX_EPOCH + Duration::from_secs(NOW.cast_unsigned());
            let before = Survey::of(folder.path()).expect("a folder");
            let (deleted, active) = before.foretell(keep, days, now);
            let pruned = retention::prune(folder.path(), keep, days, now).expect("a folder");
            prop_assert_eq!(&deleted, &pruned.deleted);
            prop_assert_eq!(active, pruned.active);
            let after = Survey::of(folder.path()).expect("a folder");
            prop_assert_eq!(after.runs.len(), pruned.kept);
            let gone: u64 = before.found(&deleted).iter().map(Found::whole).sum();
            prop_assert_eq!(before.bytes() - gone, after.bytes());
        }
    }
}
