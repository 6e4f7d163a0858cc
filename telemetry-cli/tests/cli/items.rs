//! `schema show`, `schema list` and `schema search`, on the vocabulary of the product and on one made for them.

use std::fs;

use expect_test::expect;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Said, fed, fine, run, telemetry};

const SCHEMA: &str = "\
schema: { name: demo, version: 1.0.0, url: https://example.com/schemas/1.0.0, namespace: demo }
errors: { disk_full: { code: E001, brief: No room is left. } }
attributes:
  demo.size: { type: enum, brief: How much., values: { huge: Terabytes., small: Less. } }
screens:
  list: { brief: Everything there is., entry: true }
stages:
  list: { slow_after: 2s, stages: { load: { label: load, brief: Read it., timings: [open_disk] } } }
events:
  load: { brief: It was read., body: \"read {demo.size}\", attributes: { demo.size: required } }
  store: { brief: The disk has it., deprecated: { since: 1.0.0, reason: Nobody stores. } }
";

fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("schema")).expect("a folder");
    fs::write(folder.path().join("schema/all.yaml"), SCHEMA).expect("a schema");
    folder
}

fn within(folder: &TempDir, arguments: &[&str]) -> Said {
    let mut command = telemetry(&["schema"]);
    let output = command.args(arguments).current_dir(folder.path()).output();
    output.expect("the command starts").into()
}

#[test]
fn an_item_is_shown_with_its_place_and_every_default() {
    let folder = project();
    let said = within(&folder, &["show", "load"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    expect![[r##"
        # stage list.load: schema/all.yaml:8
        # event load: schema/all.yaml:10
        stages:
          list:
            slow_after: "2000ms"
            stages:
              load:
                brief: Read it.
                label: load
                attributes: {}
                timings: [open_disk]
        events:
          load:
            brief: It was read.
            severity: info
            body: "read {demo.size}"
            record: log
            attributes:
              demo.size: required
    "##]]
    .assert_eq(&said.out);
    let stage = within(&folder, &["show", "list.load"]).out;
    assert!(
        stage.starts_with("# stage list.load: schema/all.yaml:8\nstages:\n"),
        "{stage}"
    );
    assert!(!stage.contains("events:"), "{stage}");
    let supplied = within(&folder, &["show", "navigate"]).out;
    assert!(supplied.starts_with("# event navigate: supplied, "), "{supplied}");
}

#[test]
fn the_whole_schema_as_shown_is_the_same_schema() {
    let whole = fine(&["schema", "show", "--schema", "../schema"]);
    assert_eq!(fed(&["schema", "check", "-"], whole.as_bytes()).code, Some(0));
    let json = fine(&["schema", "show", "--schema", "../schema", "--format", "json"]);
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("resolved.yaml", whole), ("resolved.json", json)] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        let base = path.display().to_string();
        let diff = fine(&["schema", "diff", "../schema", "--base", &base]);
        assert!(diff.contains("\nno change\n"), "{diff}");
    }
}

#[test]
fn an_item_as_json_is_the_part_of_the_resolved_schema() {
    let folder = project();
    let said = within(&folder, &["show", "disk_full", "--format", "json"]);
    let item: Value = serde_json::from_str(&said.out).expect("JSON");
    let disk_full = json!({ "brief": "No room is left.", "code": "E001" });
    assert_eq!(item, json!({ "errors": { "disk_full": disk_full } }));
}

#[test]
fn no_item_and_no_schema_cannot_be_shown() {
    let folder = project();
    let said = within(&folder, &["show", "lod"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("there is no item `lod`"), "{}", said.err);
    fs::write(folder.path().join("schema/all.yaml"), "events: [").expect("an edit");
    for command in [&["show"][..], &["list"], &["search", "x"]] {
        let said = within(&folder, command);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{command:?}");
        assert!(
            said.err.contains("`telemetry schema check schema` says why"),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_list_has_a_row_an_item_of_the_kinds_that_were_asked_for() {
    let folder = project();
    expect![[r#"
        error      disk_full  No room is left.
        screen     list       Everything there is.
        stage      list.load  Read it.
        3 items
    "#]]
    .assert_eq(&within(&folder, &["list", "error", "screen", "stage"]).out);
    let narrow = within(&folder, &["list", "--width", "40"]).out;
    assert!(narrow.lines().all(|line| line.len() <= 40), "{narrow}");
    let said = within(&folder, &["list", "event", "--format", "json"]);
    let list: Value = serde_json::from_str(&said.out).expect("JSON");
    let items = list["items"].as_array().expect("items");
    assert!(items.iter().all(|item| item["kind"] == "event"));
    assert_eq!(
        items[1],
        json!({
            "kind": "event", "id": "store", "brief": "The disk has it.", "deprecated": true, "supplied": false,
            "file": "schema/all.yaml", "line": 11,
        })
    );
    let navigate = items
        .iter()
        .find(|item| item["id"] == "navigate")
        .expect("it is supplied");
    assert_eq!(
        (&navigate["supplied"], &navigate["line"]),
        (&json!(true), &Value::Null)
    );
}

#[test]
fn every_word_has_to_occur_and_ids_come_first() {
    let folder = project();
    let found = |words: &[&str]| {
        let said = within(&folder, &[&["search", "--format", "json"], words].concat());
        let document: Value = serde_json::from_str(&said.out).expect("JSON");
        let ids = document["items"].as_array().expect("items").iter();
        let ids: Vec<String> = ids
            .map(|item| format!("{} {}", item["kind"], item["id"]).replace('"', ""))
            .collect();
        (said.code, ids)
    };
    let is = |code, ids: &[&str]| {
        (
            Some(code),
            ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )
    };
    // In an id, in a brief, in the name of a timing.
    assert_eq!(
        found(&["DISK"]),
        is(0, &["error disk_full", "event store", "stage list.load"])
    );
    assert_eq!(found(&["terabyte"]), is(0, &["attribute demo.size"]));
    assert_eq!(found(&["e001"]), is(0, &["error disk_full"]));
    assert_eq!(found(&["disk", "timing"]), is(1, &[]));
    assert_eq!(found(&["disk", "read"]), is(0, &["stage list.load"]));
    assert_eq!(run(&["schema", "search"]).code, Some(2), "no word is no question");
}
