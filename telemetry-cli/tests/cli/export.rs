//! `schema export`, as it is typed. What other tools make of it is held by the compiler's tests, by those of the
//! facade, and by those of the editor.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use expect_test::expect;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Said, fine, telemetry};

const SCHEMA: &str = "\
schema: { name: demo, version: 1.0.0, url: https://example.com/schemas/1.0.0, namespace: demo }
attributes:
  demo.item: { type: string, brief: What was picked., examples: [apple] }
screens:
  list: { brief: Everything there is., entry: true, navigates_to: [detail], actions: [pick] }
  detail: { brief: One thing., navigates_to: [list] }
events:
  pick: { brief: The operator picked something., record: span_event, attributes: { demo.item: required } }
";

fn project(yaml: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("schema")).expect("a folder");
    fs::write(folder.path().join("schema/all.yaml"), yaml).expect("a schema");
    folder
}

fn export(folder: &TempDir, arguments: &[&str]) -> Said {
    let mut command = telemetry(&["schema", "export"]);
    let output = command.args(arguments).current_dir(folder.path()).output();
    output.expect("the command starts").into()
}

fn text(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).expect(path)
}

#[test]
fn the_resolved_schema_is_one_form_under_two_commands_and_a_base_for_diff() {
    let folder = project(SCHEMA);
    let exported = export(&folder, &["json"]);
    assert_eq!((exported.code, exported.err.as_str()), (Some(0), ""));
    let shown = telemetry(&["schema", "show", "--format", "json"])
        .current_dir(folder.path())
        .output();
    assert_eq!(Said::from(shown.expect("the command starts")).out, exported.out);
    let said = export(&folder, &["json", "-o", "made/for/it/released.json"]);
    assert_eq!(said.out, "wrote made/for/it/released.json\n");
    assert_eq!(text(&folder, "made/for/it/released.json"), exported.out);
    fs::write(
        folder.path().join("schema/all.yaml"),
        SCHEMA
            .replace("  pick: {", "  choose: {")
            .replace("[pick]", "[choose]"),
    )
    .expect("an edit");
    let diff = telemetry(&["schema", "diff", "--base", "made/for/it/released.json"])
        .current_dir(folder.path())
        .output();
    let diff = Said::from(diff.expect("the command starts"));
    assert_eq!(diff.code, Some(1), "{}", diff.out);
    assert!(diff.out.contains("choose"), "{}", diff.out);
}

#[test]
fn the_json_schema_of_a_folder_knows_its_ids_and_without_one_the_language_alone() {
    let folder = project(SCHEMA);
    let alone: Value = serde_json::from_str(&export(&folder, &["json-schema"]).out).expect("JSON");
    assert_eq!(
        alone["$defs"]["ScreenId"]["pattern"],
        "^[a-z][a-z0-9]*([._][a-z0-9]+)*$"
    );
    let said = export(
        &folder,
        &["json-schema", "schema", "-o", "schema/telemetry.schema.json"],
    );
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "wrote schema/telemetry.schema.json\n")
    );
    let own: Value = serde_json::from_str(&text(&folder, "schema/telemetry.schema.json")).expect("JSON");
    assert_eq!(own["title"], "Telemetry schema of demo 1.0.0");
    expect![[r#"
        {
          "anyOf": [
            {
              "const": "list",
              "description": "Everything there is.\n\nDeclared in schema/all.yaml."
            },
            {
              "const": "detail",
              "description": "One thing.\n\nDeclared in schema/all.yaml."
            },
            {
              "description": "Id of a screen.",
              "maxLength": 128,
              "pattern": "^[a-z][a-z0-9]*([._][a-z0-9]+)*$",
              "type": "string"
            }
          ],
          "description": "Id of a screen."
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&own["$defs"]["ScreenId"]).expect("JSON"));
    // The same file, from wherever it is written.
    let elsewhere = fine(&[
        "schema",
        "export",
        "json-schema",
        &folder.path().join("schema").display().to_string(),
    ]);
    assert_eq!(elsewhere, text(&folder, "schema/telemetry.schema.json"));
}

