//! `formats`: JSON Schemas of what the other commands print with `--format json`. They are made from the very types
//! that are printed, and are closed: a member that is in none of them is never printed.

use std::io::Write;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use telemetry_runtime::line::Line;

use crate::check_run;
use crate::doctor;
use crate::failure::{Failure, Verdict};
use crate::look::{Ink, Look};
use crate::runs::{self, json};
use crate::schema;
use crate::sheet::Sheet;
use crate::story;

/// A command that can print JSON.
struct Known {
    /// As it is typed.
    command: &'static str,
    /// What it prints.
    prints: &'static str,
    shape: fn() -> Value,
}

/// All of them, in the order of the help.
const KNOWN: [Known; 16] = [
    known(
        "schema check",
        "what is wrong with schemas",
        schema::check::machine::shape,
    ),
    known(
        "schema diff",
        "what changed, and who is hurt",
        schema::diff::shape,
    ),
    known(
        "schema show",
        "a schema, or an item of it, every default spelt out",
        resolved,
    ),
    known("schema list", "the items of a schema", schema::list::shape),
    known("schema search", "the items that were found", schema::list::shape),
    known("schema stats", "a schema in numbers", schema::stats::shape),
    known(
        "schema usage",
        "where the items of a schema are emitted",
        schema::usage::machine::shape,
    ),
    known("runs list", "a list of runs", runs::list::shape),
    known("runs show", "the story of a run", story::shape),
    known(
        "runs tail",
        "lines of a run file, each a document of its own",
        line,
    ),
    known("runs compare", "runs side by side", runs::compare::shape),
    known(
        "runs prune",
        "what was deleted, and what stays",
        runs::prune::shape,
    ),
    known(
        "runs replay",
        "what was sent, and what became of it",
        runs::replay::shape,
    ),
    known(
        "check-run",
        "findings in a run, one document a run file",
        check_run::shape,
    ),
    known("receive", "lines of a run file, each a document of its own", line),
    known("doctor", "whether an export would arrive", doctor::shape),
];

const fn known(command: &'static str, prints: &'static str, shape: fn() -> Value) -> Known {
    Known {
        command,
        prints,
        shape,
    }
}

/// Prints the schema of what a command prints, or the commands that there are.
pub(crate) fn formats(command: &[String], look: &Look, out: &mut dyn Write) -> Result<Verdict, Failure> {
    // As two words, or as one in quotes.
    let command = command.join(" ");
    let command = command.trim();
    if command.is_empty() {
        let mut sheet = Sheet::new(out, look.clone());
        let widest = KNOWN.iter().map(|known| known.command.len()).max().unwrap_or(0);
        for known in &KNOWN {
            let mut row = sheet.row();
            row.put(Ink::Strong, known.command).to(widest + 2);
            sheet.put_going_on(row, widest + 2, Ink::Plain, known.prints)?;
        }
        return Ok(Verdict::Fine);
    }
    let Some(known) = KNOWN.iter().find(|known| known.command == command) else {
        return Err(Failure::Asked(format!(
            "`{command}` prints no JSON of its own: `telemetry formats` lists the commands that do"
        )));
    };
    let Value::Object(mut schema) = (known.shape)() else {
        return Ok(Verdict::Fine);
    };
    schema.insert("title".to_owned(), json!(format!("telemetry {}", known.command)));
    json::write(&schema, out)?;
    Ok(Verdict::Fine)
}

/// The schema of a type as it is printed.
pub(crate) fn shape<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    close(&mut schema);
    schema
}

/// Lets an object have no members but those that are described, and makes descriptions plain.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") {
                members.entry("additionalProperties").or_insert(json!(false));
            }
            members.values_mut().for_each(close);
            if let Some(Value::String(words)) = members.get_mut("description") {
                // As they stand in the code: in rows, and with links for its readers.
                *words = words.replace('\n', " ").replace("[`", "`").replace("`]", "`");
            }
        }
        Value::Array(all) => all.iter_mut().for_each(close),
        _ => {}
    }
}

/// A line of a run file: each kind of record with the members that all lines have.
fn line() -> Value {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Line>()
        .to_value();
    let common = ["properties", "required"].map(|key| (key, schema[key].take()));
    let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
    let mut told: Vec<String> = Vec::new();
    for record in schema["oneOf"].as_array_mut().into_iter().flatten() {
        let name = record["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        if let Some((name, what)) = name.and_then(|name| Some((name.to_owned(), definitions.get(name)?))) {
            for key in ["properties", "required"] {
                extend(&mut record[key], &what[key]);
            }
            told.push(name);
        }
        for (key, value) in &common {
            extend(&mut record[*key], value);
        }
        if let Value::Object(record) = record {
            record.remove("$ref");
        }
    }
    if let Value::Object(schema) = &mut schema {
        schema.retain(|_, value| !value.is_null());
        if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
            definitions.retain(|name, _| !told.contains(name));
        }
    }
    close(&mut schema);
    schema
}

/// Adds what another object or list has.
fn extend(one: &mut Value, other: &Value) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let other = other.iter().map(|(key, value)| (key.clone(), value.clone()));
            one.extend(other.collect::<Map<_, _>>());
        }
        (Value::Array(one), Value::Array(other)) => one.extend(other.iter().cloned()),
        _ => {}
    }
}

/// A resolved schema has the shape of a schema's files.
fn resolved() -> Value {
    serde_json::from_str(&telemetry_schema::json_schema()).unwrap_or_default()
}
