//! What all items have, and attributes and errors.

use super::{Entries, entry, leaf, text, texts};
use crate::model::*;
use crate::render::tree::Tree;

/// Items by id, each with what all items have.
pub(super) fn items<'a>(items: impl Iterator<Item = (&'a Item, Entries)>) -> Tree {
    Tree::Map(
        items
            .map(|(item, own)| (item.id.clone(), with_item(item, own)))
            .collect(),
    )
}

pub(super) fn with_item(item: &Item, own: Entries) -> Tree {
    let mut entries = vec![entry("brief", text(&item.brief))];
    entries.extend(own);
    let optional = [
        ("note", &item.note),
        ("owner", &item.owner),
        ("issue", &item.issue),
        ("expires_in", &item.expires_in),
    ];
    for (key, value) in optional {
        entries.extend(value.as_ref().map(|value| entry(key, text(value))));
    }
    entries.extend(
        item.deprecated
            .as_ref()
            .map(|value| entry("deprecated", deprecated(value))),
    );
    if !item.renamed_from.is_empty() {
        entries.push(entry("renamed_from", texts(&item.renamed_from)));
    }
    if !item.allow.is_empty() {
        let allow = item.allow.iter().map(|(code, reason)| entry(code, text(reason)));
        entries.push(entry("allow", Tree::Map(allow.collect())));
    }
    Tree::Map(entries)
}

pub(super) fn deprecated(deprecated: &Deprecated) -> Tree {
    let mut entries = vec![
        entry("since", text(&deprecated.since)),
        entry("reason", text(&deprecated.reason)),
    ];
    entries.extend(
        deprecated
            .instead
            .as_ref()
            .map(|instead| entry("use", text(instead))),
    );
    Tree::Map(entries)
}

pub(super) fn error(error: &ErrorType) -> Entries {
    error.code.iter().map(|code| entry("code", text(code))).collect()
}

pub(super) fn attribute(attribute: &Attribute) -> Entries {
    let mut entries = vec![entry("type", text(attribute.kind.as_str()))];
    if let AttributeKind::Enum(values) = &attribute.kind {
        entries.push(entry(
            "values",
            Tree::Map(
                values
                    .iter()
                    .map(|value| entry(&value.id, enum_value(value)))
                    .collect(),
            ),
        ));
    }
    if matches!(attribute.kind, AttributeKind::String | AttributeKind::Strings) {
        entries.push(entry("max_length", leaf(attribute.max_length)));
        entries.push(entry("scrub", leaf(attribute.scrub)));
    }
    entries.extend(attribute.unit.as_ref().map(|unit| entry("unit", text(unit))));
    let sensitivity = match attribute.sensitivity {
        Sensitivity::Public => "public",
        Sensitivity::Identifying => "identifying",
        Sensitivity::Secret => "secret",
    };
    entries.push(entry("sensitivity", text(sensitivity)));
    entries.push(entry("examples", texts(&attribute.examples)));
    entries.push(entry("standard", leaf(attribute.standard)));
    entries.push(entry("short_name", text(&attribute.item.rust_name)));
    entries
}

pub(super) fn enum_value(value: &EnumValue) -> Tree {
    let mut entries = vec![entry("brief", text(&value.brief))];
    entries.extend(
        value
            .deprecated
            .as_ref()
            .map(|value| entry("deprecated", deprecated(value))),
    );
    if !value.renamed_from.is_empty() {
        entries.push(entry("renamed_from", texts(&value.renamed_from)));
    }
    Tree::Map(entries)
}