#[test]
fn a_registry_and_its_advice_are_written_and_written_again() {
    let folder = project(SCHEMA);
    let said = export(&folder, &["weaver", "-o", "target/weaver"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    expect![[r#"
        wrote target/weaver
          registry/manifest.yaml    the registry's name and version
          registry/registry.yaml    attributes, resource, spans, events, metrics
          advice/rules.rego         what the live check asks of a run
          advice/vocabulary.rego    what the schema answers
          README.md                 how Weaver is called
    "#]]
    .assert_eq(&said.out);
    expect![[r#"
        # Written by `telemetry schema export weaver`; the schema's own files are what to edit.
        schema_url: "https://example.com/schemas/1.0.0"
        description: "The telemetry schema demo 1.0.0, exported for Weaver."
        stability: stable
    "#]]
    .assert_eq(&text(&folder, "target/weaver/registry/manifest.yaml"));
    assert!(text(&folder, "target/weaver/README.md").starts_with("# demo 1.0.0 for OpenTelemetry Weaver\n"));
    let schema = SCHEMA.replace("detail", "single");
    fs::write(folder.path().join("schema/all.yaml"), schema).expect("an edit");
    let again = export(&folder, &["weaver", "--output", "target/weaver"]);
    assert_eq!((again.code, again.out), (Some(0), said.out));
    let registry = text(&folder, "target/weaver/registry/registry.yaml");
    assert!(
        registry.contains("span.screen.single") && !registry.contains("span.screen.detail"),
        "{registry}"
    );
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let folder = project(SCHEMA);
    let notes = folder.path().join("notes");
    fs::create_dir(&notes).expect("a folder");
    assert_eq!(
        export(&folder, &["weaver", "-o", "notes"]).code,
        Some(0),
        "an empty one is fine"
    );
    fs::remove_dir_all(notes.join("registry")).expect("a folder");
    let said = export(&folder, &["weaver", "-o", "notes"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    expect![[r#"
        telemetry: notes holds something else than an export: name a folder that is new, empty, or written by this command
    "#]]
    .assert_eq(&said.err);
    assert!(!notes.join("registry").exists());
    let said = export(&folder, &["weaver", "-o", "schema/all.yaml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(
        said.err
            .starts_with("telemetry: cannot write into schema/all.yaml: "),
        "{}",
        said.err
    );
    assert_eq!(
        export(&folder, &["weaver"]).code,
        Some(2),
        "a folder has to be named"
    );
}

#[test]
fn a_schema_that_is_wrong_is_drawn_as_check_draws_it_and_not_exported() {
    let folder = project(&SCHEMA.replace("[detail]", "[detial]"));
    let place = folder.path().join("out");
    let drawn = expect![[r#"
        error[unknown_screen]: unknown screen `detial`
         --> schema/all.yaml:5:68
          |
        5 |   list: { brief: Everything there is., entry: true, navigates_to: [detial], actions: [pick] }
          |                                                                    ^^^^^^
          |
          = help: did you mean `detail`?

        schema: a schema that is wrong is not exported
    "#]];
    for arguments in [
        &["json", "-o", "out"][..],
        &["json-schema", "schema", "-o", "out"],
        &["weaver", "-o", "out"],
    ] {
        let said = export(&folder, arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(1), ""), "{arguments:?}");
        drawn.assert_eq(&said.out);
        assert!(!place.exists(), "{arguments:?}");
    }
    // Who sends the output into a file is told beside it.
    for arguments in [&["json"][..], &["json-schema", "schema"]] {
        let said = export(&folder, arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{arguments:?}");
        drawn.assert_eq(&said.err);
    }
    let said = export(&folder, &["json", "no/such/folder"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("no/such/folder"), "{}", said.err);
}

#[test]
fn a_file_takes_its_place_as_a_whole_with_the_permissions_of_any_other() {
    let folder = project(SCHEMA);
    let at = |name: &str| folder.path().join(name);
    let mode = |name: &str| fs::metadata(at(name)).expect(name).permissions().mode() & 0o777;
    fs::write(at("ordinary"), "").expect("a file");
    assert_eq!(export(&folder, &["json", "-o", "new.json"]).code, Some(0));
    assert_eq!(mode("new.json"), mode("ordinary"));
    fs::write(at("older.json"), "older").expect("a file");
    fs::set_permissions(at("older.json"), fs::Permissions::from_mode(0o640)).expect("its owner");
    symlink("older.json", at("link.json")).expect("a link");
    let reader = fs::File::open(at("older.json")).expect("the older one");
    assert_eq!(export(&folder, &["json", "-o", "link.json"]).code, Some(0));
    assert!(
        fs::symlink_metadata(at("link.json"))
            .expect("the link")
            .is_symlink()
    );
    assert_eq!(
        (mode("older.json"), text(&folder, "older.json")),
        (0o640, text(&folder, "new.json"))
    );
    let still = std::io::read_to_string(reader).expect("it is open");
    assert_eq!(still, "older", "whoever reads it goes on with what it was");
}
