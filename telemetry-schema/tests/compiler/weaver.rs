//! The export for OpenTelemetry Weaver. Weaver itself is in no package registry:
//! `tests/weaver/definition-1.schema.json` says what its strict mode takes, and the rest of its rules that an export
//! could break are repeated here. What programs send is held to the export in the facade's tests.

use std::collections::BTreeSet;

use expect_test::expect_file;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;
use telemetry_schema::model::Model;
use telemetry_schema::render::weaver;
use telemetry_schema::{compile, load};

use super::{model, random, source};

fn text(model: &Model, path: &str) -> String {
    let files = weaver::render(model);
    let file = files.into_iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("no {path}")).text
}

fn yaml(model: &Model, path: &str) -> Value {
    let text = text(model, path);
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn facade() -> Model {
    let own = load::folder(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema")).unwrap();
    compile(&own).model.unwrap()
}

fn validator() -> Validator {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/weaver/definition-1.schema.json"
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn ids<'v>(list: &'v Value, key: &str) -> Vec<&'v str> {
    let list = list.as_array().into_iter().flatten();
    list.map(|each| each[key].as_str().unwrap()).collect()
}

fn differ(ids: &[&str]) -> bool {
    ids.iter().collect::<BTreeSet<_>>().len() == ids.len()
}

/// What Weaver asks of a registry.
fn is_taken(validator: &Validator, model: &Model) {
    let registry = yaml(model, "registry/registry.yaml");
    let wrong: Vec<String> = validator
        .iter_errors(&registry)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let groups = registry["groups"].as_array().unwrap();
    assert!(differ(&ids(&registry["groups"], "id")), "two groups with one id");
    let declared = &groups[0]["attributes"];
    let known = ids(declared, "id");
    assert!(differ(&known), "an attribute twice: {known:?}");
    for attribute in declared.as_array().unwrap() {
        let id = &attribute["id"];
        if attribute["type"] == "double" {
            // A whole number would make a list of them one of integers.
            let examples = attribute["examples"].as_array().into_iter().flatten();
            assert!(examples.into_iter().all(Value::is_f64), "{attribute}");
        }
        assert!(differ(&ids(&attribute["type"]["members"], "id")), "{id}: members");
    }
    let events: Vec<&str> = groups
        .iter()
        .filter(|group| group["type"] == "event")
        .map(|group| group["id"].as_str().unwrap())
        .collect();
    let entity = groups[1]["name"].as_str().unwrap();
    for group in &groups[1..] {
        let id = &group["id"];
        let used = ids(&group["attributes"], "ref");
        assert!(differ(&used), "{id}: a reference twice: {used:?}");
        assert!(used.iter().all(|used| known.contains(used)), "{id}: {used:?}");
        let on_it = group["events"].as_array().into_iter().flatten();
        assert!(
            on_it
                .into_iter()
                .all(|event| events.contains(&event.as_str().unwrap())),
            "{id}"
        );
        if let Some(entities) = group.get("entity_associations") {
            assert_eq!(*entities, serde_json::json!([entity]), "{id}");
        }
    }
    let manifest = yaml(model, "registry/manifest.yaml");
    let keys: Vec<&String> = manifest.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["description", "schema_url", "stability"]);
}

#[test]
fn the_registry_of_the_facades_own_schema_is_what_weaver_takes() {
    let model = facade();
    is_taken(&validator(), &model);
    let registry = yaml(&model, "registry/registry.yaml");
    let groups = registry["groups"].as_array().unwrap();
    let all = 2
        + model.screens.len()
        + model.stages.len()
        + model.spans.len()
        + model.events.len()
        + model.metrics.len()
        + model
            .stages
            .iter()
            .map(|stage| stage.timings.len())
            .sum::<usize>();
    assert_eq!(groups.len(), all, "an item a group, and two");
}

#[test]
fn the_registry_declares_what_the_runtime_adds_to_every_resource_and_once_what_a_schema_declares_too() {
    let text = "attributes: { os.type: { type: string, brief: The system., examples: [linux] } }\n\
        screens: { list: { brief: All., entry: true, attributes: { os.type: optional } } }\n";
    let registry = yaml(&model(text), "registry/registry.yaml");
    let known = ids(&registry["groups"][0]["attributes"], "id");
    for key in [
        "demo.run.id",
        "service.name",
        "service.version",
        "service.instance.id",
        "telemetry.sdk.name",
        "telemetry.sdk.language",
        "telemetry.sdk.version",
        "os.type",
        "host.arch",
        "process.pid",
    ] {
        assert_eq!(known.iter().filter(|known| **known == key).count(), 1, "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_registry_of_any_schema_is_what_weaver_takes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        thread_local!(static VALIDATOR: Validator = validator());
        let compiled = compile(&[source("schema/all.yaml", &random::schema(&bytes))]);
        VALIDATOR.with(|validator| is_taken(validator, &compiled.model.unwrap()));
    }
}

/// What is changed, and how.
type Change = (&'static str, fn(&mut Value));

#[test]
fn the_validator_refuses_what_weaver_refuses() {
    let validator = validator();
    let good = yaml(&facade(), "registry/registry.yaml");
    assert!(validator.is_valid(&good));
    let changes: [Change; 6] = [
        ("an unknown field", |all| {
            all["groups"][2]["colour"] = "red".into()
        }),
        ("no brief", |all| {
            _ = all["groups"][2].as_object_mut().unwrap().remove("brief")
        }),
        ("a text without examples", |all| {
            _ = all["groups"][0]["attributes"][0]
                .as_object_mut()
                .unwrap()
                .remove("examples");
        }),
        ("another form", |all| all["file_format"] = "definition/2".into()),
        ("no kind", |all| {
            _ = all["groups"][2].as_object_mut().unwrap().remove("span_kind")
        }),
        ("an entity without an identity", |all| {
            for each in all["groups"][1]["attributes"].as_array_mut().unwrap() {
                each["role"] = "descriptive".into();
            }
        }),
    ];
    for (what, change) in changes {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(!validator.is_valid(&bad), "{what}");
    }
}

const DEMO: &str = "\
errors: { disk_full: { code: E001, brief: No room is left. } }
attributes:
  demo.size: { type: enum, brief: How much., values: { far-too-much: Terabytes., little: Less. } }
  demo.share: { type: double, brief: How much of it., examples: [1, 0.5] }
  demo.key: { type: string, brief: Opens it., sensitivity: secret }
  demo.old: { type: \"int[]\", brief: Counts., deprecated: { since: 1.0.0, reason: Nobody counts., use: demo.share } }
screens:
  list: { brief: Everything there is., entry: true, navigates_to: [load], actions: [pick] }
  load: { brief: It is read., navigates_to: [list] }
stages:
  load: { stages: { read: { label: read, brief: Read it., attributes: { demo.size: optional }, timings: [seek] } } }
events:
  pick: { brief: The operator picked something., record: span_event, attributes: { demo.key: required } }
  stored: { brief: The disk has it., severity: warn, attributes: { demo.share: required, demo.old: optional } }
spans:
  flush: { brief: It is written., kind: client, trace: new, links: [visit], attributes: { demo.size: required } }
metrics:
  stores: { brief: How often., kind: counter, unit: \"{store}\", attributes: { demo.size: required } }
";

#[test]
fn a_schema_as_a_registry_and_as_the_tables_of_the_advice() {
    let model = model(DEMO);
    expect_file!["../weaver/registry.yaml"].assert_eq(&text(&model, "registry/registry.yaml"));
    expect_file!["../weaver/vocabulary.rego"].assert_eq(&text(&model, "advice/vocabulary.rego"));
}
