//! Schema files in an editor: the real yaml-language-server, asked over its own protocol as an editor asks it, with the
//! JSON Schema that `schema export` wrote. `.ci/run` installs the server and runs these.

mod client;

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::telemetry;
use client::{Client, Document};

const MODELINE: &str = "# yaml-language-server: $schema=telemetry.schema.json\n";

const SCHEMA: &str = "\
schema: { name: demo, version: 1.0.0, url: https://example.com/schemas/1.0.0, namespace: demo }
attributes:
  demo.item: { type: string, brief: What was picked., examples: [apple] }
  demo.size: { type: int, brief: How much of it. }
screens:
  list: { brief: Everything there is., entry: true, navigates_to: [detail], actions: [pick] }
  detail: { brief: One thing., navigates_to: [list], attributes: { demo.size: optional } }
events:
  pick: { brief: The operator picked something., record: span_event, attributes: { demo.item: required } }
";

/// A project with a schema, and the JSON Schema beside it, exported by these arguments.
fn project(arguments: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("schema")).expect("a folder");
    fs::write(folder.path().join("schema/all.yaml"), SCHEMA).expect("a schema");
    let mut command = telemetry(&["schema", "export", "json-schema"]);
    command
        .args(arguments)
        .args(["-o", "schema/telemetry.schema.json"]);
    let status = command.current_dir(folder.path()).status();
    assert!(status.expect("the command starts").success());
    folder
}

/// A file of the project in an editor. `|` in the text is where the cursor stands.
fn typed(client: &mut Client, text: &str) -> Document {
    client.open("typed.yaml", &format!("{MODELINE}{text}"))
}

/// What is offered at the cursor: labels, each with what is said about it.
fn offered(client: &mut Client, text: &str) -> Vec<(String, String)> {
    let document = typed(client, text);
    let answer = client.ask("textDocument/completion", &document);
    let items = answer.get("items").unwrap_or(&answer).as_array().cloned();
    let word = |item: &Value, key: &str| match &item[key] {
        Value::String(text) => text.clone(),
        other => other["value"].as_str().unwrap_or_default().to_owned(),
    };
    let items = items.unwrap_or_default();
    let items = items
        .iter()
        .map(|item| (word(item, "label"), word(item, "documentation")));
    items.collect()
}

fn labels(offered: &[(String, String)]) -> Vec<&str> {
    offered.iter().map(|(label, _)| label.as_str()).collect()
}

