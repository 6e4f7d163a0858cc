//! How the command behaves among others: pipes that close, help, completion, exit codes.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use expect_test::expect_file;
use unicode_width::UnicodeWidthStr;

use crate::{fine, made_up_text, run, telemetry};

/// Every command that does something, word by word, as the help lists them.
pub(crate) fn commands() -> Vec<Vec<String>> {
    fn below(command: &[String], all: &mut Vec<Vec<String>>) {
        let typed: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let help = fine(&typed);
        let Some((_, list)) = help.split_once("\nCommands:\n") else {
            return all.push(command.to_vec());
        };
        for line in list.lines().take_while(|line| line.starts_with("  ")) {
            // What a command is for may go on in the next row.
            if let Some(name) = line[2..]
                .split_whitespace()
                .next()
                .filter(|_| !line.starts_with("   "))
            {
                below(&[command, &[name.to_owned()]].concat(), all);
            }
        }
    }
    let mut all = Vec::new();
    below(&[], &mut all);
    all
}

/// Each command with something to show, as it is typed; those that only listen have tests of their own.
const SHOWING: [&str; 26] = [
    "schema check ../schema",
    "schema docs ../schema -o -",
    "schema diff ../schema --base ../examples/own_schema/schema",
    "schema show -s ../schema",
    "schema list -s ../schema",
    "schema search e -s ../schema",
    "schema stats -s ../schema",
    "schema sample -s ../schema",
    "schema usage -s ../schema ../examples",
    "schema export json-schema",
    "schema export json ../schema",
    "runs list -d tests/runs",
    "runs show 8c01f2 --all -d tests/runs",
    "runs report 8c01f2 -o - -d tests/runs",
    "runs tail 8c01f2 -n 90 -d tests/runs",
    "runs compare 8b 8c 3f -d tests/runs",
    "runs prune --all --dry-run -d tests/runs",
    "runs replay 8c01f2 --dry-run -d tests/runs",
    "check-run 8c01f2 --coverage -d tests/runs --schema ../schema",
    "doctor -d tests/runs",
    "formats",
    "man",
    "completions bash",
    "schema check ../schema --format sarif",
    "runs list -d tests/runs --format json",
    "formats check-run",
];

/// Those that show nothing until somebody sends or writes, or that write a folder.
const LISTENING: [&str; 2] = ["schema export weaver", "receive"];

#[test]
fn every_command_is_in_the_tables() {
    for command in commands().iter().map(|command| command.join(" ")) {
        let typed = |line: &&str| **line == command || line.starts_with(&format!("{command} "));
        assert!(SHOWING.iter().chain(&LISTENING).any(typed), "{command}");
    }
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    for line in SHOWING {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = telemetry(&arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("the command starts");
        assert_eq!(
            (output.status.code(), output.stderr.as_slice()),
            (Some(0), &b""[..]),
            "{line}"
        );
    }
}

#[test]
fn a_reader_who_wants_one_line_gets_it_and_nothing_is_said() {
    for line in SHOWING {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut command = telemetry(&arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        assert!(out.read_line(&mut first).expect("text") > 0, "{line}");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.stderr.as_slice(), b"", "{line}");
        // One that had written everything before its reader left says what it found.
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{line}: {:?}",
            output.status
        );
    }
}

/// A run whose every name and word is wide, combining, of the other direction, or long.
fn wide() -> String {
    made_up_text("8c01f2.jsonl")
        .replace("my-app", "仕事場の名前はとても長い名前です")
        .replace("jk-", "e\u{301}\u{301}👩‍👩‍👧-")
        .replace("\"body\":\"", "\"body\":\"漢字とかな交じり文שלום ")
}

#[test]
fn no_row_is_wider_than_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("8c01f2", wide()),
        ("8b4766", made_up_text("8b4766.jsonl")),
        ("3fa9d0", wide()),
    ] {
        std::fs::write(folder.path().join(format!("{name}.jsonl")), text).expect("it is written");
    }
    let place = folder.path().display().to_string();
    // What is for a machine, or is a page or a script, has lines of its own length; so have a schema's places.
    let for_machines = [
        "schema sample",
        "runs report",
        "schema check",
        "schema docs",
        "schema show",
        "schema export",
        "man",
        "completions",
    ];
    let drawn = SHOWING.iter().filter(|line| {
        !line.contains("--format")
            && !line.starts_with("formats ")
            && !for_machines.iter().any(|command| line.starts_with(command))
    });
    for line in drawn {
        for (asked, most) in [("20", 20), ("40", 40), ("57", 57), ("0", 80)] {
            let typed = line.replace("tests/runs", &place);
            let arguments: Vec<&str> = typed
                .split(' ')
                .chain(["--width", asked, "--color", "always"])
                .collect();
            let said = run(&arguments);
            assert!(
                matches!(said.code, Some(0 | 1)),
                "{line} --width {asked}: {}",
                said.err
            );
            for row in said.out.lines() {
                let plain = plain(row);
                assert!(plain.width() <= most, "{line} --width {asked}: {plain:?}");
            }
        }
    }
}

/// Without what colours it.
fn plain(row: &str) -> String {
    let mut parts = row.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').expect("a colour").1
    })
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
        &["formats"],
        &["man"],
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
            "formats",
            "man",
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
