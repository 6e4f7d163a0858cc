//! A record that is kept: everything that it borrowed from the emitting call is copied, and nothing more is done on
//! the emitting thread. Bodies are rendered and secrets scrubbed later, by whoever shows it to an encoder.

use std::borrow::Cow;

use crate::clamp;
use crate::def::{AttributeDef, Severity, Slot};
use crate::line;
use crate::record::{
    Attributes, Event, Link, Log, Place, Point, Record, SpanEnd, SpanId, SpanStart, UnixNanos,
};
use crate::value::Value;

/// A record with the number and the time of its emission.
pub(crate) struct Packed {
    pub(crate) seq: u64,
    pub(crate) time: UnixNanos,
    pub(crate) kept: Kept,
    /// Whether its fate is known and counted already: then it is in the run file, or lost.
    pub(crate) settled: bool,
}

/// An owned [`Record`].
pub(crate) enum Kept {
    Run(Box<line::Run>),
    SpanStart(Box<(SpanStart<'static>, Own)>),
    SpanEnd(Box<KeptEnd>),
    Event(Box<(Event<'static>, Own)>),
    Log(Box<KeptLog>),
    Metrics(Vec<(Point<'static>, Vec<Value<'static>>)>),
    Notice(line::Notice),
    Summary(Box<line::Summary>),
    End(line::End),
}

/// What a record's attributes and links borrowed.
pub(crate) struct Own {
    slots: &'static [Slot],
    values: Vec<Value<'static>>,
    added: Vec<(&'static AttributeDef, Value<'static>)>,
    tags: Vec<(&'static AttributeDef, Value<'static>)>,
    links: Vec<Link>,
}

pub(crate) struct KeptEnd {
    end: SpanEnd<'static>,
    own: Own,
    message: Option<String>,
}

pub(crate) struct KeptLog {
    severity: Severity,
    target: String,
    body: String,
    place: Place,
    fields: Vec<(String, Value<'static>)>,
    tags: Vec<(&'static AttributeDef, Value<'static>)>,
}

impl Own {
    fn of(attributes: &Attributes<'_>, links: &[Link]) -> Own {
        Own {
            slots: attributes.slots,
            values: attributes.values.iter().map(keep).collect(),
            added: attributes
                .added
                .iter()
                .map(|(def, value)| (*def, keep(value)))
                .collect(),
            tags: attributes.tags.to_vec(),
            links: links.to_vec(),
        }
    }

    fn attributes(&self) -> Attributes<'_> {
        Attributes {
            slots: self.slots,
            values: &self.values,
            added: &self.added,
            tags: &self.tags,
        }
    }
}

/// A copy of a value. No encoder looks further into a text than this.
fn keep(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Str(text) => Value::Str(Cow::Owned(looked_at(text))),
        other => other.clone().into_owned(),
    }
}

fn looked_at(text: &str) -> String {
    clamp::clamp(text, clamp::LOOKED_AT).to_owned()
}

impl Kept {
    /// Copies what a record borrows.
    pub(crate) fn of(record: &Record<'_>) -> Kept {
        match *record {
            Record::Run(run) => Kept::Run(Box::new(run.clone())),
            Record::SpanStart(span) => {
                let bare = SpanStart {
                    def: span.def,
                    trace_id: span.trace_id,
                    span_id: span.span_id,
                    parent: span.parent,
                    links: &[],
                    attributes: Attributes::NONE,
                };
                Kept::SpanStart(Box::new((bare, Own::of(&span.attributes, span.links))))
            }
            Record::SpanEnd(span) => Kept::SpanEnd(Box::new(KeptEnd {
                end: SpanEnd {
                    def: span.def,
                    trace_id: span.trace_id,
                    span_id: span.span_id,
                    parent: span.parent,
                    links: &[],
                    attributes: Attributes::NONE,
                    started: span.started,
                    duration_ns: span.duration_ns,
                    outcome: span.outcome,
                    error_type: span.error_type,
                    status_message: None,
                },
                own: Own::of(&span.attributes, span.links),
                message: span.status_message.map(looked_at),
            })),
            Record::Event(event) => {
                let bare = Event {
                    def: event.def,
                    place: event.place,
                    on_span: event.on_span,
                    attributes: Attributes::NONE,
                };
                Kept::Event(Box::new((bare, Own::of(&event.attributes, &[]))))
            }
            Record::Log(log) => Kept::Log(Box::new(KeptLog {
                severity: log.severity,
                target: clamp::clamp(log.target, clamp::ATTRIBUTE).to_owned(),
                body: looked_at(log.body),
                place: log.place,
                fields: log
                    .fields
                    .iter()
                    .map(|(key, value)| ((*key).to_owned(), keep(value)))
                    .collect(),
                tags: log.tags.to_vec(),
            })),
            Record::Metrics(points) => Kept::Metrics(
                points
                    .iter()
                    .map(|point| {
                        let bare = Point {
                            def: point.def,
                            values: &[],
                            value: point.value.clone(),
                        };
                        (bare, point.values.to_vec())
                    })
                    .collect(),
            ),
            Record::Notice(notice) => Kept::Notice(notice.clone()),
            Record::Summary(summary) => Kept::Summary(Box::new(summary.clone())),
            Record::End(end) => Kept::End(end.clone()),
        }
    }

    /// Whether it may be lost before others are.
    pub(crate) fn is_spare(&self) -> bool {
        match self {
            Kept::Event(event) => event.0.def.severity <= Severity::Debug,
            Kept::Log(log) => log.severity <= Severity::Debug,
            _ => false,
        }
    }

    /// The span that it opens, closes, or is an event of.
    pub(crate) fn span(&self) -> Option<SpanId> {
        match self {
            Kept::SpanStart(span) => Some(span.0.span_id),
            Kept::SpanEnd(span) => Some(span.end.span_id),
            Kept::Event(event) if event.0.on_span => event.0.place.span.map(|(_, span)| span),
            _ => None,
        }
    }
}

impl Packed {
    /// Shows the record as it was emitted.
    pub(crate) fn show<R>(&self, f: impl FnOnce(&Record<'_>) -> R) -> R {
        match &self.kept {
            Kept::Run(run) => f(&Record::Run(run)),
            Kept::SpanStart(span) => {
                let (bare, own) = &**span;
                f(&Record::SpanStart(&SpanStart {
                    links: &own.links,
                    attributes: own.attributes(),
                    ..*bare
                }))
            }
            Kept::SpanEnd(span) => f(&Record::SpanEnd(&span.view())),
            Kept::Event(event) => {
                let (bare, own) = &**event;
                f(&Record::Event(&Event {
                    attributes: own.attributes(),
                    ..*bare
                }))
            }
            Kept::Log(log) => {
                let fields: Vec<_> = log
                    .fields
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.clone()))
                    .collect();
                f(&Record::Log(&Log {
                    severity: log.severity,
                    target: &log.target,
                    body: &log.body,
                    place: log.place,
                    fields: &fields,
                    tags: &log.tags,
                }))
            }
            Kept::Metrics(points) => {
                let points: Vec<Point<'_>> = points
                    .iter()
                    .map(|(bare, values)| Point {
                        def: bare.def,
                        values,
                        value: bare.value.clone(),
                    })
                    .collect();
                f(&Record::Metrics(&points))
            }
            Kept::Notice(notice) => f(&Record::Notice(notice)),
            Kept::Summary(summary) => f(&Record::Summary(summary)),
            Kept::End(end) => f(&Record::End(end)),
        }
    }
}

impl KeptEnd {
    fn view(&self) -> SpanEnd<'_> {
        SpanEnd {
            links: &self.own.links,
            attributes: self.own.attributes(),
            status_message: self.message.as_deref(),
            ..self.end
        }
    }
}
