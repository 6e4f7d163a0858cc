//! The export for OpenTelemetry Weaver. Weaver itself is in no package registry; `definition-1.schema.json` says what
//! its strict mode takes, and the rest of its rules that an export could break are repeated here. What programs send
//! is held to the export in the facade's tests.

use std::collections::BTreeSet;

use expect_test::expect;
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
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/definition-1.schema.json");
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

#[test]
fn the_validator_refuses_what_weaver_refuses() {
    let validator = validator();
    let good = yaml(&facade(), "registry/registry.yaml");
    assert!(validator.is_valid(&good));
    let changes: [(&str, fn(&mut Value)); 6] = [
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
fn a_schema_as_a_registry() {
    let text = text(&model(DEMO), "registry/registry.yaml");
    // The attributes that the compiler supplies are the same for every schema.
    let (declared, rest) = text.split_once("      - id: demo.screen.from\n").unwrap();
    let (_, rest) = rest.split_once("      - id: demo.run.id\n").unwrap();
    let (rest, _) = rest.split_once("  - id: event.navigate\n").unwrap();
    expect![[r##"
        # Written by `telemetry schema export weaver`; the schema's own files are what to edit.
        file_format: definition/1
        groups:
          - id: registry.demo
            type: attribute_group
            brief: Every attribute that arrives.
            stability: stable
            attributes:
              - id: demo.size
                type:
                  members:
                    - {id: far_too_much, value: far-too-much, brief: Terabytes., stability: stable}
                    - {id: little, value: little, brief: Less., stability: stable}
                brief: How much.
                stability: stable
              - {id: demo.share, type: double, brief: How much of it., stability: stable, examples: [1.0, 0.5]}
              - id: demo.key
                type: string
                brief: Opens it.
                stability: stable
                examples: ["[redacted]"]
                annotations:
                  sensitivity: secret
              - id: demo.old
                type: "int[]"
                brief: Counts.
                stability: stable
                deprecated:
                  reason: renamed
                  renamed_to: demo.share
                  note: "Since 1.0.0: Nobody counts."
        …
                type: string
                brief: "Id of the run, the same on everything that it sends."
                stability: stable
                examples: ["8b4766"]
              - {id: service.name, type: string, brief: The service that speaks., stability: stable, examples: [my-app]}
              - id: service.version
                type: string
                brief: Version of the program that speaks.
                stability: stable
                examples: ["1.2.3"]
              - id: service.instance.id
                type: string
                brief: This process and no other.
                stability: stable
                examples: ["627cc493-f310-47de-96bd-71410b7dec09"]
              - id: telemetry.sdk.name
                type: string
                brief: The library that made the telemetry.
                stability: stable
                examples: [telemetry-runtime]
              - id: telemetry.sdk.language
                type: string
                brief: The language that it is written in.
                stability: stable
                examples: [rust]
              - {id: telemetry.sdk.version, type: string, brief: Its version., stability: stable, examples: ["0.1.0"]}
              - {id: os.type, type: string, brief: The operating system., stability: stable, examples: [linux]}
              - {id: host.arch, type: string, brief: The architecture of the processor., stability: stable, examples: [amd64]}
              - {id: process.pid, type: int, brief: Id of the process., stability: stable}
          - id: entity.demo.run
            type: entity
            name: demo.run
            brief: One run of demo.
            stability: stable
            attributes:
              - {ref: demo.run.id, role: identifying, requirement_level: required}
              - {ref: service.name, role: descriptive, requirement_level: required}
              - {ref: service.version, role: descriptive, requirement_level: opt_in}
              - {ref: service.instance.id, role: descriptive, requirement_level: required}
              - {ref: telemetry.sdk.name, role: descriptive, requirement_level: required}
              - {ref: telemetry.sdk.language, role: descriptive, requirement_level: required}
              - {ref: telemetry.sdk.version, role: descriptive, requirement_level: required}
              - {ref: os.type, role: descriptive, requirement_level: required}
              - {ref: host.arch, role: descriptive, requirement_level: required}
              - {ref: process.pid, role: descriptive, requirement_level: required}
              - {ref: demo.component, role: descriptive, requirement_level: opt_in}
              - {ref: session.id, role: descriptive, requirement_level: opt_in}
          - id: span.screen.list
            type: span
            span_kind: internal
            brief: Everything there is.
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.screen.name, requirement_level: required}
              - {ref: outcome, requirement_level: required}
              - {ref: error.type, requirement_level: opt_in}
              - {ref: demo.screen.from, requirement_level: opt_in}
            events: [event.navigate, event.pick]
            annotations:
              span_name: list
              trace: new
              links: [previous visit]
          - id: span.screen.load
            type: span
            span_kind: internal
            brief: It is read.
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.screen.name, requirement_level: required}
              - {ref: outcome, requirement_level: required}
              - {ref: error.type, requirement_level: opt_in}
              - {ref: demo.screen.from, requirement_level: required}
            events: [event.navigate]
            annotations:
              span_name: load
              trace: new
              links: [previous visit]
          - id: span.stage.load.read
            type: span
            span_kind: internal
            brief: Read it.
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.screen.name, requirement_level: required}
              - {ref: demo.stage.name, requirement_level: required}
              - {ref: demo.size, requirement_level: opt_in}
              - {ref: outcome, requirement_level: required}
              - {ref: error.type, requirement_level: opt_in}
            annotations:
              span_name: load.read
              trace: child
              parent: load
          - id: span.timing.load.read.seek
            type: span
            span_kind: internal
            brief: "`seek`, a step inside the stage read."
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.screen.name, requirement_level: required}
              - {ref: demo.stage.name, requirement_level: required}
              - {ref: demo.timing.name, requirement_level: required}
              - {ref: outcome, requirement_level: required}
              - {ref: error.type, requirement_level: opt_in}
            annotations:
              span_name: load.read.seek
              trace: child
              parent: load.read
          - id: span.span.flush
            type: span
            span_kind: client
            brief: It is written.
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.size, requirement_level: required}
              - {ref: outcome, requirement_level: required}
              - {ref: error.type, requirement_level: opt_in}
            annotations:
              span_name: flush
              trace: new
              links: [visit]
          - id: span.span.cli.command
            type: span
            span_kind: internal
            brief: "One command, from start to end."
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: cli.command.name, requirement_level: required}
              - {ref: outcome, requirement_level: required}
              - {ref: error.type, requirement_level: opt_in}
            annotations:
              span_name: cli.command
              trace: new
          - id: event.pick
            type: event
            name: pick
            brief: The operator picked something.
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.key, requirement_level: required}
            annotations:
              severity: info
              record: span_event
          - id: event.stored
            type: event
            name: stored
            brief: The disk has it.
            stability: stable
            entity_associations: [demo.run]
            attributes:
              - {ref: demo.share, requirement_level: required}
              - {ref: demo.old, requirement_level: opt_in}
            annotations:
              severity: warn
              record: log
    "##]].assert_eq(&format!("{declared}…\n{rest}"));
}

