//! A schema for OpenTelemetry Weaver: a registry in the form `definition/1`, which is the one that Weaver's strict
//! mode takes without a word, and advice in Rego for what a registry cannot say.
//!
//! A registry knows no span names, no links and no resource that is required, and Weaver's live check looks at none of
//! them. So `spans` says what arrives of each span, `registry` says as much of that as a registry can, and
//! `advice` turns the rest into tables for rules that are the same for every schema. `resource` has the keys that
//! arrive although no schema declares them.

mod advice;
mod attributes;
mod registry;
mod resource;
mod spans;

use super::tree::Tree;
use crate::model::{Attribute, AttributeKind, Model};

/// A file of the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it belongs, from the folder of the export.
    pub path: &'static str,
    /// What it is for, in a few words.
    pub holds: &'static str,
    /// What it says.
    pub text: String,
}

/// The first line of every YAML and Rego file, by which an export is known again.
const MARK: &str = "# Written by `telemetry schema export weaver`; the schema's own files are what to edit.";

/// All files of the export. The first is there in every version of it.
///
/// ```
/// # fn registry(model: &telemetry_schema::model::Model) {
/// let files = telemetry_schema::render::weaver::render(model);
/// assert_eq!(files[0].path, "registry/manifest.yaml");
/// # }
/// ```
pub fn render(model: &Model) -> Vec<File> {
    vec![
        File {
            path: "registry/manifest.yaml",
            holds: "the registry's name and version",
            text: yaml(&registry::manifest(model)),
        },
        File {
            path: "registry/registry.yaml",
            holds: "attributes, resource, spans, events, metrics",
            text: yaml(&registry::groups(model)),
        },
        File {
            path: "advice/rules.rego",
            holds: "what the live check asks of a run",
            text: format!("{MARK}\n{}", include_str!("weaver/rules.rego")),
        },
        File {
            path: "advice/vocabulary.rego",
            holds: "what the schema answers",
            text: format!("{MARK}\n{}", advice::vocabulary(model)),
        },
        File {
            path: "README.md",
            holds: "how Weaver is called",
            text: readme(model),
        },
    ]
}

fn yaml(tree: &Tree) -> String {
    format!("{MARK}\n{}", tree.to_yaml())
}

fn readme(model: &Model) -> String {
    let manifest = &model.manifest;
    include_str!("weaver/readme.md")
        .replace("$name", &manifest.name)
        .replace("$version", &manifest.version)
}

/// The values of a closed set, each with its brief; `None` for an open one.
fn closed<'m>(model: &'m Model, attribute: &'m Attribute) -> Option<Vec<(&'m str, &'m str)>> {
    let pair = |item: &'m crate::model::Item| (item.id.as_str(), item.brief.as_str());
    Some(match &attribute.kind {
        AttributeKind::Enum(values) => values
            .iter()
            .map(|value| (value.id.as_str(), value.brief.as_str()))
            .collect(),
        AttributeKind::Screen => model.screens.iter().map(|each| pair(&each.item)).collect(),
        AttributeKind::Stage => model.stages.iter().map(|each| pair(&each.item)).collect(),
        AttributeKind::Error => model.errors.iter().map(|each| pair(&each.item)).collect(),
        _ => return None,
    })
}
