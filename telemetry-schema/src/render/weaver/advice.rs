//! The tables that the rules look into: what the schema says of spans, span events, severities, closed sets, secrets
//! and the resource.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::closed;
use super::spans::{self, Link, Span};
use crate::model::{EventRecord, Model, Sensitivity, Severity};
use crate::render::tree::Tree;

/// The tables, in the package of the rules.
pub(super) fn vocabulary(model: &Model) -> String {
    let manifest = &model.manifest;
    let mut out = String::from(
        "# What the schema says, for rules.rego.\npackage live_check_advice\n\nimport rego.v1\n",
    );
    let key = |index: usize| &model.attributes[index].item.id;
    constant(&mut out, "run_ids", &json!(manifest.run.id_attributes));
    constant(&mut out, "service", &json!(manifest.service));
    constant(&mut out, "error_type", &json!(key(model.roles.error_type)));
    constant(&mut out, "screen_from", &json!(key(model.roles.screen_from)));
    table(&mut out, "spans", span_rows(model));
    table(&mut out, "span_events", event_rows(model));
    let logs = model
        .events
        .iter()
        .filter(|event| event.record != EventRecord::SpanEvent);
    let severities = logs.map(|event| (event.item.id.clone(), json!(number(event.severity))));
    table(&mut out, "severities", severities.collect());
    let sets = model.attributes.iter().filter_map(|attribute| {
        let values: Vec<&str> = closed(model, attribute)?
            .into_iter()
            .map(|(value, _)| value)
            .collect();
        Some((attribute.item.id.clone(), json!(values)))
    });
    table(&mut out, "closed", sets.collect());
    let secrets = model
        .attributes
        .iter()
        .filter(|each| each.sensitivity == Sensitivity::Secret);
    let secrets: Vec<&str> = secrets.map(|each| each.item.id.as_str()).collect();
    constant(&mut out, "secrets", &json!(secrets));
    out
}

fn constant(out: &mut String, name: &str, value: &Value) {
    out.extend(["\n", name, " := ", &line(value), "\n"]);
}

/// In one line, keys sorted.
fn line(value: &Value) -> String {
    // A tree has text for keys and cannot fail to be written into memory.
    serde_json::to_string(&Tree::from(value.clone())).unwrap_or_default()
}

/// A table with a row a line, so that a change of the schema is a change of its lines.
fn table(out: &mut String, name: &str, rows: Vec<(String, Value)>) {
    if rows.is_empty() {
        return constant(out, name, &json!({}));
    }
    out.extend(["\n", name, " := {\n"]);
    for (key, value) in rows {
        out.extend(["\t", &line(&json!(key)), ": ", &line(&value), ",\n"]);
    }
    out.push_str("}\n");
}

/// Two items may arrive under one name, a stage and a span; what both have is what can be asked of it.
fn span_rows(model: &Model) -> Vec<(String, Value)> {
    let all = spans::all(model);
    let mut of_name: HashMap<&str, Vec<&Span<'_>>> = HashMap::new();
    for span in &all {
        of_name.entry(&span.name).or_default().push(span);
    }
    let mut rows: Vec<(String, Value)> = Vec::new();
    for span in &all {
        // At its first place only.
        let Some(namesakes) = of_name.remove(span.name.as_str()) else {
            continue;
        };
        let every = |holds: &dyn Fn(&Span<'_>) -> bool| namesakes.iter().all(|other| holds(other));
        let always: Vec<&str> = span
            .attributes
            .iter()
            .filter(|(key, always)| *always && every(&|other| other.attributes.contains(&(*key, true))))
            .map(|(key, _)| *key)
            .collect();
        let place = span
            .place
            .iter()
            .filter(|place| every(&|other| other.place.contains(place)));
        let place: serde_json::Map<String, Value> = place
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        let kind = every(&|other| other.kind == span.kind);
        let link = if every(&|other| other.link == span.link) {
            span.link
        } else {
            Link::Free
        };
        let mut row = json!({ "always": always, "place": place, "link": link.as_str() });
        if kind {
            row["kind"] = json!(format!("{:?}", span.kind).to_lowercase());
        }
        rows.push((span.name.clone(), row));
    }
    rows
}

/// The events that stand on spans, each with the attributes that it always has.
fn event_rows(model: &Model) -> Vec<(String, Value)> {
    let events = model
        .events
        .iter()
        .filter(|event| event.record != EventRecord::Log);
    let row = |event: &crate::model::Event| {
        let always = event.attributes.iter().filter(|used| used.required);
        let always: Vec<&str> = always
            .map(|used| model.attributes[used.attribute].item.id.as_str())
            .collect();
        (event.item.id.clone(), json!(always))
    };
    events.map(row).collect()
}

fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Trace => 1,
        Severity::Debug => 5,
        Severity::Info => 9,
        Severity::Warn => 13,
        Severity::Error => 17,
    }
}
