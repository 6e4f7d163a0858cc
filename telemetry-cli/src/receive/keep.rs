//! The files of received runs. While a process speaks, its lines stand in the order of their arrival, each message
//! written before it is acknowledged; a process that ended gets its file sorted by time, as if it had written it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use telemetry_runtime::line::{Line, Record, Run};
use telemetry_runtime::{reader, timestamp};

use crate::failure::Failure;

/// Names that are tried for a run whose own is taken.
const TRIES: u32 = 1000;

/// The folder that files are kept in.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

/// The file of one process.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    file: File,
}

impl Folder {
    /// Makes the folder where there is none.
    pub(super) fn open(path: PathBuf) -> Result<Folder, Failure> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|error| Failure::path("make the folder", &path, error))?;
        Ok(Folder(path))
    }

    /// A new file: under the run's id, or with a number behind it for another process of the run, or another time.
    pub(super) fn start(&self, id: &str, first: &Line) -> Result<Kept, Failure> {
        for number in 1..TRIES {
            let name = match number {
                1 => format!("{id}.jsonl"),
                _ => format!("{id}-{number}.jsonl"),
            };
            let path = self.0.join(name);
            match options().create_new(true).open(&path) {
                Ok(file) => {
                    let mut kept = Kept::of(path, file);
                    kept.put(std::slice::from_ref(first))?;
                    return Ok(kept);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Failure::path("write", path, error)),
            }
        }
        Err(Failure::path(
            "write",
            self.0.join(id),
            io::ErrorKind::AlreadyExists.into(),
        ))
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true).mode(0o600);
    options
}

impl Kept {
    /// Whoever writes a run file holds a shared lock on it; a file system without locks has to do without.
    fn of(path: PathBuf, file: File) -> Kept {
        let _ = file.lock_shared();
        Kept { path, file }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends lines, all of them or none.
    pub(super) fn put(&mut self, lines: &[Line]) -> Result<(), Failure> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line)?;
            text.push(b'\n');
        }
        let written = self.file.metadata().and_then(|before| {
            self.file.write_all(&text).inspect_err(|_| {
                // What a full disk took is cut off again, so that lines stay whole: the sender sends all of them again.
                let _ = self.file.set_len(before.len());
            })
        });
        written.map_err(|error| Failure::path("write", &self.path, error))
    }

    /// Puts the lines in the order of their time, under a first line that says what is known now. Gives the path.
    pub(super) fn settle(
        &mut self,
        run: &Run,
        began: Option<u64>,
        end: Option<&Line>,
    ) -> Result<&Path, Failure> {
        if let Some(end) = end {
            self.put(std::slice::from_ref(end))?;
        }
        let beside = self.path.with_extension("sorting");
        let sorted = sort(&self.file, &beside, run, began);
        let renamed = sorted.and_then(|file| {
            fs::rename(&beside, &self.path)?;
            Ok(file)
        });
        match renamed {
            Ok(file) => {
                let path = std::mem::take(&mut self.path);
                *self = Kept::of(path, file);
                Ok(&self.path)
            }
            Err(error) => {
                // The file as it was is still there, and whole.
                let _ = fs::remove_file(&beside);
                Err(Failure::path("sort", &self.path, error))
            }
        }
    }
}

/// Where a line stands, and where it belongs.
struct Place {
    time: u64,
    rank: u8,
    at: u64,
}

/// Writes the lines of a file to another one, in order. Only their places are held, not the lines.
fn sort(file: &File, beside: &Path, run: &Run, began: Option<u64>) -> io::Result<File> {
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    reader.seek(SeekFrom::Start(0))?;
    let (mut places, mut line, mut at) = (Vec::new(), Vec::new(), 0);
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)? as u64;
        if length == 0 {
            break;
        }
        if let Ok(read) = reader::parse(&line) {
            places.push(Place {
                time: timestamp::parse(&read.time).unwrap_or(0),
                rank: rank(&read.record),
                at,
            });
        }
        at += length;
    }
    let earliest = places
        .iter()
        .filter(|place| place.rank > 0)
        .map(|place| place.time)
        .min();
    // A sender that is not ours may count from before its first record, or name no time at all.
    let began = began.filter(|began| earliest.is_none_or(|earliest| *began <= earliest));
    let began = began.or(earliest);
    places.sort_by_key(|place| match place.rank {
        0 => (0, 0, place.at),
        LAST => (u64::MAX, LAST, place.at),
        rank => (place.time, rank, place.at),
    });
    let _ = fs::remove_file(beside);
    let sorted = options().create_new(true).open(beside)?;
    let mut writer = BufWriter::with_capacity(256 * 1024, sorted);
    let mut ends = places.iter().filter(|place| place.rank == LAST).count();
    let mut seq = 0;
    for place in &places {
        reader.seek(SeekFrom::Start(place.at))?;
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        let mut read = reader::parse(&line).map_err(io::Error::other)?;
        if let (0, Some(began)) = (place.rank, began) {
            read.record = Record::Run(run.clone());
            read.time = super::desk::time(began);
        }
        // A process that spoke on after its end has ended once more.
        if place.rank == LAST {
            ends -= 1;
            if ends > 0 {
                continue;
            }
        }
        read.seq = seq;
        seq += 1;
        serde_json::to_writer(&mut writer, &read)?;
        writer.write_all(b"\n")?;
    }
    writer.into_inner().map_err(io::IntoInnerError::into_error)
}

/// Rank of the last line.
const LAST: u8 = 9;

/// The order of what has one time.
fn rank(record: &Record) -> u8 {
    match record {
        Record::Run(_) => 0,
        Record::SpanStart(_) => 1,
        Record::SpanEnd(_) => 3,
        Record::End(_) => LAST,
        _ => 2,
    }
}
