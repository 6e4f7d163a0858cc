//! What can be typed to make a page of a run.

use std::path::PathBuf;

use clap::Args;

use crate::args::RunsPlace;

/// Which run, and where its page goes.
#[derive(Debug, Args)]
#[command(
    after_help = "The page is one file that loads nothing: errors first, the path through the screens, a waterfall that \
        zooms, events with filters, CPU and memory on the same time. It can be searched, printed and read on a phone. \
        Of a very long run it holds every error, visit and stage, and of the rest a part: it says which, and so does \
        standard error. FILE is replaced at once and only you can read it, as with the run itself.\n\n\
        Exit codes: 0 written, 2 could not.\n\n\
        Examples:\n  telemetry runs report -o run.html                    the latest run\n  \
        telemetry runs report 8b4 -o 8b4.html                by id, or by the beginning of one\n  \
        telemetry runs report ./8b4766.jsonl -o 8b4.html     a file from somewhere else\n  \
        zcat old.jsonl.gz | telemetry runs report - -o - > old.html"
)]
pub(crate) struct ReportPage {
    /// Id, the beginning of one, a path, or `-` for standard input [default: the latest run].
    pub(crate) run: Option<String>,
    /// Where to write the page; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) place: RunsPlace,
}
