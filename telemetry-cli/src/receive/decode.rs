//! Spans and log records of the protocol become records of a run file. What the protocol has no place for is found by
//! what our own export puts there; of any other sender it is simply not known.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::{
    Event as SpanEvent, Link as SpanLink, SpanKind as WireKind,
};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use serde_json::Value;
use telemetry_runtime::line::{
    AttributeValue, Attributes, Event, Kind, Link, Log, Notice, Outcome, Record, Severity, SpanEnd, SpanKind,
    SpanStart, Summary, Wire,
};

use crate::receive::desk::{Told, time};
use crate::receive::values::{attributes, hex, json, words};

/// Scope of what the runtime itself says.
const RUNTIME: &str = "telemetry-runtime";

/// A span: its start, the events on it, its end.
pub(super) fn span(wire: &mut Wire, span: Span) -> Vec<Told> {
    let mut attributes = attributes(span.attributes);
    learn(wire, &attributes);
    let outcome = outcome(&attributes, span.status.as_ref().map(|status| status.code()));
    // These have fields of their own, from which a replay makes the attributes again.
    attributes.remove(&wire.outcome);
    let error_type = match attributes.remove(&wire.error_type) {
        Some(AttributeValue::String(text)) => Some(text),
        _ => None,
    };
    let (trace_id, span_id) = (hex(&span.trace_id), hex(&span.span_id));
    let parent_span_id = Some(hex(&span.parent_span_id)).filter(|id| !id.is_empty());
    let kind = kind(wire, &span.name, parent_span_id.is_some(), &attributes);
    let links: Vec<Link> = span.links.iter().map(link).collect();
    let dropped = u64::from(span.dropped_attributes_count);
    let start = SpanStart {
        name: span.name.clone(),
        kind,
        span_kind: span_kind(span.kind),
        trace_id: trace_id.clone(),
        span_id: span_id.clone(),
        parent_span_id: parent_span_id.clone(),
        links: links.clone(),
        attributes: attributes.clone(),
        dropped_attributes: dropped,
    };
    let mut told = vec![Told {
        time: span.start_time_unix_nano,
        record: Record::SpanStart(start),
    }];
    let screen = attributes.get(&wire.screen).map(crate::story::plain);
    told.extend(span.events.into_iter().map(|event| Told {
        time: event.time_unix_nano,
        record: Record::Event(on_span(event, screen.clone(), &trace_id, &span_id)),
    }));
    told.push(Told {
        time: span.end_time_unix_nano,
        record: Record::SpanEnd(SpanEnd {
            name: span.name,
            kind,
            span_kind: span_kind(span.kind),
            trace_id,
            span_id,
            parent_span_id,
            started: time(span.start_time_unix_nano),
            duration_ns: span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano),
            outcome,
            error_type,
            status_message: span
                .status
                .map(|status| status.message)
                .filter(|words| !words.is_empty()),
            links,
            attributes,
            dropped_attributes: dropped,
        }),
    });
    told
}

fn on_span(event: SpanEvent, screen: Option<String>, trace: &str, span: &str) -> Event {
    Event {
        body: event.name.clone(),
        name: event.name,
        severity: Severity::Info,
        screen,
        stage: None,
        trace_id: Some(trace.to_owned()),
        span_id: Some(span.to_owned()),
        on_span: true,
        attributes: attributes(event.attributes),
        dropped_attributes: u64::from(event.dropped_attributes_count),
    }
}

/// A log record of a scope.
pub(super) fn log(wire: &mut Wire, scope: &str, now: u64, log: LogRecord) -> Told {
    let mut attributes = attributes(log.attributes);
    learn(wire, &attributes);
    // These have fields of their own, from which a replay makes the attributes again.
    let mut field = |key: &str| match attributes.remove(key) {
        Some(AttributeValue::String(text)) => Some(text),
        other => {
            attributes.extend(other.map(|other| (key.to_owned(), other)));
            None
        }
    };
    let (screen, stage) = (field(&wire.screen), field(&wire.stage));
    let id = |bytes: &[u8]| Some(hex(bytes)).filter(|id| !id.is_empty());
    let (trace_id, span_id) = (id(&log.trace_id), id(&log.span_id));
    let severity = severity(log.severity_number);
    let dropped_attributes = u64::from(log.dropped_attributes_count);
    let body = log.body.and_then(|body| body.value);
    let when = [log.time_unix_nano, log.observed_time_unix_nano, now];
    let when = when.into_iter().find(|time| *time > 0).unwrap_or(now);
    if let (true, Some(summary)) = (log.event_name == wire.summary, body.as_ref().and_then(summary)) {
        wire.summary_severity = severity;
        for (key, value) in attributes {
            match value {
                AttributeValue::String(_) => wire.summary_outcome = Some(key),
                AttributeValue::Int(_) => wire.summary_duration = Some(key),
                _ => {}
            }
        }
        return Told {
            time: when,
            record: Record::Summary(summary),
        };
    }
    let body = body.map(words).unwrap_or_default();
    let record = if !log.event_name.is_empty() {
        Record::Event(Event {
            name: log.event_name,
            severity,
            body,
            screen,
            stage,
            trace_id,
            span_id,
            on_span: false,
            attributes,
            dropped_attributes,
        })
    } else if scope == RUNTIME {
        // Which notice it was is not on the wire.
        Record::Notice(Notice {
            code: "notice".to_owned(),
            body,
        })
    } else {
        Record::Log(Log {
            severity,
            target: scope.to_owned(),
            body,
            screen,
            stage,
            trace_id,
            span_id,
            attributes,
            dropped_attributes,
        })
    };
    Told { time: when, record }
}

