//! How the command behaves among others: pipes that close, help, completion, exit codes.

use std::process::Stdio;

use expect_test::expect_file;

use crate::{RUNS, fine, run, telemetry};

#[test]
fn a_reader_who_leaves_is_no_failure() {
    for arguments in [
        &["runs", "show", "8c01f2", "--all", "-d", RUNS][..],
        &["runs", "list", "-d", RUNS, "--format", "json"],
        &["runs", "compare", "8b", "8c", "-d", RUNS],
        &["runs", "tail", "8c01f2", "-n", "90", "-d", RUNS],
        &["runs", "replay", "8c01f2", "--dry-run", "-d", RUNS],
        &["doctor", "-d", RUNS],
        &["check-run", "8c01f2", "-d", RUNS, "--schema", "../schema"],
        &["schema", "check", "../schema", "--format", "sarif"],
        &["schema", "usage", "-s", "../schema", "../examples"],
        &["schema", "sample", "-s", "../schema"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = telemetry(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("the command starts");
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{arguments:?}"
        );
    }
}

#[test]
fn every_command_explains_itself_with_examples() {
    let commands = [
        &[][..],
        &["schema", "check"],
        &["schema", "docs"],
        &["schema", "diff"],
        &["schema", "show"],
        &["schema", "list"],
        &["schema", "search"],
        &["schema", "export", "json-schema"],
        &["schema", "export", "json"],
        &["schema", "export", "weaver"],
        &["schema", "stats"],
        &["schema", "usage"],
        &["schema", "sample"],
        &["runs", "list"],
        &["runs", "show"],
        &["runs", "report"],
        &["runs", "tail"],
        &["runs", "compare"],
        &["runs", "prune"],
        &["runs", "replay"],
        &["check-run"],
        &["receive"],
        &["doctor"],
    ];
    let help = commands.map(|command| {
        let typed = [command, &["--help"]].concat();
        let text = fine(&typed);
        assert!(text.contains("Example"), "{command:?}");
        format!("$ telemetry {}\n{text}\n", typed.join(" "))
    });
    let help = help.concat();
    expect_file!["../drawn/help.txt"].assert_eq(&help);
}

#[test]
fn completion_scripts_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = fine(&["completions", shell]);
        for command in [
            "schema",
            "check",
            "docs",
            "runs",
            "list",
            "show",
            "tail",
            "compare",
            "prune",
            "replay",
            "report",
            "receive",
            "doctor",
            "check-run",
            "diff",
            "search",
            "export",
            "json-schema",
            "weaver",
            "usage",
            "sample",
            "stats",
        ] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn what_cannot_be_understood_ends_with_two_and_a_suggestion() {
    let said = run(&["runs", "lst"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("'list'"), "{}", said.err);
}
