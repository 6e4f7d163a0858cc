//! What came of a replay: how much the backend acknowledged, what it did not take and why, and what a person should
//! know of the file. `--format json` prints the same.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use telemetry_runtime::backend::Backend;
use telemetry_runtime::export::Signal;
use telemetry_runtime::scrub::scrub;

use crate::look::{Ink, Look};
use crate::quantity::{count, grouped};
use crate::runs::replay::memory::Memory;
use crate::runs::replay::survey::{Part, Survey};
use crate::sheet::Sheet;

/// What came of it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Report {
    /// Version of this shape.
    format: u32,
    /// The run's id.
    run_id: String,
    /// Name of its command.
    command: String,
    /// Where its file is.
    file: PathBuf,
    /// Whether nothing was sent.
    dry_run: bool,
    /// Whether the backend has everything that the file holds, as far as it can be sent; of a dry run, whether it would
    /// have to be sent nothing.
    pub(super) complete: bool,
    /// Spans, log records and data points.
    signals: [Told; 3],
    /// Spans that never ended, and went as abandoned.
    pub(super) abandoned: u64,
    /// Events that were too many for their span.
    pub(super) dropped_events: u64,
    /// Records whose ids or times are none.
    pub(super) unsendable: u64,
    /// What a person should know beside that, a sentence each.
    notes: Vec<String>,
}

/// What came of one signal, in spans, log records or data points.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(super) struct Told {
    /// What is counted.
    #[schemars(extend("enum" = ["span", "log record", "data point"]))]
    what: &'static str,
    /// Where it went.
    pub(super) endpoint: Option<String>,
    /// The variable that says so.
    variable: Option<String>,
    /// Acknowledged now.
    pub(super) acknowledged: u64,
    /// Acknowledged by an earlier replay.
    pub(super) before: u64,
    /// Turned away by the backend.
    pub(super) rejected: u64,
    /// Not accepted: a later replay tries again.
    pub(super) left: u64,
    /// What a dry run would send.
    pub(super) would: u64,
    /// Why something was not accepted.
    pub(super) why: Option<String>,
    /// Refusals in a row.
    #[serde(skip)]
    pub(super) refusals: u32,
    /// Whether it is not tried any more.
    #[serde(skip)]
    pub(super) closed: bool,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<Report>()
}

impl Report {
    pub(super) fn new(file: &Path, survey: &Survey, backend: Option<&Backend>, dry_run: bool) -> Report {
        let targets = backend.map(Backend::targets);
        let told = |signal: usize, what| {
            let target = targets.and_then(|targets| targets[signal].1);
            Told {
                what,
                endpoint: target.map(|target| scrub(&target.endpoint.to_string()).into_owned()),
                variable: target.and_then(|target| target.origins.endpoint.clone()),
                ..Told::default()
            }
        };
        let run = &survey.parts[0].run;
        let mut notes = survey.reading.remarks();
        if survey.homeless > 0 {
            notes.push(format!(
                "{} before the first line of a run left out: nobody knows whose they are",
                count(survey.homeless, "record")
            ));
        }
        Report {
            format: 1,
            run_id: run.run_id.clone(),
            command: run.command.clone(),
            file: file.to_owned(),
            dry_run,
            complete: false,
            signals: [told(0, "span"), told(1, "log record"), told(2, "data point")],
            abandoned: 0,
            dropped_events: 0,
            unsendable: 0,
            notes,
        }
    }

    pub(super) fn of(&mut self, signal: Signal) -> &mut Told {
        &mut self.signals[signal as usize]
    }

    /// A part was left out, because the backend may have it.
    pub(super) fn left_out(&mut self, part: &Part) {
        self.notes.push(format!(
            "process {} was recorded beside a backend, which may have its records: left out (--again sends them)",
            part.run.pid
        ));
    }

    /// Deltas were asked for and would count twice.
    pub(super) fn not_as_deltas(&mut self) {
        self.notes.push(
            "sums went as cumulative ones: the backend may have later deltas, which hold what the file holds"
                .to_owned(),
        );
    }

