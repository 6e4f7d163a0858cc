//! Mistakes for a script: one JSON document.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use telemetry_schema::diagnostic::{Diagnostic, Label};

use super::Schema;
use crate::formats;

/// What is wrong. `schema check --format json` prints this.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Document<'s> {
    /// Version of this shape.
    format: u32,
    /// Every mistake, by schema and place.
    diagnostics: Vec<Mistake<'s>>,
}

/// One mistake.
#[derive(Debug, Serialize, JsonSchema)]
struct Mistake<'s> {
    /// Which mistake: a name that never changes its meaning.
    code: &'static str,
    /// `error` or `warning`.
    #[schemars(extend("enum" = ["error", "warning"]))]
    severity: &'static str,
    /// What is wrong, in one sentence.
    message: &'s str,
    /// Where it is, and behind that the places that have to do with it.
    labels: Vec<Place<'s>>,
    /// What to type instead; absent where nobody can know.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'s str>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
struct Place<'s> {
    /// The file as it was named.
    file: &'s str,
    /// From 1.
    line: u32,
    /// In characters, from 1.
    column: u32,
    /// Where the marked text begins in the file, in bytes from 0.
    start: usize,
    /// Where it ends.
    end: usize,
    /// What is to be said of the place; empty where the message says it.
    text: &'s str,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> Value {
    formats::shape::<Document<'_>>()
}

pub(super) fn document(schemas: &[Schema]) -> Document<'_> {
    let found = schemas.iter().flat_map(|schema| &schema.compiled.diagnostics);
    Document {
        format: 1,
        diagnostics: found.map(mistake).collect(),
    }
}

fn mistake(found: &Diagnostic) -> Mistake<'_> {
    let places = std::iter::once(&found.primary).chain(&found.secondary);
    Mistake {
        code: found.code.as_str(),
        severity: found.code.severity().as_str(),
        message: &found.message,
        labels: places.map(place).collect(),
        help: found.help.as_deref(),
    }
}

fn place(label: &Label) -> Place<'_> {
    Place {
        file: &label.at.file,
        line: label.at.line,
        column: label.at.column,
        start: label.at.bytes.start,
        end: label.at.bytes.end,
        text: &label.text,
    }
}
