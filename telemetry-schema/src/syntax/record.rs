//! `record!` makes a map with known keys from one text: the type, its reader and its description for editors, so
//! that none of the three can forget a field.

use serde_json::{Map, Value, json};

use super::node::{Kind, Node};
use super::read::{Definitions, called, wrong_type};
use crate::diagnostic::{At, Code, Diagnostic, Problems};
use crate::near;

/// A map with known keys, every one of which is absent at first.
pub(crate) trait Record: Default {
    /// Takes in one entry; `false` when the key is not one of its own.
    fn take(&mut self, key: &Node, name: &str, value: &Node, problems: &mut Problems) -> bool;

    /// Calls back for every required key that is absent.
    fn absent(&self, keys: &[&str], report: &mut dyn FnMut(&'static str, Code));

    /// Its keys.
    fn keys(keys: &mut Vec<&'static str>);

    /// Describes its keys as JSON Schema, and names the required ones.
    fn properties(
        properties: &mut Map<String, Value>,
        required: &mut Vec<Value>,
        definitions: &mut Definitions,
    );
}

/// Reads any record. One that is no map at all is reported and read as an empty one, so that who refers to it
/// finds it.
pub(crate) fn read<R: Record>(node: &Node, name: &str, problems: &mut Problems) -> Option<R> {
    let mut record = R::default();
    let no_entries = Vec::new();
    let entries = match &node.kind {
        Kind::Map(entries) => entries,
        Kind::Null => &no_entries,
        _ => {
            wrong_type::<()>(node, name, "a map", problems);
            return Some(record);
        }
    };
    let mut seen: Vec<(&str, &At)> = Vec::new();
    for (key, value) in entries {
        let Kind::Text(word) = &key.kind else {
            unknown_key::<R>(key, &key.kind.words().replace("a ", ""), name, problems);
            continue;
        };
        if let Some((_, first)) = seen.iter().find(|(seen, _)| seen == word) {
            problems.push(
                Diagnostic::new(
                    Code::DuplicateKey,
                    &key.at,
                    format!("`{word}` is given twice in {}", called(name)),
                )
                .also(first, "first given here")
                .help("remove one of the two"),
            );
        } else {
            seen.push((word, &key.at));
            if !record.take(key, word, value, problems) {
                unknown_key::<R>(key, word, name, problems);
            }
        }
    }
    let given: Vec<&str> = seen.iter().map(|(word, _)| *word).collect();
    record.absent(&given, &mut |key, code| {
        problems.push(
            Diagnostic::new(
                code,
                node.key.as_ref().unwrap_or(&node.at),
                format!("{} has no `{key}`", called(name)),
            )
            .help(format!("add `{key}:`")),
        );
    });
    Some(record)
}

fn unknown_key<R: Record>(key: &Node, word: &str, name: &str, problems: &mut Problems) {
    let mut known = Vec::new();
    R::keys(&mut known);
    let diagnostic = Diagnostic::new(
        Code::UnknownKey,
        &key.at,
        format!("{} has no key `{word}`", called(name)),
    );
    problems.push(near::suggest(diagnostic, word, known));
}

/// Describes a record as JSON Schema.
pub(crate) fn describe<R: Record>(name: &str, doc: &str, definitions: &mut Definitions) -> Value {
    let reference = json!({ "$ref": format!("#/$defs/{name}") });
    if definitions.contains_key(name) {
        return reference;
    }
    // Stands in while its own fields are described, should one refer back.
    definitions.insert(name.to_owned(), Value::Null);
    let (mut properties, mut required) = (Map::new(), Vec::new());
    R::properties(&mut properties, &mut required, definitions);
    let kinds = if required.is_empty() {
        json!(["object", "null"])
    } else {
        json!("object")
    };
    let mut definition = json!({
        "description": doc,
        "type": kinds,
        "additionalProperties": false,
        "properties": properties,
    });
    if !required.is_empty() {
        definition["required"] = Value::Array(required);
    }
    definitions.insert(name.to_owned(), definition);
    reference
}

/// Adds a description to what a type says of itself.
pub(crate) fn with_description(mut schema: Value, doc: &str) -> Value {
    schema["description"] = json!(doc);
    schema
}

macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        pub(crate) struct $name:ident $(with $flat:ident: $Flat:ty)? {
            $($(#[doc = $field_doc:literal])+ $need:ident $field:ident $(as $key:literal)?: $ty:ty,)*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name {
            $(
                /// What every item may have.
                pub(crate) $flat: $Flat,
            )?
            $($(#[doc = $field_doc])+ pub(crate) $field: Option<$crate::syntax::read::Placed<$ty>>,)*
        }

        impl $crate::syntax::record::Record for $name {
            fn take(
                &mut self,
                key: &$crate::syntax::node::Node,
                name: &str,
                value: &$crate::syntax::node::Node,
                problems: &mut $crate::diagnostic::Problems,
            ) -> bool {
                match name {
                    $($crate::syntax::record::key!($field $($key)?) => {
                        self.$field = <$ty as $crate::syntax::read::Read>::read(value, name, problems).map(|read| {
                            $crate::syntax::read::Placed { value: read, at: value.at.clone(), key: key.at.clone() }
                        });
                        true
                    })*
                    _ => false $(|| self.$flat.take(key, name, value, problems))?,
                }
            }

            fn absent(&self, keys: &[&str], report: &mut dyn FnMut(&'static str, $crate::diagnostic::Code)) {
                $($crate::syntax::record::absent!($need, keys, $crate::syntax::record::key!($field $($key)?), $ty, report);)*
                $(self.$flat.absent(keys, report);)?
                let _ = (keys, report);
            }

            fn keys(keys: &mut Vec<&'static str>) {
                keys.extend([$($crate::syntax::record::key!($field $($key)?)),*] as [&str; _]);
                $(<$Flat>::keys(keys);)?
            }

            fn properties(
                properties: &mut serde_json::Map<String, serde_json::Value>,
                required: &mut Vec<serde_json::Value>,
                definitions: &mut $crate::syntax::read::Definitions,
            ) {
                $(<$Flat>::properties(properties, required, definitions);)?
                $(
                    let key = $crate::syntax::record::key!($field $($key)?);
                    let schema = <$ty as $crate::syntax::read::Read>::describe(definitions);
                    let doc = concat!($($field_doc),+).trim_ascii();
                    properties.insert(key.to_owned(), $crate::syntax::record::with_description(schema, doc));
                    if stringify!($need) == "required" {
                        required.push(key.into());
                    }
                )*
            }
        }

        impl $crate::syntax::read::Read for $name {
            fn read(
                node: &$crate::syntax::node::Node,
                name: &str,
                problems: &mut $crate::diagnostic::Problems,
            ) -> Option<Self> {
                $crate::syntax::record::read(node, name, problems)
            }

            fn describe(definitions: &mut $crate::syntax::read::Definitions) -> serde_json::Value {
                let doc = concat!($($doc),+).trim_ascii();
                $crate::syntax::record::describe::<Self>(stringify!($name), doc, definitions)
            }
        }
    };
}

/// The key of a field: its own name, unless that is a Rust keyword.
macro_rules! key {
    ($field:ident $key:literal) => {
        $key
    };
    ($field:ident) => {
        stringify!($field)
    };
}

macro_rules! absent {
    (required, $keys:ident, $key:expr, $ty:ty, $report:ident) => {
        if !$keys.contains(&$key) {
            $report($key, <$ty as $crate::syntax::read::Read>::MISSING);
        }
    };
    (optional, $keys:ident, $key:expr, $ty:ty, $report:ident) => {};
}

pub(crate) use {absent, key, record};
