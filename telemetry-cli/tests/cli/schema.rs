//! `schema check` and `schema docs`.

use std::fs;
use std::path::PathBuf;

use expect_test::expect;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Said, run, telemetry};

const GOOD: &str = "\
schema:
  name: demo
  version: 1.0.0
  url: https://example.com/schemas/1.0.0
  namespace: demo
attributes:
  demo.item:
    type: string
    brief: What was picked.
    examples: [apple]
screens:
  list:
    brief: Everything there is.
    entry: true
    navigates_to: [detail]
    actions: [pick]
  detail:
    brief: One thing.
    navigates_to: [list]
events:
  pick:
    brief: The operator picked something.
    record: span_event
    attributes: { demo.item: required }
";

/// A folder with a schema in it.
fn project(yaml: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().join("schema");
    fs::create_dir(&schema).expect("a folder");
    fs::write(schema.join("all.yaml"), yaml).expect("a schema");
    (folder, schema)
}

fn within(folder: &TempDir, arguments: &[&str]) -> Said {
    telemetry(arguments)
        .current_dir(folder.path())
        .output()
        .expect("the command starts")
        .into()
}

#[test]
fn a_good_schema_is_fine_and_says_what_it_holds() {
    let (folder, _) = project(GOOD);
    let said = within(&folder, &["schema", "check"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    expect![[r#"
        schema: fine, 2 screens, 0 stages, 1 event, 0 spans, 0 metrics, 1 attribute
    "#]]
    .assert_eq(&said.out);
}

#[test]
fn every_mistake_is_drawn_in_one_pass_with_what_to_type_instead() {
    let (folder, _) = project(
        &GOOD
            .replace("[detail]", "[detial]")
            .replace("demo.item: required", "demo.itm: required"),
    );
    let said = within(&folder, &["schema", "check"]);
    assert_eq!(said.code, Some(1));
    expect![[r#"
        error[unknown_screen]: unknown screen `detial`
          --> schema/all.yaml:15:20
           |
        15 |     navigates_to: [detial]
           |                    ^^^^^^
           |
           = help: did you mean `detail`?

        error[unknown_attribute]: unknown attribute `demo.itm`
          --> schema/all.yaml:24:19
           |
        24 |     attributes: { demo.itm: required }
           |                   ^^^^^^^^
           |
           = help: did you mean `demo.item`?

        schema: 2 errors
    "#]]
    .assert_eq(&said.out);
}

#[test]
fn machines_get_the_same_mistakes_as_json() {
    let (folder, _) = project(&GOOD.replace("[detail]", "[detial]"));
    let said = within(&folder, &["schema", "check", "--format", "json"]);
    assert_eq!(said.code, Some(1));
    let found: Value = serde_json::from_str(&said.out).expect("JSON");
    let first = &found["diagnostics"][0];
    assert_eq!(
        (first["severity"].as_str(), first["labels"][0]["file"].as_str()),
        (Some("error"), Some("schema/all.yaml"))
    );
}

#[test]
fn a_folder_that_is_no_schema_could_not_be_checked() {
    let empty = tempfile::tempdir().expect("a folder");
    for (arguments, words) in [
        (&["schema", "check"][..], "schema"),
        (&["schema", "check", "."], "holds no .yaml file"),
    ] {
        let said = within(&empty, arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
        assert!(said.err.contains(words), "{}", said.err);
    }
}

#[test]
fn the_page_is_written_and_its_freshness_checked() {
    let (folder, schema) = project(GOOD);
    let page = folder.path().join("docs/telemetry.md");
    let said = |arguments: &[&str]| {
        let said = within(&folder, arguments);
        (said.code, said.out, said.err)
    };
    let (code, out, _) = said(&["schema", "docs", "--check"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        out,
        "docs/telemetry.md does not exist; write it with `telemetry schema docs`\n"
    );
    assert!(!page.exists(), "a check writes nothing");
    assert_eq!(
        said(&["schema", "docs"]),
        (Some(0), "wrote docs/telemetry.md\n".into(), String::new())
    );
    let text = fs::read_to_string(&page).expect("the page");
    assert!(
        text.contains("demo.item") && text.contains("schema/all.yaml"),
        "{text}"
    );
    assert_eq!(
        said(&["schema", "docs", "--check"]),
        (Some(0), "docs/telemetry.md is fresh\n".into(), String::new())
    );
    assert_eq!(said(&["schema", "docs", "-o", "-"]).1, text);
    // Wherever it is written from, the page names files as they stand in the repository.
    let elsewhere = run(&["schema", "docs", &schema.display().to_string(), "-o", "-"]);
    assert_eq!(elsewhere.out, text);
    fs::write(&page, text.replace("picked", "chose")).expect("an edit");
    let (code, out, _) = said(&["schema", "docs", "--check"]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("docs/telemetry.md is stale from line "), "{out}");
}

#[test]
fn no_page_is_made_of_a_schema_that_is_wrong() {
    let (folder, _) = project(&GOOD.replace("[detail]", "[detial]"));
    let said = within(&folder, &["schema", "docs"]);
    assert_eq!(said.code, Some(1));
    assert!(!folder.path().join("docs").exists());
    assert!(said.out.contains("detial"), "{}", said.out);
}

#[test]
fn our_own_vocabulary_is_fine() {
    assert_eq!(run(&["schema", "check", "../schema"]).code, Some(0));
}
