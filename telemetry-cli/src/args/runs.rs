//! What can be typed about runs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::{Compare, Format, ReportPage, Tail};

/// What can be done with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List runs, newest first: when, id, command, outcome, duration, slowest stage, errors.
    List(List),
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
    /// Make one HTML page of a run, to look at, to print, to attach: it needs nothing but a browser.
    Report(ReportPage),
    /// Show the last records of a run, and with --follow those to come.
    Tail(Tail),
    /// Hold runs against one of them: stages and timings side by side, and what was counted and differs.
    Compare(Compare),
    /// Delete old runs, as the rules of the schema do when a run starts.
    Prune(Prune),
    /// Send what a run file holds to the backend of the environment; never twice.
    Replay(Replay),
}

/// Which runs are listed.
#[derive(Debug, Args)]
#[command(
    after_help = "TIME is a moment such as 2026-11-23T01:59:00Z, a date, which is all of its day, or how long ago, such as \
        2h or \"3 days\". Without an offset it is in your own time zone. A run is in a range when it began in it.\n\n\
        Examples:\n  telemetry runs list\n  \
        telemetry runs list --since 2h --outcome failed --outcome killed\n  \
        telemetry runs list --since 2026-11-01 --until 2026-11-07 --command load\n  \
        telemetry runs list --text \"connection refused\"\n  \
        telemetry runs list --limit 0 --format json"
)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// Only runs that began at this time or later.
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    pub(crate) since: Option<String>,
    /// Only runs that began before this time.
    #[arg(long, value_name = "TIME", help_heading = "Filters")]
    pub(crate) until: Option<String>,
    /// Only runs of this command; several may be asked for.
    #[arg(long, value_name = "NAME", help_heading = "Filters")]
    pub(crate) command: Vec<String>,
    /// Only runs that ended so; several may be asked for.
    #[arg(long, value_enum, value_name = "OUTCOME", help_heading = "Filters")]
    pub(crate) outcome: Vec<Status>,
    /// Only runs with this text in their id, command or errors, in capitals or not.
    #[arg(long, value_name = "TEXT", help_heading = "Filters")]
    pub(crate) text: Option<String>,
    /// How many; 0 is all.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// How a run stands, in the words of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Status {
    /// It did what it was for.
    Success,
    /// It failed.
    #[value(alias = "failure")]
    Failed,
    /// There was nothing to do.
    Skipped,
    /// The operator stopped it.
    Cancelled,
    /// It ended without saying how.
    Abandoned,
    /// It was stopped before it could write its end.
    Killed,
    /// It still goes on.
    Running,
}

impl Status {
    /// All words.
    pub(crate) const WORDS: [&'static str; 7] = [
        "success",
        "failed",
        "skipped",
        "cancelled",
        "abandoned",
        "killed",
        "running",
    ];

    /// The word in the list.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Status::Success => "success",
            Status::Failed => "failed",
            Status::Skipped => "skipped",
            Status::Cancelled => "cancelled",
            Status::Abandoned => "abandoned",
            Status::Killed => "killed",
            Status::Running => "running",
        }
    }
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

/// Which runs are deleted.
#[derive(Debug, Args)]
#[command(
    after_help = "Runs beyond --keep go, oldest first, and those that began more than --days days ago, each with its \
        sidecars (<id>.*). A run that somebody still writes, or sends, is never deleted.\n\n\
        Exit codes: 0 done, 1 something could not be deleted, 2 could not run.\n\n\
        Examples:\n  telemetry runs prune --dry-run           say what would be deleted\n  \
        telemetry runs prune\n  \
        telemetry runs prune --keep 20 --days 7\n  \
        telemetry runs prune --all               all but active runs"
)]
pub(crate) struct Prune {
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// How many of the latest runs stay [default: `run.keep` of the schema in --schema].
    #[arg(long, value_name = "N")]
    pub(crate) keep: Option<usize>,
    /// For how many days a run stays [default: `run.keep` of the schema].
    #[arg(long, value_name = "N")]
    pub(crate) days: Option<u32>,
    /// Delete all runs but active ones.
    #[arg(long, conflicts_with_all = ["keep", "days"])]
    pub(crate) all: bool,
    /// Delete nothing; say what would be deleted.
    #[arg(long)]
    pub(crate) dry_run: bool,
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
