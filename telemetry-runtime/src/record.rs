//! A record as it is shown to the sinks: borrowed from the emitting call, gone when that returns.
//!
//! `emit` and the guards make records, sinks read them. A sink that keeps one has to encode it.

use std::sync::Arc;

use crate::def::{AttributeDef, EventDef, MetricDef, ScreenDef, Severity, Slot, SpanDef};
use crate::line;
use crate::value::Value;

/// Tags of a visit, shared by every record on it: a sink that keeps a record keeps them without a copy.
pub type Tags = Arc<[(&'static AttributeDef, Value<'static>)]>;

/// Nanoseconds since the Unix epoch, as the run's clock gave them.
pub type UnixNanos = u64;

/// Id of a trace: 128 random bits, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub u128);

/// Id of a span: 64 random bits, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(pub u64);

/// A pointer to a span outside the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Its name; empty when it is another process's.
    pub name: &'static str,
}

/// Attributes of a record: the item's own slots, then what its place adds.
#[derive(Debug, Clone, Copy)]
pub struct Attributes<'r> {
    /// The slots of the item's def.
    pub slots: &'static [Slot],
    /// One value a slot; [`Value::Absent`] ones are left out.
    pub values: &'r [Value<'r>],
    /// What the runtime adds: screen, stage, error type.
    pub added: &'r [(&'static AttributeDef, Value<'r>)],
    /// Tags of the visit, where it has some. One that the item has a slot for with a value, or that was added, is
    /// left out.
    pub tags: Option<&'r Tags>,
}

impl<'r> Attributes<'r> {
    /// None at all.
    pub const NONE: Attributes<'static> = Attributes {
        slots: &[],
        values: &[],
        added: &[],
        tags: None,
    };

    /// Every attribute that is present, once.
    pub fn iter(&self) -> impl Iterator<Item = (&'static AttributeDef, &'r Value<'r>)> {
        let Attributes {
            slots,
            values,
            added,
            tags,
        } = *self;
        let own = slots
            .iter()
            .zip(values)
            .map(|(slot, value)| (slot.attribute, value));
        let added = added.iter().map(|(def, value)| (*def, value));
        let tags = shared(tags)
            .iter()
            .map(|(def, value)| -> (&'static AttributeDef, &'r Value<'r>) { (*def, value) });
        let tags = tags.filter(move |(tag, _)| {
            let is =
                |def: &AttributeDef, value: &Value<'_>| def.key == tag.key && !matches!(value, Value::Absent);
            !slots
                .iter()
                .zip(values)
                .any(|(slot, value)| is(slot.attribute, value))
                && !self.added.iter().any(|(def, value)| is(def, value))
        });
        own.chain(added)
            .chain(tags)
            .filter(|(_, value)| !matches!(value, Value::Absent))
    }
}

/// The tags as a list, empty where there are none.
pub(crate) fn shared(tags: Option<&Tags>) -> &[(&'static AttributeDef, Value<'static>)] {
    tags.map_or(&[], |tags| tags)
}

/// Where a record was made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    /// The screen that the operator was on.
    pub screen: Option<&'static ScreenDef>,
    /// The stage that it happened in.
    pub stage: Option<&'static SpanDef>,
    /// The innermost span, else the visit.
    pub span: Option<(TraceId, SpanId)>,
}

/// Anything that a sink is shown.
#[derive(Debug, Clone, Copy)]
pub enum Record<'r> {
    /// A run begins.
    Run(&'r line::Run),
    /// A span opens.
    SpanStart(&'r SpanStart<'r>),
    /// It closes.
    SpanEnd(&'r SpanEnd<'r>),
    /// A declared event.
    Event(&'r Event<'r>),
    /// An undeclared record, which came through `tracing`.
    Log(&'r Log<'r>),
    /// What the instruments show.
    Metrics(&'r [Point<'r>]),
    /// Something that the operator was told.
    Notice(&'r line::Notice),
    /// The end-of-run summary.
    Summary(&'r line::Summary),
    /// The last record of a run that ended.
    End(&'r line::End),
}

/// A span opens.
#[derive(Debug, Clone, Copy)]
pub struct SpanStart<'r> {
    /// What it is.
    pub def: &'static SpanDef,
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Its parent in the trace.
    pub parent: Option<SpanId>,
    /// Where it came from.
    pub links: &'r [Link],
    /// What is known at its start.
    pub attributes: Attributes<'r>,
}

/// A span closes.
#[derive(Debug, Clone, Copy)]
pub struct SpanEnd<'r> {
    /// What it is.
    pub def: &'static SpanDef,
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// Its parent in the trace.
    pub parent: Option<SpanId>,
    /// Where it came from.
    pub links: &'r [Link],
    /// Everything that is known of it.
    pub attributes: Attributes<'r>,
    /// When it opened.
    pub started: UnixNanos,
    /// How long it was open, by a clock that does not jump.
    pub duration_ns: u64,
    /// How it ended.
    pub outcome: line::Outcome,
    /// Which error, when it failed.
    pub error_type: Option<&'static str>,
    /// The error's own words: free text, which every sink scrubs and cuts.
    pub status_message: Option<&'r str>,
}

/// A declared event.
#[derive(Debug, Clone, Copy)]
pub struct Event<'r> {
    /// What it is.
    pub def: &'static EventDef,
    /// Where it happened.
    pub place: Place,
    /// Whether this record is the one on the span (an event may be recorded both ways).
    pub on_span: bool,
    /// Its attributes.
    pub attributes: Attributes<'r>,
}

/// An undeclared record.
#[derive(Debug, Clone, Copy)]
pub struct Log<'r> {
    /// How bad it is.
    pub severity: Severity,
    /// Module that spoke.
    pub target: &'r str,
    /// What a person reads: free text, which every sink scrubs and cuts.
    pub body: &'r str,
    /// Where it happened.
    pub place: Place,
    /// Its fields: free text too.
    pub fields: &'r [(&'r str, Value<'r>)],
    /// Tags of the visit, where it has some.
    pub tags: Option<&'r Tags>,
}

/// One instrument's state under one set of attributes.
#[derive(Debug, Clone)]
pub struct Point<'r> {
    /// The instrument.
    pub def: &'static MetricDef,
    /// One value a slot of the def.
    pub values: &'r [Value<'static>],
    /// Its state: cumulative since the run began, for sums and histograms.
    pub value: line::PointValue,
}
