//! Records of a file become what a live export would have made of them: spans with their events, and log records.
//! What the file does not say of itself, the run's first line says for all of them.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::{Event as SpanEvent, Link as SpanLink};
use telemetry_runtime::export::form::{self, complete, count, log_record, pair, summary_body, text};
use telemetry_runtime::line::{
    Attributes, Event, Link, Log, Notice, Outcome, Severity, SpanEnd, SpanStart, Summary, Wire,
};
use telemetry_runtime::timestamp;

/// A span that ended; `None` when its ids or its time are none.
pub(super) fn span(wire: &Wire, span: &SpanEnd, events: Vec<SpanEvent>, dropped_events: u32) -> Option<Span> {
    let started = timestamp::parse(&span.started)?;
    let mut attributes = attributes(&span.attributes);
    complete(&mut attributes, &wire.error_type, span.error_type.as_deref());
    complete(&mut attributes, &wire.outcome, Some(span.outcome.name()));
    let status = form::status(span.outcome, || span.status_message.clone().unwrap_or_default());
    Some(Span {
        trace_id: trace_id(&span.trace_id)?,
        span_id: span_id(&span.span_id)?,
        parent_span_id: match &span.parent_span_id {
            Some(parent) => span_id(parent)?,
            None => Vec::new(),
        },
        flags: form::LOCAL,
        name: span.name.clone(),
        kind: form::kind(span.span_kind),
        start_time_unix_nano: started,
        end_time_unix_nano: started.saturating_add(span.duration_ns),
        attributes,
        dropped_attributes_count: small(span.dropped_attributes),
        events,
        dropped_events_count: dropped_events,
        links: span.links.iter().filter_map(link).collect(),
        status,
        ..Span::default()
    })
}

/// A span that never ended, as one that was abandoned when its run last spoke.
pub(super) fn abandoned(start: SpanStart, started: String, last: u64) -> SpanEnd {
    let began = timestamp::parse(&started).unwrap_or(last);
    SpanEnd {
        name: start.name,
        kind: start.kind,
        span_kind: start.span_kind,
        trace_id: start.trace_id,
        span_id: start.span_id,
        parent_span_id: start.parent_span_id,
        started,
        duration_ns: last.saturating_sub(began),
        outcome: Outcome::Abandoned,
        error_type: None,
        status_message: None,
        links: start.links,
        attributes: start.attributes,
        dropped_attributes: start.dropped_attributes,
    }
}

/// An event on its span.
pub(super) fn span_event(time: u64, event: &Event) -> SpanEvent {
    SpanEvent {
        time_unix_nano: time,
        name: event.name.clone(),
        attributes: attributes(&event.attributes),
        dropped_attributes_count: small(event.dropped_attributes),
    }
}

/// A declared event as a log record.
pub(super) fn event(wire: &Wire, time: u64, event: &Event) -> Option<LogRecord> {
    let mut attributes = attributes(&event.attributes);
    complete(&mut attributes, &wire.screen, event.screen.as_deref());
    complete(&mut attributes, &wire.stage, event.stage.as_deref());
    let record = LogRecord {
        event_name: event.name.clone(),
        attributes,
        dropped_attributes_count: small(event.dropped_attributes),
        ..log_record(time, event.severity, text(&*event.body))
    };
    placed(record, event.trace_id.as_deref(), event.span_id.as_deref())
}

/// An undeclared record.
pub(super) fn log(wire: &Wire, time: u64, log: &Log) -> Option<LogRecord> {
    let mut attributes = attributes(&log.attributes);
    complete(&mut attributes, &wire.screen, log.screen.as_deref());
    complete(&mut attributes, &wire.stage, log.stage.as_deref());
    let record = LogRecord {
        attributes,
        dropped_attributes_count: small(log.dropped_attributes),
        ..log_record(time, log.severity, text(&*log.body))
    };
    placed(record, log.trace_id.as_deref(), log.span_id.as_deref())
}

/// What the operator was told.
pub(super) fn notice(time: u64, notice: &Notice) -> LogRecord {
    log_record(time, Severity::Warn, text(&*notice.body))
}

/// The end-of-run summary: the whole of it is the body.
pub(super) fn summary(wire: &Wire, time: u64, summary: &Summary) -> LogRecord {
    let outcome = wire.summary_outcome.as_ref().zip(summary.outcome);
    let duration = wire.summary_duration.as_ref().zip(summary.duration_ns);
    let attributes = [
        outcome.map(|(key, outcome)| pair(key, text(outcome.name()))),
        duration.map(|(key, took)| pair(key, count(took / 1_000_000))),
    ];
    LogRecord {
        event_name: wire.summary.clone(),
        attributes: attributes.into_iter().flatten().collect(),
        ..log_record(time, wire.summary_severity, summary_body(summary))
    }
}

fn placed(mut record: LogRecord, trace: Option<&str>, span: Option<&str>) -> Option<LogRecord> {
    if let (Some(trace), Some(span)) = (trace, span) {
        record.trace_id = trace_id(trace)?;
        record.span_id = span_id(span)?;
        record.flags = 1;
    }
    Some(record)
}

fn link(link: &Link) -> Option<SpanLink> {
    Some(form::link(
        trace_id(&link.trace_id)?,
        span_id(&link.span_id)?,
        &link.name,
    ))
}

fn trace_id(hex: &str) -> Option<Vec<u8>> {
    let id = u128::from_str_radix(hex, 16).ok().filter(|id| *id != 0)?;
    Some(id.to_be_bytes().to_vec())
}

fn span_id(hex: &str) -> Option<Vec<u8>> {
    Some(super::survey::id(hex)?.to_be_bytes().to_vec())
}

fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Attributes as the protocol has them.
pub(super) fn attributes(attributes: &Attributes) -> Vec<KeyValue> {
    attributes
        .iter()
        .map(|(key, value)| pair(key, form::value(value)))
        .collect()
}
