//! Lists and maps: what can be given twice, and in which an entry of a bad form hides no other.

use std::collections::HashMap;
use std::marker::PhantomData;

use serde_json::{Value, json};

use super::form::Form;
use super::node::{Kind, Node};
use super::read::{Definitions, Placed, Read, called, wrong_type};
use super::record::with_description;
use crate::diagnostic::{At, Code, Diagnostic, Problems};

/// A list without duplicates.
#[derive(Debug, Clone)]
pub(crate) struct List<T>(pub(crate) Vec<Placed<T>>);

impl<T: Read> Read for List<T> {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        let items = match &node.kind {
            Kind::List(items) => items,
            Kind::Null => return Some(List(Vec::new())),
            _ => return wrong_type(node, name, "a list", problems),
        };
        duplicate_in_list(items, name, problems);
        let read = |item: &Node| {
            T::read(item, name, problems).map(|value| Placed {
                value,
                at: item.at.clone(),
                key: item.at.clone(),
            })
        };
        Some(List(items.iter().filter_map(read).collect()))
    }

    fn describe(definitions: &mut Definitions) -> Value {
        json!({ "type": ["array", "null"], "items": T::describe(definitions), "uniqueItems": true })
    }
}

fn duplicate_in_list(items: &[Node], name: &str, problems: &mut Problems) {
    let mut seen: HashMap<String, &At> = HashMap::new();
    for item in items {
        let key = match &item.kind {
            Kind::Text(text) => format!("\"{text}"),
            Kind::Number(value, _) => value.to_string(),
            Kind::Bool(value) => value.to_string(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => continue,
        };
        if let Some(first) = seen.get(&key) {
            let word = key.trim_start_matches('"');
            problems.push(
                Diagnostic::new(
                    Code::DuplicateInList,
                    &item.at,
                    format!("`{word}` stands twice in {}", called(name)),
                )
                .also(first, "first given here")
                .help("remove one of the two"),
            );
        } else {
            seen.insert(key, &item.at);
        }
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<Placed<T>>);

impl<T: Read> Read for OneOrMany<T> {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        if matches!(node.kind, Kind::List(_)) {
            return List::read(node, name, problems).map(|list| OneOrMany(list.0));
        }
        let value = T::read(node, name, problems)?;
        Some(OneOrMany(vec![Placed {
            value,
            at: node.at.clone(),
            key: node.at.clone(),
        }]))
    }

    fn describe(definitions: &mut Definitions) -> Value {
        let one = T::describe(definitions);
        json!({ "anyOf": [one, { "type": "array", "items": one, "uniqueItems": true }] })
    }
}

/// A map whose keys have a form and are unique; the order is kept.
#[derive(Debug, Clone)]
pub(crate) struct Keyed<K, V> {
    pub(crate) entries: Vec<(String, Placed<V>)>,
    seen: HashMap<String, At>,
    form: PhantomData<K>,
}

impl<K, V> Keyed<K, V> {
    /// Takes in the entries of another map, the same map in another file.
    pub(super) fn append(&mut self, other: Self, problems: &mut Problems) {
        for (id, value) in other.entries {
            self.insert(id, value, problems);
        }
    }

    fn insert(&mut self, id: String, value: Placed<V>, problems: &mut Problems) {
        if let Some(first) = self.seen.get(&id) {
            problems.push(
                Diagnostic::new(Code::DuplicateId, &value.key, format!("`{id}` is declared twice"))
                    .also(first, "first declared here")
                    .help("an id is declared once, in one file; rename or remove one of the two"),
            );
        } else {
            self.seen.insert(id.clone(), value.key.clone());
            self.entries.push((id, value));
        }
    }
}

impl<K: Form, V: Read> Read for Keyed<K, V> {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        let mut map = Keyed {
            entries: Vec::new(),
            seen: HashMap::new(),
            form: PhantomData,
        };
        let entries = match &node.kind {
            Kind::Map(entries) => entries,
            Kind::Null => return Some(map),
            _ => return wrong_type(node, name, "a map", problems),
        };
        for (key, value) in entries {
            let id = K::read(key, &format!("a key of {}", called(name)), problems).map(K::into_text);
            let called = id.as_deref().unwrap_or(name);
            let value = V::read(value, called, problems).map(|read| (read, value.at.clone()));
            if let (Some(id), Some((value, at))) = (id, value) {
                map.insert(
                    id,
                    Placed {
                        value,
                        at,
                        key: key.at.clone(),
                    },
                    problems,
                );
            }
        }
        Some(map)
    }

    fn describe(definitions: &mut Definitions) -> Value {
        let known = K::known();
        if !known.is_empty() {
            let properties = known
                .into_iter()
                .map(|(key, doc)| (key.to_owned(), with_description(V::describe(definitions), doc)));
            let properties: serde_json::Map<String, Value> = properties.collect();
            return json!({
                "type": ["object", "null"],
                "properties": properties,
                "additionalProperties": false,
            });
        }
        json!({
            "type": ["object", "null"],
            "propertyNames": K::describe(definitions),
            "additionalProperties": V::describe(definitions),
        })
    }
}
