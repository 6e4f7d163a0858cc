//! What can be typed to get a sample of a schema.

use std::path::PathBuf;

use clap::Args;

/// Where a sample goes.
#[derive(Debug, Args)]
#[command(
    after_help = "The run follows the schema in everything that `telemetry check-run` asks: every screen and move, every stage, timing, \
        event, span and metric, each with all of its attributes and with only those that it needs, every error, every outcome. \
        Its command is `telemetry-sample`, its id begins with `sample-`, and its time is now. Screens that no way leads to from \
        where the operator is are entered anew, which check-run calls a silent_move. The session of a container is in the same \
        process. Over OTLP it goes as `telemetry runs replay` sends a run, with the headers and certificates of the environment.\n\n\
        Exit codes: 0 written or sent, 1 the backend did not take all of it, 2 could not run.\n\n\
        Examples:\n  telemetry schema sample -o sample.jsonl && telemetry runs show ./sample.jsonl\n  \
        telemetry schema sample | telemetry check-run - --coverage\n  \
        telemetry schema sample --otlp 127.0.0.1:4317         a dashboard before there is a program\n  \
        telemetry schema sample --seed 1 --at 2026-01-01T00:00:00Z     the same bytes every time"
)]
pub(crate) struct Sampled {
    /// Folder of the schema's YAML files.
    #[arg(short, long, value_name = "FOLDER", default_value = "schema")]
    pub(crate) schema: PathBuf,
    /// Run file to write; `-` is standard output.
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "-",
        conflicts_with = "otlp"
    )]
    pub(crate) output: PathBuf,
    /// Send it to this backend instead: an address, or a URL as in OTEL_EXPORTER_OTLP_ENDPOINT.
    #[arg(long, value_name = "ENDPOINT")]
    pub(crate) otlp: Option<String>,
    /// When the run ends [default: now]; a moment, a date, or how long ago.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// What ids and durations are made from [default: the clock].
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}