/// Which keys this sender gives to screens and stages: the first of each that it uses.
fn learn(wire: &mut Wire, attributes: &Attributes) {
    for key in attributes.keys() {
        if wire.screen.is_empty() && key.ends_with(".screen.name") {
            wire.screen.clone_from(key);
        } else if wire.stage.is_empty() && (key.ends_with(".stage") || key.ends_with(".stage.name")) {
            wire.stage.clone_from(key);
        }
    }
}

/// What a span stands for: a visit has the name of its screen, a stage that of its stage after its screen's.
fn kind(wire: &Wire, name: &str, child: bool, attributes: &Attributes) -> Kind {
    let of = |key: &str| attributes.get(key).map(crate::story::plain);
    let last = |value: &str| name.rsplit('.').next() == Some(value);
    let timing = attributes
        .iter()
        .find(|(key, _)| key.ends_with(".timing") || key.ends_with(".timing.name"));
    if timing.is_some_and(|(_, value)| last(&crate::story::plain(value))) {
        Kind::Timing
    } else if of(&wire.stage).is_some_and(|stage| last(&stage)) {
        Kind::Stage
    } else if !child && of(&wire.screen).is_some_and(|screen| screen == name) {
        Kind::Screen
    } else {
        Kind::Span
    }
}

fn outcome(attributes: &Attributes, status: Option<StatusCode>) -> Outcome {
    let said = attributes.get("outcome").map(crate::story::plain);
    let all = [
        Outcome::Success,
        Outcome::Failure,
        Outcome::Skipped,
        Outcome::Cancelled,
        Outcome::Abandoned,
    ];
    let known = all
        .into_iter()
        .find(|known| said.as_deref() == Some(known.name()));
    known.unwrap_or(match status {
        Some(StatusCode::Error) => Outcome::Failure,
        _ => Outcome::Success,
    })
}

/// Our own links leave their remote flag out of what they know: a link of this process has a name, which is not on the
/// wire, so that here it only says whether there was one.
fn link(link: &SpanLink) -> Link {
    const REMOTE: u32 = 0x200;
    Link {
        trace_id: hex(&link.trace_id),
        span_id: hex(&link.span_id),
        name: match link.flags & REMOTE {
            0 => "span".to_owned(),
            _ => String::new(),
        },
    }
}

fn span_kind(kind: i32) -> SpanKind {
    match WireKind::try_from(kind) {
        Ok(WireKind::Client) => SpanKind::Client,
        Ok(WireKind::Server) => SpanKind::Server,
        Ok(WireKind::Producer) => SpanKind::Producer,
        Ok(WireKind::Consumer) => SpanKind::Consumer,
        _ => SpanKind::Internal,
    }
}

fn severity(number: i32) -> Severity {
    match number {
        1..=4 => Severity::Trace,
        5..=8 => Severity::Debug,
        13..=16 => Severity::Warn,
        17.. => Severity::Error,
        _ => Severity::Info,
    }
}

/// The summary out of its structured body; `None` when the body is another's.
fn summary(body: &Any) -> Option<Summary> {
    // In the order of the message, which is that of the stages' first starts.
    let members = |value: &Any| match value {
        Any::KvlistValue(list) => Some(list.values.clone()),
        _ => None,
    };
    let stages = members(body)?.into_iter().find(|pair| pair.key == "stages")?;
    let stages = members(&stages.value?.value?)?.into_iter().map(|pair| {
        let mut told = pair
            .value
            .and_then(|value| value.value)
            .map_or(Value::Null, |told| json(&told));
        if let Some(told) = told.as_object_mut() {
            told.insert("stage".to_owned(), pair.key.into());
        }
        told
    });
    let stages = stages.collect();
    let mut body = json(body);
    body["stages"] = stages;
    serde_json::from_value(body).ok()
}
