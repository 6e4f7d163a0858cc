//! A record, still borrowed from the emitting call, becomes one line of JSON in a buffer that is used again.
//!
//! This is what an emission costs, so nothing here allocates and serde is left to the records that a run makes
//! once. Values are made fit for a record on the way: secrets replaced, free text scrubbed, strings and counts
//! bounded. [`crate::line`] is the format, [`crate::reader`] the way back; a property test holds them together.

use crate::clamp;
use crate::def::{Instrument, Severity, SpanClass, SpanDef, SpanKind};
use crate::json;
use crate::line::{self, Outcome, PointValue};
use crate::record::{Event, Link, Log, Place, Point, Record, SpanEnd, SpanId, SpanStart, TraceId, UnixNanos};
use crate::text;
use crate::timestamp;

/// Appends the whole line of a record, its end included.
pub fn line(out: &mut Vec<u8>, seq: u64, time: UnixNanos, record: &Record<'_>) {
    head(out, seq);
    rest(out, time, record);
}

/// Everything of a line that stands before what [`rest`] writes.
pub(crate) fn head(out: &mut Vec<u8>, seq: u64) {
    out.extend_from_slice(b"{\"seq\":");
    json::count(out, seq);
}

/// Everything of a line but its number: a sink numbers lines under its lock, and everything else is done before.
pub(crate) fn rest(out: &mut Vec<u8>, time: UnixNanos, record: &Record<'_>) {
    out.extend_from_slice(b",\"time\":");
    timestamp::write(out, time);
    match record {
        Record::SpanStart(span) => span_start(out, span),
        Record::SpanEnd(span) => span_end(out, span),
        Record::Event(event) => declared(out, event),
        Record::Log(log) => undeclared(out, log),
        Record::Metrics(points) => metrics(out, points),
        Record::Run(run) => once(out, "run", &text::run(run)),
        Record::Notice(notice) => once(out, "notice", &text::notice(notice)),
        Record::Summary(summary) => once(out, "summary", summary),
        Record::End(end) => once(out, "end", end),
    }
    out.extend_from_slice(b"}\n");
}

fn span_start(out: &mut Vec<u8>, span: &SpanStart<'_>) {
    identity(
        out,
        "span_start",
        span.def,
        span.trace_id,
        span.span_id,
        span.parent,
    );
    links(out, span.links);
    text::attributes(out, &span.attributes);
}

fn span_end(out: &mut Vec<u8>, span: &SpanEnd<'_>) {
    identity(
        out,
        "span_end",
        span.def,
        span.trace_id,
        span.span_id,
        span.parent,
    );
    out.extend_from_slice(b",\"started\":");
    timestamp::write(out, span.started);
    out.extend_from_slice(b",\"duration_ns\":");
    json::count(out, span.duration_ns);
    word(out, "outcome", outcome(span.outcome));
    if let Some(error) = span.error_type {
        member(out, "error_type", error);
    }
    if let Some(message) = span.status_message {
        member(out, "status_message", &clamp::free_text(message, clamp::BODY));
    }
    links(out, span.links);
    text::attributes(out, &span.attributes);
}

fn declared(out: &mut Vec<u8>, event: &Event<'_>) {
    kind(out, "event");
    word(out, "name", event.def.name);
    word(out, "severity", severity(event.def.severity));
    text::with_body(event.def, event.attributes.values, |body| {
        member(out, "body", clamp::clamp(body, clamp::BODY));
    });
    place(out, &event.place);
    if event.on_span {
        out.extend_from_slice(b",\"on_span\":true");
    }
    text::attributes(out, &event.attributes);
}

fn undeclared(out: &mut Vec<u8>, log: &Log<'_>) {
    kind(out, "log");
    word(out, "severity", severity(log.severity));
    member(out, "target", clamp::clamp(log.target, clamp::ATTRIBUTE));
    member(out, "body", &clamp::free_text(log.body, clamp::BODY));
    place(out, &log.place);
    text::fields(out, log.fields, log.tags);
}

