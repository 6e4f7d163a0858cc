//! One check of an input: gives each line to the rules of its record, and each run to those of the whole, and counts
//! what was looked at, so that nothing passes that was never seen.

use telemetry_runtime::line::{Line, Record};
use telemetry_runtime::reader::{Flaw, Problem, Reading, Trouble};
use telemetry_runtime::timestamp;

use crate::check_run::book::Book;
use crate::check_run::code::Code;
use crate::check_run::coverage::Coverage;
use crate::check_run::finding::{At, Findings};
use crate::check_run::names::Names;
use crate::check_run::{ledger, moments, opening, path, points, spans, steps, tree};

/// A check under way.
pub(super) struct Check<'m> {
    pub(super) names: &'m Names<'m>,
    pub(super) findings: Findings,
    pub(super) checked: Checked,
    pub(super) coverage: Coverage,
    pub(super) book: Book,
}

/// How much was held to the rules.
#[derive(Debug, Default, Clone, Copy, serde::Serialize, schemars::JsonSchema)]
pub(super) struct Checked {
    /// Runs, of which a file has several when its id was handed on.
    pub(super) runs: u64,
    /// Records of all kinds.
    pub(super) records: u64,
    /// Spans that started or ended.
    pub(super) spans: u64,
    /// Declared events.
    pub(super) events: u64,
    /// Undeclared log records.
    pub(super) logs: u64,
    /// Data points of metrics.
    pub(super) points: u64,
    /// Attributes of all of those.
    pub(super) attributes: u64,
    /// Links between spans.
    pub(super) links: u64,
    /// Moves from one screen to another.
    pub(super) moves: u64,
    /// Records that are not in a fallback file, because the backend has them.
    pub(super) elsewhere: u64,
}

impl<'m> Check<'m> {
    pub(super) fn new(names: &'m Names<'m>) -> Check<'m> {
        Check {
            names,
            findings: Findings::default(),
            checked: Checked::default(),
            coverage: Coverage::default(),
            book: Book::default(),
        }
    }

    /// Holds a line to the rules.
    pub(super) fn take(&mut self, number: u64, line: &Line) {
        if matches!(line.record, Record::Run(_)) {
            self.close();
            self.book = Book::default();
        }
        self.checked.records += 1;
        self.book.records += 1;
        let at = At {
            line: number,
            name: name_of(&line.record),
        };
        let time = timestamp::parse(&line.time);
        opening::bad_time(self, at, &line.time, time);
        opening::missing_run_line(self, at, &line.record);
        opening::sequence(self, at, line.seq);
        opening::record_after_end(self, at);
        match &line.record {
            Record::Run(run) => opening::run(self, at, run, time),
            Record::SpanStart(span) => spans::start(self, at, span, time),
            Record::SpanEnd(span) => spans::end(self, at, span, time),
            Record::Event(event) => moments::event(self, at, event),
            Record::Log(log) => moments::log(self, at, log),
            Record::Metrics(metrics) => points::metrics(self, number, metrics),
            Record::Summary(summary) => ledger::summary(self, at, summary),
            Record::End(end) => ledger::end(self, at, end, time),
            Record::Notice(_) => self.book.signals.logs = true,
        }
    }

    /// Notes a line that is no record.
    pub(super) fn problem(&mut self, problem: &Problem) {
        let at = At {
            line: problem.line,
            name: "",
        };
        let code = match &problem.trouble {
            Trouble::Torn => Code::TornLine,
            Trouble::Flaw(Flaw::UnknownRecord(_)) => Code::UnknownRecord,
            _ => Code::BadLine,
        };
        self.findings.add(code, at, problem.trouble.to_string(), None);
    }

    /// Holds the last run, and the input as a whole, to the rules.
    pub(super) fn finish(&mut self, reading: &Reading) {
        self.close();
        let at = At { line: 0, name: "" };
        if let Some(format) = reading.newer_format {
            let wrong = format!("has format {format}: a newer version of this program checks more of it");
            self.findings.add(Code::NewerFormat, at, wrong, None);
        }
        for (field, times) in &reading.unknown_fields {
            let wrong = format!("has the unknown field `{field}` ({times})");
            self.findings.add(Code::UnknownField, at, wrong, None);
        }
        if reading.records == 0 {
            let wrong = "there is no record in the input: nothing was checked";
            self.findings.add(Code::EmptyInput, at, wrong, None);
        }
    }

    /// The rules that only a whole run can break.
    fn close(&mut self) {
        if self.book.records == 0 {
            return;
        }
        self.checked.runs += 1;
        if self.book.is_fallback() {
            self.checked.elsewhere = self.checked.elsewhere.saturating_add(self.book.gaps);
        }
        let book = std::mem::take(&mut self.book);
        ledger::whole(self, &book);
        tree::whole(self, &book);
        path::whole(self, &book);
        steps::whole(self, &book);
    }
}

/// What a record is called in a finding.
fn name_of(record: &Record) -> &str {
    match record {
        Record::Run(_) => "run",
        Record::SpanStart(span) => &span.name,
        Record::SpanEnd(span) => &span.name,
        Record::Event(event) => &event.name,
        Record::Log(log) => &log.target,
        Record::Metrics(_) => "metrics",
        Record::Notice(_) => "notice",
        Record::Summary(_) => "summary",
        Record::End(_) => "end",
    }
}
