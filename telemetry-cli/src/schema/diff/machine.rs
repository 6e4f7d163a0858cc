//! A comparison for a machine: one JSON document.

use serde_json::{Value, json};
use telemetry_schema::diff::{Bump, Change};

use super::Found;

/// `format`, `name`, `base` (as typed), `base_version`, `version`, `least_version`, `version_is_too_low`, `requires`
/// (`major`, `minor`, `patch` or null) and `changes`.
pub(super) fn document(found: &Found<'_>) -> Value {
    let diff = &found.diff;
    json!({
        "format": 1,
        "name": found.head.manifest.name,
        "base": found.base,
        "base_version": diff.base,
        "version": diff.head,
        "least_version": diff.least_version(),
        "version_is_too_low": diff.version_is_too_low(),
        "requires": diff.requires().map(Bump::as_str),
        "changes": diff.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// `kind`, `id`, `verdict`, `says`, `breaking`, `hurts`, `requires`, and `file` and `line` where it is declared.
fn change(change: &Change) -> Value {
    let mut value = json!({
        "kind": change.kind.as_str(),
        "id": change.id,
        "verdict": change.verdict.as_str(),
        "says": change.says,
        "breaking": change.is_breaking(),
        "hurts": change.hurts.iter().map(|hurt| hurt.as_str()).collect::<Vec<_>>(),
        "requires": change.requires().as_str(),
    });
    if let Some(place) = &change.place {
        value["file"] = json!(&*place.file);
        value["line"] = json!(place.line);
    }
    value
}
