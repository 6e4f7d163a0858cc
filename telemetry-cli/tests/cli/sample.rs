//! `schema sample`: the run that it makes is what its schema says, by the rules of `check-run`, and shows all of it.

use std::fs;
use std::path::Path;

use expect_test::expect_file;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::check_run::live::{listening_with, report};
use crate::{fed, fine, run, telemetry};

#[path = "../../../telemetry-schema/tests/compiler/random.rs"]
mod random;

/// A manifest that says no more than it must; what is random builds on it.
const MANIFEST: &str = "\
schema:
  name: demo
  version: 1.0.0
  url: https://example.com/telemetry/1.0.0
  namespace: demo
";

/// The report of `check-run` on a sample of a schema.
fn checked(schema: &str, sample: &[u8]) -> Value {
    let said = fed(
        &["check-run", "-", "--schema", schema, "--format", "json"],
        sample,
    );
    assert_eq!(said.err, "", "{}", said.out);
    serde_json::from_str(&said.out).expect("JSON")
}

/// Ids of all items that a report has not seen.
fn unseen(report: &Value) -> Vec<String> {
    let kinds = report["coverage"].as_object().expect("a table").values();
    let unseen = kinds.flat_map(|kind| kind["unseen"].as_array().expect("ids"));
    unseen.map(|id| id.as_str().expect("an id").to_owned()).collect()
}

#[test]
fn a_sample_conforms_without_a_word_and_shows_every_item() {
    for schema in ["../schema", "../examples/own_schema/schema"] {
        let sample = fine(&["schema", "sample", "-s", schema]);
        let report = checked(schema, sample.as_bytes());
        assert_eq!(report["findings"], json!([]), "{schema}");
        assert_eq!(unseen(&report), [""; 0], "{schema}");
        assert!(report["checked"]["spans"].as_u64() > Some(5), "{report:#}");
    }
}

#[test]
fn what_coverage_does_not_count_is_in_it_too() {
    let sample = fine(&["schema", "sample", "-s", "../schema"]);
    let lines: Vec<Value> = sample
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect();
    let has = |what: &dyn Fn(&Value) -> bool| lines.iter().any(what);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let compiled = fine(&["schema", "show", "-s", "../schema", "--format", "json"]);
    let schema: Value = serde_json::from_str(&compiled).expect("JSON");
    for error in schema["errors"].as_object().expect("errors").keys() {
        assert!(
            has(&|line| line["error_type"] == **error),
            "nothing fails with {error}"
        );
    }
    for outcome in ["success", "failure", "skipped", "cancelled"] {
        assert!(
            has(&|line| line["outcome"] == outcome),
            "nothing ends as {outcome}"
        );
    }
    for (from, screen) in schema["screens"].as_object().expect("screens") {
        for to in screen["navigates_to"].as_array().expect("a list") {
            let moved = has(&|line| {
                line["name"] == "navigate"
                    && line["screen"] == **from
                    && line["attributes"]["jackin.screen.to"] == *to
            });
            assert!(moved, "no move from {from} to {to}");
        }
    }
    let stations = |key: &str| {
        let found: std::collections::BTreeSet<String> = lines
            .iter()
            .filter(|line| line["record"] == "event")
            .map(|line| text(&line["attributes"][key]))
            .collect();
        found
    };
    assert!(
        stations("jackin.cache.name").len() > 2,
        "closed sets are gone through"
    );
    // Optional attributes are there and missing.
    let exits: Vec<bool> = { lines.iter() }
        .filter(|line| line["name"] == "container.exited")
        .map(|line| line["attributes"].get("jackin.capsule.log").is_some())
        .collect();
    assert!(exits.contains(&true) && exits.contains(&false), "{exits:?}");
    assert_eq!(lines[0]["command"], "telemetry-sample");
    assert!(text(&lines[0]["run_id"]).starts_with("sample-"), "{}", lines[0]);
}

#[test]
fn a_sample_with_a_seed_and_a_time_is_the_same_every_time() {
    let schema = "../examples/own_schema/schema";
    let asked = [
        "schema",
        "sample",
        "-s",
        schema,
        "--seed",
        "1",
        "--at",
        "2026-01-02T03:04:05Z",
    ];
    let sample = fine(&asked);
    assert_eq!(sample, fine(&asked));
    assert_ne!(
        sample,
        fine(&["schema", "sample", "-s", schema, "--at", "2026-01-02T03:04:05Z"])
    );
    expect_file!["../drawn/sample.jsonl"].assert_eq(&sample);
    let last: Value = serde_json::from_str(sample.lines().last().expect("a line")).expect("a record");
    assert_eq!(
        last["time"], "2026-01-02T03:04:05.000000000Z",
        "that is when it ends"
    );
}

#[test]
fn a_sample_is_a_run_file_that_other_commands_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sample.jsonl").display().to_string();
    let wrote = fine(&["schema", "sample", "-s", "../schema", "--seed", "7", "-o", &path]);
    assert!(
        wrote.starts_with(&format!("wrote {path}: run sample-")),
        "{wrote}"
    );
    assert!(wrote.ends_with(" records\n"), "{wrote}");
    let shown = fine(&["runs", "show", &path]);
    assert!(
        shown.contains("telemetry-sample") && shown.contains("list → settings"),
        "{shown}"
    );
    assert!(!shown.contains("never ended"), "{shown}");
    let said = run(&[
        "schema",
        "sample",
        "-s",
        "../schema",
        "-o",
        "no/such/folder/x.jsonl",
    ]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(
        said.err.contains("cannot write no/such/folder/x.jsonl"),
        "{}",
        said.err
    );
}

