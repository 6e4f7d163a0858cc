//! Any YAML document as a tree whose every key and value knows its place. The reader stops at the first error
//! of the YAML itself; every other mistake is found by those who read the tree, so that one hides no other.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Location, MessageFormatter, Options, Spanned, UserMessageFormatter};

use crate::diagnostic::{At, Code, Diagnostic};

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) at: At,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    /// A number, and how it was written.
    Number(f64, String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Kind {
    /// The kind in words, for "must be …, not …".
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Number(..) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

/// Reads a document; `None` when there is nothing in it.
pub(crate) fn parse(file: &Arc<str>, text: &str) -> Result<Option<Node>, Box<Diagnostic>> {
    match serde_saphyr::from_str_with_options::<Option<Spanned<Raw>>>(text, options()) {
        Ok(None) => Ok(None),
        Ok(Some(raw)) => {
            Ok(Some(Tree { file, text }.node(raw)).filter(|node| !matches!(node.kind, Kind::Null)))
        }
        Err(error) => Err(Box::new(syntax_error(file, text, &error))),
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            // A schema says things once; a reader of diagnostics should not have to follow an alias.
            max_aliases: 0,
            max_anchors: 0,
            max_documents: 1,
            max_depth: 32,
            max_events: 4_000_000,
            max_nodes: 2_000_000,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
    }
}

fn syntax_error(file: &Arc<str>, text: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let words = UserMessageFormatter.format_message(error);
    Diagnostic::new(
        Code::SyntaxError,
        &place(file, text, location),
        words.trim_end_matches('.'),
    )
}

/// Turns what serde delivers into nodes, which need the file's name and text.
struct Tree<'a> {
    file: &'a Arc<str>,
    text: &'a str,
}

impl Tree<'_> {
    fn node(&self, raw: Spanned<Raw>) -> Node {
        let at = place(self.file, self.text, raw.referenced);
        let kind = match raw.value {
            Raw::Null => Kind::Null,
            Raw::Bool(value) => Kind::Bool(value),
            Raw::Number(value) => Kind::Number(
                value,
                self.text
                    .get(at.bytes.clone())
                    .unwrap_or_default()
                    .trim()
                    .to_owned(),
            ),
            Raw::Text(text) => Kind::Text(text),
            Raw::List(items) => Kind::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(entries) => Kind::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (self.node(key), self.node(value)))
                    .collect(),
            ),
        };
        Node { at, kind }
    }
}

/// A place in our terms. Never reaches over the end of a line, nor of the text.
fn place(file: &Arc<str>, text: &str, location: Location) -> At {
    let span = location.span();
    let start = span
        .byte_offset()
        .map_or(0, |start| start as usize)
        .min(text.len());
    let end = start
        .saturating_add(span.byte_len().map_or(0, |length| length as usize))
        .min(text.len());
    let start = text.floor_char_boundary(start);
    let end = text.floor_char_boundary(end).max(start);
    let line = &text[start..end];
    let end = start + line.find(['\n', '\r']).unwrap_or(line.len());
    At {
        file: file.clone(),
        line: u32::try_from(location.line()).unwrap_or(u32::MAX).max(1),
        column: u32::try_from(location.column()).unwrap_or(u32::MAX).max(1),
        bytes: start..end,
    }
}

/// What serde delivers: any value.
enum Raw {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
