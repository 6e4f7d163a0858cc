//! The `telemetry` command as it is typed: the real binary, its output pinned in `tests/drawn`. After a wanted
//! change, `UPDATE_EXPECT=1 cargo test -p telemetry-cli` rewrites the pictures; look at them before they are
//! committed. The runs in `tests/runs` are made up by hand: a clean tour, a crash, a killed run, an old file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

mod check;
mod check_run;
mod compare;
mod diff;
mod doctor;
mod editor;
mod export;
mod find;
mod formats;
mod interrupt;
mod items;
mod list;
mod man;
mod manners;
mod odd;
mod product;
mod progress;
mod prune;
mod receive;
mod replay;
mod report;
mod sample;
mod schema;
mod show;
mod stats;
mod tail;
mod usage;

/// The folder of the made-up runs, as the tests' own working directory sees it.
const RUNS: &str = "tests/runs";

/// The command, in a world of its own: UTC, no variable that it heeds, the package's folder.
fn telemetry(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_telemetry"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("TZ", "UTC");
    for variable in ["NO_COLOR", "COLUMNS", "TERM", "TELEMETRY_RUNS"] {
        command.env_remove(variable);
    }
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("OTEL_") {
            command.env_remove(variable);
        }
    }
    command
}

/// What a command said and how it ended.
struct Said {
    out: String,
    err: String,
    code: Option<i32>,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Said {
            out: text(output.stdout),
            err: text(output.stderr),
            code: output.status.code(),
        }
    }
}

fn run(arguments: &[&str]) -> Said {
    telemetry(arguments).output().expect("the command starts").into()
}

/// A command that has to end with 0 and say nothing on standard error.
fn fine(arguments: &[&str]) -> String {
    let said = run(arguments);
    assert_eq!(
        (said.code, said.err.as_str()),
        (Some(0), ""),
        "{arguments:?}: {}",
        said.out
    );
    said.out
}

/// Commands as they are typed, each with what it says and, where that is not 0, its exit code.
fn session(typed: &[&str]) -> String {
    let mut text = String::new();
    for line in typed {
        // What stands between quotes is one word.
        let parts = line.split('"').enumerate();
        let words: Vec<&str> = parts
            .flat_map(|(n, part)| match n % 2 {
                0 => part.split_whitespace().collect(),
                _ => vec![part],
            })
            .collect();
        let said = run(&words);
        text.extend(["$ telemetry ", line, "\n", &said.out, &said.err]);
        if let Some(code) = said.code.filter(|code| *code != 0) {
            text.extend(["exit ", &code.to_string(), "\n"]);
        }
        text.push('\n');
    }
    text
}

/// A command that is given this on standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Said {
    let mut command = telemetry(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("its input is a pipe");
    stdin.write_all(input).expect("it reads its input");
    drop(stdin);
    child.wait_with_output().expect("the command ends").into()
}

/// Says that something was not tried, and why.
#[allow(clippy::print_stdout, reason = "it is for whoever reads what the tests say")]
fn skipped(why: &str) {
    println!("SKIPPED: {why}");
}

/// A made-up run file.
fn made_up(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(RUNS).join(name)
}

fn made_up_text(name: &str) -> String {
    std::fs::read_to_string(made_up(name)).expect("a made-up run is there")
}
