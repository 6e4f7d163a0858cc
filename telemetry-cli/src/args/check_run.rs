//! What can be typed about the conformance of runs.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::args::{Format, RunsPlace};

/// How runs are held to their schema.
#[derive(Debug, Args)]
#[command(
    after_help = "Holds every record of a run to the schema: names, kinds, attributes, types, closed sets, severities, links, \
        moves, stages, metrics, times, the ledger. What was checked is counted; an input without records, torn, or \
        without an end does not conform. With --otlp it waits for a run to be sent and to end; Ctrl-C ends the waiting, and what came is checked.\n\n\
        Exit codes: 0 conforms, 1 findings, 2 could not run.\n\n\
        Examples:\n  telemetry check-run                    the latest run\n  \
        telemetry check-run 8b4 --deny warnings\n  \
        telemetry check-run ./8b4766.jsonl --coverage\n  \
        zcat old.jsonl.gz | telemetry check-run - --format json\n  \
        telemetry check-run --otlp 127.0.0.1:4317"
)]
pub(crate) struct CheckRun {
    /// Id, the beginning of one, a path, or `-` for standard input [default: the latest run].
    #[arg(conflicts_with = "otlp")]
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// Receive on this address, and check what is sent when the first run has ended.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) otlp: Option<SocketAddr>,
    /// Keep what is sent in this folder, so that the lines of the findings can be looked at.
    #[arg(long, value_name = "FOLDER", requires = "otlp")]
    pub(crate) keep: Option<PathBuf>,
    /// Name every item of the schema that the run did not show.
    #[arg(long)]
    pub(crate) coverage: bool,
    /// What ends in exit code 1 as an error does.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// For a person, or one JSON document a run.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// What is not let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// What may be meant.
    Warnings,
}