fn metrics(out: &mut Vec<u8>, points: &[Point<'_>]) {
    kind(out, "metrics");
    out.extend_from_slice(b",\"points\":");
    // A number that is not finite tells nothing about an instrument, and no backend takes it.
    json::list(out, points.iter().filter(|point| finite(&point.value)), point);
}

fn point(out: &mut Vec<u8>, point: &Point<'_>) {
    out.extend_from_slice(b"{\"name\":");
    json::string(out, point.def.name);
    member(out, "unit", point.def.unit);
    word(out, "kind", instrument(point.def.instrument));
    out.extend_from_slice(b",\"value\":");
    match &point.value {
        PointValue::Int(number) => json::int(out, *number),
        PointValue::Double(number) => json::double(out, *number),
        PointValue::Histogram(state) => histogram(out, state),
    }
    text::slots(out, point.def.attributes, point.values);
    out.push(b'}');
}

fn histogram(out: &mut Vec<u8>, state: &line::Histogram) {
    out.extend_from_slice(b"{\"count\":");
    json::count(out, state.count);
    out.extend_from_slice(b",\"sum\":");
    json::double(out, state.sum);
    for (name, number) in [("min", state.min), ("max", state.max)] {
        if let Some(number) = number.filter(|number| number.is_finite()) {
            key(out, name);
            json::double(out, number);
        }
    }
    out.extend_from_slice(b",\"bounds\":");
    json::list(out, &state.bounds, |out, bound| json::double(out, *bound));
    out.extend_from_slice(b",\"counts\":");
    json::list(out, &state.counts, |out, count| json::count(out, *count));
    out.push(b'}');
}

fn finite(value: &PointValue) -> bool {
    match value {
        PointValue::Int(_) => true,
        PointValue::Double(number) => number.is_finite(),
        PointValue::Histogram(state) => {
            state.sum.is_finite() && state.bounds.iter().all(|bound| bound.is_finite())
        }
    }
}

/// A record that a run makes once, or seldom: its serde form, spliced into the line.
fn once(out: &mut Vec<u8>, record: &str, value: &impl serde::Serialize) {
    kind(out, record);
    let brace = out.len();
    // Writing to a vector cannot fail, and these types have no map keys but strings. Should it fail all the
    // same, the line keeps its common fields.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(brace);
        return;
    }
    out[brace] = b',';
    out.pop();
}

fn identity(
    out: &mut Vec<u8>,
    record: &str,
    def: &SpanDef,
    trace: TraceId,
    span: SpanId,
    parent: Option<SpanId>,
) {
    kind(out, record);
    word(out, "name", def.name);
    word(out, "kind", class(def.class));
    if def.kind != SpanKind::Internal {
        word(out, "span_kind", span_kind(def.kind));
    }
    ids(out, trace, span);
    if let Some(parent) = parent {
        out.extend_from_slice(b",\"parent_span_id\":");
        json::span_id(out, parent.0);
    }
}

fn ids(out: &mut Vec<u8>, trace: TraceId, span: SpanId) {
    out.extend_from_slice(b",\"trace_id\":");
    json::trace_id(out, trace.0);
    out.extend_from_slice(b",\"span_id\":");
    json::span_id(out, span.0);
}

fn links(out: &mut Vec<u8>, links: &[Link]) {
    if links.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"links\":");
    json::list(out, links.iter().take(clamp::LINKS), |out, link| {
        out.extend_from_slice(b"{\"trace_id\":");
        json::trace_id(out, link.trace_id.0);
        out.extend_from_slice(b",\"span_id\":");
        json::span_id(out, link.span_id.0);
        member(out, "name", link.name);
        out.push(b'}');
    });
}

fn place(out: &mut Vec<u8>, place: &Place) {
    if let Some(screen) = place.screen {
        word(out, "screen", screen.span.id);
    }
    if let Some(stage) = place.stage {
        word(out, "stage", stage.id);
    }
    if let Some((trace, span)) = place.span {
        ids(out, trace, span);
    }
}

fn kind(out: &mut Vec<u8>, record: &str) {
    word(out, "record", record);
}

/// A further member of an object that is one of the format's own words, which need no escape.
#[inline]
fn word(out: &mut Vec<u8>, name: &str, word: &str) {
    key(out, name);
    json::word(out, word);
}

/// A further member of an object, whose name needs no escape.
fn member(out: &mut Vec<u8>, name: &str, text: &str) {
    key(out, name);
    json::string(out, text);
}

#[inline]
fn key(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
        Outcome::Skipped => "skipped",
        Outcome::Cancelled => "cancelled",
        Outcome::Abandoned => "abandoned",
    }
}

fn class(class: SpanClass) -> &'static str {
    match class {
        SpanClass::Screen => "screen",
        SpanClass::Stage => "stage",
        SpanClass::Timing => "timing",
        SpanClass::Span => "span",
    }
}

fn span_kind(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Internal => "internal",
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    }
}

fn instrument(instrument: Instrument) -> &'static str {
    match instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up_down_counter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    }
}
