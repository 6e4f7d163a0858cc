#![cfg(unix)]

use std::process::Command;

use telemetry_runtime::line::{AttributeValue, Outcome};
use telemetry_runtime::value::Value;
use telemetry_runtime::{Options, Start, capture_with};

use crate::ended;
use crate::items::*;
use crate::vocabulary::*;

fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn process() -> Start<'static, Process, 3> {
    Start::new([Value::Static("sh"), Value::Absent, Value::Absent])
}

fn run(
    debug: bool,
    mut command: Command,
) -> telemetry_runtime::Captured<App, std::io::Result<std::process::Output>> {
    capture_with(Options::new("test").debug(debug), || {
        process().run_command(&mut command)
    })
}

#[test]
fn a_child_that_exits_well_is_a_span_with_its_exit_code_and_its_output_is_the_callers() {
    let captured = run(false, sh("echo hello"));
    let end = ended(captured.lines(), "process");
    assert_eq!(end.outcome, Outcome::Success);
    assert_eq!(
        end.attributes.get("process.exit.code"),
        Some(&AttributeValue::Int(0))
    );
    assert!(
        !end.attributes.contains_key("process.command_args"),
        "arguments are for debug runs only"
    );
    captured.assert_conforms();
    assert_eq!(captured.into_output().expect("it ran").stdout, b"hello\n");
}

#[test]
fn a_child_that_exits_badly_or_is_killed_or_never_starts_is_a_failure() {
    let captured = run(false, sh("exit 3"));
    let end = ended(captured.lines(), "process");
    assert_eq!(
        (end.outcome, end.error_type.as_deref()),
        (Outcome::Failure, Some("_OTHER"))
    );
    assert_eq!(
        end.attributes.get("process.exit.code"),
        Some(&AttributeValue::Int(3))
    );
    captured.assert_conforms();
    assert_eq!(captured.into_output().expect("it ran").status.code(), Some(3));

    let killed = run(false, sh("kill -9 $$"));
    let end = ended(killed.lines(), "process");
    assert_eq!(end.outcome, Outcome::Failure);
    assert!(!end.attributes.contains_key("process.exit.code"));
    assert!(
        end.status_message
            .as_deref()
            .is_some_and(|message| message.contains("signal: 9")),
        "{end:?}"
    );

    let missing = run(false, Command::new("/nonexistent/program"));
    let end = ended(missing.lines(), "process");
    assert!(
        end.status_message
            .as_deref()
            .is_some_and(|message| message.starts_with("cannot start: "))
    );
    assert!(missing.into_output().is_err());
}

#[test]
fn arguments_of_a_child_are_recorded_in_debug_runs_and_without_secrets_whatever_the_schema_says() {
    let mut command = sh("true");
    command.args([
        "--password",
        "hunter2",
        "--url=https://me:secret@example.com",
        "plain",
    ]);
    let captured = run(true, command);
    let end = ended(captured.lines(), "process");
    let arguments = [
        "sh",
        "-c",
        "true",
        "--password",
        "[redacted]",
        "--url=https://[redacted]@example.com",
        "plain",
    ];
    let arguments = arguments.map(str::to_owned).to_vec();
    assert_eq!(
        end.attributes.get("process.command_args"),
        Some(&AttributeValue::Strings(arguments))
    );
}
