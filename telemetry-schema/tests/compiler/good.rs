//! What a good schema means: defaults, supplied items, references.

use std::fs;

use telemetry_schema::load;
use telemetry_schema::model::{AttributeKind, BodyPart, EventRecord, Severity};

use super::model;

const SMALL: &str = "\
attributes:
  demo.path: { type: string, brief: Path of the file. }
  demo.size: { type: int, unit: By, brief: Size of the file. }
screens:
  list: { brief: The list., entry: true, navigates_to: [editor], actions: [select] }
  editor: { brief: The editor., attributes: { demo.path: optional } }
stages:
  editor:
    slow_after: 2s
    stages:
      fetch: { label: fetch, brief: Fetches the file., timings: [download] }
events:
  saved:
    brief: The file was saved.
    body: '{{saved}} {demo.path}!'
    attributes: { demo.size: optional, demo.path: required }
    counts: file.saves
  select: { brief: Something was selected., record: span_event, severity: debug }
metrics:
  file.saves: { brief: Saved files., kind: counter, attributes: { demo.path: required } }
  file.size: { brief: Sizes., kind: histogram, unit: By, buckets: [1, 10.5], fed_by: { event: saved, value: demo.size } }
";

#[test]
fn a_manifest_that_says_little_gets_defaults_of_its_own_name() {
    let manifest = model("").manifest;
    assert_eq!(manifest.service, "demo");
    assert_eq!(manifest.run.id_attributes, ["demo.run.id"]);
    assert_eq!(manifest.run.adopt_env, ["DEMO_RUN_ID"]);
    assert!(manifest.run.adopt_resource_attributes.is_empty());
    assert_eq!(manifest.run.directory, "~/.demo/runs");
    assert_eq!((manifest.run.keep_runs, manifest.run.keep_days), (200, 30));
    assert_eq!(manifest.run.file_env, "DEMO_TELEMETRY_FILE");
    assert_eq!(manifest.run.debug_env, "DEMO_DEBUG");
    assert_eq!(manifest.log_targets, ["demo*"]);
    assert_eq!(manifest.unsupported_protocol, "unsupported_protocol");
}

#[test]
fn references_are_resolved_and_a_body_becomes_slots() {
    let model = model(SMALL);
    let saved = &model.events[0];
    assert_eq!(
        saved.body,
        [
            BodyPart::Text("{saved} ".into()),
            BodyPart::Slot(1),
            BodyPart::Text("!".into())
        ]
    );
    assert_eq!(saved.severity, Severity::Info);
    assert_eq!(saved.record, EventRecord::Log);
    assert!(saved.attributes[1].required && !saved.attributes[0].required);
    assert_eq!(
        model.events[1].body,
        [BodyPart::Text("Something was selected".into())]
    );
    assert!(model.events[1].action && !saved.action);
    assert_eq!(model.screens[0].navigates_to, [1]);
    assert_eq!(model.stages[0].screen, 1);
    assert_eq!(model.stages[0].slow_after_ms, Some(2000));
    assert_eq!(model.stages[0].timings[0].rust_type, "Download");
    let feeds: Vec<_> = saved
        .feeds
        .iter()
        .map(|feed| (feed.metric, feed.slots.clone(), feed.value))
        .collect();
    assert_eq!(feeds, [(0, vec![1], None), (1, vec![], Some(0))]);
    assert_eq!(model.metrics[1].buckets, [1.0, 10.5]);
    assert!(model.metrics[1].double && !model.metrics[0].double);
}

#[test]
fn a_place_is_the_file_and_line_of_the_id() {
    let model = model(SMALL);
    let place = &model.events[0].item.place;
    assert_eq!((&*place.file, place.line), ("schema/demo.yaml", 13));
}

#[test]
fn what_the_runtime_records_is_supplied_unless_it_is_declared() {
    let small = model("");
    let roles = &small.roles;
    let attribute = |index: usize| &small.attributes[index];
    assert_eq!(attribute(roles.screen).item.id, "demo.screen.name");
    assert_eq!(attribute(roles.screen).kind, AttributeKind::Screen);
    assert_eq!(attribute(roles.error_type).kind, AttributeKind::Error);
    assert!(attribute(roles.error_type).standard);
    assert_eq!(attribute(roles.duration).unit.as_deref(), Some("ms"));
    assert_eq!(small.events[roles.slow_wait].item.id, "slow.foreground.wait");
    assert_eq!(small.events[roles.slow_wait].severity, Severity::Warn);
    assert!(small.events[roles.navigate].action);
    assert!(
        small
            .attributes
            .iter()
            .all(|attribute| attribute.item.implicit && attribute.item.place.line == 0)
    );
    assert_eq!((roles.session_span, roles.cache_hits), (None, None));
    assert_eq!((roles.session_start, roles.session_end), (None, None));

    let own = model(
        "roles: { stage: demo.step, cache_hits: hits }\n\
         attributes:\n  demo.step: { type: stage, brief: The step. }\n\
         metrics:\n  hits: { brief: Hits., kind: counter }\n\
         spans:\n  capsule.session: { brief: The stay., trace: new, links: [handover], attributes: { session.id: required } }\n\
         events:\n  session.end: { brief: It ended., attributes: { session.id: required, outcome: optional } }\n",
    );
    assert_eq!(own.roles.stage, 0);
    assert!(!own.attributes[0].item.implicit);
    assert_eq!(own.attributes.len(), small.attributes.len());
    assert_eq!((own.roles.session_span, own.roles.cache_hits), (Some(0), Some(0)));
    assert_eq!((own.roles.session_start, own.roles.session_end), (None, Some(0)));
}

#[test]
fn supplied_items_can_be_used_like_declared_ones() {
    let model = model("events:\n  failed: { brief: It failed., attributes: { error.type: required } }\n");
    assert_eq!(model.events[0].attributes[0].attribute, model.roles.error_type);
}

#[test]
fn errors_may_be_a_code_only_and_there_is_one_for_everything_else() {
    let model = model("errors:\n  unsupported_protocol: E016\n  gone: { brief: It is gone. }\n");
    assert_eq!(model.manifest.unsupported_protocol, "E016");
    assert_eq!(model.errors[0].item.brief, "Error E016: unsupported protocol.");
    assert_eq!(model.errors[1].code, None);
    assert_eq!(
        (
            model.errors[2].item.id.as_str(),
            model.errors[2].item.rust_type().as_str()
        ),
        ("_OTHER", "Other")
    );
}

#[test]
fn a_value_that_begins_with_a_digit_gets_a_letter_in_rust() {
    let model = model(
        "attributes:\n  demo.mode: { type: enum, brief: The mode., values: { 2fa: Two factors., current-dir: Here. } }\n\
         events:\n  opened: { brief: Opened., attributes: { demo.mode: optional } }\n",
    );
    let AttributeKind::Enum(values) = &model.attributes[0].kind else {
        panic!("not an enum")
    };
    assert_eq!(
        (values[0].rust_type.as_str(), values[1].rust_type.as_str()),
        ("V2fa", "CurrentDir")
    );
}

#[test]
fn a_folder_is_its_yaml_files_sorted_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.yaml", "a.yml", "notes.md", ".#b.yaml", "c.json"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    fs::create_dir(folder.path().join("d.yaml")).unwrap();
    let sources = load::folder(folder.path()).unwrap();
    let names: Vec<&str> = sources
        .iter()
        .map(|source| source.path.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(names, ["a.yml", "b.yaml"]);
    let missing = load::folder(folder.path().join("none")).unwrap_err();
    assert!(missing.to_string().contains("none"), "{missing}");
}
