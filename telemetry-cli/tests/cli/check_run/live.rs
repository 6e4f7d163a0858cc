//! `check-run --otlp`: what the real runtime sends is held to the rules as its file is.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use serde_json::Value;

use super::good;
use crate::{product, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const SAYS: &str = "  export OTEL_EXPORTER_OTLP_ENDPOINT=";

/// The command with the schema of the product on a port of its own, and where it listens.
fn listening(arguments: &[&str]) -> (Child, String) {
    listening_with("../schema", arguments)
}

/// The same with any schema.
pub(crate) fn listening_with(schema: &str, arguments: &[&str]) -> (Child, String) {
    let all = [
        &[
            "check-run",
            "--otlp",
            "127.0.0.1:0",
            "--schema",
            schema,
            "--format",
            "json",
            "--width",
            "160",
        ],
        arguments,
    ]
    .concat();
    let mut command = telemetry(&all);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut words = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.starts_with(SAYS) {
        line.clear();
        assert!(words.read_line(&mut line).expect("it is text") > 0, "it ended");
    }
    (child, line[SAYS.len()..].trim().to_owned())
}

/// How it ended, and the one report.
pub(crate) fn report(mut child: Child) -> (Option<i32>, Value) {
    let mut text = String::new();
    let mut out = child.stdout.take().expect("a pipe");
    out.read_to_string(&mut text).expect("it is text");
    let code = child.wait().expect("it ends").code();
    (code, serde_json::from_str(&text).expect("one JSON document"))
}

#[test]
fn a_good_run_conforms_as_it_is_sent_and_as_much_of_it_is_checked_as_of_its_file() {
    let (child, endpoint) = listening(&[]);
    let ended = good(&[(ENDPOINT, &endpoint), ("JACKIN_DIAGNOSTICS_FILE", "1")]);
    let (code, sent) = report(child);
    assert_eq!(sent["findings"], serde_json::json!([]));
    assert_eq!(code, Some(0));
    let file = std::fs::read(ended.file()).expect("its file");
    let of_file = super::check(&["--format", "json"], &file);
    let of_file: Value = serde_json::from_str(&of_file.out).expect("JSON");
    assert_eq!(of_file["findings"], serde_json::json!([]));
    for checked in ["spans", "events", "logs", "points", "links", "moves"] {
        assert_eq!(sent["checked"][checked], of_file["checked"][checked], "{checked}");
    }
    assert_eq!(sent["coverage"], of_file["coverage"]);
}

#[test]
fn what_a_sent_run_does_wrong_is_found_and_its_lines_can_be_looked_at() {
    let kept = tempfile::tempdir().expect("a folder");
    let (child, endpoint) = listening(&["--keep", &kept.path().display().to_string()]);
    product::run(&[(ENDPOINT, &endpoint)]);
    let (code, sent) = report(child);
    assert_eq!(code, Some(1), "{sent}");
    let found = sent["findings"].as_array().expect("findings");
    let missing = found.iter().find(|finding| finding["code"] == "missing_error");
    let missing = missing.unwrap_or_else(|| panic!("the command failed without an error type: {sent}"));
    let file = kept.path().join(sent["input"].as_str().expect("a name"));
    let text = std::fs::read_to_string(file).expect("it was kept");
    let line = missing["line"].as_u64().expect("a line");
    let line = text.lines().nth(line as usize - 1).expect("there is such a line");
    let line: Value = serde_json::from_str(line).expect("a record");
    assert_eq!(
        (&line["record"], &line["name"]),
        (&"span_end".into(), &missing["record"])
    );
}

#[test]
fn a_receiver_that_nobody_sent_to_does_not_pass() {
    let (child, _) = listening(&[]);
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill is there").success());
    let (code, report) = report(child);
    assert_eq!(code, Some(1));
    assert_eq!(report["counts"], serde_json::json!({ "empty_input": 1 }));
}
