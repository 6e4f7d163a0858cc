//! The first pass over a file that is to be replayed: which runs it holds, when each last spoke, which spans never
//! ended. The second pass needs that before it sees a record; nothing else of the file is kept.

use std::collections::HashSet;
use std::io::BufRead;

use telemetry_runtime::line::{self, Record, Why};
use telemetry_runtime::reader::{Flaw, Problem, Reading, RunReader, Trouble};
use telemetry_runtime::timestamp;

use crate::failure::Failure;
use crate::story::file::Unreadable;

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// One for each `run` line.
    pub(super) parts: Vec<Part>,
    /// Records that stand before the first of them: nobody knows whose they are.
    pub(super) homeless: u64,
    /// What was met while reading.
    pub(super) reading: Reading,
}

/// One run of one process.
#[derive(Debug)]
pub(super) struct Part {
    /// Its first line.
    pub(super) run: line::Run,
    /// When that was written, in nanoseconds since the Unix epoch.
    pub(super) began: u64,
    /// When it last spoke.
    pub(super) last: u64,
    /// Spans that started and did not end.
    pub(super) unended: HashSet<u64>,
    /// Whether the operator was told that the backend did not get everything.
    pub(super) undelivered: bool,
}

impl Part {
    /// Whether the backend may have been given all of it while it happened.
    pub(super) fn may_be_there(&self) -> bool {
        self.run.why == Why::Requested
    }
}

impl Survey {
    /// Forgets the spans that a live export has delivered after all, although only their start is in the file.
    pub(super) fn without(&mut self, delivered: &HashSet<u64>) {
        for part in &mut self.parts {
            part.unended.retain(|id| !delivered.contains(id));
        }
    }

    /// Reads a file to its end.
    ///
    /// # Errors
    ///
    /// When it is no run file, or cannot be read.
    pub(super) fn of(name: &str, input: impl BufRead, mut seen: impl FnMut(u64)) -> Result<Survey, Failure> {
        let mut survey = Survey::default();
        let mut reader = RunReader::new(input);
        while let Some(line) = reader.next() {
            seen(reader.reading().lines);
            match line {
                Ok(line) => survey.take(line),
                Err(Problem { trouble, .. }) => match trouble {
                    Trouble::Io(error) => return Err(Failure::path("read", name, error)),
                    Trouble::OtherFormat(other) => {
                        return Err(Failure::Asked(format!("{name} is no run file, but {other}")));
                    }
                    Trouble::Flaw(Flaw::NotJson(_) | Flaw::NotARecord(_) | Flaw::UnknownRecord(_))
                    | Trouble::Torn
                    | Trouble::TooLong => {}
                },
            }
        }
        survey.reading = reader.reading().clone();
        let none = match (survey.reading.lines, survey.reading.records) {
            (0, _) => Some(Unreadable::Empty),
            (lines, 0) => Some(Unreadable::NoRecord(lines)),
            _ => None,
        };
        if let Some(why) = none {
            return Err(Failure::Asked(format!("{name} {why}")));
        }
        if survey.parts.is_empty() {
            let records = survey.reading.records;
            return Err(Failure::Asked(format!(
                "{name} holds no first line of a run ({records} records): nobody knows which run this is"
            )));
        }
        Ok(survey)
    }

    fn take(&mut self, line: line::Line) {
        let time = timestamp::parse(&line.time);
        if let Record::Run(run) = line.record {
            let began = time.unwrap_or(0);
            self.parts.push(Part {
                run,
                began,
                last: began,
                unended: HashSet::new(),
                undelivered: false,
            });
            return;
        }
        let Some(part) = self.parts.last_mut() else {
            self.homeless += 1;
            return;
        };
        part.last = part.last.max(time.unwrap_or(0));
        match &line.record {
            Record::SpanStart(span) => part.unended.extend(id(&span.span_id)),
            Record::SpanEnd(span) => {
                if let Some(id) = id(&span.span_id) {
                    part.unended.remove(&id);
                }
            }
            Record::Notice(notice) => part.undelivered |= notice.code == "not_delivered",
            _ => {}
        }
    }
}

/// The id of a span as a number; `None` when it is none.
pub(super) fn id(hex: &str) -> Option<u64> {
    u64::from_str_radix(hex, 16).ok().filter(|id| *id != 0)
}
