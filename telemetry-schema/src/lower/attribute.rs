//! Attributes: their types, closed sets, and the settings that only some types have.

use super::Lowering;
use super::item::lower_deprecated;
use super::place::Section;
use crate::diagnostic::{At, Code, Diagnostic};
use crate::model::{Attribute, AttributeKind, EnumValue, Sensitivity};
use crate::syntax::Document;
use crate::syntax::item::{self as written, Short, Type};
use crate::{name, standard};

/// Longest string where the schema does not say: OpenTelemetry's customary limit.
const MAX_LENGTH: u32 = 1024;

impl Lowering<'_> {
    /// The attributes of the schema, then those that were supplied.
    pub(super) fn attributes(&mut self, documents: [&Document; 2]) -> Vec<Attribute> {
        let entries = documents.into_iter().flat_map(|document| &document.attributes);
        entries
            .flat_map(|attributes| &attributes.entries)
            .map(|(id, attribute)| self.attribute(id, &attribute.key, &attribute.value))
            .collect()
    }

    fn attribute(&mut self, id: &str, key: &At, written: &written::Attribute) -> Attribute {
        let mut item = self.item(Section::Attribute, id, key, &written.item);
        if let Some(short) = &written.short_name {
            item.rust_name.clone_from(&short.value.0);
            self.places.last(Section::Attribute).push("short_name", &short.at);
        }
        if let Some(standard) = &written.standard {
            self.places
                .last(Section::Attribute)
                .push("standard", &standard.key);
        }
        let kind = self.kind(id, key, written);
        let mut examples = Vec::new();
        for example in written.examples.iter().flat_map(|list| &list.0) {
            self.places.last(Section::Attribute).push("examples", &example.at);
            examples.push(example.value.0.clone());
        }
        // A supplied one is standard where its id is.
        let standard = match &written.standard {
            Some(standard) => standard.value,
            None => item.implicit && standard::find(id).is_some(),
        };
        Attribute {
            item,
            kind,
            sensitivity: written
                .sensitivity
                .as_ref()
                .map_or(Sensitivity::Public, |value| value.value.into()),
            max_length: written
                .max_length
                .as_ref()
                .map_or(MAX_LENGTH, |length| length.value.0),
            unit: written.unit.as_ref().map(|unit| unit.value.0.clone()),
            examples,
            standard,
            scrub: written.scrub.as_ref().is_some_and(|scrub| scrub.value),
        }
    }

    fn kind(&mut self, id: &str, key: &At, written: &written::Attribute) -> AttributeKind {
        let Some(written_type) = &written.kind else {
            return AttributeKind::String;
        };
        if let Some(at) = &written.kind {
            self.places.last(Section::Attribute).push("type", &at.at);
        }
        let kind = match written_type.value {
            Type::String => AttributeKind::String,
            Type::Bool => AttributeKind::Bool,
            Type::Int => AttributeKind::Int,
            Type::Double => AttributeKind::Double,
            Type::Strings => AttributeKind::Strings,
            Type::Ints => AttributeKind::Ints,
            Type::Doubles => AttributeKind::Doubles,
            Type::Bools => AttributeKind::Bools,
            Type::Screen => AttributeKind::Screen,
            Type::Stage => AttributeKind::Stage,
            Type::Error => AttributeKind::Error,
            Type::Enum => {
                let values = written.values.iter().flat_map(|values| &values.entries);
                let values: Vec<EnumValue> = values
                    .map(|(value, entry)| self.enum_value(value, &entry.key, &entry.value))
                    .collect();
                if values.is_empty() {
                    let at = written.values.as_ref().map_or(key, |values| &values.key);
                    self.problems.push(
                        Diagnostic::new(Code::EmptyEnum, at, format!("enum `{id}` has no values")).help(
                            "list its values under `values:`, each with its brief, or write `type: string`",
                        ),
                    );
                }
                AttributeKind::Enum(values)
            }
        };
        self.misplaced_settings(written, &kind);
        kind
    }

    fn enum_value(&mut self, id: &str, key: &At, written: &Short<written::EnumValue>) -> EnumValue {
        self.places.last(Section::Attribute).push("values", key);
        let (brief, deprecated, renamed_from) = match written {
            Short::Text(brief) => (brief.0.clone(), None, Vec::new()),
            Short::Record(value) => (
                value
                    .brief
                    .as_ref()
                    .map(|brief| brief.value.0.clone())
                    .unwrap_or_default(),
                value
                    .deprecated
                    .as_ref()
                    .map(|deprecated| lower_deprecated(&deprecated.value)),
                value
                    .renamed_from
                    .iter()
                    .flat_map(|list| &list.0)
                    .map(|old| old.value.0.clone())
                    .collect(),
            ),
        };
        EnumValue {
            id: id.to_owned(),
            rust_type: name::variant(id),
            brief: brief.trim().to_owned(),
            deprecated,
            renamed_from,
            // As with the place of a supplied item.
            line: if super::role::is_supplied(key) {
                0
            } else {
                key.line
            },
        }
    }

    fn misplaced_settings(&mut self, written: &written::Attribute, kind: &AttributeKind) {
        use AttributeKind::{Double, Doubles, Enum, Int, Ints, String, Strings};
        let number = matches!(kind, Int | Double | Ints | Doubles);
        let text = matches!(kind, String | Strings);
        let closed = matches!(kind, Enum(_));
        let settings = [
            (
                "values",
                written.values.as_ref().map(|value| &value.key),
                closed,
                "an enum",
            ),
            (
                "unit",
                written.unit.as_ref().map(|value| &value.key),
                number,
                "a number",
            ),
            (
                "max_length",
                written.max_length.as_ref().map(|value| &value.key),
                text,
                "text",
            ),
            (
                "scrub",
                written.scrub.as_ref().map(|value| &value.key),
                text,
                "text",
            ),
        ];
        for (setting, at, fits, owner) in settings {
            if let (Some(at), false) = (at, fits) {
                let message = format!("`{setting}` means nothing for the type `{}`", kind.as_str());
                self.problems.push(
                    Diagnostic::new(Code::MisplacedKey, at, message)
                        .label(format!("only {owner} has it"))
                        .help("remove it, or change the type"),
                );
            }
        }
    }
}
