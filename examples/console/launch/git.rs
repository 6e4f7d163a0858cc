//! Git, and every other program that a launch runs: one span a command, its output line by line with `--debug`.

use std::path::Path;
use std::process::{Command, Output};

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;

use super::Job;
use crate::error::LaunchError;

/// A git command in `folder` that no configuration of this machine changes, so that a demo's commits have the same
/// names everywhere and its caches can be valid.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    for date in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        command.env(date, "2026-01-01T00:00:00Z");
    }
    for (key, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_TEMPLATE_DIR", ""),
        ("GIT_TERMINAL_PROMPT", "0"),
    ] {
        command.env(key, value);
    }
    command
}

/// Runs git and gives back what it printed, without the last line break.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Result<String, LaunchError> {
    let output = recorded("git", &mut command(folder, arguments))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    Err(LaunchError::Git {
        what: arguments.first().copied().unwrap_or_default().to_owned(),
        folder: folder.to_owned(),
        words: String::from_utf8_lossy(&output.stderr).trim_end().to_owned(),
    })
}

/// Runs a program: a span with its exit code and duration, and each line that it prints as the debug firehose.
pub(crate) fn recorded(program: &'static str, command: &mut Command) -> Result<Output, LaunchError> {
    let output = span!(ProcessCommand { program })
        .run_command(command)
        .map_err(|source| LaunchError::Command { program, source })?;
    for (stream, bytes) in [(Stream::Stdout, &output.stdout), (Stream::Stderr, &output.stderr)] {
        for line in String::from_utf8_lossy(bytes).lines() {
            event!(CommandOutput {
                program,
                line,
                stream
            });
        }
    }
    Ok(output)
}

/// Finds out who the operator is to git.
pub(crate) fn identity(job: &Job) -> Result<(), LaunchError> {
    stage!(Identity).run(|stage| {
        let folder = &job.workspace.folder;
        if !folder.join(".git").exists() {
            return Ok(());
        }
        stage.timing(GitUserName).run(|| config(folder, "user.name"))?;
        stage.timing(GitUserEmail).run(|| config(folder, "user.email"))
    })
}

/// Reads a value of git's configuration; that there is none is an answer too.
fn config(folder: &Path, key: &str) -> Result<(), LaunchError> {
    run(folder, &["config", "--get", "--default", "", key]).map(drop)
}
