//! Readers that the fuzz targets call and that no command reaches within a moment: a file that grows while it is
//! followed, messages of OTLP without a connection, a time that was typed. Everything else they reach with
//! [`call`](crate::call).

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use opentelemetry_proto::tonic::collector::{logs, metrics, trace};
use prost::Message;
use telemetry_runtime::export::{Export, Signal};

use crate::args::Format;
use crate::look::{ColorChoice, Look, Surroundings};
use crate::receive::desk::Desk;
use crate::runs::json;
use crate::runs::skim::Skim;
use crate::runs::tail::watch::Watch;
use crate::runs::when::{Edge, moment};
use crate::story::file;

/// What `runs show --format json` prints of a run file, or why it prints nothing.
///
/// # Errors
/// The words for a person.
pub fn story(input: impl BufRead) -> Result<String, String> {
    let story = file::read(input).map_err(|why| why.to_string())?;
    let mut text = Vec::new();
    json::write(&story, &mut text).map_err(|why| why.to_string())?;
    String::from_utf8(text).map_err(|why| why.to_string())
}

/// The lines of a run file that a row of `runs list` is made of, as they stand in it.
///
/// # Errors
/// Those of the input.
pub fn skimmed(input: impl BufRead) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    io::copy(&mut Skim::new(input), &mut lines)?;
    Ok(lines)
}

/// What `runs tail -f` sees of a file that is written piece by piece: after each piece, the lines that are whole.
///
/// # Errors
/// Those of the file at `path`, which is made anew.
pub fn followed(path: &Path, pieces: &[&[u8]]) -> io::Result<Vec<Vec<u8>>> {
    let mut file = std::fs::File::create(path)?;
    let mut watch = Watch::open(path)?;
    let mut lines = Vec::new();
    for piece in pieces {
        file.write_all(piece)?;
        lines.extend(watch.more()?);
    }
    Ok(lines)
}

/// The last lines of a file as `runs tail` reads them from its end.
///
/// # Errors
/// Those of the file.
pub fn last(path: &Path, most: usize) -> io::Result<Vec<Vec<u8>>> {
    Watch::open(path)?.last(most, |_| true)
}

/// What `receive` makes of messages as they come over the wire: the files that it kept, one a process, and what it
/// showed. Bytes that are no message are passed over, as the server answers them before anybody reads them.
///
/// # Errors
/// The words for a person.
pub fn received(
    messages: &[(Signal, &[u8])],
    folder: &Path,
    for_machines: bool,
) -> Result<(Vec<PathBuf>, Vec<u8>), String> {
    let format = if for_machines { Format::Json } else { Format::Human };
    let look = Look::new(ColorChoice::Never, None, false, &Surroundings::nowhere());
    let mut shown = Vec::new();
    let mut desk = Desk::new(Some(folder.to_owned()), format, look).map_err(|why| why.to_string())?;
    for message in messages
        .iter()
        .filter_map(|(signal, bytes)| decoded(*signal, bytes))
    {
        desk.take(message, &mut shown).map_err(|why| why.to_string())?;
    }
    desk.close(&mut shown).map_err(|why| why.to_string())?;
    Ok((desk.files(), shown))
}

fn decoded(signal: Signal, bytes: &[u8]) -> Option<Export> {
    Some(match signal {
        Signal::Traces => Export::Traces(trace::v1::ExportTraceServiceRequest::decode(bytes).ok()?),
        Signal::Logs => Export::Logs(logs::v1::ExportLogsServiceRequest::decode(bytes).ok()?),
        Signal::Metrics => Export::Metrics(metrics::v1::ExportMetricsServiceRequest::decode(bytes).ok()?),
    })
}

/// The moment that was typed for `--since`, or with `until` for `--until`, as an operator in another zone would type
/// it whose clock says `now`, in seconds since the Unix epoch.
///
/// # Errors
/// The words for a person.
pub fn typed_time(text: &str, until: bool, now: i64) -> Result<String, String> {
    let edge = if until { Edge::Until } else { Edge::Since };
    let now = Timestamp::from_second(now).map_err(|why| why.to_string())?;
    let hours = SignedDuration::from_hours(2);
    let zone = jiff::tz::Offset::try_from(hours).map_or(TimeZone::UTC, TimeZone::fixed);
    let moment = moment("--since", text, edge, now, &zone).map_err(|why| why.to_string())?;
    Ok(moment.to_string())
}
