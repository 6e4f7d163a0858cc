//! `schema check` of more than one folder, from standard input, and for machines.

use std::fs;
use std::path::Path;

use expect_test::expect;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Said, fed, telemetry};

const MANIFEST: &str = "\
schema: { name: demo, version: 1.0.0, url: https://example.com/schemas/1.0.0, namespace: demo }
";

const ITEMS: &str = "\
attributes:
  demo.item: { type: string, brief: What was picked. }
screens:
  list: { brief: Everything., entry: true, actions: [pick] }
events:
  pick: { brief: Picked., attributes: { demo.item: required } }
";

/// Two mistakes, one in each file, and a warning.
const EVENTS: &str = "\
attributes:
  demo.item: { type: string, brief: Again. }
events:
  lost: { brief: Lost., body: \"100%: {demo.itm}\", attributes: { demo.item: required } }
";

/// `good` and `bad`, each a folder of files.
fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("good/items.yaml", ITEMS);
    write("good/manifest.yaml", MANIFEST);
    write("bad one/events.yaml", EVENTS);
    write("bad one/items.yaml", ITEMS);
    write("bad one/manifest.yaml", MANIFEST);
    folder
}

fn within(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = telemetry(&["schema", "check"]);
    let output = command.args(arguments).current_dir(folder).output();
    output.expect("the command starts").into()
}

#[test]
fn each_folder_is_a_schema_and_all_files_are_one_together() {
    let folder = project();
    let files = ["good/manifest.yaml", "good/items.yaml"];
    let said = within(folder.path(), &[&["good", "bad one"][..], &files].concat());
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    let summaries: Vec<&str> = said
        .out
        .lines()
        .filter(|line| {
            ["good: ", "bad one: ", "2 files: "]
                .iter()
                .any(|name| line.starts_with(name))
        })
        .collect();
    let fine = "fine, 1 screen, 0 stages, 1 event, 0 spans, 0 metrics, 1 attribute";
    assert_eq!(
        summaries,
        [
            &format!("good: {fine}"),
            "bad one: 2 errors",
            &format!("2 files: {fine}")
        ]
    );
    assert_eq!(
        within(folder.path(), &files).code,
        Some(0),
        "the files alone are fine"
    );
    let apart = within(folder.path(), &["good/items.yaml"]);
    assert_eq!(apart.code, Some(1), "one of them is no whole schema");
    assert!(apart.out.contains("missing_key"), "{}", apart.out);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let whole = format!("{MANIFEST}{ITEMS}");
    let said = fed(&["schema", "check", "-"], whole.as_bytes());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(said.out.starts_with("<stdin>: fine, "), "{}", said.out);
    let wrong = fed(
        &["schema", "check", "-"],
        whole.replace("[pick]", "[pikc]").as_bytes(),
    );
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.out.contains("--> <stdin>:5:"), "{}", wrong.out);
    let folder = project();
    let manifest = folder.path().join("good/manifest.yaml").display().to_string();
    let both = fed(&["schema", "check", "-", &manifest], ITEMS.as_bytes());
    assert_eq!(both.code, Some(0), "{}", both.out);
    let binary = fed(&["schema", "check", "-"], b"\xff\xfe");
    assert_eq!((binary.code, binary.out.as_str()), (Some(2), ""));
    assert!(binary.err.contains("cannot read <stdin>"), "{}", binary.err);
}

#[test]
fn what_cannot_be_read_leaves_nothing_checked() {
    let folder = project();
    for (named, words) in [
        (&["good", "gone"][..], "gone"),
        (&["good", "."], "holds no .yaml file"),
        (&["good", "good"], "good is named twice"),
        (&["-", "-"], "- is named twice"),
    ] {
        let said = within(folder.path(), named);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{named:?}");
        assert!(said.err.contains(words), "{}", said.err);
    }
}

