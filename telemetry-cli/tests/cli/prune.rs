//! `runs prune`: what it says it would delete, and what is gone afterwards.

use std::fs::{self, File};
use std::path::Path;
use std::process::Output;

use expect_test::expect_file;
use serde_json::Value;

use crate::{Said, made_up, telemetry};

/// A folder that is the working directory, with the made-up runs in `runs`.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let runs = home.path().join("runs");
    fs::create_dir(&runs).expect("a folder");
    for id in ["3fa9d0", "8b4766", "8c01f2"] {
        let name = format!("{id}.jsonl");
        fs::copy(made_up(&name), runs.join(&name)).expect("a copy");
    }
    fs::write(runs.join("8b4766.replayed"), "75\n").expect("a sidecar");
    fs::write(runs.join("8b4766.delivered"), "").expect("a sidecar");
    fs::write(runs.join("notes.txt"), "mine").expect("a file");
    home
}

fn said(home: &Path, arguments: &str) -> Said {
    let words: Vec<&str> = arguments.split(' ').collect();
    let output: Output = telemetry(&words)
        .current_dir(home)
        .output()
        .expect("the command starts");
    output.into()
}

fn session(home: &Path, typed: &[&str]) -> String {
    let mut text = String::new();
    for line in typed {
        let said = said(home, line);
        let code = said.code.expect("a code");
        let code = format!("exit {code}\n\n");
        text.extend(["$ telemetry ", line, "\n", &said.out, &said.err, &code]);
    }
    text
}

fn left(home: &Path) -> Vec<String> {
    let listing = fs::read_dir(home.join("runs")).expect("a folder");
    let mut names: Vec<String> = listing
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn what_goes_and_what_stays_is_said_before_and_after() {
    let home = home();
    let before = left(home.path());
    let dry = session(
        home.path(),
        &[
            "runs prune -d runs --keep 1 --days 36500 --dry-run",
            "runs prune -d runs --keep 1 --days 36500 --dry-run --width 40 --ascii",
            "runs prune -d runs --keep 9 --days 36500 --dry-run",
            "runs prune -d runs --all --dry-run",
            "runs prune -d runs --keep 1",
            "runs prune -d runs --keep 1 --all",
            "runs prune -d nowhere --all",
        ],
    );
    assert_eq!(left(home.path()), before, "a dry run deletes nothing");
    let wet = session(home.path(), &["runs prune -d runs --keep 1 --days 36500"]);
    assert_eq!(left(home.path()), ["8c01f2.jsonl", "notes.txt"]);
    let all = session(
        home.path(),
        &["runs prune -d runs --all", "runs prune -d runs --all"],
    );
    assert_eq!(left(home.path()), ["notes.txt"]);
    expect_file!["../drawn/prune.txt"].assert_eq(&[dry, wet, all].concat());
}

#[test]
fn a_run_that_goes_on_stays_and_is_named() {
    let home = home();
    let writer = File::open(home.path().join("runs/3fa9d0.jsonl")).expect("it is there");
    writer.lock_shared().expect("a lock");
    let text = session(
        home.path(),
        &["runs prune -d runs --all --dry-run", "runs prune -d runs --all"],
    );
    assert_eq!(left(home.path()), ["3fa9d0.jsonl", "notes.txt"]);
    expect_file!["../drawn/prune-active.txt"].assert_eq(&text);
}

#[test]
fn the_schema_says_how_many_stay_unless_the_operator_does() {
    let home = home();
    fs::create_dir(home.path().join("schema")).expect("a folder");
    let manifest = "schema:\n  name: demo\n  version: 1.0.0\n  url: https://example.com/1.0.0\n  namespace: demo\nrun:\n  directory: runs\n  keep: { runs: 2, days: 36500 }\n";
    fs::write(home.path().join("schema/manifest.yaml"), manifest).expect("a schema");
    let ids = |flags: &str| -> Vec<String> {
        let said = said(home.path(), &format!("runs prune --dry-run --format json{flags}"));
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        let report: Value = serde_json::from_str(&said.out).expect("JSON");
        let deleted = report["deleted"].as_array().expect("an array").iter();
        deleted
            .map(|run| run["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(ids(""), ["3fa9d0"]);
    assert_eq!(ids(" --keep 1"), ["3fa9d0", "8b4766"]);
    assert_eq!(ids(" --days 0"), ["3fa9d0", "8b4766", "8c01f2"]);
}

#[test]
fn json_says_every_file_with_its_size() {
    let home = home();
    let said = said(
        home.path(),
        "runs prune -d runs --keep 1 --days 36500 --format json",
    );
    expect_file!["../drawn/prune.json"].assert_eq(&said.out);
}
