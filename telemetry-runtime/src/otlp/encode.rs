//! Records become spans and log records of the protocol, as the schema declares them.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::{Event as SpanEvent, Link as SpanLink};

use crate::clamp;
use crate::def::{EventDef, SchemaDef, Severity};
use crate::line;
use crate::otlp::form::{self, complete, count, log_record, pair, summary_body, text};
use crate::otlp::values;
use crate::record::{Event, Link, Log, Place, SpanEnd, UnixNanos};
use crate::text as rendered;

/// A span that ended.
pub(crate) fn span(
    schema: &SchemaDef,
    span: &SpanEnd<'_>,
    events: Vec<SpanEvent>,
    dropped_events: u32,
) -> Span {
    let roles = &schema.roles;
    let (mut attributes, dropped_attributes_count) = values::attributes(&span.attributes);
    complete(&mut attributes, roles.error_type.key, span.error_type);
    complete(&mut attributes, roles.outcome.key, Some(span.outcome.name()));
    let status = form::status(span.outcome, || {
        let message = span.status_message.unwrap_or_default();
        clamp::free_text(message, clamp::BODY).into_owned()
    });
    Span {
        trace_id: span.trace_id.0.to_be_bytes().to_vec(),
        span_id: span.span_id.0.to_be_bytes().to_vec(),
        parent_span_id: span
            .parent
            .map(|parent| parent.0.to_be_bytes().to_vec())
            .unwrap_or_default(),
        flags: form::LOCAL,
        name: span.def.name.to_owned(),
        kind: form::kind(span.def.kind),
        start_time_unix_nano: span.started,
        end_time_unix_nano: span.started.saturating_add(span.duration_ns),
        attributes,
        dropped_attributes_count,
        events,
        dropped_events_count: dropped_events,
        links: span.links.iter().take(clamp::LINKS).map(link).collect(),
        dropped_links_count: span.links.len().saturating_sub(clamp::LINKS) as u32,
        status,
        ..Span::default()
    }
}

fn link(link: &Link) -> SpanLink {
    let (trace_id, span_id) = (link.trace_id.0.to_be_bytes(), link.span_id.0.to_be_bytes());
    form::link(trace_id.to_vec(), span_id.to_vec(), link.name)
}

/// An event on its span.
pub(crate) fn span_event(time: UnixNanos, event: &Event<'_>) -> SpanEvent {
    let (attributes, dropped_attributes_count) = values::attributes(&event.attributes);
    SpanEvent {
        time_unix_nano: time,
        name: event.def.name.to_owned(),
        attributes,
        dropped_attributes_count,
    }
}

/// A declared event as a log record.
pub(crate) fn event(schema: &SchemaDef, time: UnixNanos, event: &Event<'_>) -> LogRecord {
    let mut body = String::new();
    rendered::with_body(event.def, event.attributes.values, |text| {
        body.push_str(clamp::clamp(text, clamp::BODY));
    });
    let (attributes, dropped) = values::attributes(&event.attributes);
    LogRecord {
        event_name: event.def.name.to_owned(),
        dropped_attributes_count: dropped,
        ..record(
            schema,
            time,
            event.def.severity,
            text(body),
            attributes,
            &event.place,
        )
    }
}

/// An undeclared record.
pub(crate) fn log(schema: &SchemaDef, time: UnixNanos, log: &Log<'_>) -> LogRecord {
    let (attributes, dropped) = values::fields(log.fields, log.tags);
    LogRecord {
        dropped_attributes_count: dropped,
        ..record(
            schema,
            time,
            log.severity,
            text(clamp::free_text(log.body, clamp::BODY)),
            attributes,
            &log.place,
        )
    }
}

/// What the operator was told.
pub(crate) fn notice(schema: &SchemaDef, time: UnixNanos, notice: &line::Notice) -> LogRecord {
    let body = text(clamp::free_text(&notice.body, clamp::BODY));
    record(schema, time, Severity::Warn, body, Vec::new(), &Place::default())
}

/// The end-of-run summary: the whole of it is the body.
pub(crate) fn summary(schema: &SchemaDef, time: UnixNanos, summary: &line::Summary) -> LogRecord {
    let def: &EventDef = schema.roles.summary;
    let body = summary_body(summary);
    LogRecord {
        event_name: def.name.to_owned(),
        ..record(
            schema,
            time,
            def.severity,
            body,
            summary_attributes(schema, summary),
            &Place::default(),
        )
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

fn record(
    schema: &SchemaDef,
    time: UnixNanos,
    severity: Severity,
    body: Any,
    mut attributes: Vec<KeyValue>,
    place: &Place,
) -> LogRecord {
    let roles = &schema.roles;
    complete(
        &mut attributes,
        roles.screen.key,
        place.screen.map(|screen| screen.span.id),
    );
    complete(
        &mut attributes,
        roles.stage.key,
        place.stage.map(|stage| stage.id),
    );
    let (trace_id, span_id) = place
        .span
        .map(|(trace, span)| (trace.0.to_be_bytes().to_vec(), span.0.to_be_bytes().to_vec()))
        .unwrap_or_default();
    LogRecord {
        attributes,
        flags: u32::from(!trace_id.is_empty()),
        trace_id,
        span_id,
        ..log_record(time, severity, body)
    }
}
