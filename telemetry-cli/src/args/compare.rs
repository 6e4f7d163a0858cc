//! What can be typed to compare runs.

use clap::{Args, ValueEnum};

use crate::args::{Format, RunsPlace};

/// Which runs are compared, and with which one.
#[derive(Debug, Args)]
#[command(
    after_help = "A regression is what took longer than in the baseline by more than --percent and by more than --least. \
        What was skipped, or what a run did not come to, is no regression. Of a run file with several runs the last is \
        compared.\n\n\
        Exit codes: 0 compared, 1 there are regressions and --check was given, 2 could not run.\n\n\
        Examples:\n  telemetry runs compare 8b4 8c0\n  \
        telemetry runs compare 8b4 8c0 3fa --baseline first\n  \
        telemetry runs compare main.jsonl branch.jsonl --baseline first --percent 5 --least 50ms --check"
)]
pub(crate) struct Compare {
    /// Ids, the beginnings of some, paths, or `-` for standard input.
    #[arg(required = true, num_args = 2.., value_name = "RUN")]
    pub(crate) runs: Vec<String>,
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// The run that the others are held against.
    #[arg(long, value_enum, default_value = "fastest")]
    pub(crate) baseline: Baseline,
    /// A regression takes longer by more than this much of the baseline's time.
    #[arg(long, value_name = "PERCENT", default_value_t = 10.0)]
    pub(crate) percent: f64,
    /// A regression takes longer by more than this.
    #[arg(long, value_name = "DURATION", default_value = "100ms")]
    pub(crate) least: String,
    /// Exit with 1 when there is a regression.
    #[arg(long)]
    pub(crate) check: bool,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// The run that others are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Baseline {
    /// The fastest of those that succeeded; where none did, the shortest.
    Fastest,
    /// The one that was named first.
    First,
}
