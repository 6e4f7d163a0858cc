//! What every item has in common, and the errors, which have little else.

use super::place::Section;
use super::{Lowering, role};
use crate::diagnostic::At;
use crate::model::{Deprecated, ErrorType, Item, Place};
use crate::name;
use crate::syntax::Document;
use crate::syntax::item::{self as written, Short};
use crate::syntax::read::Placed;

/// Id of the error for whatever has no better one: OpenTelemetry's fallback value of `error.type`.
const OTHER: &str = "_OTHER";

impl Lowering<'_> {
    /// Begins an item: its places, and what it has in common with all others.
    pub(super) fn item(&mut self, section: Section, id: &str, key: &At, item: &written::Item) -> Item {
        self.places.begin(section, key);
        let places = self.places.last(section);
        if let Some(version) = &item.expires_in {
            places.push("expires_in", &version.at);
        }
        if let Some(instead) = item
            .deprecated
            .as_ref()
            .and_then(|deprecated| deprecated.instead.as_ref())
        {
            places.push("use", &instead.at);
        }
        let mut renamed_from = Vec::new();
        for old in item.renamed_from.iter().flat_map(|list| &list.0) {
            places.push("renamed_from", &old.at);
            renamed_from.push(old.value.0.clone());
        }
        let mut allow = Vec::new();
        for (code, reason) in item.allow.iter().flat_map(|allow| &allow.entries) {
            places.push("allow", &reason.key);
            allow.push((code.clone(), reason.value.0.clone()));
        }
        let text = |words: &Option<Placed<crate::syntax::form::Words>>| {
            words.as_ref().map(|words| words.value.0.clone())
        };
        let implicit = role::is_supplied(key);
        Item {
            id: id.to_owned(),
            rust_name: name::snake(id, self.namespace),
            brief: item
                .brief
                .as_ref()
                .map(|brief| brief.value.0.trim().to_owned())
                .unwrap_or_default(),
            note: text(&item.note).map(|note| note.trim().to_owned()),
            place: place(key, implicit),
            deprecated: item
                .deprecated
                .as_ref()
                .map(|deprecated| lower_deprecated(&deprecated.value)),
            renamed_from,
            owner: text(&item.owner),
            issue: text(&item.issue),
            expires_in: item.expires_in.as_ref().map(|version| version.value.0.clone()),
            allow,
            implicit,
        }
    }

    /// The errors, and the one for whatever has no better one.
    pub(super) fn errors(&mut self, document: &Document) -> Vec<ErrorType> {
        let mut errors = Vec::new();
        for (id, error) in document.errors.iter().flat_map(|errors| &errors.entries) {
            errors.push(match &error.value {
                Short::Text(code) => {
                    let mut item = self.item(Section::Error, id, &error.key, &written::Item::default());
                    item.brief = format!("Error {}: {}.", code.0, id.replace('_', " "));
                    ErrorType {
                        item,
                        code: Some(code.0.clone()),
                    }
                }
                Short::Record(written) => ErrorType {
                    item: self.item(Section::Error, id, &error.key, &written.item),
                    code: written.code.as_ref().map(|code| code.value.0.clone()),
                },
            });
        }
        let mut item = self.item(
            Section::Error,
            OTHER,
            &role::supplied_at(),
            &written::Item::default(),
        );
        item.rust_name = "other".to_owned();
        item.brief = "An error that has no type of its own.".to_owned();
        errors.push(ErrorType { item, code: None });
        errors
    }
}

pub(super) fn lower_deprecated(written: &written::Deprecated) -> Deprecated {
    Deprecated {
        since: written
            .since
            .as_ref()
            .map(|since| since.value.0.clone())
            .unwrap_or_default(),
        reason: written
            .reason
            .as_ref()
            .map(|reason| reason.value.0.clone())
            .unwrap_or_default(),
        instead: written.instead.as_ref().map(|instead| instead.value.0.clone()),
    }
}

fn place(key: &At, implicit: bool) -> Place {
    if implicit {
        Place {
            file: "".into(),
            line: 0,
        }
    } else {
        Place {
            file: key.file.clone(),
            line: key.line,
        }
    }
}