#[test]
fn a_workflow_gets_commands_that_annotate_lines() {
    let folder = project();
    let said = within(folder.path(), &["./bad one", "good", "--format", "github"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    expect![[r#"
        ::error title=unknown_placeholder,file=bad one/events.yaml,line=4,endLine=4,col=39,endColumn=47::event `lost` has no attribute `demo.itm` to put into its body%0Ahelp: did you mean `demo.item`?
        ::error title=duplicate_id,file=bad one/items.yaml,line=2,endLine=2,col=3,endColumn=12::`demo.item` is declared twice%0Abad one/events.yaml:2: first declared here%0Ahelp: an id is declared once, in one file; rename or remove one of the two
        schema ./bad one: 2 errors
        schema good: fine, 1 screen, 0 stages, 1 event, 0 spans, 0 metrics, 1 attribute
    "#]].assert_eq(&said.out);
}

#[test]
fn a_collector_gets_sarif_with_a_rule_and_a_region_for_each_result() {
    let folder = project();
    let said = within(folder.path(), &["bad one", "--format", "sarif"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    let log: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert!(driver["name"].is_string());
    let rules = driver["rules"].as_array().expect("rules");
    for rule in rules {
        assert!(
            rule["id"].is_string() && rule["shortDescription"]["text"].is_string(),
            "{rule}"
        );
    }
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &rules[usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        assert!(result["message"]["text"].is_string());
    }
    let place = |name: &str, line: u32, from: u32, to: u32| {
        json!({
            "artifactLocation": { "uri": format!("bad%20one/{name}") },
            "region": { "startLine": line, "startColumn": from, "endLine": line, "endColumn": to },
        })
    };
    let physical = |location: &Value| location["physicalLocation"].clone();
    // The body has its mistake in the middle of a line; of the id, the other place is in the other file.
    assert_eq!(
        physical(&results[0]["locations"][0]),
        place("events.yaml", 4, 39, 47)
    );
    assert_eq!(results[0]["ruleId"], "unknown_placeholder");
    assert_eq!(
        physical(&results[1]["locations"][0]),
        place("items.yaml", 2, 3, 12)
    );
    assert_eq!(
        physical(&results[1]["relatedLocations"][0]),
        place("events.yaml", 2, 3, 12)
    );
    assert_eq!(results[1]["ruleId"], "duplicate_id");
}

#[test]
fn columns_are_characters_also_behind_letters_of_many_bytes() {
    let yaml = format!(
        "{MANIFEST}{}",
        ITEMS
            .replace("Everything.,", "Äll dör 漢字 is.,")
            .replace("[pick]", "[piké]")
    );
    let said = fed(&["schema", "check", "-", "--format", "sarif"], yaml.as_bytes());
    let log: Value = serde_json::from_str(&said.out).expect("JSON");
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let line = yaml.lines().nth(4).expect("a line");
    let from = line.chars().take_while(|c| *c != '[').count() + 2;
    assert_eq!(
        (&region["startColumn"], &region["endColumn"]),
        (&json!(from), &json!(from + 4))
    );
}

#[test]
fn a_schema_without_mistakes_is_an_empty_answer_in_every_format() {
    let folder = project();
    let said = |format| {
        let said = within(folder.path(), &["good", "--format", format]);
        assert_eq!(said.code, Some(0));
        said.out
    };
    let found: Value = serde_json::from_str(&said("json")).expect("JSON");
    assert_eq!(found, json!({ "format": 1, "diagnostics": [] }));
    let log: Value = serde_json::from_str(&said("sarif")).expect("JSON");
    assert_eq!(
        log["runs"][0]["results"],
        json!([]),
        "present, so that a collector closes what is solved"
    );
    assert!(!said("github").contains("::"));
}

/// What comes from a schema must not become a command to the workflow that checks it.
#[test]
fn no_text_of_a_schema_is_a_command() {
    let yaml = format!("{MANIFEST}\"x\\n::error::owned\\r\\u001b[2J%0A\": 1\n");
    let said = fed(&["schema", "check", "-", "--format", "github"], yaml.as_bytes());
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("owned"), "{}", said.out);
    let commands = said
        .out
        .split(['\n', '\r'])
        .filter(|line| line.starts_with("::"))
        .count();
    assert_eq!(commands, 1, "{}", said.out);
    assert!(
        said.out.chars().all(|c| c == '\n' || !c.is_control()),
        "{:?}",
        said.out
    );
}
