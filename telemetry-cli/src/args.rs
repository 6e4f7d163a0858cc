//! What can be typed: the commands, their flags and their help. Nothing here does anything.

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::look::ColorChoice;

mod about;
mod check_run;
mod compare;
mod live;
mod report;
mod runs;
mod sample;
mod schema;
mod tail;
mod usage;

pub(crate) use about::{Formats, Man};
pub(crate) use check_run::CheckRun;
pub(crate) use compare::{Baseline, Compare};
pub(crate) use live::{Doctor, Receive};
pub(crate) use report::ReportPage;
pub(crate) use runs::{List, Prune, Replay, RunsCommand, RunsPlace, Status};
pub(crate) use sample::Sampled;
pub(crate) use schema::{
    Checked, Difference, Drawing, Export, Listed, Measured, Report, SchemaCommand, Searched, Shown,
};
pub(crate) use tail::Tail;
pub(crate) use usage::{Denied, UsageFormat, Used};

/// Checks and documents telemetry schemas; lists, draws, receives and replays runs.
#[derive(Debug, Parser)]
#[command(
    name = "telemetry",
    version,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 fine, 1 findings, 2 could not run.\n\n\
        Examples:\n  \
        telemetry schema check             check ./schema\n  \
        telemetry schema diff --base main  say what a change of it breaks\n  \
        telemetry schema export json       write it for a tool: JSON, JSON Schema, Weaver\n  \
        telemetry runs list                the latest runs\n  \
        telemetry runs show                draw the latest run\n  \
        telemetry runs show 8b4            draw the run whose id begins with 8b4\n  \
        telemetry runs report -o r.html    the latest run as a page for a browser\n  \
        telemetry runs tail -f             see the run that goes on\n  \
        telemetry runs compare 8b4 3fa     where one took longer than the other\n  \
        telemetry runs replay 8b4          send it to the backend of the environment\n  \
        telemetry check-run 8b4            hold it to the schema\n  \
        telemetry receive                  show runs as they arrive\n  \
        telemetry doctor                   say whether an export would arrive"
)]
pub(crate) struct Arguments {
    /// When to use colours; NO_COLOR is heeded.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) color: ColorChoice,
    /// Columns of the output [default: the terminal's, or 80].
    #[arg(long, global = true, value_name = "COLUMNS", help_heading = "Output")]
    pub(crate) width: Option<usize>,
    /// Draw with ASCII signs only.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) ascii: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look after a schema: check it, show it, document it, compare it with what it was.
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Look at what programs recorded: list runs, draw one, send one to a backend.
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Say whether a run is what its schema says: a run file, or what is sent over OTLP.
    CheckRun(CheckRun),
    /// Be the backend: show runs as they arrive over OTLP/gRPC, and keep them.
    Receive(Receive),
    /// Say what the environment asks for, and whether an export would arrive.
    Doctor(Doctor),
    /// Print the JSON Schema of what a command prints with `--format json`.
    Formats(Formats),
    /// Print the manual page of a command, or write all of them.
    Man(Man),
    /// Print the completion script of a shell.
    #[command(
        after_help = "Example:\n  telemetry completions bash > ~/.local/share/bash-completion/completions/telemetry"
    )]
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// For whom the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A person.
    Human,
    /// A machine: one JSON document.
    Json,
}
