//! What can be typed to read about the command itself.

use std::path::PathBuf;

use clap::Args;

/// Whose JSON is described.
#[derive(Debug, Args)]
#[command(
    after_help = "A JSON Schema (draft 2020-12) is closed: what is printed has no other members. Every document has a number \
        `format`, or is a list or a line of a run file; the number grows when a member changes its meaning or goes.\n\n\
        Exit codes: 0 printed, 2 there is no such command.\n\n\
        Examples:\n  telemetry formats                       the commands that print JSON\n  \
        telemetry formats runs list             the schema of what one prints\n  \
        telemetry formats check-run > check-run.schema.json"
)]
pub(crate) struct Formats {
    /// The command, as it is typed [default: list those that print JSON].
    pub(crate) command: Vec<String>,
}

/// Which manual page is wanted.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 written, 2 could not.\n\n\
        Examples:\n  telemetry man | man -l -\n  \
        telemetry man runs show | man -l -\n  \
        telemetry man -o ~/.local/share/man/man1     and then `man telemetry-runs-show`")]
pub(crate) struct Man {
    /// The command, as it is typed [default: the page of all of them].
    pub(crate) command: Vec<String>,
    /// Write every page into this folder.
    #[arg(short, long, value_name = "FOLDER", conflicts_with = "command")]
    pub(crate) output: Option<PathBuf>,
}
