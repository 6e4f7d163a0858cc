//! What can be typed about runs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::Format;

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first: when, id, command, outcome, duration, slowest stage, errors.
    #[command(after_help = "Examples:\n  telemetry runs list\n  telemetry runs list --limit 0 --format json")]
    List {
        #[command(flatten)]
        place: RunsPlace,
        /// How many; 0 is all.
        #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
        limit: usize,
        /// For a person, or one JSON document.
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Draw a run: what went wrong, the path through the screens, where the time went, what it used.
    #[command(
        after_help = "Examples:\n  telemetry runs show                    the latest run\n  \
        telemetry runs show 8b4766             by id, or by the beginning of one\n  \
        telemetry runs show ./8b4766.jsonl     a file from somewhere else\n  \
        zcat old.jsonl.gz | telemetry runs show -\n  \
        telemetry runs show --all | less       with every event and log record"
    )]
    Show {
        /// Id, the beginning of one, a path, or `-` for standard input [default: the latest run].
        run: Option<String>,
        #[command(flatten)]
        place: RunsPlace,
        /// Leave nothing out: every visit, span, event and log record.
        #[arg(long)]
        all: bool,
        /// For a person, or one JSON document.
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
    },
    /// Send what a run file holds to the backend of the environment; never twice.
    Replay(Replay),
}

/// How a run is sent to a backend.
#[derive(Debug, Args)]
#[command(
    after_help = "Sends to where the OTEL_EXPORTER_OTLP_* variables say, with the ids and times of the run. What was \
        acknowledged is remembered in <id>.replayed beside the run file: a replay that was interrupted goes on where \
        it stopped, and a second one sends nothing.\n\n\
        Exit codes: 0 the backend has everything, 1 something was not accepted, 2 could not run.\n\n\
        Examples:\n  export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317\n  \
        telemetry runs replay 8b4766           by id, or by the beginning of one\n  \
        telemetry runs replay 8b4 --dry-run    say what would be sent\n  \
        telemetry runs replay 8b4 --again      although the backend has it"
)]
pub(crate) struct Replay {
    /// Id, the beginning of one, or a path.
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// Send it although the backend may have it already, and begin at the beginning.
    #[arg(long)]
    pub(crate) again: bool,
    /// Send nothing; say what would be sent.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How long to go on trying while the backend takes nothing.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) patience: u64,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Where runs are.
#[derive(Debug, Args)]
pub(crate) struct RunsPlace {
    /// Folder of the run files [default: `run.directory` of the schema in --schema].
    #[arg(short, long, value_name = "FOLDER", env = "TELEMETRY_RUNS")]
    pub(crate) directory: Option<PathBuf>,
    /// Folder of the schema that says where runs are.
    #[arg(long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
}
