//! The JSON Schema for editors accepts and refuses the same files as the reader.

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value};
use telemetry_schema::diagnostic::{Code, Diagnostic};
use telemetry_schema::model::Model;
use telemetry_schema::{Source, compile, json_schema, json_schema_of, load};

use super::random::{self, Choices};
use super::{pages, source};

/// Mistakes of form, as opposed to those of meaning, which no JSON Schema can find.
const FORM: [Code; 14] = [
    Code::UnknownKey,
    Code::MissingKey,
    Code::MissingBrief,
    Code::WrongType,
    Code::UnknownValue,
    Code::OutOfRange,
    Code::EmptyText,
    Code::DuplicateInList,
    Code::BadId,
    Code::BadVersion,
    Code::BadUrl,
    Code::BadDuration,
    Code::BadName,
    Code::UnknownLint,
];

fn schema() -> Value {
    serde_json::from_str(&json_schema()).unwrap()
}

/// The same with the ids of the facade's own schema.
fn schema_of_the_facade() -> Value {
    serde_json::from_str(&json_schema_of(&model_in(FACADE))).unwrap()
}

const FACADE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema");
const OWN_SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/own_schema/schema");

/// A schema of this repository, its files called as `telemetry schema export` calls them.
fn model_in(folder: &str) -> Model {
    let named = load::folder(folder)
        .unwrap()
        .into_iter()
        .map(|Source { path, text }| {
            let name = path.rsplit('/').next().unwrap_or_default();
            source(&format!("schema/{name}"), &text)
        });
    compile(&named.collect::<Vec<_>>()).model.unwrap()
}

fn validator() -> Validator {
    jsonschema::validator_for(&schema()).unwrap()
}

/// What the reader finds wrong with the form of a file.
fn mistakes_of_form(file: &Source) -> Vec<Diagnostic> {
    let meant = |diagnostic: &Diagnostic| {
        diagnostic.message.starts_with("no file has")
            || diagnostic.message.contains("does not end in the schema's")
    };
    let mut found = compile(std::slice::from_ref(file)).diagnostics;
    found.retain(|diagnostic| FORM.contains(&diagnostic.code) && !meant(diagnostic));
    found
}

fn json(text: &str) -> Option<Value> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options::<Option<Value>>(text, options)
        .ok()
        .map(Option::unwrap_or_default)
}

/// Fails when one of the two accepts what the other refuses.
fn agree(validator: &Validator, file: &Source) {
    let Some(value) = json(&file.text) else { return };
    let found = mistakes_of_form(file);
    let refused: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(
        found.is_empty(),
        refused.is_empty(),
        "reader: {found:#?}\nschema: {refused:#?}\n{}",
        file.text
    );
}

#[test]
fn both_agree_on_every_page_of_mistakes_and_on_the_facades_own_schema() {
    let ids_offered = jsonschema::validator_for(&schema_of_the_facade()).unwrap();
    for validator in [validator(), ids_offered] {
        agree_on_every_page(&validator);
    }
}

fn agree_on_every_page(validator: &Validator) {
    let pages = pages::all();
    let own = load::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema")).unwrap();
    let mut refused = 0;
    for file in pages.iter().flat_map(|page| &page.sources).chain(&own) {
        agree(validator, file);
        refused += usize::from(!mistakes_of_form(file).is_empty());
    }
    // The pages about form, or nothing was compared.
    assert!(refused >= 13, "{refused}");
}

#[test]
fn both_know_the_warning_of_another_command() {
    let allowing = |code: &str| {
        source(
            "schema/box.yaml",
            &format!("events:\n  closed: {{ brief: Closed., allow: {{ {code}: A reason. }} }}\n"),
        )
    };
    let (known, misspelt) = (allowing("never_emitted"), allowing("never_emited"));
    assert_eq!(
        mistakes_of_form(&known).len(),
        0,
        "{:#?}",
        mistakes_of_form(&known)
    );
    agree(&validator(), &known);
    let accepted = |file: &Source| validator().is_valid(&json(&file.text).unwrap());
    assert!(accepted(&known) && !accepted(&misspelt));
}

#[test]
fn the_committed_schemas_for_editors_are_fresh() {
    for folder in [FACADE, OWN_SCHEMA] {
        let path = format!("{folder}/telemetry.schema.json");
        let now = json_schema_of(&model_in(folder));
        if std::env::var_os("UPDATE_PAGES").is_some() {
            fs::write(&path, &now).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == now, "UPDATE_PAGES=1 writes {path} anew");
    }
}

/// Every `description` that hovers, and where it is.
fn described<'s>(at: &str, schema: &'s Value, found: &mut Vec<(String, &'s Value)>) {
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
        found.push((at.clone(), &property["description"]));
        described(&at, property, found);
    }
}

#[test]
fn every_key_has_a_description_to_hover_over() {
    for schema in [schema(), schema_of_the_facade()] {
        let definitions = schema["$defs"].as_object().unwrap();
        assert!(definitions.len() > 15);
        for (name, definition) in definitions {
            let of_many_values = name.ends_with("Map");
            assert!(definition["description"].is_string() || of_many_values, "{name}");
            let mut found = Vec::new();
            described(name, definition, &mut found);
            for (key, description) in found {
                let text = description.as_str().unwrap_or_default();
                let sentence = text.split("\n\n").next().unwrap_or_default();
                assert!(sentence.ends_with(['.', '`']), "{key}: {text}");
            }
        }
    }
}

