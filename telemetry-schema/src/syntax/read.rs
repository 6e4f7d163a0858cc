//! How a type reads itself from a node, and describes itself to an editor: the one trait of the reader, and the
//! types that have nothing to do with telemetry: text, numbers, booleans.

use std::ops::Deref;

use serde_json::{Map, Value, json};

use super::node::{Kind, Node};
use crate::diagnostic::{At, Code, Diagnostic, Problems};

/// Descriptions of the named types, by name.
pub(crate) type Definitions = Map<String, Value>;

/// Something that can be written in a schema.
pub(crate) trait Read: Sized {
    /// The code when a required one is absent.
    const MISSING: Code = Code::MissingKey;

    /// Reads itself; `name` is what the value is called, for messages. `None` when it was reported.
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self>;

    /// Describes itself as JSON Schema, adding the types that it refers to.
    fn describe(definitions: &mut Definitions) -> Value;
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    /// The value's place.
    pub(crate) at: At,
    /// Its key's place; the value's own where it has no key.
    pub(crate) key: At,
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What a value is called in a message: its key in backticks, or the words for it.
pub(super) fn called(name: &str) -> String {
    if name.contains(' ') {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

/// Says that a value is of the wrong kind.
pub(crate) fn wrong_type<T>(node: &Node, name: &str, wanted: &str, problems: &mut Problems) -> Option<T> {
    let message = format!("{} must be {wanted}, not {}", called(name), node.kind.words());
    let mut diagnostic = Diagnostic::new(Code::WrongType, &node.at, message).label(format!("not {wanted}"));
    if wanted == "text" && matches!(node.kind, Kind::Bool(_) | Kind::Number(..)) {
        diagnostic = diagnostic.help("put it in quotes");
    }
    problems.push(diagnostic);
    None
}

/// Any text, also an empty one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text(pub(crate) String);

impl Read for Text {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        match &node.kind {
            Kind::Text(text) => Some(Text(text.clone())),
            _ => wrong_type(node, name, "text", problems),
        }
    }

    fn describe(_: &mut Definitions) -> Value {
        json!({ "type": "string" })
    }
}

impl Read for bool {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        match node.kind {
            Kind::Bool(value) => Some(value),
            _ => wrong_type(node, name, "true or false", problems),
        }
    }

    fn describe(_: &mut Definitions) -> Value {
        json!({ "type": "boolean" })
    }
}

impl Read for f64 {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        match node.kind {
            Kind::Number(value, _) if value.is_finite() => Some(value),
            _ => wrong_type(node, name, "a finite number", problems),
        }
    }

    fn describe(_: &mut Definitions) -> Value {
        json!({ "type": "number" })
    }
}

/// A whole number in a range, both ends included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whole<const LEAST: u32, const MOST: u32>(pub(crate) u32);

impl<const LEAST: u32, const MOST: u32> Read for Whole<LEAST, MOST> {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        let Kind::Number(value, written) = &node.kind else {
            return wrong_type(node, name, "a whole number", problems);
        };
        if value.fract() != 0.0 {
            return wrong_type(node, name, "a whole number", problems);
        }
        if *value < f64::from(LEAST) || *value > f64::from(MOST) {
            problems.push(
                Diagnostic::new(
                    Code::OutOfRange,
                    &node.at,
                    format!("{} cannot be {written}", called(name)),
                )
                .label(format!("must be from {LEAST} to {MOST}")),
            );
            return None;
        }
        // In range, so nothing is lost.
        Some(Whole(*value as u32))
    }

    fn describe(_: &mut Definitions) -> Value {
        json!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

/// Any scalar, as it was written.
#[derive(Debug, Clone)]
pub(crate) struct Scalar(pub(crate) String);

impl Read for Scalar {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        let text = match &node.kind {
            Kind::Bool(value) => value.to_string(),
            Kind::Number(_, written) => written.clone(),
            Kind::Text(text) => text.clone(),
            _ => return wrong_type(node, name, "text, a number or a boolean", problems),
        };
        Some(Scalar(text))
    }

    fn describe(_: &mut Definitions) -> Value {
        json!({ "type": ["string", "number", "boolean"] })
    }
}