#[test]
fn a_schema_as_the_tables_of_the_advice() {
    expect![[r##"
        # Written by `telemetry schema export weaver`; the schema's own files are what to edit.
        # What the schema says, for rules.rego.
        package live_check_advice

        import rego.v1

        run_ids := ["demo.run.id"]

        service := "demo"

        error_type := "error.type"

        screen_from := "demo.screen.from"

        spans := {
        	"list": {"always":["demo.screen.name","outcome"],"kind":"internal","link":"after_another","place":{"demo.screen.name":"list"}},
        	"load": {"always":["demo.screen.name","outcome","demo.screen.from"],"kind":"internal","link":"required","place":{"demo.screen.name":"load"}},
        	"load.read": {"always":["demo.screen.name","demo.stage.name","outcome"],"kind":"internal","link":"free","place":{"demo.stage.name":"read"}},
        	"load.read.seek": {"always":["demo.screen.name","demo.stage.name","demo.timing.name","outcome"],"kind":"internal","link":"free","place":{"demo.stage.name":"read","demo.timing.name":"seek"}},
        	"flush": {"always":["demo.size","outcome"],"kind":"client","link":"expected","place":{}},
        	"cli.command": {"always":["cli.command.name","outcome"],"kind":"internal","link":"free","place":{}},
        }

        span_events := {
        	"pick": ["demo.key"],
        	"navigate": ["demo.screen.to"],
        }

        severities := {
        	"stored": 13,
        	"slow.foreground.wait": 13,
        	"panic": 17,
        	"run.summary": 9,
        }

        closed := {
        	"demo.size": ["far-too-much","little"],
        	"demo.screen.from": ["list","load"],
        	"demo.screen.to": ["list","load"],
        	"demo.screen.name": ["list","load"],
        	"demo.stage.name": ["read"],
        	"error.type": ["disk_full","_OTHER"],
        }

        secrets := ["demo.key"]
    "##]].assert_eq(&text(&model(DEMO), "advice/vocabulary.rego"));
}
