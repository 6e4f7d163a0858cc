//! What the backend acknowledged of a run file, in a file beside it: `<id>.replayed`. An entry is on the disk before
//! the next message is sent, so that a replay that is killed goes on where it stopped, and a second one has nothing
//! to do. Retention deletes it with its run.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::runs::replay::batch::Lane;

/// Ending of its name, in the place of the run file's.
const ENDING: &str = "replayed";

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// Version of this format.
    format: u32,
    /// When the run file began, in nanoseconds since the Unix epoch: another file under its name began then.
    began: String,
    /// Whether it was asked to send what the backend may have.
    again: bool,
}

/// Every other line: a message was acknowledged.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// When.
    pub(super) time: Timestamp,
    /// By whom.
    pub(super) endpoint: String,
    /// What it was.
    pub(super) lane: Lane,
    /// First and last line of the run file that are in it, of those of its lane; from 1, blank lines not counted.
    pub(super) lines: (u64, u64),
    /// How many spans, log records or data points.
    pub(super) count: u64,
    /// How many of them the backend did not want.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) rejected: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What is known of earlier replays, and the file that remembers this one.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    began: String,
    file: Option<File>,
    /// Whether there was a replay before.
    pub(super) begun: bool,
    /// Whether that one was asked to send what the backend may have.
    pub(super) again: bool,
    /// When the last message was acknowledged, and by whom.
    pub(super) last: Option<(Timestamp, String)>,
    /// Items that were rejected in earlier replays.
    pub(super) rejected: u64,
    ranges: BTreeMap<Lane, Vec<(u64, u64)>>,
}

