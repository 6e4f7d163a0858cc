//! Example values and example records, made from the schema alone.
//!
//! The records have the shape of a run file's lines. The runtime owns that format; a test of the product reads
//! the page's records with the runtime's own types.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::events::severity;
use crate::model::{
    Attribute, AttributeIndex, AttributeKind, BodyPart, Event, EventRecord, Model, Sensitivity, Severity,
};

/// Shown in place of a secret value.
const REDACTED: &str = "[redacted]";

/// A line of a run file that holds an event.
#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    time: &'a str,
    record: &'a str,
    name: &'a str,
    severity: &'a str,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    screen: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    on_span: bool,
    attributes: BTreeMap<&'a str, Value>,
}

/// The event as lines of a run file: two when it is recorded both ways.
pub(super) fn records(model: &Model, event: &Event) -> Vec<String> {
    match event.record {
        EventRecord::Log => vec![record(model, event, 0, false)],
        EventRecord::SpanEvent => vec![record(model, event, 0, true)],
        EventRecord::Both => vec![record(model, event, 0, false), record(model, event, 1, true)],
    }
}

fn record(model: &Model, event: &Event, seq: u64, on_span: bool) -> String {
    let values: Vec<_> = event
        .attributes
        .iter()
        .map(|used| value(model, used.attribute, event.severity == Severity::Error))
        .collect();
    let body: String = event
        .body
        .iter()
        .map(|part| match part {
            BodyPart::Text(text) => text.clone(),
            BodyPart::Slot(slot) => plain(&values[*slot]),
        })
        .collect();
    let ids = event
        .attributes
        .iter()
        .map(|used| model.attributes[used.attribute].item.id.as_str());
    let line = Line {
        seq,
        time: "2026-01-02T03:04:05.678901234Z",
        record: "event",
        name: &event.item.id,
        severity: severity(event.severity),
        body: &body,
        screen: screen_of(model, event),
        trace_id: on_span.then_some("4bf92f3577b34da6a3ce929d0e0e4736"),
        span_id: on_span.then_some("00f067aa0ba902b7"),
        on_span,
        attributes: ids.zip(values).collect(),
    };
    // Strings and numbers always have a JSON form; should one not, the page shows its absence.
    serde_json::to_string(&line).unwrap_or_default()
}

/// The first screen that an action may happen on.
fn screen_of<'a>(model: &'a Model, event: &Event) -> Option<&'a str> {
    let is_navigate = model
        .events
        .get(model.roles.navigate)
        .is_some_and(|navigate| navigate == event);
    let screen = model.screens.iter().find(|screen| {
        let lists_it = screen
            .actions
            .iter()
            .any(|&action| model.events[action].item.id == event.item.id);
        lists_it || (is_navigate && !screen.navigates_to.is_empty())
    })?;
    Some(&screen.item.id)
}

/// A value that the attribute may have: an example, or the first of its closed set. Failures show the last
/// example and all else the first, so that exit codes of `[0, 137]` suit both.
pub(super) fn value(model: &Model, index: AttributeIndex, failure: bool) -> Value {
    let attribute = &model.attributes[index];
    if attribute.sensitivity == Sensitivity::Secret {
        return Value::from(REDACTED);
    }
    let example = match failure {
        true => attribute.examples.last(),
        false => attribute.examples.first(),
    };
    match &attribute.kind {
        AttributeKind::String => example.map_or("text", String::as_str).into(),
        AttributeKind::Bool => example.is_none_or(|text| text == "true").into(),
        AttributeKind::Int => number::<i64>(example, 1),
        AttributeKind::Double => number::<f64>(example, 0.5),
        AttributeKind::Strings => match attribute.examples.is_empty() {
            true => vec!["text"].into(),
            false => attribute.examples.clone().into(),
        },
        AttributeKind::Ints => numbers::<i64>(attribute, 1),
        AttributeKind::Doubles => numbers::<f64>(attribute, 0.5),
        AttributeKind::Bools => vec![true].into(),
        AttributeKind::Enum(values) => member(example, values.first().map(|first| first.id.as_str())),
        AttributeKind::Screen if index == model.roles.screen_to => member(example, first_move(model)),
        AttributeKind::Screen => member(example, model.screens.first().map(|first| first.item.id.as_str())),
        AttributeKind::Stage => member(example, model.stages.first().map(|first| first.item.id.as_str())),
        AttributeKind::Error => member(example, model.errors.first().map(|first| first.item.id.as_str())),
    }
}

/// Where the first move of the schema goes.
fn first_move(model: &Model) -> Option<&str> {
    let to = model
        .screens
        .iter()
        .find_map(|screen| screen.navigates_to.first())?;
    Some(&model.screens[*to].item.id)
}

fn member(example: Option<&String>, first: Option<&str>) -> Value {
    example.map(String::as_str).or(first).unwrap_or("text").into()
}

fn number<T: std::str::FromStr + Into<Value>>(example: Option<&String>, fallback: T) -> Value {
    example
        .and_then(|text| text.parse().ok())
        .unwrap_or(fallback)
        .into()
}

fn numbers<T: std::str::FromStr + Into<Value>>(attribute: &Attribute, fallback: T) -> Value {
    let numbers: Vec<Value> = attribute
        .examples
        .iter()
        .filter_map(|text| text.parse::<T>().ok())
        .map(Into::into)
        .collect();
    match numbers.is_empty() {
        true => vec![fallback.into()].into(),
        false => numbers.into(),
    }
}

/// A value as it stands in a body: text without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
