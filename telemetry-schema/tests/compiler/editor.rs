//! The JSON Schema for editors accepts and refuses the same files as the reader.

use std::fs;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value};
use telemetry_schema::diagnostic::{Code, Diagnostic};
use telemetry_schema::{Source, compile, json_schema, load};

use super::random::{self, Choices};
use super::{pages, source};

/// Mistakes of form, as opposed to those of meaning, which no JSON Schema can find.
const FORM: [Code; 13] = [
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
];

fn schema() -> Value {
    serde_json::from_str(&json_schema()).unwrap()
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
    let validator = validator();
    let pages = pages::all();
    let own = load::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema")).unwrap();
    let mut refused = 0;
    for file in pages.iter().flat_map(|page| &page.sources).chain(&own) {
        agree(&validator, file);
        refused += usize::from(!mistakes_of_form(file).is_empty());
    }
    // The pages about form, or nothing was compared.
    assert!(refused >= 13, "{refused}");
}

#[test]
fn the_committed_schema_for_editors_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/telemetry.schema.json");
    let now = json_schema();
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(path, &now).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == now,
        "UPDATE_PAGES=1 writes schema/telemetry.schema.json anew"
    );
}

#[test]
fn every_key_has_a_description_to_hover_over() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().unwrap();
    assert!(definitions.len() > 15);
    for (name, definition) in definitions {
        assert!(definition["description"].is_string(), "{name}");
        for (key, property) in definition["properties"].as_object().unwrap() {
            assert!(
                property["description"]
                    .as_str()
                    .is_some_and(|text| text.ends_with('.')),
                "{name}.{key}"
            );
        }
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
