//! The JSON Schema (2020-12) of schema files, for editors: completion, hover and red lines while typing. It is
//! made from what the types that read the files say of themselves, so that both accept and refuse the same;
//! [`crate::json_schema`] brings the two together.
//!
//! With a model, the ids of that schema are offered wherever one of them belongs. They are offered and not enforced:
//! a file that is being edited is ahead of the JSON Schema that was made from it, and the compiler has the last word.

use serde_json::{Map, Value, json};

use super::tree::Tree;
use crate::model::{Item, Model};

/// A whole JSON Schema, pretty-printed with its keys sorted, from the named types and the one that a file is; with
/// the ids of a model, where there is one.
pub fn render(file: &Value, definitions: &Map<String, Value>, model: Option<&Model>) -> String {
    let mut definitions = definitions.clone();
    let mut title = "Telemetry schema".to_owned();
    if let Some(model) = model {
        let manifest = &model.manifest;
        title = format!("Telemetry schema of {} {}", manifest.name, manifest.version);
        for (reference, items) in references(model) {
            offer(&mut definitions, reference, &items);
        }
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$ref": file["$ref"],
        "$defs": definitions,
    });
    as_markdown(&mut schema);
    Tree::from(schema).to_json()
}

/// The items that each kind of reference may name.
fn references(model: &Model) -> [(&'static str, Vec<&Item>); 5] {
    [
        ("ScreenId", model.screens.iter().map(|each| &each.item).collect()),
        (
            "AttributeId",
            model.attributes.iter().map(|each| &each.item).collect(),
        ),
        ("EventId", model.events.iter().map(|each| &each.item).collect()),
        ("SpanId", model.spans.iter().map(|each| &each.item).collect()),
        ("MetricId", model.metrics.iter().map(|each| &each.item).collect()),
    ]
}

/// Puts these items where a reference stands, as a value and as a key.
fn offer(definitions: &mut Map<String, Value>, reference: &str, items: &[&Item]) {
    let target = format!("#/$defs/{reference}");
    let mut maps = Map::new();
    for definition in definitions.values_mut() {
        name_maps(definition, reference, &target, items, &mut maps);
    }
    definitions.extend(maps);
    if let Some(form) = definitions.get_mut(reference) {
        let known = items
            .iter()
            .map(|item| json!({ "const": item.id, "description": words(item) }));
        let any: Vec<Value> = known.chain([form.clone()]).collect();
        *form = json!({ "description": form["description"], "anyOf": any });
    }
}

/// Gives a map whose keys are such references a name of its own, because its keys take much room and it stands in
/// many places.
fn name_maps(
    schema: &mut Value,
    reference: &str,
    target: &str,
    items: &[&Item],
    maps: &mut Map<String, Value>,
) {
    match schema {
        Value::Array(list) => {
            for each in list {
                name_maps(each, reference, target, items, maps);
            }
        }
        Value::Object(object) if object.get("propertyNames").is_some_and(|it| it["$ref"] == target) => {
            let description = object.remove("description");
            let value = object.get("additionalProperties").cloned().unwrap_or_default();
            let properties: Map<String, Value> = items
                .iter()
                .map(|item| (item.id.clone(), described(&value, &words(item))))
                .collect();
            object.insert("properties".to_owned(), Value::Object(properties));
            // One more than there are, should two maps with these keys have other values.
            let mut name = reference.replace("Id", "Map");
            while maps.get(&name).is_some_and(|map| map != schema) {
                name.push('_');
            }
            let map = std::mem::replace(schema, json!({ "$ref": format!("#/$defs/{name}") }));
            maps.insert(name, map);
            if let Some(description) = description {
                schema["description"] = description;
            }
        }
        Value::Object(object) => {
            for each in object.values_mut() {
                name_maps(each, reference, target, items, maps);
            }
        }
        _ => {}
    }
}

fn described(schema: &Value, words: &str) -> Value {
    let mut schema = schema.clone();
    schema["description"] = json!(words);
    schema
}

/// What hovers over an id: what it is, whether it should still be used, and where it is declared.
fn words(item: &Item) -> String {
    let mut words = item.brief.clone();
    if let Some(deprecated) = &item.deprecated {
        words.extend([" Deprecated since ", &deprecated.since, ": ", &deprecated.reason]);
        if let Some(instead) = &deprecated.instead {
            words.extend([" Use `", instead, "`."]);
        }
    }
    if item.implicit {
        words.push_str("\n\nSupplied, because the runtime records it.");
    } else {
        // Without the line: what is made is committed, and would change with every line above.
        words.extend(["\n\nDeclared in ", &item.place.file, "."]);
    }
    words
}

/// Editors show a `description` letter by letter; in a `markdownDescription` code looks like code.
fn as_markdown(schema: &mut Value) {
    match schema {
        Value::Array(list) => list.iter_mut().for_each(as_markdown),
        Value::Object(object) => {
            object.values_mut().for_each(as_markdown);
            if let Some(Value::String(text)) = object.get("description")
                && text.contains('`')
            {
                let text = json!(text);
                object.insert("markdownDescription".to_owned(), text);
            }
        }
        _ => {}
    }
}
