//! JSON that keeps the order of its keys: in a schema the order of items is meaning, and files that are
//! committed must not depend on how another crate configures its maps.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A JSON value whose maps are in the order in which they were made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Leaf(Value),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Pretty-printed, with a newline at the end; also a valid YAML document.
    pub(super) fn to_json(&self) -> String {
        // A tree has text for keys and cannot fail to be written into memory.
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        let mut text = String::with_capacity(json.len() + 1);
        for c in json.chars() {
            // JSON may hold these as they are, YAML may not; they can only stand inside strings.
            if matches!(
                c,
                '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            ) {
                text.push_str("\\u");
                let code = u32::from(c);
                text.extend(
                    (0..4)
                        .rev()
                        .filter_map(|digit| char::from_digit((code >> (4 * digit)) & 15, 16)),
                );
            } else {
                text.push(c);
            }
        }
        text.push('\n');
        text
    }
}

impl From<Value> for Tree {
    /// Keys are sorted.
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Tree::List(items.into_iter().map(Tree::from).collect()),
            Value::Object(map) => {
                let sorted: BTreeMap<String, Value> = map.into_iter().collect();
                Tree::Map(
                    sorted
                        .into_iter()
                        .map(|(key, value)| (key, Tree::from(value)))
                        .collect(),
                )
            }
            leaf => Tree::Leaf(leaf),
        }
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Leaf(value) => value.serialize(serializer),
            Tree::List(items) => serializer.collect_seq(items),
            Tree::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}
