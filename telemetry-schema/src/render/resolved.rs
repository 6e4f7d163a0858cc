//! The resolved schema as JSON, and as YAML for people: the shape of the schema's files, every default explicit.
//! Either can be compiled again, to the same model: that is what the tests hold it to.

mod item;
mod signal;

use serde_json::Value;

use super::tree::Tree;
use crate::model::Model;
use item::{attribute, error, items};
use signal::{event, metric, screen, span, stages};

/// The whole model, pretty-printed.
///
/// Items that the compiler supplied are written like declared ones; only the error for everything else is left
/// out, because no schema can declare it.
pub fn render(model: &Model) -> String {
    Resolved::new(model).to_json()
}

/// A resolved schema, or the part of it that holds some items.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved(Tree);

impl Resolved {
    /// All of a model.
    pub fn new(model: &Model) -> Self {
        Resolved(tree(model))
    }

    /// Every item of this id, in its section; absent when there is none. A stage may have its screen's id in front.
    pub fn only(&self, id: &str) -> Option<Self> {
        let Tree::Map(sections) = &self.0 else {
            return None;
        };
        let items = sections
            .iter()
            .filter(|(section, _)| ITEMS.contains(&section.as_str()));
        let found: Entries = items
            .filter_map(|(section, items)| match section.as_str() {
                "stages" => Some(entry(section, only_stages(items, id)?)),
                _ => Some(entry(section, items.only(id)?)),
            })
            .collect();
        (!found.is_empty()).then_some(Resolved(Tree::Map(found)))
    }

    /// As JSON, pretty-printed.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// As YAML, in blocks.
    pub fn to_yaml(&self) -> String {
        self.0.to_yaml()
    }
}

/// Sections that hold items by id.
const ITEMS: [&str; 7] = [
    "errors",
    "attributes",
    "screens",
    "stages",
    "events",
    "spans",
    "metrics",
];

/// Stages stand under their screens, beside what is said of all of them.
fn only_stages(screens: &Tree, id: &str) -> Option<Tree> {
    let Tree::Map(screens) = screens else {
        return None;
    };
    let found: Entries = screens
        .iter()
        .filter_map(|(screen, group)| {
            let Tree::Map(group) = group else {
                return None;
            };
            let inside = id
                .strip_prefix(screen.as_str())
                .and_then(|rest| rest.strip_prefix('.'));
            let mut any = false;
            let group: Entries = group
                .iter()
                .filter_map(|(key, value)| match key.as_str() {
                    "stages" => {
                        let stages = value.only(id).or_else(|| value.only(inside?))?;
                        any = true;
                        Some(entry(key, stages))
                    }
                    _ => Some(entry(key, value.clone())),
                })
                .collect();
            any.then(|| entry(screen, Tree::Map(group)))
        })
        .collect();
    (!found.is_empty()).then_some(Tree::Map(found))
}

fn tree(model: &Model) -> Tree {
    let manifest = &model.manifest;
    let run = &manifest.run;
    Tree::Map(vec![
        entry(
            "schema",
            map([
                ("name", text(&manifest.name)),
                ("version", text(&manifest.version)),
                ("url", text(&manifest.url)),
                ("namespace", text(&manifest.namespace)),
            ]),
        ),
        entry("service", map([("name", text(&manifest.service))])),
        entry(
            "run",
            map([
                ("id_attributes", texts(&run.id_attributes)),
                (
                    "adopt_from",
                    map([
                        ("resource_attributes", texts(&run.adopt_resource_attributes)),
                        ("env", texts(&run.adopt_env)),
                    ]),
                ),
                ("directory", text(&run.directory)),
                (
                    "keep",
                    map([("runs", leaf(run.keep_runs)), ("days", leaf(run.keep_days))]),
                ),
                ("file_env", text(&run.file_env)),
                ("debug_env", text(&run.debug_env)),
            ]),
        ),
        entry("logs", map([("targets", texts(&manifest.log_targets))])),
        entry("roles", roles(model)),
        entry(
            "errors",
            items(
                model
                    .errors
                    .iter()
                    .filter(|e| !e.item.implicit)
                    .map(|e| (&e.item, error(e))),
            ),
        ),
        entry(
            "attributes",
            items(model.attributes.iter().map(|a| (&a.item, attribute(a)))),
        ),
        entry(
            "screens",
            items(model.screens.iter().map(|s| (&s.item, screen(model, s)))),
        ),
        entry("stages", stages(model)),
        entry(
            "events",
            items(model.events.iter().map(|e| (&e.item, event(model, e)))),
        ),
        entry(
            "spans",
            items(model.spans.iter().map(|s| (&s.item, span(model, s)))),
        ),
        entry(
            "metrics",
            items(
                model
                    .metrics
                    .iter()
                    .enumerate()
                    .map(|(i, m)| (&m.item, metric(model, i, m))),
            ),
        ),
    ])
}

type Entries = Vec<(String, Tree)>;

fn entry(key: &str, value: Tree) -> (String, Tree) {
    (key.to_owned(), value)
}

fn map<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Map(
        entries
            .into_iter()
            .map(|(key, value)| entry(key, value))
            .collect(),
    )
}

fn leaf(value: impl Into<Value>) -> Tree {
    Tree::Leaf(value.into())
}

fn text(text: &str) -> Tree {
    leaf(text)
}

fn texts(texts: &[String]) -> Tree {
    Tree::List(texts.iter().map(|each| text(each)).collect())
}

fn roles(model: &Model) -> Tree {
    let roles = &model.roles;
    let mut entries: Entries = roles
        .attributes()
        .map(|(role, index)| entry(role, text(&model.attributes[index].item.id)))
        .collect();
    let events = [
        ("navigate", roles.navigate),
        ("slow_wait", roles.slow_wait),
        ("panic", roles.panic),
        ("summary", roles.summary),
    ];
    entries.extend(events.map(|(role, index)| entry(role, text(&model.events[index].item.id))));
    entries.push(entry("command", text(&model.spans[roles.command].item.id)));
    entries.extend(
        roles
            .session_span
            .map(|index| entry("session_span", text(&model.spans[index].item.id))),
    );
    let session = [
        ("session_start", roles.session_start),
        ("session_end", roles.session_end),
    ];
    for (role, event) in session {
        entries.extend(event.map(|index| entry(role, text(&model.events[index].item.id))));
    }
    let caches = [
        ("cache_hits", roles.cache_hits),
        ("cache_misses", roles.cache_misses),
    ];
    for (role, metric) in caches {
        entries.extend(metric.map(|index| entry(role, text(&model.metrics[index].item.id))));
    }
    Tree::Map(entries)
}
