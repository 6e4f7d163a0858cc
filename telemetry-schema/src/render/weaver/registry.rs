//! The registry: groups of the form `definition/1`. What it has no word for goes to annotations, which are free.

use serde_json::{Value, json};

use super::attributes::attributes;
use super::resource;
use super::spans::{self, Span};
use crate::model::{AttributeUse, Deprecated, Event, EventRecord, Instrument, Item, Metric, Model, SpanKind};
use crate::render::tree::Tree;

/// Everything that a schema declares can be relied on until a version says otherwise.
pub(super) const STABLE: (&str, &str) = ("stability", "stable");

pub(super) type Entries = Vec<(String, Tree)>;

/// What the registry is.
pub(super) fn manifest(model: &Model) -> Tree {
    let manifest = &model.manifest;
    let description = format!(
        "The telemetry schema {} {}, exported for Weaver.",
        manifest.name, manifest.version
    );
    Tree::Map(vec![
        text("schema_url", &manifest.url),
        text("description", &description),
        text(STABLE.0, STABLE.1),
    ])
}

/// What it holds.
pub(super) fn groups(model: &Model) -> Tree {
    let run = format!("{}.run", model.manifest.namespace);
    let mut groups = vec![attributes(model), entity(model, &run)];
    groups.extend(spans::all(model).iter().map(|each| span(each, &run)));
    groups.extend(model.events.iter().map(|each| event(model, each, &run)));
    groups.extend(model.metrics.iter().map(|each| metric(model, each, &run)));
    Tree::Map(vec![
        text("file_format", "definition/1"),
        entry("groups", Tree::List(groups)),
    ])
}

/// The resource: one run of the service.
fn entity(model: &Model, run: &str) -> Tree {
    let ids = model.manifest.run.id_attributes.iter();
    let ids = ids.map(|id| role(id, "identifying", true));
    let others = resource::descriptive(model).into_iter();
    let others = others.map(|(id, always)| role(id, "descriptive", always));
    Tree::Map(vec![
        text("id", &format!("entity.{run}")),
        text("type", "entity"),
        text("name", run),
        text("brief", &format!("One run of {}.", model.manifest.service)),
        text(STABLE.0, STABLE.1),
        entry("attributes", Tree::List(ids.chain(others).collect())),
    ])
}

fn role(id: &str, role: &str, always: bool) -> Tree {
    Tree::Map(vec![
        text("ref", id),
        text("role", role),
        text("requirement_level", level(always)),
    ])
}

fn level(always: bool) -> &'static str {
    if always { "required" } else { "opt_in" }
}

fn reference((id, always): (&str, bool)) -> Tree {
    Tree::Map(vec![text("ref", id), text("requirement_level", level(always))])
}

fn references(model: &Model, uses: &[AttributeUse]) -> Tree {
    let uses = uses
        .iter()
        .map(|used| reference((&model.attributes[used.attribute].item.id, used.required)));
    Tree::List(uses.collect())
}

fn span(span: &Span<'_>, run: &str) -> Tree {
    let kind = match span.kind {
        SpanKind::Internal => "internal",
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    };
    let mut entries = vec![
        text("id", &format!("span.{}.{}", span.class, span.name)),
        text("type", "span"),
        text("span_kind", kind),
        text("brief", &span.brief),
    ];
    common(span.item, &mut entries);
    entries.push(associated(run));
    let all = span.attributes.iter().map(|each| reference(*each));
    entries.push(entry("attributes", Tree::List(all.collect())));
    if !span.events.is_empty() {
        let events = span.events.iter().map(|id| format!("event.{id}"));
        entries.push(entry("events", leaf(json!(events.collect::<Vec<_>>()))));
    }
    let mut told = vec![text("span_name", &span.name)];
    told.push(text("trace", if span.new_trace { "new" } else { "child" }));
    told.extend(span.parent.as_ref().map(|parent| text("parent", parent)));
    if !span.links.is_empty() {
        told.push(entry("links", leaf(json!(span.links))));
    }
    entries.push(entry("annotations", Tree::Map(told)));
    Tree::Map(entries)
}

fn event(model: &Model, event: &Event, run: &str) -> Tree {
    let mut entries = vec![
        text("id", &format!("event.{}", event.item.id)),
        text("type", "event"),
        text("name", &event.item.id),
        text("brief", &event.item.brief),
    ];
    common(&event.item, &mut entries);
    entries.push(associated(run));
    if !event.attributes.is_empty() {
        entries.push(entry("attributes", references(model, &event.attributes)));
    }
    let severity = format!("{:?}", event.severity).to_lowercase();
    let annotations = vec![text("severity", &severity), text("record", record(event))];
    entries.push(entry("annotations", Tree::Map(annotations)));
    Tree::Map(entries)
}

fn record(event: &Event) -> &'static str {
    match event.record {
        EventRecord::Log => "log",
        EventRecord::SpanEvent => "span_event",
        EventRecord::Both => "both",
    }
}

fn metric(model: &Model, metric: &Metric, run: &str) -> Tree {
    let instrument = match metric.instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "updowncounter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    };
    let mut entries = vec![
        text("id", &format!("metric.{}", metric.item.id)),
        text("type", "metric"),
        text("metric_name", &metric.item.id),
        text("brief", &metric.item.brief),
        text("instrument", instrument),
        text("unit", &metric.unit),
    ];
    common(&metric.item, &mut entries);
    entries.push(associated(run));
    if !metric.attributes.is_empty() {
        entries.push(entry("attributes", references(model, &metric.attributes)));
    }
    Tree::Map(entries)
}

/// What every group and attribute has beside its brief.
pub(super) fn common(item: &Item, entries: &mut Entries) {
    entries.extend(item.note.as_ref().map(|note| text("note", note)));
    entries.push(text(STABLE.0, STABLE.1));
    entries.extend(item.deprecated.as_ref().map(deprecated));
}

pub(super) fn deprecated(deprecated: &Deprecated) -> (String, Tree) {
    let note = format!("Since {}: {}", deprecated.since, deprecated.reason);
    let mut entries = match &deprecated.instead {
        Some(instead) => vec![text("reason", "renamed"), text("renamed_to", instead)],
        None => vec![text("reason", "obsoleted")],
    };
    entries.push(text("note", &note));
    entry("deprecated", Tree::Map(entries))
}

fn associated(run: &str) -> (String, Tree) {
    entry("entity_associations", leaf(json!([run])))
}

pub(super) fn entry(key: &str, value: Tree) -> (String, Tree) {
    (key.to_owned(), value)
}

pub(super) fn text(key: &str, value: &str) -> (String, Tree) {
    entry(key, leaf(json!(value)))
}

pub(super) fn leaf(value: Value) -> Tree {
    Tree::from(value)
}
