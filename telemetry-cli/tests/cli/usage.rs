//! `schema usage`: each form of a call site is found where it stands, what is emitted by nobody or by hand is told, and
//! nothing is passed over in silence.

use std::collections::BTreeMap;
use std::fs;

use expect_test::{expect, expect_file};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Said, fine, run, session, telemetry};

mod forms;
mod raw;

const SCHEMA: &str = "\
schema: { name: demo, version: 1.0.0, url: https://example.com/schemas/1.0.0, namespace: demo }
attributes:
  demo.item: { type: string, brief: What it is about. }
  demo.size: { type: int, brief: How large it is. }
  demo.path: { type: string, brief: Where it lies. }
errors:
  disk_full: { brief: No room is left. }
screens:
  list:
    brief: Everything.
    entry: true
    navigates_to: [detail]
    actions: [pick]
    attributes: { demo.item: optional }
  detail: { brief: One thing., navigates_to: [list] }
stages:
  list: { stages: { load: { label: load, brief: Read it., timings: [open_file], attributes: { demo.path: optional } } } }
events:
  pick: { brief: Picked., attributes: { demo.item: required } }
  saved: { brief: The disk has it., counts: saves, attributes: { demo.size: optional } }
spans:
  upload: { brief: Sent., attributes: { demo.size: optional } }
metrics:
  saves: { brief: How often it was saved., kind: counter, unit: '{save}' }
  queue: { brief: How long it is., kind: gauge, unit: '{item}' }
";

/// A schema in `schema`, and files beside it.
pub(crate) fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in [&[("schema/all.yaml", SCHEMA)], files].concat() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

pub(crate) fn within(folder: &TempDir, arguments: &[&str]) -> Said {
    let arguments = [&["schema", "usage"], arguments].concat();
    let output = telemetry(&arguments).current_dir(folder.path()).output();
    output.expect("the command starts").into()
}

