//! Any YAML document as a tree whose every key and value knows its place. The reader stops at the first error
//! of the YAML itself; every other mistake is found by those who read the tree, so that one hides no other.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Location, MessageFormatter, Options, Spanned, UserMessageFormatter};

use crate::diagnostic::{At, Code, Diagnostic};

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) at: At,
    /// The place of its key, where it has one: what to underline when something is missing in it.
    pub(crate) key: Option<At>,
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
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

fn syntax_error(file: &Arc<str>, text: &str, error: &serde_saphyr::Error) -> Diagnostic {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let mut at = place(file, text, location);
    let (words, token) = match error {
        serde_saphyr::Error::Budget { breach, .. } => too_much(breach),
        serde_saphyr::Error::UnknownAnchor { .. } => too_much(&BudgetBreach::Aliases { aliases: 1 }),
        serde_saphyr::Error::MultipleDocuments { .. } => ("a file is one YAML document".into(), None),
        other => (UserMessageFormatter.format_message(other), None),
    };
    // The reader stops behind an anchor or alias; a person looks for the token itself.
    if let Some(start) = token.and_then(|token: char| text[..at.bytes.end].rfind(token)) {
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        at.line = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
        at.column = u32::try_from(before[line_start..].chars().count() + 1).unwrap_or(u32::MAX);
        let length = text[start..]
            .find([' ', ',', ']', '}', '\n', '\r'])
            .unwrap_or(text.len() - start);
        at.bytes = start..start + length;
    }
    if at.bytes.is_empty() {
        let next = text[at.bytes.start..]
            .chars()
            .next()
            .filter(|c| !matches!(c, '\n' | '\r'));
        at.bytes.end += next.map_or(0, char::len_utf8);
    }
    Diagnostic::new(Code::SyntaxError, &at, words.trim_end_matches('.'))
}

/// What a limit of ours means, and the character that the offending token begins with.
fn too_much(breach: &BudgetBreach) -> (Cow<'static, str>, Option<char>) {
    match breach {
        BudgetBreach::Anchors { .. } => (
            "a schema has no anchors: say the text where it is meant".into(),
            Some('&'),
        ),
        BudgetBreach::Aliases { .. } => (
            "a schema has no aliases: say the text where it is meant".into(),
            Some('*'),
        ),
        BudgetBreach::Documents { .. } => ("a file is one YAML document".into(), None),
        BudgetBreach::Depth { .. } => ("a schema is not nested so deeply".into(), None),
        _ => ("the file is too large for a schema".into(), None),
    }
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
                    .map(|(key, value)| self.entry(key, value))
                    .collect(),
            ),
        };
        Node { at, key: None, kind }
    }

    fn entry(&self, key: Spanned<Raw>, value: Spanned<Raw>) -> (Node, Node) {
        let key = self.node(key);
        let value = Node {
            key: Some(key.at.clone()),
            ..self.node(value)
        };
        (key, value)
    }
}

/// A place in our terms. Never reaches over the end of a line, nor of the text.
fn place(file: &Arc<str>, text: &str, location: Location) -> At {
    let span = location.span();
    // Errors of the scanner know only line and column.
    let start = match span.byte_offset() {
        Some(start) => usize::try_from(start).unwrap_or(usize::MAX),
        None => offset(text, location.line(), location.column()),
    };
    let start = start.min(text.len());
    let end = start
        .saturating_add(
            span.byte_len()
                .map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX)),
        )
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

/// The byte at a line and column, both from 1.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let skip = |count: u64| usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = text.split_inclusive('\n').take(skip(line)).map(str::len).sum();
    start
        + text[start..]
            .chars()
            .take(skip(column))
            .map(char::len_utf8)
            .sum::<usize>()
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