/// What hovers over the word at the cursor.
fn hovers(client: &mut Client, text: &str) -> String {
    let document = typed(client, text);
    let answer = client.ask("textDocument/hover", &document);
    answer["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The red lines of a text: the line, from 1 behind the modeline, and what is said about it.
fn underlined(client: &mut Client, text: &str) -> Vec<(u64, String)> {
    typed(client, text).red_lines()
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn a_move_completes_to_the_screens_of_the_schema() {
    let folder = project(&["schema"]);
    let mut client = Client::start(folder.path());
    let found = offered(
        &mut client,
        "screens:\n  list:\n    brief: All.\n    navigates_to:\n      - |\n",
    );
    assert_eq!(labels(&found), ["list", "detail"]);
    assert_eq!(found[1].1, "One thing.\n\nDeclared in schema/all.yaml.");
    let found = offered(
        &mut client,
        "screens:\n  list:\n    brief: All.\n    actions: [|]\n",
    );
    assert!(
        labels(&found).contains(&"pick") && !labels(&found).contains(&"list"),
        "{found:?}"
    );
    let found = offered(&mut client, "stages:\n  |\n");
    assert_eq!(labels(&found), ["detail", "list"]);
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn attributes_complete_as_keys_and_say_what_they_are() {
    let folder = project(&["schema"]);
    let mut client = Client::start(folder.path());
    let found = offered(
        &mut client,
        "events:\n  pick:\n    brief: Picked.\n    attributes:\n      |\n",
    );
    let item = found.iter().find(|(label, _)| label == "demo.item");
    let words = item.map(|(_, words)| words.as_str());
    assert_eq!(words, Some("What was picked.\n\nDeclared in schema/all.yaml."));
    let found = offered(
        &mut client,
        "events:\n  pick:\n    brief: Picked.\n    attributes:\n      demo.item: |\n",
    );
    assert_eq!(labels(&found), ["required", "optional"]);
    let words = hovers(
        &mut client,
        "events:\n  pick:\n    brief: Picked.\n    attributes:\n      demo.i|tem: required\n",
    );
    assert!(
        words.contains("What was picked.") && words.contains("all.yaml"),
        "{words}"
    );
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn keys_and_words_of_the_language_complete_and_explain_themselves() {
    let folder = project(&["schema"]);
    let mut client = Client::start(folder.path());
    let found = offered(&mut client, "events:\n  pick:\n    brief: Picked.\n    |\n");
    for key in [
        "severity",
        "body",
        "record",
        "attributes",
        "counts",
        "note",
        "deprecated",
    ] {
        assert!(labels(&found).contains(&key), "{key} is not in {found:?}");
    }
    assert!(
        !labels(&found).contains(&"brief"),
        "it is there already: {found:?}"
    );
    let found = offered(
        &mut client,
        "events:\n  pick:\n    brief: Picked.\n    severity: |\n",
    );
    assert_eq!(labels(&found), ["trace", "debug", "info", "warn", "error"]);
    assert_eq!(found[3].1, "Worse than it should be.");
    let words = hovers(
        &mut client,
        "events:\n  pick:\n    brief: Picked.\n    sev|erity: warn\n",
    );
    assert!(
        words.contains("How bad it is, `info` by default") && words.contains("Worse than it should be."),
        "{words}"
    );
    let found = offered(&mut client, "attributes:\n  demo.x:\n    allow:\n      |\n");
    assert!(labels(&found).contains(&"unused_attribute"), "{found:?}");
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn what_the_compiler_refuses_by_its_form_is_underlined() {
    let folder = project(&["schema"]);
    let mut client = Client::start(folder.path());
    let text = "events:\n  pick:\n    brief: Picked.\n    sevrity: warn\n";
    let found = underlined(&mut client, text);
    assert_eq!(found, [(4, "Property sevrity is not allowed.".to_owned())]);
    let found = underlined(&mut client, "events:\n  pick:\n    severity: bad\n");
    let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3], "{found:?}");
    assert!(found[0].1.contains("brief"), "{found:?}");
    assert!(
        found[1].1.contains("Valid values: \"trace\", \"debug\""),
        "{found:?}"
    );
    let found = underlined(&mut client, "events:\n  Pick:\n    brief: Picked.\n");
    assert_eq!(found.len(), 1, "{found:?}");
    let found = underlined(&mut client, "screns: {}\n");
    assert_eq!(found, [(1, "Property screns is not allowed.".to_owned())]);
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn an_id_that_is_newer_than_the_export_is_no_mistake() {
    let folder = project(&["schema"]);
    let mut client = Client::start(folder.path());
    let text = "screens:\n  list:\n    brief: All.\n    navigates_to: [brand_new]\n    attributes: { demo.new: optional }\n\
        stages: { brand_new: { stages: { a: { label: a, brief: A. } } } }\n";
    assert_eq!(underlined(&mut client, text), []);
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn the_language_alone_knows_its_keys_and_nobodys_ids() {
    let folder = project(&[]);
    let mut client = Client::start(folder.path());
    let found = offered(
        &mut client,
        "screens:\n  list:\n    brief: All.\n    navigates_to:\n      - |\n",
    );
    assert_eq!(labels(&found), [""; 0]);
    let found = offered(&mut client, "screens:\n  list:\n    brief: All.\n    |\n");
    assert!(labels(&found).contains(&"navigates_to"), "{found:?}");
}

#[test]
#[ignore = "needs the path of a yaml-language-server in YAML_LANGUAGE_SERVER: .ci/run installs one and runs this"]
fn jackins_own_files_have_no_red_line() {
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let own = own.canonicalize().expect("the repository");
    let mut client = Client::start(&own);
    let mut files = 0;
    for entry in fs::read_dir(own.join("schema")).expect("schema/ is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("UTF-8");
            assert!(text.starts_with(MODELINE), "{name} names no schema");
            assert_eq!(client.open(&name, &text).red_lines(), [], "{name}");
            files += 1;
        }
    }
    assert!(files >= 8, "{files}");
}
