//! What the compiler has to say about a schema: a stable code, the places and a way out. Every step of the
//! compiler makes them, [`draw`](crate::draw) shows them to a person and [`Diagnostic::to_json`] to a machine.

mod code;

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};

pub use code::Code;

/// The warning of `telemetry schema usage` that no call site emits an item. The compiler sees no call sites, so that it
/// never says so; an item suppresses it with `allow` as any other.
pub const NEVER_EMITTED: &str = "never_emitted";

/// Everything that was found wrong so far.
pub(crate) type Problems = Vec<Diagnostic>;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// There is no model.
    Error,
    /// Compiles, but somebody should look; can be suppressed with `allow`.
    Warning,
}

impl Severity {
    /// The word that people and machines read: `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A message about a schema, with code and place.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Which mistake it is.
    pub code: Code,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that have to do with it.
    pub secondary: Vec<Label>,
    /// What to type instead.
    pub help: Option<String>,
}

/// A marked piece of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Which piece.
    pub at: At,
    /// What is to be said about it; may be empty.
    pub text: String,
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct At {
    /// Path of the file, as it was given to the compiler.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Bytes of the file's text.
    pub bytes: Range<usize>,
}

impl Diagnostic {
    /// A diagnostic with neither label text, nor a second place, nor help.
    pub(crate) fn new(code: Code, at: &At, message: impl Into<String>) -> Self {
        let primary = Label {
            at: at.clone(),
            text: String::new(),
        };
        Diagnostic {
            code,
            message: message.into(),
            primary,
            secondary: Vec::new(),
            help: None,
        }
    }

    /// Says something beside the underlined piece.
    pub(crate) fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Marks a second place.
    pub(crate) fn also(mut self, at: &At, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            at: at.clone(),
            text: text.into(),
        });
        self
    }

    /// Says what to type instead.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// For machines: `code`, `severity`, `message`, `help`? and `labels`, the first of which is the primary one;
    /// each has `file`, `line`, `column`, `start` and `end` (bytes) and `text`.
    pub fn to_json(&self) -> Value {
        let labels: Vec<Value> = std::iter::once(&self.primary)
            .chain(&self.secondary)
            .map(Label::to_json)
            .collect();
        let mut value = json!({
            "code": self.code.as_str(),
            "severity": self.code.severity().as_str(),
            "message": self.message,
            "labels": labels,
        });
        if let Some(help) = &self.help {
            value["help"] = json!(help);
        }
        value
    }
}

impl Label {
    fn to_json(&self) -> Value {
        json!({
            "file": &*self.at.file,
            "line": self.at.line,
            "column": self.at.column,
            "start": self.at.bytes.start,
            "end": self.at.bytes.end,
            "text": self.text,
        })
    }
}
