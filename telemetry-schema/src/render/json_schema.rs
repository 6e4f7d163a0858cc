//! The JSON Schema (2020-12) of schema files, for editors: completion, hover and red lines while typing. It is
//! made from what the types that read the files say of themselves, so that both accept and refuse the same;
//! [`crate::json_schema`] brings the two together.

use serde_json::{Map, Value, json};

use super::tree::Tree;

/// A whole JSON Schema, pretty-printed with its keys sorted, from the named types and the one that a file is.
pub fn render(file: &Value, definitions: &Map<String, Value>) -> String {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Telemetry schema",
        "$ref": file["$ref"],
        "$defs": definitions,
    });
    Tree::from(schema).to_json()
}
