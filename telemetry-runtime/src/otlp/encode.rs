//! Records become spans and log records of the protocol, as the schema declares them.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::span::{Event as SpanEvent, Link as SpanLink, SpanKind as Kind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};

use crate::clamp;
use crate::def::{EventDef, SchemaDef, Severity, SpanKind};
use crate::line::{self, Outcome};
use crate::otlp::values::{self, count, map, pair, text};
use crate::record::{Event, Link, Log, Place, SpanEnd, UnixNanos};
use crate::text as rendered;
use crate::value::Value;

/// Sampled, and it is known whether the parent is another process's.
const LOCAL: u32 = 0x101;

/// The same, and it is another process's.
const REMOTE: u32 = 0x301;

/// A span that ended.
pub(crate) fn span(
    schema: &SchemaDef,
    span: &SpanEnd<'_>,
    events: Vec<SpanEvent>,
    dropped_events: u32,
) -> Span {
    let roles = &schema.roles;
    let (mut attributes, dropped_attributes_count) = values::attributes(&span.attributes);
    let error = span.error_type.map_or(Value::Absent, Value::Static);
    complete(&mut attributes, roles.error_type.key, error);
    complete(
        &mut attributes,
        roles.outcome.key,
        Value::Static(span.outcome.name()),
    );
    let status = (span.outcome == Outcome::Failure).then(|| Status {
        code: StatusCode::Error.into(),
        message: span
            .status_message
            .map(|message| clamp::free_text(message, clamp::BODY).into_owned())
            .unwrap_or_default(),
    });
    Span {
        trace_id: span.trace_id.0.to_be_bytes().to_vec(),
        span_id: span.span_id.0.to_be_bytes().to_vec(),
        parent_span_id: span
            .parent
            .map(|parent| parent.0.to_be_bytes().to_vec())
            .unwrap_or_default(),
        flags: LOCAL,
        name: span.def.name.to_owned(),
        kind: kind(span.def.kind).into(),
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

fn kind(kind: SpanKind) -> Kind {
    match kind {
        SpanKind::Internal => Kind::Internal,
        SpanKind::Client => Kind::Client,
        SpanKind::Server => Kind::Server,
        SpanKind::Producer => Kind::Producer,
        SpanKind::Consumer => Kind::Consumer,
    }
}

fn link(link: &Link) -> SpanLink {
    SpanLink {
        trace_id: link.trace_id.0.to_be_bytes().to_vec(),
        span_id: link.span_id.0.to_be_bytes().to_vec(),
        // Only the spans of this process have a name here.
        flags: if link.name.is_empty() { REMOTE } else { LOCAL },
        ..SpanLink::default()
    }
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

/// The summary as a map: members as in the run file, the stages in the order of their first starts.
pub(crate) fn summary_body(summary: &line::Summary) -> Any {
    let stages = summary.stages.iter().map(|stage| {
        let told = vec![
            pair("runs", count(stage.runs)),
            pair("duration_ns", count(stage.duration_ns)),
            pair("outcome", text(stage.outcome.name())),
        ];
        pair(&stage.stage, map(told))
    });
    let events = summary
        .events
        .iter()
        .map(|(name, times)| pair(name, count(*times)));
    let ledger = &summary.ledger;
    let ledger = vec![
        pair("emitted", count(ledger.emitted)),
        pair("acknowledged", count(ledger.acknowledged)),
        pair("in_file", count(ledger.in_file)),
        pair("dropped", count(ledger.dropped)),
        pair("in_flight", count(ledger.in_flight)),
    ];
    let ended = [
        summary
            .outcome
            .map(|outcome| pair("outcome", text(outcome.name()))),
        summary.duration_ns.map(|took| pair("duration_ns", count(took))),
    ];
    let counted = [
        pair("stages", map(stages.collect())),
        pair("events", map(events.collect())),
        pair("logs", count(summary.logs)),
        pair("cache_hits", count(summary.cache_hits)),
        pair("cache_misses", count(summary.cache_misses)),
        pair("unexpected", count(summary.unexpected)),
        pair("ledger", map(ledger)),
    ];
    map(ended.into_iter().flatten().chain(counted).collect())
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
    let of = |id: Option<&'static str>| id.map_or(Value::Absent, Value::Static);
    let screen = of(place.screen.map(|screen| screen.span.id));
    complete(&mut attributes, schema.roles.screen.key, screen);
    complete(
        &mut attributes,
        schema.roles.stage.key,
        of(place.stage.map(|stage| stage.id)),
    );
    let (trace_id, span_id) = place
        .span
        .map(|(trace, span)| (trace.0.to_be_bytes().to_vec(), span.0.to_be_bytes().to_vec()))
        .unwrap_or_default();
    LogRecord {
        time_unix_nano: time,
        observed_time_unix_nano: time,
        severity_number: severity as i32,
        severity_text: severity_text(severity).to_owned(),
        body: Some(AnyValue { value: Some(body) }),
        attributes,
        flags: u32::from(!trace_id.is_empty()),
        trace_id,
        span_id,
        ..LogRecord::default()
    }
}

/// Adds what the run file has as a field of its own, where no attribute says it already.
fn complete(attributes: &mut Vec<KeyValue>, key: &'static str, value: Value<'static>) {
    if let Value::Static(value) = value
        && !attributes.iter().any(|known| known.key == key)
    {
        attributes.push(pair(key, text(value)));
    }
}

fn severity_text(severity: Severity) -> &'static str {
    match severity {
        Severity::Trace => "TRACE",
        Severity::Debug => "DEBUG",
        Severity::Info => "INFO",
        Severity::Warn => "WARN",
        Severity::Error => "ERROR",
    }
}
