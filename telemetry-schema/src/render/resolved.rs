//! The resolved schema as JSON: the shape of the YAML, every default explicit. Since JSON is YAML it can be
//! compiled again, to the same model: that is what a property test holds it to.

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
    .to_json()
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
