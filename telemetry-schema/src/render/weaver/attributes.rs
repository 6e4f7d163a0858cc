//! The attributes of the registry: those of the schema, and those that the runtime adds to the resource by itself.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::registry::{STABLE, common, deprecated, entry, leaf, text};
use super::{closed, resource};
use crate::model::{Attribute, AttributeKind, Model, Sensitivity};
use crate::render::tree::Tree;

/// The group of all attributes.
pub(super) fn attributes(model: &Model) -> Tree {
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
    let mut ids: HashSet<String> = HashSet::new();
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
        ids.insert(id);
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
