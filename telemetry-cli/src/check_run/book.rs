//! What is remembered of a run while its lines are read: enough for the rules that only a whole run can break. Its
//! size is that of the spans, not of the records.

use std::collections::{BTreeMap, HashMap};

use telemetry_runtime::line::{End, Kind, Link, PointValue, Run, Summary, Why};

/// A run, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) run: Option<Run>,
    /// When its first line was written.
    pub(super) began: Option<u64>,
    pub(super) last_seq: Option<u64>,
    /// Records that are missing between others.
    pub(super) gaps: u64,
    /// Records so far.
    pub(super) records: u64,
    pub(super) spans: Vec<Span>,
    by_id: HashMap<String, usize>,
    pub(super) moves: Vec<Move>,
    /// How often each declared event happened.
    pub(super) events: BTreeMap<String, u64>,
    pub(super) logs: u64,
    /// Calls that the schema does not foresee, of which a log tells.
    pub(super) unexpected: u64,
    pub(super) signals: Signals,
    /// The last value of each sum that only grows, by its metric and what it speaks of.
    pub(super) sums: HashMap<(String, String), PointValue>,
    /// The summary, its line, and the records up to and with it.
    pub(super) summary: Option<(Summary, u64, u64)>,
    /// The end and its line and time.
    pub(super) end: Option<(End, u64, Option<u64>)>,
}

/// What was seen of each signal.
#[derive(Debug, Default)]
pub(super) struct Signals {
    pub(super) traces: bool,
    pub(super) logs: bool,
    pub(super) metrics: bool,
}

/// A span.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) trace_id: String,
    pub(super) span_id: String,
    pub(super) parent: Option<String>,
    pub(super) links: Vec<Link>,
    /// What its attributes say of where it came from.
    pub(super) from: Option<String>,
    /// Its first line.
    pub(super) line: u64,
    pub(super) started: Option<u64>,
    /// Line and time of its end.
    pub(super) ended: Option<(u64, Option<u64>)>,
}

/// A `navigate`.
#[derive(Debug)]
pub(super) struct Move {
    pub(super) line: u64,
    pub(super) span_id: Option<String>,
    pub(super) to: String,
}

impl Book {
    /// Whether it is the file of a run whose other records a backend has: what is missing in it is no mistake.
    pub(super) fn is_partial(&self) -> bool {
        self.is_fallback() && self.gaps > 0
    }

    /// Whether the file was written because a backend did not take the records.
    pub(super) fn is_fallback(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.why == Why::Undelivered)
    }

    /// Whether a receiver wrote the file.
    pub(super) fn is_received(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.why == Why::Received)
    }

    /// The span of an id.
    pub(super) fn span(&self, id: &str) -> Option<&Span> {
        self.by_id.get(id).map(|index| &self.spans[*index])
    }

    pub(super) fn span_mut(&mut self, id: &str) -> Option<&mut Span> {
        self.by_id.get(id).map(|index| &mut self.spans[*index])
    }

    pub(super) fn put(&mut self, span: Span) {
        self.by_id.insert(span.span_id.clone(), self.spans.len());
        self.spans.push(span);
    }

    /// The visits in the order in which they began.
    pub(super) fn visits(&self) -> Vec<&Span> {
        let mut visits: Vec<&Span> = self
            .spans
            .iter()
            .filter(|span| span.kind == Kind::Screen)
            .collect();
        visits.sort_by_key(|visit| visit.started);
        visits
    }

    /// What the series of a counter came to, all together.
    pub(super) fn total(&self, metric: &str) -> u64 {
        let of_metric = self.sums.iter().filter(|((name, _), _)| name == metric);
        let numbers = of_metric.map(|(_, value)| match value {
            PointValue::Int(number) => u64::try_from(*number).unwrap_or(0),
            PointValue::Double(_) | PointValue::Histogram(_) => 0,
        });
        numbers.fold(0, u64::saturating_add)
    }
}
