//! What can be typed about runs that go over the wire while they happen.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::args::{Format, RunsPlace};

/// How runs are received.
#[derive(Debug, Args)]
#[command(
    after_help = "Takes OTLP over gRPC from any sender, plain or gzip, and shows each span, event and log record in one \
        row. With --keep, each process becomes a run file in FOLDER that `telemetry runs show` draws. Ctrl-C ends it, \
        a second one without waiting for whoever reads its output.\n\n\
        Exit codes: 0 ended as asked, 2 could not run, such as when the port is in use, 130 a second Ctrl-C.\n\n\
        Examples:\n  telemetry receive\n  \
        telemetry receive --keep ./runs          and keep every run\n  \
        telemetry receive --until-end --format json > run.jsonl"
)]
pub(crate) struct Receive {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4317")]
    pub(crate) listen: SocketAddr,
    /// Keep every run as a file in this folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
    /// End when the first run has ended.
    #[arg(long)]
    pub(crate) until_end: bool,
    /// For a person, or the lines of a run file.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// How the export is looked at.
#[derive(Debug, Args)]
#[command(
    after_help = "Reads the environment as a program of the schema would, then sends one probe for each signal and waits \
        for its acknowledgement. Values of headers are never shown.\n\n\
        Exit codes: 0 all is well, 1 something failed, 2 could not run.\n\n\
        Examples:\n  telemetry doctor\n  \
        telemetry doctor --timeout 2\n  \
        OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 telemetry doctor --format json"
)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) place: RunsPlace,
    /// Seconds that an answer may take at most [default: what the environment says, or 10].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,
    /// For a person, or one JSON document.
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}
