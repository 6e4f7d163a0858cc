//! The JSON Schema (2020-12) of schema files, for editors: completion, hover and red lines while typing. It is
//! made from the types that read the files, so that both accept and refuse the same.

use serde_json::{Map, Value, json};

use super::tree::Tree;
use crate::syntax::Document;
use crate::syntax::read::Read;

/// The JSON Schema of every file of a telemetry schema, pretty-printed, keys sorted.
///
/// ```
/// assert!(telemetry_schema::render::json_schema::render().contains("\"navigates_to\""));
/// ```
pub fn render() -> String {
    Tree::from(schema()).to_json()
}

/// The same as a value.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let document = Document::describe(&mut definitions);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Telemetry schema",
        "$ref": document["$ref"],
        "$defs": definitions,
    })
}