    /// The backend has something, and said something about it.
    pub(super) fn warned(&mut self, signal: Signal, warning: Option<String>) {
        let what = self.of(signal).what;
        if let Some(warning) = warning {
            let note = format!("the backend says of the {what}s: {warning}");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Everything was tried.
    pub(super) fn close(&mut self, memory: &Memory) {
        let lost = |told: &Told| told.rejected + told.left + told.would;
        self.complete = self.signals.iter().all(|told| lost(told) == 0);
        self.complete &= self.unsendable == 0 && memory.rejected == 0;
        if self.abandoned > 0 {
            self.notes.push(format!(
                "{} never ended: {} as abandoned, ended when the run last spoke",
                count(self.abandoned, "span"),
                if self.dry_run { "would go" } else { "went" }
            ));
        }
        if self.dropped_events > 0 {
            self.notes.push(format!(
                "{} too many for their spans: the spans say how many",
                count(self.dropped_events, "event")
            ));
        }
        if self.unsendable > 0 {
            self.notes.push(format!(
                "{} could not be sent: ids or times are none",
                count(self.unsendable, "record")
            ));
        }
        if memory.rejected > 0 {
            self.notes.push(format!(
                "{} turned away by the backend in an earlier replay",
                count(memory.rejected, "item")
            ));
        }
        if let Some((time, endpoint)) = &memory.last {
            let mut told = self.signals.iter();
            if told.any(|told| told.before > 0 && told.endpoint.as_ref().is_some_and(|now| now != endpoint)) {
                self.notes.push(format!(
                    "an earlier replay went to {endpoint} ({time:.0}); --again sends all of it to this backend too"
                ));
            }
        }
    }

    /// Shows it to a person; `cure` says what to do about what was not accepted.
    pub(super) fn draw(&self, cure: &str, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        let mut sheet = Sheet::new(out, look.clone());
        let signs = look.signs();
        let dot = format!(" {} ", signs.dot);
        let head = [
            (Ink::Strong, format!("run {}", self.run_id)),
            (Ink::Strong, self.command.clone()),
            (
                Ink::Faint,
                if self.dry_run { "nothing is sent" } else { "" }.to_owned(),
            ),
        ];
        sheet.flow(0, &dot, &head)?;
        let mut last = None;
        for told in &self.signals {
            let to = (&told.endpoint, &told.variable);
            if last != Some(to) {
                last = Some(to);
                let place = match to {
                    (Some(endpoint), Some(variable)) => format!("to {endpoint} ({variable})"),
                    _ => "to nowhere: no endpoint is set".to_owned(),
                };
                sheet.flow(0, "", &[(Ink::Faint, place)])?;
            }
            self.draw_signal(&mut sheet, told, &dot)?;
        }
        for note in &self.notes {
            sheet.flow(0, "", &[(Ink::Warn, format!("{} {note}", signs.slow))])?;
        }
        let all = |of: fn(&Told) -> u64| self.signals.iter().map(of).sum::<u64>();
        let (ink, words) = match (self.complete, self.dry_run) {
            (true, _) if all(|told| told.acknowledged) == 0 && all(|told| told.before) > 0 => (
                Ink::Good,
                "nothing to send: all of it was acknowledged before".to_owned(),
            ),
            (true, true) => (Ink::Good, "nothing to send".to_owned()),
            (false, true) => (Ink::Plain, "without --dry-run, this is sent".to_owned()),
            (true, false) => (Ink::Good, "the backend has all of it".to_owned()),
            (false, false) if all(|told| told.left) > 0 => {
                (Ink::Bad, format!("the backend does not have all of it: {cure}"))
            }
            (false, false) => (Ink::Bad, "the backend does not have all of it".to_owned()),
        };
        sheet.flow(0, "", &[(ink, words)])
    }

    fn draw_signal(&self, sheet: &mut Sheet<'_>, told: &Told, dot: &str) -> io::Result<()> {
        let some = |ink, number: u64, word: &str| match number {
            0 => (ink, String::new()),
            number => (ink, format!("{} {word}", grouped(number))),
        };
        let mut row = sheet.row();
        let things = format!("{}s", told.what);
        row.to(2).put(Ink::Plain, &things).to(15);
        let none = told.acknowledged + told.before + told.rejected + told.left + told.would == 0;
        let mut facts = vec![
            some(Ink::Good, told.acknowledged, "acknowledged"),
            some(Ink::Faint, told.before, "before"),
            some(Ink::Plain, told.would, "to send"),
            some(Ink::Bad, told.rejected, "rejected"),
            some(Ink::Bad, told.left, "not accepted"),
        ];
        if none {
            facts.push((Ink::Faint, "none".to_owned()));
        }
        let mut begun = false;
        for (ink, text) in facts.into_iter().filter(|(_, text)| !text.is_empty()) {
            if std::mem::replace(&mut begun, true) {
                row.put(Ink::Faint, dot);
            }
            row.put(ink, &text);
        }
        sheet.put(&row)?;
        match &told.why {
            Some(why) if told.rejected + told.left > 0 => sheet.flow(4, "", &[(Ink::Bad, why.clone())]),
            _ => Ok(()),
        }
    }
}