/// Keys of every record in the JSON Schema: `Screen.navigates_to`, `the file.screens`.
fn keys(schema: &Value) -> BTreeSet<String> {
    let definitions = schema["$defs"].as_object().unwrap();
    let mut keys = BTreeSet::new();
    for (name, definition) in definitions {
        let open = definition.get("propertyNames").is_some();
        assert!(open || definition["additionalProperties"] == false || definition["type"] == "string");
        for key in definition["properties"].as_object().into_iter().flatten() {
            keys.insert(format!("{name}.{}", key.0));
        }
    }
    keys
}

/// What to write so that a key stands where its record is read.
fn within(record: &str, key: &str) -> Option<String> {
    let around = match record {
        "Document" => "$",
        "Schema" => "schema: {$}",
        "Service" => "service: {$}",
        "Run" => "run: {$}",
        "AdoptFrom" => "run: {adopt_from: {$}}",
        "Keep" => "run: {keep: {$}}",
        "Logs" => "logs: {$}",
        "Roles" => "roles: {$}",
        "Error" => "errors: {x: {$}}",
        "Attribute" => "attributes: {x: {$}}",
        "EnumValue" => "attributes: {x: {values: {y: {$}}}}",
        "Deprecated" => "attributes: {x: {deprecated: {$}}}",
        "Screen" => "screens: {x: {$}}",
        "StageGroup" => "stages: {x: {$}}",
        "Stage" => "stages: {x: {stages: {y: {$}}}}",
        "Event" => "events: {x: {$}}",
        "Span" => "spans: {x: {$}}",
        "Metric" => "metrics: {x: {$}}",
        "FedBy" => "metrics: {x: {fed_by: {$}}}",
        _ => return None,
    };
    Some(around.replace('$', &format!("{key}: 0")))
}

/// Two sides of one thing: the compiler takes each key that the JSON Schema has, and every key that the compiler
/// would offer in a message is one that the JSON Schema has.
#[test]
fn every_key_that_the_compiler_takes_is_in_it_and_no_other() {
    let keys = keys(&schema());
    assert!(keys.len() > 90, "{}", keys.len());
    let unknown = |text: &str| {
        let found = compile(&[source("schema/all.yaml", text)]).diagnostics;
        found.into_iter().find(|each| each.code == Code::UnknownKey)
    };
    for path in &keys {
        let (record, key) = path.split_once('.').unwrap();
        let text =
            within(record, key).unwrap_or_else(|| panic!("{record} is a new record: say where it stands"));
        assert!(unknown(&text).is_none(), "{path}: {text}");
        // One letter more is a key of no record; the compiler offers what is like it, by its own list of keys.
        let text = within(record, &format!("{key}x")).unwrap();
        let help = unknown(&text).unwrap_or_else(|| panic!("{text} is taken")).help;
        let offered = help
            .as_deref()
            .and_then(|help| help.split('`').nth(1))
            .unwrap_or_default();
        assert!(keys.contains(&format!("{record}.{offered}")), "{path}: {help:?}");
    }
}

/// One place in a value, changed.
fn changed(value: &mut Value, choices: &mut Choices<'_>) {
    match value {
        Value::Object(map) if !map.is_empty() && choices.below(5) > 0 => {
            let keys: Vec<String> = map.keys().cloned().collect();
            let key = &keys[choices.below(keys.len())];
            match choices.below(8) {
                0 => _ = map.remove(key),
                1 => _ = map.insert(format!("{key}x"), Value::Null),
                2 => {
                    let renamed = choices.one_of(&["Upper", "brief", "a-b", "a..b", "type", ""]);
                    let inner = map.remove(key).unwrap_or_default();
                    map.insert(renamed.to_owned(), inner);
                }
                _ => changed(&mut map[key], choices),
            }
        }
        Value::Array(list) if !list.is_empty() && choices.yes() => {
            let n = choices.below(list.len());
            match choices.below(3) {
                0 => list.push(list[n].clone()),
                _ => changed(&mut list[n], choices),
            }
        }
        other => {
            *other = match choices.below(14) {
                0 => Value::Null,
                1 => true.into(),
                2 => 0.into(),
                3 => 5.into(),
                4 => 5.0.into(),
                5 => 5.5.into(),
                6 => (-3).into(),
                7 => 4_000_000_000_u64.into(),
                8 => "".into(),
                9 => " ".into(),
                10 => "optional".into(),
                11 => "1.2.3".into(),
                12 => Value::Array(vec!["a".into(), "a".into()]),
                _ => Value::Object(Map::new()),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_agree_on_damaged_schemas(
        good in proptest::collection::vec(any::<u8>(), 0..300),
        damage in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        thread_local!(static VALIDATOR: Validator = validator());
        let mut value = json(&random::schema(&good)).unwrap();
        changed(&mut value, &mut Choices::new(&damage));
        VALIDATOR.with(|validator| agree(validator, &source("schema/all.yaml", &value.to_string())));
    }
}
