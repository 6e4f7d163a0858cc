//! What the compiler has to say about a schema: a stable code, the places and a way out. Every step of the
//! compiler makes them, [`draw`](crate::draw) shows them to a person.

mod code;

use std::ops::Range;
use std::sync::Arc;

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
}
