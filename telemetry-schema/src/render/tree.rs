//! JSON and YAML that keep the order of their keys: in a schema the order of items is meaning, and files that are
//! committed must not depend on how another crate configures its maps.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A JSON value whose maps are in the order in which they were made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
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

impl Tree {
    /// The entry of a map that has this key, as a map of its own.
    pub(super) fn only(&self, key: &str) -> Option<Tree> {
        let Tree::Map(entries) = self else {
            return None;
        };
        let found = entries.iter().find(|(other, _)| other == key)?;
        Some(Tree::Map(vec![found.clone()]))
    }

    /// As YAML: maps in lines, lists of plain values in one line, and of maps in lines.
    pub(super) fn to_yaml(&self) -> String {
        let mut text = String::new();
        self.lines(0, &mut text);
        text
    }

    fn lines(&self, indent: usize, out: &mut String) {
        match self {
            Tree::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    out.extend(std::iter::repeat_n(' ', indent));
                    out.push_str(&scalar(key));
                    out.push(':');
                    match value {
                        _ if value.is_block() => {
                            out.push('\n');
                            value.lines(indent + 2, out);
                        }
                        _ => {
                            out.push(' ');
                            value.lines(indent, out);
                        }
                    }
                }
            }
            Tree::List(items) if self.is_block() => {
                for item in items {
                    out.extend(std::iter::repeat_n(' ', indent));
                    out.push_str("- ");
                    let flow = item.flow();
                    if item.is_plain() && indent + 2 + flow.chars().count() <= WIDTH {
                        out.push_str(&flow);
                        out.push('\n');
                    } else {
                        let mut lines = String::new();
                        item.lines(indent + 2, &mut lines);
                        out.push_str(lines.trim_start_matches(' '));
                    }
                }
            }
            _ => {
                out.push_str(&self.flow());
                out.push('\n');
            }
        }
    }

    /// Whether it takes lines of its own: a map, or a list of maps.
    fn is_block(&self) -> bool {
        match self {
            Tree::Leaf(_) => false,
            Tree::List(items) => items.iter().any(Tree::is_block),
            Tree::Map(entries) => !entries.is_empty(),
        }
    }

    /// Whether there is no map inside of it.
    fn is_plain(&self) -> bool {
        match self {
            Tree::Leaf(_) => true,
            Tree::List(_) => !self.is_block(),
            Tree::Map(entries) => entries.iter().all(|(_, value)| !value.is_block()),
        }
    }

    /// In one line.
    fn flow(&self) -> String {
        match self {
            Tree::Leaf(Value::String(text)) => scalar(text),
            Tree::Leaf(value) => value.to_string(),
            Tree::List(items) => {
                let items: Vec<String> = items.iter().map(Tree::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Tree::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", scalar(key), value.flow()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Columns of a line of YAML, where that can be had.
const WIDTH: usize = 120;

/// Words that some reader of YAML takes for something else than text.
const NOT_TEXT: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// Text without quotes where no reader can take it for anything else.
fn scalar(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let ends = text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || " ._-/()'".contains(c));
    if begins && ends && plain && !NOT_TEXT.contains(&text.to_ascii_lowercase().as_str()) {
        text.to_owned()
    } else {
        Tree::Leaf(text.into()).to_json().trim_end().to_owned()
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
