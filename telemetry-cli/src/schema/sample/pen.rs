//! Writes the lines of a sample: numbers them, gives out ids, and lets time pass, all of it by one seed.

use jiff::Timestamp;
use telemetry_runtime::line::{Attributes, Kind, Line, Link, Outcome, Record, SpanEnd, SpanKind, SpanStart};

/// Nanoseconds of a millisecond.
pub(super) const MILLISECOND: u64 = 1_000_000;

/// Lines under way.
pub(super) struct Pen {
    pub(super) lines: Vec<Line>,
    /// Nanoseconds since the Unix epoch.
    pub(super) now: u64,
    random: fastrand::Rng,
}

/// An open span.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) span_kind: SpanKind,
    pub(super) trace_id: String,
    pub(super) span_id: String,
    pub(super) parent: Option<String>,
    pub(super) links: Vec<Link>,
    pub(super) attributes: Attributes,
    pub(super) started: u64,
}

impl Open {
    /// A pointer to it.
    pub(super) fn link(&self) -> Link {
        Link {
            trace_id: self.trace_id.clone(),
            span_id: self.span_id.clone(),
            name: self.name.clone(),
        }
    }
}

/// How a span ends.
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) error: Option<String>,
}

impl Ending {
    pub(super) fn of(outcome: Outcome) -> Ending {
        Ending { outcome, error: None }
    }

    pub(super) fn failure(error: &str) -> Ending {
        Ending {
            outcome: Outcome::Failure,
            error: Some(error.to_owned()),
        }
    }
}

impl Pen {
    pub(super) fn new(began: u64, seed: u64) -> Pen {
        Pen {
            lines: Vec::new(),
            now: began,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Writes a record, now.
    pub(super) fn put(&mut self, record: Record) {
        self.lines.push(Line {
            seq: self.lines.len() as u64,
            time: time(self.now),
            record,
        });
    }

    /// Lets some milliseconds pass.
    pub(super) fn wait(&mut self, most: u64) {
        self.now += self.random.u64(MILLISECOND..=most.max(1) * MILLISECOND);
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.random.u64(0..end.max(1))
    }

    /// Hex digits, not all of them zero.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        let id: String = (0..digits)
            .map(|_| char::from_digit(self.random.u32(0..16), 16).unwrap_or('0'))
            .collect();
        match id.bytes().all(|digit| digit == b'0') {
            true => "1".repeat(digits),
            false => id,
        }
    }

    /// Opens a span below another, or as the root of a trace.
    pub(super) fn open(
        &mut self,
        name: &str,
        (kind, span_kind): (Kind, SpanKind),
        above: Option<(&str, &str)>,
        links: Vec<Link>,
        attributes: Attributes,
    ) -> Open {
        let open = Open {
            name: name.to_owned(),
            kind,
            span_kind,
            trace_id: above.map_or_else(|| self.hex(32), |(trace, _)| trace.to_owned()),
            span_id: self.hex(16),
            parent: above.map(|(_, span)| span.to_owned()),
            links,
            attributes,
            started: self.now,
        };
        self.put(Record::SpanStart(SpanStart {
            name: open.name.clone(),
            kind,
            span_kind,
            trace_id: open.trace_id.clone(),
            span_id: open.span_id.clone(),
            parent_span_id: open.parent.clone(),
            links: open.links.clone(),
            attributes: open.attributes.clone(),
            dropped_attributes: 0,
        }));
        open
    }

    /// Closes it.
    pub(super) fn close(&mut self, open: Open, ending: Ending) {
        let words = ending.error.as_ref().map(|error| format!("a sample of {error}"));
        self.put(Record::SpanEnd(SpanEnd {
            name: open.name,
            kind: open.kind,
            span_kind: open.span_kind,
            trace_id: open.trace_id,
            span_id: open.span_id,
            parent_span_id: open.parent,
            started: time(open.started),
            duration_ns: self.now - open.started,
            outcome: ending.outcome,
            error_type: ending.error,
            status_message: words,
            links: open.links,
            attributes: open.attributes,
            dropped_attributes: 0,
        }));
    }
}

/// A time as a line has it.
fn time(nanos: u64) -> String {
    format!(
        "{:.9}",
        Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default()
    )
}
