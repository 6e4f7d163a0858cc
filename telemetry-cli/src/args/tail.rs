//! What can be typed to see the last records of a run, and those to come.

use clap::Args;

use crate::args::{Format, RunsPlace};

/// Which run's last records are shown.
#[derive(Debug, Args)]
#[command(
    after_help = "With --follow and no RUN, the run that goes on is followed; where none does, the next one that begins, from its first record. \
        Following ends when the run has ended, or was killed, or with Ctrl-C. The file is looked at 20 times a second \
        while it grows, and 4 times while it does not.\n\n\
        Exit codes: 0 ended as asked, 2 could not run, 130 a second Ctrl-C.\n\n\
        Examples:\n  telemetry runs tail                    the last records of the latest run\n  \
        telemetry runs tail 8b4 -n 100\n  \
        telemetry runs tail -f                 of the run that goes on, or of the next one, live\n  \
        telemetry runs tail -f --format json | jq -r 'select(.severity == \"error\").body'"
)]
pub(crate) struct Tail {
    /// Id, the beginning of one, a path, or `-` for standard input [default: the latest run].
    pub(crate) run: Option<String>,
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// Go on with what comes, until the run has ended.
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// How many of the last records that have a row; 0 is none.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) lines: usize,
    /// For a person, or the lines of the run file.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}
