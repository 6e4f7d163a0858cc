//! `schema sample`: a run with one of every item, made from the schema alone, in a file or at a backend, so that a
//! dashboard can be tried before the program exists.
//!
//! [`tour`] is the run: [`path`] says which way the operator goes, [`steps`] what is done on it, [`moments`] what
//! happens, [`points`] what the instruments show; [`values`] fills in the attributes and [`pen`] writes the lines.

mod moments;
mod path;
mod pen;
mod points;
mod steps;
mod tour;
mod values;

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use telemetry_runtime::config::Config;
use telemetry_schema::model::Model;

use super::model;
use crate::args::{Format, Sampled};
use crate::environment;
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::progress::Progress;
use crate::quantity::count;
use crate::runs::replay::{Sent, send};
use crate::runs::when::{Edge, moment};
use crate::text::clean;
use tour::Sample;

/// Writes a sample, or sends it.
pub(crate) fn sample(
    asked: &Sampled,
    now: Timestamp,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
    words: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let model = model(&asked.schema)?;
    let end = match &asked.at {
        Some(text) => moment("--at", text, Edge::Since, now, &look.zone)?,
        None => now,
    };
    let end = u64::try_from(end.as_nanosecond())
        .map_err(|_| Failure::Asked("--at is before 1970, and a run file has no time for that".to_owned()))?;
    let seed = asked.seed.unwrap_or_else(|| now.as_nanosecond() as u64);
    let sample = ending_at(&model, end, seed);
    for (item, why) in &sample.left_out {
        writeln!(words, "telemetry: `{}` is not in the sample: {why}", clean(item))?;
    }
    match (&asked.otlp, &asked.output) {
        (Some(endpoint), _) => over_otlp(&sample, &model, endpoint, look, progress, out),
        (None, path) if path.as_os_str() == "-" => {
            write(&sample, out)?;
            Ok(Verdict::Fine)
        }
        (None, path) => {
            file(&sample, path)?;
            let records = count(sample.lines.len() as u64, "record");
            writeln!(out, "wrote {}: run {}, {records}", path.display(), sample.run_id)?;
            Ok(Verdict::Fine)
        }
    }
}

/// How long it takes is known when it is made; the second one is the same, at the right time.
fn ending_at(model: &Model, end: u64, seed: u64) -> Sample {
    let tried = tour::sample(model, 0, seed);
    let last = tried
        .lines
        .last()
        .and_then(|line| telemetry_runtime::timestamp::parse(&line.time));
    tour::sample(model, end.saturating_sub(last.unwrap_or_default()), seed)
}

fn write(sample: &Sample, out: &mut (impl Write + ?Sized)) -> Result<(), Failure> {
    for line in &sample.lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn file(sample: &Sample, path: &Path) -> Result<(), Failure> {
    let failed = |error| Failure::path("write", path, error);
    let mut options = OpenOptions::new();
    // As run files are: what a schema's examples say is nobody else's business.
    let opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    let mut writer = BufWriter::new(opened.map_err(failed)?);
    write(sample, &mut writer)?;
    writer.flush().map_err(failed)
}

/// Sends it as a replay sends any run file.
fn over_otlp(
    sample: &Sample,
    model: &Model,
    endpoint: &str,
    look: &Look,
    progress: &mut Progress<impl Write>,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let address = match endpoint.contains("://") {
        true => endpoint.to_owned(),
        false => format!("http://{endpoint}"),
    };
    // The address that was typed is the one for every signal; the rest is the environment's.
    let vars = Config::environment().filter(|(name, _)| {
        let name = name.to_string_lossy();
        !(name.starts_with("OTEL_EXPORTER_OTLP_") && name.ends_with("ENDPOINT"))
    });
    let vars = vars.chain([("OTEL_EXPORTER_OTLP_ENDPOINT".into(), address.into())]);
    let config = Config::read(&environment::words_of(model), vars)
        .map_err(|error| Failure::Asked(error.to_string()))?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(format!("{}.jsonl", sample.run_id));
    file(sample, &path)?;
    let how = Sent {
        again: false,
        dry_run: false,
        patience: Duration::from_secs(5),
        format: Format::Human,
        cure: "this sample is gone: send another, or write one with --output and replay that",
    };
    send(&path, &config, &how, look, progress, out)
}
