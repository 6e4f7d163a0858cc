//! What every command prints with `--format json`, held to the schema that `formats` prints of it; and the schemas
//! held to be worth something: no member without a word, and no mistake that they let pass.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::manners::commands;
use crate::{fine, made_up_text, run};

mod printed;

/// The schema of what a command prints.
fn schema(command: &str) -> Value {
    let text = fine(&[&["formats"][..], &command.split(' ').collect::<Vec<_>>()].concat());
    serde_json::from_str(&text).expect("JSON")
}

fn validator(command: &str) -> Validator {
    jsonschema::validator_for(&schema(command)).expect("a schema")
}

/// The commands that print JSON, as `formats` lists them.
fn listed() -> Vec<String> {
    let list = fine(&["formats"]);
    let names = list.lines().filter_map(|line| line.split_once("  "));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_command_that_prints_json_has_a_schema() {
    let listed = listed();
    let mut print: Vec<String> = Vec::new();
    for command in commands() {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let help = fine(&[&words[..], &["--help"]].concat());
        if help.contains("- json:") {
            print.push(command.join(" "));
        }
    }
    assert_eq!(print, listed);
    for command in &listed {
        let schema = schema(command);
        assert!(jsonschema::meta::is_valid(&schema), "{command}");
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{command}"
        );
    }
    let said = run(&["formats", "runs", "lst"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("`telemetry formats` lists"), "{}", said.err);
}

#[test]
fn the_schemas_stand_in_the_docs_for_reviewers() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats");
    let mut there: Vec<PathBuf> = Vec::new();
    for command in listed() {
        // The shape of a schema is what editors are given: `schema export json-schema`.
        if command == "schema show" {
            continue;
        }
        let file = docs.join(format!("{}.json", command.replace(' ', "-")));
        let text = fine(&[&["formats"][..], &command.split(' ').collect::<Vec<_>>()].concat());
        expect_file![&file].assert_eq(&text);
        there.push(file);
    }
    let files = fs::read_dir(&docs).expect("the docs").count();
    assert_eq!(
        files,
        there.len(),
        "a format of no command stands in docs/formats"
    );
}

#[test]
fn every_member_is_explained() {
    fn walk(schema: &Value, at: &str, bare: &mut Vec<String>) {
        match schema {
            Value::Object(members) => {
                for (name, member) in members
                    .get("properties")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                {
                    let told = ["description", "$ref", "const"]
                        .iter()
                        .any(|key| member.get(key).is_some());
                    if !told {
                        bare.push(format!("{at}: {name}"));
                    }
                }
                members.values().for_each(|value| walk(value, at, bare));
            }
            Value::Array(all) => all.iter().for_each(|value| walk(value, at, bare)),
            _ => {}
        }
    }
    let mut bare = Vec::new();
    for command in listed().iter().filter(|command| *command != "schema show") {
        walk(&schema(command), command, &mut bare);
    }
    assert!(bare.is_empty(), "{}", bare.join("\n"));
}

/// Every place of a document in which something can be wrong, once for each shape: of a list the first and last.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(member, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(all) => {
            for (index, one) in all.iter().enumerate() {
                if index == 0 || index + 1 == all.len() {
                    places(one, &format!("{at}/{index}"), found);
                }
            }
        }
        _ => {}
    }
}

/// Breaks a document in each place that is like none before: a member that nobody knows, and each member of another
/// type. Gives back what the schema let pass, and how much was tried.
fn let_pass(validator: &Validator, document: &Value, before: &mut HashSet<String>) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let kind = &document["record"];
    all.retain(|place| {
        before.insert(format!(
            "{kind} {}",
            place.replace(|letter: char| letter.is_ascii_digit(), "*")
        ))
    });
    let (mut passed, mut tried) = (Vec::new(), 0);
    let mut broken = document.clone();
    for place in all {
        let names: Vec<String> = broken
            .pointer(&place)
            .and_then(Value::as_object)
            .map(|object| object.keys().cloned().collect())
            .unwrap_or_default();
        for name in names.iter().map(String::as_str).chain(["surprise"]) {
            let object = broken
                .pointer_mut(&place)
                .and_then(Value::as_object_mut)
                .expect("it is there");
            let was = object.insert(name.to_owned(), json!([[{}]]));
            tried += 1;
            if validator.is_valid(&broken) {
                passed.push(format!("{place}/{name}"));
            }
            let object = broken
                .pointer_mut(&place)
                .and_then(Value::as_object_mut)
                .expect("it is there");
            match was {
                Some(was) => object.insert(name.to_owned(), was),
                None => object.remove(name),
            };
        }
    }
    (passed, tried)
}

#[test]
fn a_member_that_is_missing_is_noticed() {
    for (command, member) in [
        ("schema check", "diagnostics"),
        ("schema diff", "version_is_too_low"),
        ("schema list", "items"),
        ("runs show", "torn"),
        ("runs tail", "seq"),
        ("runs compare", "regressions"),
        ("runs prune", "deleted"),
        ("runs replay", "complete"),
        ("check-run", "conforms"),
        ("doctor", "well"),
    ] {
        let (validator, documents) = (validator(command), printed::of(command));
        assert!(!documents.is_empty(), "{command}");
        for (input, mut document) in documents {
            let object = document.as_object_mut().expect("an object");
            assert!(object.remove(member).is_some(), "{command} of {input}: {member}");
            assert!(!validator.is_valid(&document), "{command} of {input}: {member}");
        }
    }
}

#[test]
fn what_is_printed_is_what_the_schema_says_and_nothing_else_would_be() {
    for command in listed() {
        let (validator, documents) = (validator(&command), printed::of(&command));
        assert!(documents.len() > 1, "{command}: more inputs are needed");
        let (mut before, mut tried) = (HashSet::new(), 0);
        for (input, document) in &documents {
            let errors = validator
                .iter_errors(document)
                .map(|error| format!("{}: {error}", error.instance_path()));
            let errors: Vec<String> = errors.take(5).collect();
            assert!(errors.is_empty(), "{command} of {input}:\n{}", errors.join("\n"));
            let (passed, of) = let_pass(&validator, document, &mut before);
            assert!(
                passed.is_empty(),
                "{command} of {input} lets pass:\n{}",
                passed.join("\n")
            );
            tried += of;
        }
        assert!(tried > 10, "{command}: {tried} mistakes only");
    }
}

#[test]
fn where_nothing_can_be_read_nothing_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it is written");
        path.display().to_string()
    };
    let empty = file("empty.jsonl", "");
    let other = file("other.jsonl", "{\"level\":\"info\",\"msg\":\"hello\"}\n");
    let gone = folder.path().join("gone").display().to_string();
    let good = file("good.jsonl", &made_up_text("8b4766.jsonl"));
    for arguments in [
        &["runs", "show", &empty][..],
        &["runs", "show", &other],
        &["runs", "show", "tests/runs/old.jsonl"],
        &["runs", "show", &gone],
        &["runs", "compare", &good, &empty],
        &["runs", "list", "-d", &gone],
        &["runs", "prune", "--all", "-d", &gone],
        &["check-run", &gone, "--schema", "../schema"],
        &["schema", "list", "-s", &gone],
        &["schema", "show", "-s", &gone],
        &["schema", "check", &gone],
    ] {
        let said = run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(2), ""),
            "{arguments:?}: {}",
            said.err
        );
        assert!(said.err.starts_with("telemetry: "), "{arguments:?}: {}", said.err);
    }
}