impl Memory {
    /// What is known of earlier replays of a run file; nothing is written yet.
    ///
    /// # Errors
    ///
    /// When there is a file and it cannot be read.
    pub(super) fn of(run: &Path, began: &str) -> Result<Memory, Failure> {
        let path = run.with_extension(ENDING);
        if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(Failure::Asked(format!(
                "{} is no file: what was sent is remembered there; remove it",
                path.display()
            )));
        }
        let mut memory = Memory {
            path,
            began: began.to_owned(),
            file: None,
            begun: false,
            again: false,
            last: None,
            rejected: 0,
            ranges: BTreeMap::new(),
        };
        match fs::read_to_string(&memory.path) {
            Ok(text) => memory.recall(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::path("read", &memory.path, error)),
        }
        Ok(memory)
    }

    /// Whether a line was acknowledged before.
    pub(super) fn has(&self, lane: Lane, line: u64) -> bool {
        let ranges = self.ranges.get(&lane).map_or(&[][..], Vec::as_slice);
        let before = ranges.partition_point(|(from, _)| *from <= line);
        before > 0 && line <= ranges[before - 1].1
    }

    /// Forgets earlier replays, for one that sends everything again.
    pub(super) fn forget(&mut self) {
        self.ranges.clear();
        (self.begun, self.again, self.last, self.rejected) = (false, true, None, 0);
    }

    /// Takes the file for this replay alone.
    ///
    /// # Errors
    ///
    /// When another replay has it, or it cannot be written: then it could not be remembered what was sent.
    pub(super) fn take(&mut self) -> Result<(), Failure> {
        let path = self.path.clone();
        let cannot = |error| Failure::path("remember what is sent in", &path, error);
        let mut options = OpenOptions::new();
        let options = options.read(true).append(true).create(true).mode(0o600);
        let mut file = options.open(&self.path).map_err(cannot)?;
        // A file system without locks has to do without.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(Failure::Asked(format!(
                "another replay of this run is under way: it holds {}",
                self.path.display()
            )));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(cannot)?;
        // Another replay may have ended since this one looked.
        if !self.again || self.begun {
            self.recall(&text);
        }
        let write = |file: &mut File, known: bool| -> io::Result<()> {
            if !known {
                file.set_len(0)?;
                let head = Head {
                    format: 1,
                    began: self.began.clone(),
                    again: self.again,
                };
                writeln!(file, "{}", serde_json::to_string(&head)?)?;
            } else if !text.ends_with('\n') {
                // A replay was killed in the middle of an entry.
                writeln!(file)?;
            }
            file.sync_all()?;
            match self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                Some(folder) => File::open(folder)?.sync_all(),
                None => Ok(()),
            }
        };
        write(&mut file, self.begun).map_err(cannot)?;
        self.file = Some(file);
        Ok(())
    }

    /// Remembers that a message was acknowledged; it is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub(super) fn keep(&mut self, entry: &Entry) -> Result<(), Failure> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let write = |file: &mut File| -> io::Result<()> {
            let line = format!("{}\n", serde_json::to_string(entry)?);
            file.write_all(line.as_bytes())?;
            file.sync_data()
        };
        write(file).map_err(|error| Failure::path("remember what was sent in", &self.path, error))
    }

    fn recall(&mut self, text: &str) {
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines = whole.lines();
        let head = lines
            .next()
            .and_then(|line| serde_json::from_str::<Head>(line).ok());
        let Some(head) = head.filter(|head| head.format == 1 && head.began == self.began) else {
            return;
        };
        (self.begun, self.again) = (true, head.again);
        (self.rejected, self.ranges) = (0, BTreeMap::new());
        for entry in lines.filter_map(|line| serde_json::from_str::<Entry>(line).ok()) {
            self.rejected = self.rejected.saturating_add(entry.rejected);
            self.ranges.entry(entry.lane).or_default().push(entry.lines);
            self.last = Some((entry.time, entry.endpoint));
        }
        for ranges in self.ranges.values_mut() {
            ranges.sort_unstable();
            ranges.dedup_by(|next, known| {
                let overlap = next.0 <= known.1;
                known.1 = if overlap { known.1.max(next.1) } else { known.1 };
                overlap
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(lane: Lane, from: u64, to: u64) -> Entry {
        Entry {
            time: Timestamp::UNIX_EPOCH,
            endpoint: "http://h:1/".to_owned(),
            lane,
            lines: (from, to),
            count: 1,
            rejected: 0,
        }
    }

    #[test]
    fn what_was_kept_is_known_to_the_next_replay_lane_by_lane() {
        let folder = tempfile::tempdir().expect("a folder");
        let run = folder.path().join("8b.jsonl");
        let mut memory = Memory::of(&run, "t0").expect("nothing there");
        assert!(!memory.begun && !memory.has(Lane::Spans, 1));
        memory.take().expect("a file");
        for (from, to) in [(20, 20), (10, 30), (40, 45)] {
            memory.keep(&entry(Lane::Spans, from, to)).expect("it is kept");
        }
        let busy = Memory::of(&run, "t0").expect("it reads").take();
        assert!(busy.is_err_and(|error| error.to_string().contains("another replay")));
        drop(memory);
        // Killed in the middle of an entry.
        let path = folder.path().join("8b.replayed");
        let mut file = OpenOptions::new().append(true).open(&path).expect("the file");
        file.write_all(b"{\"time\":\"20").expect("it takes it");
        drop(file);
        let mut memory = Memory::of(&run, "t0").expect("it reads");
        memory.take().expect("it goes on");
        memory.keep(&entry(Lane::Logs, 7, 7)).expect("it is kept");
        drop(memory);
        let memory = Memory::of(&run, "t0").expect("it reads");
        assert!(memory.begun && !memory.again);
        let known = |lane, line| memory.has(lane, line);
        assert!(known(Lane::Spans, 10) && known(Lane::Spans, 25) && known(Lane::Spans, 45));
        assert!(!known(Lane::Spans, 9) && !known(Lane::Spans, 31) && !known(Lane::Unended, 25));
        assert!(known(Lane::Logs, 7));
    }

    #[test]
    fn a_file_of_another_run_under_the_same_name_says_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let run = folder.path().join("8b.jsonl");
        let mut memory = Memory::of(&run, "t0").expect("nothing there");
        memory.take().expect("a file");
        memory.keep(&entry(Lane::Logs, 1, 9)).expect("it is kept");
        drop(memory);
        let mut other = Memory::of(&run, "t1").expect("it reads");
        assert!(!other.begun && !other.has(Lane::Logs, 5));
        other.take().expect("it begins anew");
        assert!(!other.has(Lane::Logs, 5));
        drop(other);
        assert!(Memory::of(&run, "t1").expect("it reads").begun);
    }

    #[test]
    fn numbers_beyond_all_bounds_are_read_as_the_largest() {
        let folder = tempfile::tempdir().expect("a folder");
        let run = folder.path().join("8b.jsonl");
        let mut memory = Memory::of(&run, "t0").expect("nothing there");
        memory.take().expect("a file");
        for lines in [(1, u64::MAX), (u64::MAX, 0)] {
            memory
                .keep(&Entry {
                    lines,
                    count: u64::MAX,
                    rejected: u64::MAX,
                    ..entry(Lane::Logs, 0, 0)
                })
                .expect("it is kept");
        }
        drop(memory);
        let memory = Memory::of(&run, "t0").expect("it reads");
        assert_eq!(memory.rejected, u64::MAX);
        assert!(memory.has(Lane::Logs, u64::MAX) && !memory.has(Lane::Logs, 0));
    }
}
