//! Records become spans and log records of the protocol, as the schema declares them. The numbers are those of the
//! fields in the protocol's `trace.proto` and `logs.proto`.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use crate::clamp;
use crate::def::{EventDef, SchemaDef, Severity};
use crate::line::{self, Outcome};
use crate::otlp::form::{self, count, pair, severity_text, summary_body, text};
use crate::otlp::protobuf::Fields;
use crate::otlp::values::{self, NOTHING, Own, string};
use crate::record::{Event, Link, Log, Place, SpanEnd, SpanId, TraceId, UnixNanos};
use crate::text as rendered;

/// A span that ended; `events` writes the events on it.
pub(crate) fn span(
    out: &mut Fields,
    schema: &SchemaDef,
    span: &SpanEnd<'_>,
    events: impl FnOnce(&mut Fields),
    dropped_events: u32,
) {
    let roles = &schema.roles;
    ids(out, (1, 2), (span.trace_id, span.span_id));
    if let Some(parent) = span.parent {
        out.bytes(4, parent.0.to_be_bytes());
    }
    out.text(5, span.def.name);
    out.varint(6, form::kind(span.def.kind).cast_unsigned().into());
    out.fixed64(7, span.started);
    out.fixed64(8, span.started.saturating_add(span.duration_ns));
    let own = [
        (roles.error_type.key, span.error_type),
        (roles.outcome.key, Some(span.outcome.name())),
    ];
    let dropped = values::attributes(out, 9, &span.attributes, own);
    out.count(10, dropped);
    events(out);
    out.count(12, dropped_events);
    for link in span.links.iter().take(clamp::LINKS) {
        out.message(13, |out| self::link(out, link));
    }
    out.count(14, span.links.len().saturating_sub(clamp::LINKS) as u32);
    // A span that did not fail has no status.
    if span.outcome == Outcome::Failure {
        out.message(15, |out| {
            let message = span.status_message.unwrap_or_default();
            out.text(2, &clamp::free_text(message, clamp::BODY));
            out.varint(3, form::ERROR);
        });
    }
    out.fixed32(16, form::LOCAL);
}

fn ids(out: &mut Fields, (trace, span): (u32, u32), (trace_id, span_id): (TraceId, SpanId)) {
    out.bytes(trace, trace_id.0.to_be_bytes());
    out.bytes(span, span_id.0.to_be_bytes());
}

fn link(out: &mut Fields, link: &Link) {
    ids(out, (1, 2), (link.trace_id, link.span_id));
    out.fixed32(6, form::link_flags(link.name));
}

/// An event on its span.
pub(crate) fn span_event(out: &mut Fields, time: UnixNanos, event: &Event<'_>) {
    out.fixed64(1, time);
    out.text(2, event.def.name);
    let dropped = values::attributes(out, 3, &event.attributes, NOTHING);
    out.count(4, dropped);
}

/// A declared event as a log record.
pub(crate) fn event(out: &mut Fields, schema: &SchemaDef, time: UnixNanos, event: &Event<'_>) {
    told(out, time, event.def.severity);
    out.message(5, |out| {
        rendered::with_body(event.def, event.attributes.values, |text| {
            string(out, clamp::clamp(text, clamp::BODY));
        });
    });
    let dropped = values::attributes(out, 6, &event.attributes, own(schema, &event.place));
    out.count(7, dropped);
    place(out, &event.place);
    out.text(12, event.def.name);
}

/// An undeclared record.
pub(crate) fn log(out: &mut Fields, schema: &SchemaDef, time: UnixNanos, log: &Log<'_>) {
    told(out, time, log.severity);
    out.message(5, |out| string(out, clamp::free_text(log.body, clamp::BODY)));
    let dropped = values::fields(out, 6, log.fields, log.tags, own(schema, &log.place));
    out.count(7, dropped);
    place(out, &log.place);
}

/// How every log record begins.
fn told(out: &mut Fields, time: UnixNanos, severity: Severity) {
    out.fixed64(1, time);
    out.varint(2, severity as u64);
    out.text(3, severity_text(severity));
    out.fixed64(11, time);
}

/// What the run file says of a place in fields of their own.
fn own<'o>(schema: &SchemaDef, place: &Place) -> Own<'o> {
    let roles = &schema.roles;
    [
        (roles.screen.key, place.screen.map(|screen| screen.span.id)),
        (roles.stage.key, place.stage.map(|stage| stage.id)),
    ]
}

fn place(out: &mut Fields, place: &Place) {
    if let Some(span) = place.span {
        out.fixed32(8, 1);
        ids(out, (9, 10), span);
    }
}

/// What the operator was told.
pub(crate) fn notice(time: UnixNanos, notice: &line::Notice) -> LogRecord {
    let body = text(clamp::free_text(&notice.body, clamp::BODY));
    form::log_record(time, Severity::Warn, body)
}

/// The end-of-run summary: the whole of it is the body.
pub(crate) fn summary(schema: &SchemaDef, time: UnixNanos, summary: &line::Summary) -> LogRecord {
    let def: &EventDef = schema.roles.summary;
    let body: Any = summary_body(summary);
    LogRecord {
        event_name: def.name.to_owned(),
        attributes: summary_attributes(schema, summary),
        ..form::log_record(time, def.severity, body)
    }
}

/// What the schema asks of the summary's attributes: a map is for people, an attribute is what backends filter by.
fn summary_attributes(schema: &SchemaDef, summary: &line::Summary) -> Vec<KeyValue> {
    let (outcome, duration) = (schema.roles.outcome.key, schema.roles.duration.key);
    let slots = schema.roles.summary.attributes.iter();
    let known = slots.filter_map(|slot| match slot.attribute.key {
        key if key == outcome => Some(pair(key, text(summary.outcome?.name()))),
        key if key == duration => Some(pair(key, count(summary.duration_ns? / 1_000_000))),
        _ => None,
    });
    known.collect()
}
