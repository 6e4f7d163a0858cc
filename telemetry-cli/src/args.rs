//! What can be typed: the commands, their flags and their help. Nothing here does anything.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::look::ColorChoice;

mod check_run;
mod compare;
mod live;
mod runs;
mod tail;

pub(crate) use check_run::CheckRun;
pub(crate) use compare::{Baseline, Compare};
pub(crate) use live::{Doctor, Receive};
pub(crate) use runs::{List, Prune, Replay, RunsCommand, RunsPlace, Status};
pub(crate) use tail::Tail;

/// Checks and documents telemetry schemas; lists, draws, receives and replays runs.
#[derive(Debug, Parser)]
#[command(
    name = "telemetry",
    version,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 fine, 1 findings, 2 could not run.\n\n\
        Examples:\n  \
        telemetry schema check             check ./schema\n  \
        telemetry runs list                the latest runs\n  \
        telemetry runs show                draw the latest run\n  \
        telemetry runs show 8b4            draw the run whose id begins with 8b4\n  \
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
    /// Look after a schema: check it, document it.
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
    /// Print the completion script of a shell.
    #[command(
        after_help = "Example:\n  telemetry completions bash > ~/.local/share/bash-completion/completions/telemetry"
    )]
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// What can be done with a schema.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Say everything that is wrong with a schema, in one pass.
    #[command(
        after_help = "Exit codes: 0 nothing is wrong, 1 something is, 2 the folder could not be read.\n\n\
        Examples:\n  telemetry schema check\n  telemetry schema check other/schema --format json"
    )]
    Check {
        /// Folder of the schema's YAML files.
        #[arg(default_value = "schema")]
        folder: PathBuf,
        /// For a person, or one JSON document.
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Write the reviewers' page, or check that it is fresh.
    #[command(
        after_help = "Exit codes: 0 written or fresh, 1 stale or the schema is wrong, 2 could not run.\n\n\
        Examples:\n  telemetry schema docs\n  telemetry schema docs --check\n  telemetry schema docs -o - | less"
    )]
    Docs {
        /// Folder of the schema's YAML files.
        #[arg(default_value = "schema")]
        folder: PathBuf,
        /// Page to write or check; `-` is standard output [default: docs/telemetry.md beside FOLDER].
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write nothing; exit with 1 when the page is not what the schema says.
        #[arg(long)]
        check: bool,
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
