//! Reads a run file into the stories of its runs: one for each `run` line, because a run whose id was handed on
//! to another process goes on in the same file. Whatever is wrong with a line is told, never fatal.

use std::io::{self, BufRead};

use jiff::Timestamp;
use telemetry_runtime::line::{Line, Record};
use telemetry_runtime::reader::{Flaw, Problem, RunReader, Trouble};
use telemetry_runtime::timestamp;

use crate::story::fold::Fold;
use crate::story::kept::Kept;
use crate::story::limits::Limits;
use crate::story::{BadLine, RunFile};

/// Bad lines that are kept from each end.
const BAD_LINES: usize = 10;

/// Why a file has no story.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// It is something else; the text says what.
    #[error("is no run file, but {0}")]
    OtherFormat(&'static str),
    /// It holds no record at all.
    #[error("is no run file: none of its {0} lines is a record")]
    NoRecord(u64),
    /// There is nothing in it.
    #[error("is empty: its writer was stopped before the first record")]
    Empty,
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Reads a whole run file, line by line, and keeps what a terminal has room for.
///
/// # Errors
///
/// When it is none, or cannot be read. A file with one record in it is one.
pub(crate) fn read(input: impl BufRead) -> Result<RunFile, Unreadable> {
    read_within(input, Limits::TERMINAL)
}

/// Reads a whole run file, line by line, and keeps so much of it.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_within(input: impl BufRead, limits: Limits) -> Result<RunFile, Unreadable> {
    let mut reader = RunReader::new(input);
    let mut runs = Vec::new();
    let mut bad_lines = Kept::of(BAD_LINES);
    let mut current: Option<Fold> = None;
    let mut now = Timestamp::UNIX_EPOCH;
    for line in reader.by_ref() {
        match line {
            Ok(line) => {
                now = time_of(&line).unwrap_or(now);
                if matches!(line.record, Record::Run(_)) {
                    runs.extend(current.take().map(Fold::finish));
                }
                current
                    .get_or_insert_with(|| Fold::new(now, limits))
                    .take(line, now);
            }
            Err(Problem {
                trouble: Trouble::Io(error),
                ..
            }) => return Err(error.into()),
            Err(Problem {
                trouble: Trouble::OtherFormat(name),
                ..
            }) => return Err(Unreadable::OtherFormat(name)),
            Err(Problem {
                trouble: Trouble::Torn,
                ..
            }) => {}
            Err(Problem { line, trouble }) => {
                current.iter_mut().for_each(Fold::excuse);
                if !matches!(trouble, Trouble::Flaw(Flaw::UnknownRecord(_))) {
                    bad_lines.push(BadLine {
                        line,
                        reason: trouble.to_string(),
                    });
                }
            }
        }
    }
    runs.extend(current.take().map(Fold::finish));
    let met = reader.reading();
    match (runs.is_empty(), met.lines) {
        (true, 0) => Err(Unreadable::Empty),
        (true, lines) => Err(Unreadable::NoRecord(lines)),
        (false, _) => Ok(RunFile {
            format: 1,
            runs,
            records: met.records,
            torn: met.torn,
            bad_lines,
            unknown_records: met.unknown_records.clone(),
            unknown_fields: met.unknown_fields.clone(),
            newer_format: met.newer_format,
        }),
    }
}

/// The first record of a file.
///
/// # Errors
///
/// When there is none, or it cannot be read so far.
pub(crate) fn first(input: impl BufRead) -> Result<Line, Unreadable> {
    let mut reader = RunReader::new(input);
    for line in reader.by_ref() {
        match line {
            Ok(line) => return Ok(line),
            Err(Problem { trouble, .. }) => match trouble {
                Trouble::Io(error) => return Err(error.into()),
                Trouble::OtherFormat(name) => return Err(Unreadable::OtherFormat(name)),
                Trouble::Torn | Trouble::TooLong | Trouble::Flaw(_) => {}
            },
        }
    }
    match reader.reading().lines {
        0 => Err(Unreadable::Empty),
        lines => Err(Unreadable::NoRecord(lines)),
    }
}

/// When a line says that it happened; `None` when it has another idea of time.
pub(crate) fn time_of(line: &Line) -> Option<Timestamp> {
    Timestamp::from_nanosecond(i128::from(timestamp::parse(&line.time)?)).ok()
}
