//! A comparison for a machine: one JSON document.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use telemetry_schema::diff::{Bump, Change};

use super::Found;
use crate::formats;

/// What changed. `schema diff --format json` prints this.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Document<'f> {
    /// Version of this shape.
    format: u32,
    /// Name of the schema.
    name: &'f str,
    /// What it is compared with, as it was typed.
    base: &'f str,
    /// Version of that.
    base_version: &'f str,
    /// Version of the schema.
    version: &'f str,
    /// The least version that the changes allow.
    least_version: String,
    /// Whether the schema's version is below that.
    version_is_too_low: bool,
    /// The part of the version that has to grow: `major`, `minor` or `patch`; null where nothing changed.
    requires: Option<&'static str>,
    /// Every change, breaking ones first.
    changes: Vec<Told<'f>>,
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
struct Told<'f> {
    /// What kind of thing changed, such as `attribute`.
    kind: &'static str,
    /// Its id.
    id: &'f str,
    /// `added`, `removed`, `renamed`, `narrowed`, `widened`, `deprecated` or `reworded`.
    #[schemars(extend("enum" = ["added", "removed", "renamed", "narrowed", "widened", "deprecated", "reworded"]))]
    verdict: &'static str,
    /// The change in words.
    says: &'f str,
    /// Whether somebody is hurt.
    breaking: bool,
    /// Who is hurt: call sites, stored queries, readers of old files.
    hurts: Vec<&'static str>,
    /// The part of the version that has to grow for it: `major`, `minor` or `patch`.
    requires: &'static str,
    /// File in which the thing is declared; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'f str>,
    /// Line of the declaration, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> Value {
    formats::shape::<Document<'_>>()
}

pub(super) fn document<'f>(found: &'f Found<'_>) -> Document<'f> {
    let diff = &found.diff;
    Document {
        format: 1,
        name: &found.head.manifest.name,
        base: found.base,
        base_version: &diff.base,
        version: &diff.head,
        least_version: diff.least_version(),
        version_is_too_low: diff.version_is_too_low(),
        requires: diff.requires().map(Bump::as_str),
        changes: diff.changes.iter().map(change).collect(),
    }
}

fn change(change: &Change) -> Told<'_> {
    let place = change.place.as_ref();
    Told {
        kind: change.kind.as_str(),
        id: &change.id,
        verdict: change.verdict.as_str(),
        says: &change.says,
        breaking: change.is_breaking(),
        hurts: change.hurts.iter().map(|hurt| hurt.as_str()).collect(),
        requires: change.requires().as_str(),
        file: place.map(|place| &*place.file),
        line: place.map(|place| place.line),
    }
}
