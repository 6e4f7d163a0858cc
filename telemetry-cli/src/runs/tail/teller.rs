//! Shows lines of a run file as `receive` shows what it is sent: a head where a run begins, a row a record, a row where
//! it ended. Machines get the lines as they are, and what else is to be said goes to another output.

use std::io::Write;
use std::path::Path;

use telemetry_runtime::line::{End, Line, Record};
use telemetry_runtime::reader::parse;
use telemetry_runtime::timestamp;

use crate::draw::{ink, word};
use crate::failure::Failure;
use crate::look::{Ink, Look};
use crate::quantity::duration;
use crate::receive::rows;
use crate::runs::json;
use crate::sheet::Sheet;

/// Tells what is in lines.
pub(super) struct Teller<'w> {
    json: bool,
    look: Look,
    out: &'w mut dyn Write,
    /// For what is no line of a run file, where those go to the output.
    words: &'w mut dyn Write,
    /// Id of the run whose head was shown.
    run: Option<String>,
    /// Whether the last record that was told is the end of a run.
    pub(super) ended: bool,
}

impl<'w> Teller<'w> {
    /// Lines for machines, or rows for a person.
    pub(super) fn new(
        json: bool,
        look: &Look,
        out: &'w mut dyn Write,
        words: &'w mut dyn Write,
    ) -> Teller<'w> {
        Teller {
            json,
            look: look.clone(),
            out,
            words,
            run: None,
            ended: false,
        }
    }

    /// Whether a line has a row of its own; every line that is not empty has one for a machine.
    pub(super) fn has_row(&self, line: &[u8]) -> bool {
        match self.json {
            true => !line.trim_ascii().is_empty(),
            false => parse(line).is_ok_and(|line| rows::is_shown(&line.record)),
        }
    }

    /// Whether a line is the end of a run.
    pub(super) fn is_end(line: &[u8]) -> bool {
        parse(line).is_ok_and(|line| matches!(line.record, Record::End(_)))
    }

    /// Shows the head of a run of which only the last lines are told.
    pub(super) fn begins(&mut self, first: &Line) -> Result<(), Failure> {
        match &first.record {
            Record::Run(run) if !self.json => {
                self.run = Some(run.run_id.clone());
                Ok(rows::head(self.out, &self.look, run)?)
            }
            _ => Ok(()),
        }
    }

    /// Shows lines, and sees to it that they are seen.
    pub(super) fn tell(&mut self, lines: &[Vec<u8>]) -> Result<(), Failure> {
        let lines = lines.iter().map(|line| line.trim_ascii());
        for line in lines.filter(|line| !line.is_empty()) {
            match parse(line) {
                Ok(record) => {
                    self.ended = matches!(record.record, Record::End(_));
                    if self.json {
                        json::text(&String::from_utf8_lossy(line), self.out)?;
                    } else {
                        self.record(&record)?;
                    }
                }
                // Another version's records are lines like any other to a machine.
                Err(_) if self.json && is_object(line) => {
                    json::text(&String::from_utf8_lossy(line), self.out)?;
                }
                Err(flaw) => self.say(Ink::Warn, &format!("a line {flaw}"))?,
            }
        }
        Ok(self.out.flush()?)
    }

    fn record(&mut self, line: &Line) -> Result<(), Failure> {
        match &line.record {
            Record::Run(run) if self.run.as_ref() != Some(&run.run_id) => self.begins(line),
            Record::End(end) => self.end(end),
            record => {
                let time = timestamp::parse(&line.time).unwrap_or_default();
                Ok(rows::row(self.out, &self.look, time, record)?)
            }
        }
    }

    fn end(&mut self, end: &End) -> Result<(), Failure> {
        let signs = self.look.signs();
        let run = self.run.as_deref().unwrap_or_default();
        let exit = end.exit_code.map(|code| format!("exit {code}"));
        let mut sheet = Sheet::new(self.out, self.look.clone());
        let pieces = [
            (Ink::Strong, format!("run {run}")),
            (
                ink(end.outcome),
                format!("ended {} {}", signs.dot, word(end.outcome)),
            ),
            (Ink::Bad, end.error_type.clone().unwrap_or_default()),
            (Ink::Plain, exit.unwrap_or_default()),
            (Ink::Plain, duration(end.duration_ns, signs)),
        ];
        Ok(sheet.flow(0, &format!(" {} ", signs.dot), &pieces)?)
    }

    /// Says that no run goes on yet.
    pub(super) fn waiting(&mut self, folder: &Path) -> Result<(), Failure> {
        let words = format!("no run goes on in {}: waiting for the next one", folder.display());
        self.say(Ink::Faint, &words)
    }

    /// Says why a file is not followed.
    pub(super) fn passed_over(&mut self, why: &str) -> Result<(), Failure> {
        self.say(Ink::Warn, why)
    }

    /// Says that the last line breaks off.
    pub(super) fn torn(&mut self) -> Result<(), Failure> {
        self.say(
            Ink::Warn,
            "the last line is torn: its writer was stopped in the middle of it",
        )
    }

    /// Says how a run ended that nobody writes any more, where it did not say so itself.
    pub(super) fn gone(&mut self) -> Result<(), Failure> {
        match self.ended {
            true => Ok(()),
            false => self.say(
                Ink::Bad,
                "nobody writes this run any more, and it has no end: it was killed",
            ),
        }
    }

    fn say(&mut self, ink: Ink, words: &str) -> Result<(), Failure> {
        let out: &mut dyn Write = if self.json { self.words } else { self.out };
        let sign = match ink {
            Ink::Faint => self.look.signs().more,
            _ => self.look.signs().slow,
        };
        let color = self.look.color && !self.json;
        let look = Look {
            color,
            ..self.look.clone()
        };
        Sheet::new(out, look).flow(0, "", &[(ink, format!("{sign} {words}"))])?;
        Ok(out.flush()?)
    }
}

fn is_object(line: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line).is_ok()
}
