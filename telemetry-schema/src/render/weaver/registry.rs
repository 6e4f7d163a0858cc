//! The registry: groups of the form `definition/1`. What it has no word for goes to annotations, which are free.

use serde_json::{Value, json};

use super::spans::{self, Span};
use super::{closed, resource};
use crate::model::{
    Attribute, AttributeKind, AttributeUse, Deprecated, Event, Instrument, Item, Metric, Model, Sensitivity,
    SpanKind,
};
use crate::render::tree::Tree;

/// Everything that a schema declares can be relied on until a version says otherwise.
const STABLE: (&str, &str) = ("stability", "stable");

type Entries = Vec<(String, Tree)>;

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
    groups.extend(spans::all(model).iter().map(|each| span(model, each, &run)));
    groups.extend(model.events.iter().map(|each| event(model, each, &run)));
    groups.extend(model.metrics.iter().map(|each| metric(model, each, &run)));
    Tree::Map(vec![
        text("file_format", "definition/1"),
        entry("groups", Tree::List(groups)),
    ])
}

fn attributes(model: &Model) -> Tree {
    let declared = model.attributes.iter().map(|each| attribute(model, each));
    let added = resource::undeclared(model).into_iter().map(|key| {
        let mut entries = vec![
            text("id", key.id),
            text("type", key.kind),
            text("brief", key.brief),
            text(STABLE.0, STABLE.1),
        ];
        entries.extend(
            key.example
                .map(|example| entry("examples", leaf(json!([example])))),
        );
        Tree::Map(entries)
    });
    Tree::Map(vec![
        text("id", &format!("registry.{}", model.manifest.namespace)),
        text("type", "attribute_group"),
        text("brief", "Every attribute that arrives."),
        text(STABLE.0, STABLE.1),
        entry("attributes", Tree::List(declared.chain(added).collect())),
    ])
}

fn attribute(model: &Model, attribute: &Attribute) -> Tree {
    let mut entries = vec![text("id", &attribute.item.id)];
    let kind = type_word(&attribute.kind);
    let examples = match closed(model, attribute).filter(|values| !values.is_empty()) {
        Some(values) => {
            entries.push(entry("type", members(attribute, &values)));
            None
        }
        None => {
            entries.push(text("type", kind));
            examples(attribute, kind)
        }
    };
    entries.push(text("brief", &attribute.item.brief));
    common(&attribute.item, &mut entries);
    entries.extend(examples.map(|examples| entry("examples", leaf(examples))));
    let sensitivity = match attribute.sensitivity {
        Sensitivity::Public => None,
        Sensitivity::Identifying => Some("identifying"),
        Sensitivity::Secret => Some("secret"),
    };
    if let Some(sensitivity) = sensitivity {
        let annotation = Tree::Map(vec![text("sensitivity", sensitivity)]);
        entries.push(entry("annotations", annotation));
    }
    Tree::Map(entries)
}

/// A closed set. Ids of members are words; two values that differ only in signs get different ones.
fn members(attribute: &Attribute, values: &[(&str, &str)]) -> Tree {
    let mut ids: Vec<String> = Vec::new();
    let mut members = Vec::new();
    for (value, brief) in values {
        let word = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        };
        let mut id: String = value.chars().map(word).collect();
        id = id.trim_matches('_').to_owned();
        while ids.contains(&id) {
            id.push_str("_2");
        }
        let mut member = vec![
            text("id", &id),
            text("value", value),
            text("brief", brief),
            text(STABLE.0, STABLE.1),
        ];
        if let AttributeKind::Enum(values) = &attribute.kind {
            let old = values.iter().find(|each| each.id == *value);
            member.extend(old.and_then(|old| old.deprecated.as_ref()).map(deprecated));
        }
        members.push(Tree::Map(member));
        ids.push(id);
    }
    Tree::Map(vec![entry("members", Tree::List(members))])
}

fn type_word(kind: &AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Bool => "boolean",
        AttributeKind::Bools => "boolean[]",
        // A set without members, such as the screens of a program that has none: nothing of it arrives.
        AttributeKind::Enum(_) | AttributeKind::Screen | AttributeKind::Stage | AttributeKind::Error => {
            "string"
        }
        open => open.as_str(),
    }
}

/// Examples of the attribute's own type: Weaver takes no others, wants one of every text, and of a list a list. Where
/// the schema has none, the last word of the key is one.
fn examples(attribute: &Attribute, kind: &str) -> Option<Value> {
    let given = &attribute.examples;
    let last = attribute.item.id.rsplit('.').next().unwrap_or_default();
    let texts = || match given.as_slice() {
        _ if attribute.sensitivity == Sensitivity::Secret => vec!["[redacted]".to_owned()],
        [] => vec![last.to_owned()],
        given => given.to_vec(),
    };
    let whole = || given.iter().filter_map(|each| each.parse::<i64>().ok());
    let double = || given.iter().filter_map(|each| each.parse::<f64>().ok());
    let truth = || given.iter().filter_map(|each| each.parse::<bool>().ok());
    let examples = match kind {
        "string" => json!(texts()),
        "string[]" => json!([texts()]),
        _ if given.is_empty() => return None,
        "int" => json!(whole().collect::<Vec<_>>()),
        "double" => json!(double().collect::<Vec<_>>()),
        "boolean" => json!(truth().collect::<Vec<_>>()),
        "int[]" => json!([whole().collect::<Vec<_>>()]),
        "double[]" => json!([double().collect::<Vec<_>>()]),
        _ => json!([truth().collect::<Vec<_>>()]),
    };
    Some(examples).filter(|examples| *examples != json!([]))
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

fn span(model: &Model, span: &Span<'_>, run: &str) -> Tree {
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
    if span.class == "screen" {
        let on_it = model.screens.iter().find(|screen| screen.item.id == span.name);
        let navigate = std::iter::once(&model.events[model.roles.navigate].item.id);
        let actions = on_it
            .iter()
            .flat_map(|screen| &screen.actions)
            .map(|index| &model.events[*index].item.id);
        let events: Vec<String> = navigate.chain(actions).map(|id| format!("event.{id}")).collect();
        entries.push(entry("events", leaf(json!(events))));
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
        crate::model::EventRecord::Log => "log",
        crate::model::EventRecord::SpanEvent => "span_event",
        crate::model::EventRecord::Both => "both",
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
fn common(item: &Item, entries: &mut Entries) {
    entries.extend(item.note.as_ref().map(|note| text("note", note)));
    entries.push(text(STABLE.0, STABLE.1));
    entries.extend(item.deprecated.as_ref().map(deprecated));
}

fn deprecated(deprecated: &Deprecated) -> (String, Tree) {
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

fn entry(key: &str, value: Tree) -> (String, Tree) {
    (key.to_owned(), value)
}

fn text(key: &str, value: &str) -> (String, Tree) {
    entry(key, leaf(json!(value)))
}

fn leaf(value: Value) -> Tree {
    Tree::from(value)
}