/// The document of a command that finds nothing to complain about.
pub(crate) fn document(folder: &TempDir, arguments: &[&str]) -> Value {
    let said = within(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    serde_json::from_str(&said.out).expect("JSON")
}

/// `kind id` of everything that has sites, each with `line how`.
fn sites(document: &Value) -> BTreeMap<String, Vec<String>> {
    let items = document["items"].as_array().expect("items").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let with_sites = items.map(|item| {
        let sites = item["sites"].as_array().expect("sites").iter();
        let sites = sites.map(|site| {
            let test = if site["test"] == true { " test" } else { "" };
            format!("{} {}{test}", site["line"], text(&site["how"]))
        });
        let name = format!("{} {}", text(&item["kind"]), text(&item["id"]));
        (name, sites.collect::<Vec<_>>())
    });
    with_sites.filter(|(_, sites)| !sites.is_empty()).collect()
}

/// The sites in one file, `kind id` each with `line how`.
pub(crate) fn found_in(source: &str) -> String {
    let folder = project(&[("src/main.rs", source)]);
    let found = sites(&document(&folder, &["src"]));
    let rows = found
        .iter()
        .map(|(item, sites)| format!("{item}: {}\n", sites.join(", ")));
    rows.collect()
}

/// The status of each item.
fn statuses(document: &Value) -> BTreeMap<String, String> {
    let items = document["items"].as_array().expect("items").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let named = |item: &Value| format!("{} {}", text(&item["kind"]), text(&item["id"]));
    items.map(|item| (named(item), text(&item["status"]))).collect()
}

#[test]
fn the_usage_of_the_examples_is_shown_as_it_is_pinned() {
    let typed = [
        "schema usage -s ../examples/own_schema/schema ../examples/own_schema --deny unused",
        "schema usage -s ../examples/own_schema/schema ../examples/own_schema/src --width 40",
        "schema usage -s ../examples/own_schema/schema ../examples/own_schema --deny unused,raw --format github",
        "schema usage -s ../schema ../examples/own_schema/src/main.rs --format github --deny raw",
        "schema usage ../examples/nowhere -s ../schema",
        "schema usage ../docs -s ../schema",
    ];
    let mut said = session(&typed);
    // Of jackin's own schema only the end is shown: the example uses a part of it.
    let all = fine(&[
        "schema",
        "usage",
        "-s",
        "../schema",
        "../examples/console",
        "../src",
    ]);
    let end = all.find("by hand, around").expect("the example has one by hand");
    said.extend([
        "$ telemetry schema usage -s ../schema ../examples/console ../src\n",
        "(…)\n",
        &all[end..],
    ]);
    expect_file!["../drawn/usage.txt"].assert_eq(&said);
}

#[test]
fn what_nobody_emits_is_told_and_denied_on_request() {
    let folder = project(&[(
        "src/main.rs",
        "fn main() { event!(Saved); screen!(List).navigate(Detail); }",
    )]);
    let document = document(&folder, &["src"]);
    let statuses = statuses(&document);
    let of = |status: &str| -> Vec<&str> {
        let with = statuses.iter().filter(|(_, of)| *of == status);
        with.map(|(name, _)| name.as_str()).collect()
    };
    assert_eq!(of("emitted"), ["event saved", "screen detail", "screen list"]);
    assert_eq!(of("fed"), ["metric saves"]);
    assert_eq!(
        of("never"),
        [
            "attribute demo.item",
            "attribute demo.path",
            "attribute demo.size",
            "error disk_full",
            "event pick",
            "metric queue",
            "span upload",
            "stage list.load",
            "timing list.load.open_file",
        ]
    );
    assert_eq!(
        document["moves"],
        json!([
            { "from": "list", "to": "detail", "file": "src/main.rs", "line": 1, "test": false },
        ])
    );
    assert_eq!(within(&folder, &["src", "--deny", "raw"]).code, Some(0));
    let denied = within(&folder, &["src", "--deny", "unused"]);
    assert_eq!(denied.code, Some(1));
    assert!(
        denied.out.contains("schema/all.yaml:19  event pick  never"),
        "{}",
        denied.out
    );
}

#[test]
fn an_item_says_itself_why_nobody_emits_it_and_not_in_vain() {
    let excused = SCHEMA.replace(
        "pick: { brief: Picked.,",
        "pick: { brief: Picked., allow: { never_emitted: The plug-in emits it. },",
    );
    let sources = ("src/main.rs", "fn main() {}");
    let folder = project(&[sources]);
    fs::write(folder.path().join("schema/all.yaml"), &excused).expect("an edit");
    let of = |folder: &TempDir| statuses(&document(folder, &["src"]))["event pick"].clone();
    assert_eq!(of(&folder), "allowed");
    fs::write(
        folder.path().join("src/main.rs"),
        "fn main() { event!(Pick { item: 1 }) }",
    )
    .expect("an edit");
    assert_eq!(of(&folder), "unused_suppression");
    let said = within(&folder, &["src", "--deny", "unused", "--format", "github"]);
    assert_eq!(said.code, Some(1));
    let command = "::error title=unused_suppression,file=schema/all.yaml,line=19::";
    assert!(said.out.contains(command), "{}", said.out);
    // The compiler knows the word, and suggests it.
    let misspelt = excused.replace("never_emitted", "never_emited");
    fs::write(folder.path().join("schema/all.yaml"), misspelt).expect("an edit");
    let check = telemetry(&["schema", "check"])
        .current_dir(folder.path())
        .output();
    let check: Said = check.expect("the command starts").into();
    assert!(
        check.out.contains("did you mean `never_emitted`?"),
        "{}",
        check.out
    );
}

#[test]
fn what_only_tests_emit_is_not_emitted() {
    let folder = project(&[
        ("Cargo.toml", "[package]\nname = \"demo\"\n"),
        (
            "src/lib.rs",
            "fn run() { event!(Saved); }\n#[cfg(test)]\nmod tests {\n    fn one() { event!(Pick { item }); }\n}\n\
             #[cfg(test)]\nmod later;\n#[cfg(all(test, unix))]\n#[path = \"odd/place.rs\"]\nmod odd;\n\
             #[test]\nfn alone() { let _ = [ErrorType::DiskFull; 2]; }\nfn after() { span!(Upload {}).start(); }\n",
        ),
        ("src/later.rs", "mod deep;\n"),
        ("src/later/deep.rs", "fn deep() { metric!(Queue {}).set(1); }\n"),
        ("src/odd/place.rs", "fn odd() { stage!(Load).start(); }\n"),
        (
            "tests/outside.rs",
            "fn outside() { screen!(Detail).enter(); tracing::info!(\"not a debt\"); }\n",
        ),
    ]);
    let document = document(&folder, &["."]);
    let statuses = statuses(&document);
    let only: Vec<&str> = { &statuses }
        .iter()
        .filter(|(_, status)| *status == "only_tests")
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        only,
        [
            "attribute demo.item",
            "error disk_full",
            "event pick",
            "metric queue",
            "screen detail",
            "stage list.load"
        ]
    );
    assert_eq!(
        statuses["span upload"], "emitted",
        "what stands after a test is no test"
    );
    assert_eq!(statuses["event saved"], "emitted");
    assert_eq!(document["raw"], json!([]));
    // Whoever names the folder of tests means it.
    let named = self::statuses(&self::document(&folder, &["tests"]));
    assert_eq!(named["screen detail"], "emitted");
}

