//! Reads run files, one line at a time, whatever is in them. The command line, tests and replay see runs only
//! through here.
//!
//! A run file may end in the middle of a line, hold bytes that are no record, or come from a newer version. None
//! of that stops the reader: every line is either a [`Line`] or a [`Problem`] with its number, and [`Reading`]
//! tells at the end what there was.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::foreign::other_format;
use crate::line::{FORMAT, Line, Record};
use crate::parse::parse_all;

pub use crate::parse::{Flaw, parse};

/// Longest line that is read, in bytes. Ours are bounded far below; this bounds the memory for other files.
pub const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// Names of unknown things that are told apart; more are only counted.
const TOLD_APART: usize = 64;

/// A line of a run file that is no record of ours.
#[derive(Debug, thiserror::Error)]
#[error("line {line} {trouble}")]
pub struct Problem {
    /// Its number, 1 first.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub trouble: Trouble,
}

/// What can be wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is no record; the lines after it are read on.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The last line, and it breaks off: the writer was stopped in the middle of it.
    #[error("is torn: the file ends in the middle of it")]
    Torn,
    /// Longer than [`LONGEST_LINE`]; it was skipped.
    #[error("is longer than {} MiB", LONGEST_LINE / 1024 / 1024)]
    TooLong,
    /// The file is none of ours. Nothing after it is read.
    #[error("shows that this is no run file, but {0}")]
    OtherFormat(&'static str),
    /// The file cannot be read on.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// What was met while reading: everything that a person who trusts the numbers has to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Lines with something on them.
    pub lines: u64,
    /// Those that are records.
    pub records: u64,
    /// Those that are neither a record, nor of an unknown kind, nor torn.
    pub bad: u64,
    /// Whether the last line breaks off.
    pub torn: bool,
    /// Records of kinds that this version does not know, by kind.
    pub unknown_records: BTreeMap<String, u64>,
    /// Fields that this version does not know, by their place; their records were read without them.
    pub unknown_fields: BTreeMap<String, u64>,
    /// The highest version of the format that a `run` line names, when it is newer than [`FORMAT`].
    pub newer_format: Option<u32>,
}

impl Reading {
    /// What a person should be told, a sentence each; nothing when all is well.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some(format) = self.newer_format {
            remarks.push(format!(
                "the file has format {format}, this program knows {FORMAT}: a newer version shows more of it"
            ));
        }
        if self.torn {
            remarks.push("the last line breaks off: the writer was stopped in the middle of it".to_owned());
        }
        if self.bad > 0 {
            remarks.push(format!(
                "{} of {} lines are no records and were left out",
                self.bad, self.lines
            ));
        }
        for (kind, count) in &self.unknown_records {
            remarks.push(format!(
                "records of the unknown kind `{kind}` were left out ({count})"
            ));
        }
        for (field, count) in &self.unknown_fields {
            remarks.push(format!("the unknown field `{field}` was left out ({count})"));
        }
        remarks
    }
}

/// Reads a run file line by line. Memory stays that of one line.
///
/// ```
/// use telemetry_runtime::reader::{RunReader, Trouble};
///
/// let text = concat!(
///     r#"{"seq":0,"time":"2026-11-23T01:59:00.000000000Z","record":"notice","code":"c","body":"b"}"#, "\n",
///     r#"{"seq":1,"time":"2026-11-23T01:5"#
/// );
/// let mut reader = RunReader::new(text.as_bytes());
/// assert!(reader.next().is_some_and(|line| line.is_ok()));
/// assert!(matches!(reader.next(), Some(Err(problem)) if matches!(problem.trouble, Trouble::Torn)));
/// assert!(reader.next().is_none() && reader.reading().torn);
/// ```
#[derive(Debug)]
pub struct RunReader<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
    ended: bool,
    reading: Reading,
}

impl RunReader<BufReader<File>> {
    /// Opens a run file.
    ///
    /// # Errors
    /// When it cannot be opened, or is a folder.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(RunReader::new(BufReader::with_capacity(256 * 1024, file)))
    }
}

impl<R: BufRead> RunReader<R> {
    /// Reads lines from anything.
    pub fn new(input: R) -> Self {
        RunReader {
            input,
            line: Vec::new(),
            number: 0,
            ended: false,
            reading: Reading::default(),
        }
    }

    /// What was met so far.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Reads on to the next line that has something on it; `None` at the end.
    fn advance(&mut self) -> io::Result<Option<Length>> {
        loop {
            self.line.clear();
            let most = LONGEST_LINE as u64 + 1;
            if self.input.by_ref().take(most).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if self.line.len() > LONGEST_LINE && self.line.last() != Some(&b'\n') {
                self.input.skip_until(b'\n')?;
                return Ok(Some(Length::TooLong));
            }
            if self.number == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
                self.line.drain(..3);
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some(Length::Bounded));
            }
        }
    }

    fn read(&mut self) -> Result<Line, Trouble> {
        let flaw = match parse_all(&self.line) {
            Ok((line, unknown_fields)) => {
                self.note(&line, unknown_fields);
                return Ok(line);
            }
            Err(flaw) => flaw,
        };
        if self.number == 1
            && let Some(name) = other_format(&self.line, self.input.fill_buf().unwrap_or_default())
        {
            self.ended = true;
            return Err(Trouble::OtherFormat(name));
        }
        if self.line.last() != Some(&b'\n') && matches!(flaw, Flaw::NotJson(_)) {
            self.reading.torn = true;
            return Err(Trouble::Torn);
        }
        match &flaw {
            Flaw::UnknownRecord(kind) => tally(&mut self.reading.unknown_records, kind.clone()),
            Flaw::NotJson(_) | Flaw::NotARecord(_) => self.reading.bad += 1,
        }
        Err(Trouble::Flaw(flaw))
    }

    fn note(&mut self, line: &Line, unknown_fields: Vec<String>) {
        self.reading.records += 1;
        for field in unknown_fields {
            tally(&mut self.reading.unknown_fields, field);
        }
        if let Record::Run(run) = &line.record
            && run.format > FORMAT
        {
            self.reading.newer_format = self.reading.newer_format.max(Some(run.format));
        }
    }
}

impl<R: BufRead> Iterator for RunReader<R> {
    type Item = Result<Line, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = match self.advance() {
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Ok(Some(Length::Bounded)) => {
                self.reading.lines += 1;
                self.read()
            }
            Ok(Some(Length::TooLong)) => {
                self.reading.lines += 1;
                self.reading.bad += 1;
                Err(Trouble::TooLong)
            }
            Err(error) => {
                self.ended = true;
                self.number += 1;
                Err(Trouble::Io(error))
            }
        };
        Some(read.map_err(|trouble| Problem {
            line: self.number,
            trouble,
        }))
    }
}

/// Whether a line was read whole.
enum Length {
    Bounded,
    TooLong,
}

/// Counts a name; a hostile file cannot fill the memory with names.
fn tally(counts: &mut BTreeMap<String, u64>, name: String) {
    let name = if counts.len() < TOLD_APART || counts.contains_key(&name) {
        name
    } else {
        "…".to_owned()
    };
    *counts.entry(name).or_default() += 1;
}