#[test]
fn a_backend_gets_it_as_a_live_run_would_send_it() {
    for schema in ["../schema", "../examples/own_schema/schema"] {
        let (child, endpoint) = listening_with(schema, &[]);
        let sent = fine(&["schema", "sample", "-s", schema, "--otlp", &endpoint]);
        assert!(sent.contains("sample-"), "{sent}");
        let (code, report) = report(child);
        assert_eq!((code, &report["findings"]), (Some(0), &json!([])), "{schema}");
        assert_eq!(unseen(&report), [""; 0], "{schema}");
    }
}

#[test]
fn a_backend_that_is_away_is_told() {
    let said = run(&["schema", "sample", "-s", "../schema", "--otlp", "127.0.0.1:1"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    // There is no run left to replay.
    let words: Vec<&str> = said.out.split_whitespace().collect();
    let cure = "the backend does not have all of it: this sample is gone: send another, or write one with --output and \
                replay that";
    assert!(words.join(" ").ends_with(cure), "{}", said.out);
    for wrong in ["ftp://x", "http://"] {
        let said = run(&["schema", "sample", "-s", "../schema", "--otlp", wrong]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{wrong}");
        assert!(said.err.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{}", said.err);
    }
}

/// A folder with a schema in it.
fn folder(yaml: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("all.yaml"), yaml).expect("a schema");
    folder
}

#[test]
fn screens_that_no_single_way_leads_through_are_entered_anew() {
    let folder = folder(&format!(
        "{MANIFEST}screens:\n  a: {{ brief: A., entry: true, navigates_to: [b, c] }}\n  b: {{ brief: B. }}\n  \
         c: {{ brief: C., navigates_to: [d] }}\n  d: {{ brief: D., navigates_to: [c] }}\n"
    ));
    let schema = folder.path().display().to_string();
    let report = checked(&schema, fine(&["schema", "sample", "-s", &schema]).as_bytes());
    assert_eq!(report["conforms"], true);
    assert_eq!(report["counts"], json!({ "silent_move": 1 }));
    assert_eq!(
        (unseen(&report), &report["checked"]["moves"]),
        (vec![], &json!(4))
    );
}

#[test]
fn what_can_have_no_value_is_left_out_and_told() {
    let folder = folder(&format!(
        "{MANIFEST}attributes:\n  demo.spot: {{ type: screen, brief: Where it was. }}\n\
         events:\n  seen: {{ brief: Seen., attributes: {{ demo.spot: required }} }}\n  heard: {{ brief: Heard. }}\n"
    ));
    let schema = folder.path().display().to_string();
    let said = run(&["schema", "sample", "-s", &schema]);
    assert_eq!(said.code, Some(0));
    assert_eq!(
        said.err,
        "telemetry: `seen` is not in the sample: it needs `demo.spot`, which can have no value in this schema\n"
    );
    let report = checked(&schema, said.out.as_bytes());
    assert_eq!(
        (&report["conforms"], unseen(&report)),
        (&json!(true), vec!["seen".to_owned()])
    );
}

/// What the sample has nothing of cannot be checked, and `check-run` says so.
#[test]
fn a_signal_that_the_sample_has_nothing_of_is_told_by_both() {
    let folder = folder(&format!(
        "{MANIFEST}attributes:\n  demo.spot: {{ type: screen, brief: Where it was. }}\n\
         events:\n  seen: {{ brief: Seen., counts: m0, attributes: {{ demo.spot: required }} }}\n  heard: {{ brief: Heard. }}\n\
         metrics:\n  m0: {{ brief: Sightings., kind: counter, unit: '{{thing}}' }}\n"
    ));
    let schema = folder.path().display().to_string();
    let said = run(&["schema", "sample", "-s", &schema]);
    assert!(said.err.contains("`m0` is not in the sample"), "{}", said.err);
    let report = checked(&schema, said.out.as_bytes());
    assert_eq!(wrong(&report), ["missing_signal"]);
}

/// Codes of all errors of a report.
fn wrong(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    let wrong = findings.iter().filter(|finding| finding["severity"] == "error");
    wrong
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a schema says, its sample is what it says.
    #[test]
    fn samples_of_random_schemas_conform(bytes in prop::collection::vec(any::<u8>(), 0..400), seed in any::<u64>()) {
        let folder = folder(&random::schema(&bytes));
        let schema = folder.path().display().to_string();
        let compiled = run(&["schema", "check", &schema]);
        prop_assume!(!compiled.out.contains("error["));
        let said = run(&["schema", "sample", "-s", &schema, "--seed", &seed.to_string()]);
        prop_assert_eq!(said.code, Some(0), "{}", said.err);
        let report = checked(&schema, said.out.as_bytes());
        // A signal of which everything was left out, with a word: see above.
        let left_out = said.err.contains(" is not in the sample");
        let wrong = wrong(&report).into_iter().filter(|code| !(left_out && *code == "missing_signal"));
        prop_assert_eq!(wrong.count(), 0, "{:#}\n{}", report["findings"], random::schema(&bytes));
        for id in unseen(&report) {
            let told = said.err.contains(&format!("`{id}` is not in the sample"));
            prop_assert!(told, "{id} is missing without a word:\n{}", random::schema(&bytes));
        }
    }
}

#[test]
fn a_sample_needs_no_run_and_leaves_none() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = telemetry(&["schema", "sample", "-s", "../schema"]);
    let output = command
        .env("HOME", home.path())
        .output()
        .expect("the command starts");
    assert!(output.status.success());
    let left = fs::read_dir(home.path()).expect("a folder").count();
    assert_eq!((left, Path::new("sample.jsonl").exists()), (0, false));
}