#[test]
fn what_cannot_be_read_is_a_finding_and_what_is_ignored_is_no_source() {
    let folder = project(&[
        ("src/main.rs", "fn main() { event!(Saved); }"),
        ("src/torn.rs", "fn torn() {\n    event!(Pick { item: 1 )\n}\n"),
        (".gitignore", "target\n"),
        ("target/made.rs", "fn made() { span!(Upload {}).start(); }"),
    ]);
    fs::write(folder.path().join("src/latin.rs"), b"// caf\xe9\n").expect("a file");
    let said = within(&folder, &[".", "--format", "json"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    let document: Value = serde_json::from_str(&said.out).expect("JSON");
    let unread = document["unread"].as_array().expect("what was not read");
    assert_eq!(unread.len(), 2, "{unread:?}");
    assert_eq!(
        unread[0],
        json!({ "file": "src/latin.rs", "why": "it is not UTF-8" })
    );
    assert_eq!(
        (&unread[1]["file"], &unread[1]["line"]),
        (&json!("src/torn.rs"), &json!(2))
    );
    assert_eq!(document["files"], 1);
    assert!(sites(&document).contains_key("event saved"), "the rest was read");
    assert!(!sites(&document).contains_key("span upload"), "it is ignored");
    let human = within(&folder, &["src"]);
    assert_eq!(human.code, Some(1));
    assert!(
        human
            .out
            .contains("not read\n  src/latin.rs  it is not UTF-8\n  src/torn.rs:2:"),
        "{}",
        human.out
    );
    let page = telemetry(&["schema", "docs", "--usage", "src"])
        .current_dir(folder.path())
        .output();
    let page: Said = page.expect("the command starts").into();
    assert_eq!(page.code, Some(2), "a page would be silent about it");
}

#[test]
fn a_file_that_two_folders_lead_to_is_read_once() {
    let folder = project(&[("src/a/one.rs", "fn one() { event!(Saved); }")]);
    let document = document(&folder, &["src", "src/a", "src/a/one.rs"]);
    assert_eq!(
        (&document["files"], sites(&document)["event saved"].len()),
        (&json!(1), 1)
    );
}

#[test]
fn the_page_shows_the_places_and_stays_fresh_with_them() {
    let folder = project(&[(
        "src/main.rs",
        "fn main() {\n    event!(Saved);\n    screen!(List).enter();\n}\n",
    )]);
    let said = |arguments: &[&str]| {
        let arguments = [&["schema", "docs"], arguments].concat();
        let output = telemetry(&arguments).current_dir(folder.path()).output();
        let said: Said = output.expect("the command starts").into();
        (said.code, said.out)
    };
    assert_eq!(
        said(&["--usage", "src"]),
        (Some(0), "wrote docs/telemetry.md\n".to_owned())
    );
    let page = fs::read_to_string(folder.path().join("docs/telemetry.md")).expect("the page");
    let rows: String = { page.lines() }
        .filter(|line| line.contains("src/main.rs") || line.contains("Emitted") || line.contains("| never |"))
        .map(|line| format!("{line}\n"))
        .collect();
    expect![[r#"
        | Screen | Meaning | Moves to | Tags of a visit | Actions | Emitted | Source |
        | `list` | Everything. | `detail` | `demo.item` | `pick` | [src/main.rs:3](../src/main.rs#L3) | [schema/all.yaml:9](../schema/all.yaml#L9) |
        | `detail` | One thing. | `list` | – | – | never | [schema/all.yaml:15](../schema/all.yaml#L15) |
        | No. | Stage | Label | Meaning | Slow after | Attributes | Timings | Emitted | Source |
        Emitted: never
        Emitted: [src/main.rs:2](../src/main.rs#L2)
        Emitted: by the runtime
        Emitted: by the runtime
        Emitted: by the runtime
        Emitted: by the runtime
        Emitted: never
        Emitted: by the runtime
        | Metric | Instrument | Unit | Meaning | Attributes | Recorded by | Emitted | Source |
        | `queue` | gauge, int | `{item}` | How long it is. | – | `metric!(Queue)` | never | [schema/all.yaml:25](../schema/all.yaml#L25) |
        | Error | Code | Meaning | In Rust | Emitted | Source |
        | `disk_full` | – | No room is left. | `ErrorType::DiskFull` | never | [schema/all.yaml:7](../schema/all.yaml#L7) |
        | Attribute | Type | In Rust | Meaning | Remarks | Examples | Emitted | Source |
        | `demo.item` | string | `item` | What it is about. | – | – | never | [schema/all.yaml:3](../schema/all.yaml#L3) |
        | `demo.size` | int | `size` | How large it is. | – | – | never | [schema/all.yaml:4](../schema/all.yaml#L4) |
        | `demo.path` | string | `path` | Where it lies. | – | – | never | [schema/all.yaml:5](../schema/all.yaml#L5) |
    "#]].assert_eq(&rows);
    assert_eq!(said(&["--usage", "src", "--check"]).0, Some(0));
    let (code, words) = said(&["--check"]);
    assert_eq!(code, Some(1), "without the places it is another page");
    assert!(
        words.ends_with("write it with `telemetry schema docs`\n"),
        "{words}"
    );
    fs::write(
        folder.path().join("src/main.rs"),
        "\nfn main() { event!(Saved); }\n",
    )
    .expect("an edit");
    let (code, words) = said(&["--usage", "src", "--check"]);
    assert_eq!(code, Some(1));
    assert!(
        words.ends_with("write it with `telemetry schema docs --usage src`\n"),
        "{words}"
    );
}

#[test]
fn no_source_steers_the_terminal_or_the_workflow() {
    let source =
        "fn main() { tracing::info!(\"\\u{1b}[2J\\n::error::owned \\u{202e}\"); event!(Odd\u{301}); }";
    let folder = project(&[("src/\u{1b}[31m%0A.rs", source)]);
    for format in ["human", "json", "github"] {
        let said = within(&folder, &["src", "--format", format]);
        assert!(said.out.contains("tracing::info!"), "{}", said.out);
        assert!(
            said.out.chars().all(|c| c == '\n' || !c.is_control()),
            "{:?}",
            said.out
        );
        assert!(!said.out.contains("\n::error::owned"), "{}", said.out);
    }
}

#[test]
fn sources_that_are_not_there_could_not_be_read() {
    for (arguments, words) in [
        (&["schema", "usage"][..], "<SOURCES>"),
        (
            &["schema", "usage", "gone", "-s", "../schema"],
            "cannot read gone",
        ),
    ] {
        let said = run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
        assert!(said.err.contains(words), "{}", said.err);
    }
}
