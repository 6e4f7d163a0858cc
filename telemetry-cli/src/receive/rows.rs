//! What was received, on a terminal: a row a record, a head where another process speaks, a table where one ended.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use jiff::Timestamp;
use telemetry_runtime::line::{AttributeValue, Attributes, Kind, Outcome, Record, Run, Severity, SpanEnd};

use crate::draw::{ink, place, word};
use crate::look::{Ink, Look, Signs};
use crate::quantity::{count, duration};
use crate::receive::process::Process;
use crate::sheet::Sheet;
use crate::story::plain;

/// Columns of a name.
const NAME: usize = 30;

/// Narrower than this, names have no column of their own.
const NARROW: usize = 70;

/// Rows of a table.
const TABLE: usize = 40;

/// Says where it listens, and what to set.
pub(super) fn welcome(
    out: &mut dyn Write,
    look: &Look,
    address: SocketAddr,
    reachable: SocketAddr,
) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    sheet.flow(
        0,
        "",
        &[(
            Ink::Plain,
            format!("listening on {address}; in another terminal:"),
        )],
    )?;
    let export = format!("export OTEL_EXPORTER_OTLP_ENDPOINT=http://{reachable}");
    sheet.flow(2, "", &[(Ink::Strong, export)])
}

/// Says who speaks from here on.
pub(crate) fn head(out: &mut dyn Write, look: &Look, run: &Run) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    let of = |key: &str| run.resource.get(key).map(plain).unwrap_or_default();
    let service = format!("{} {}", of("service.name"), of("service.version"));
    let component = run.resource.iter().find(|(key, _)| key.ends_with(".component"));
    let pid = match run.pid {
        0 => String::new(),
        pid => format!("pid {pid}"),
    };
    sheet.blank()?;
    sheet.flow(
        0,
        &format!(" {} ", look.signs().dot),
        &[
            (Ink::Strong, format!("run {}", run.run_id)),
            (Ink::Faint, service.trim().to_owned()),
            (
                Ink::Faint,
                component.map(|(_, value)| plain(value)).unwrap_or_default(),
            ),
            (Ink::Faint, pid),
        ],
    )
}

/// Whether a record has a row.
pub(crate) fn is_shown(record: &Record) -> bool {
    !matches!(record, Record::SpanStart(_) | Record::Run(_) | Record::End(_))
}

/// Whether the end of a span has a row in the table.
pub(super) fn is_in_table(span: &SpanEnd) -> bool {
    span.kind != Kind::Span || span.outcome == Outcome::Failure
}

/// Shows one record. `time` is in nanoseconds since the Unix epoch.
pub(crate) fn row(out: &mut dyn Write, look: &Look, time: u64, record: &Record) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    let signs = look.signs();
    let (ink, sign, name, words) = match record {
        Record::SpanEnd(span) => span_words(span, signs),
        Record::Event(event) => {
            let (ink, sign) = of_severity(event.severity, signs);
            match event.on_span {
                true => (
                    Ink::Plain,
                    " ",
                    event.name.clone(),
                    on_span(&event.attributes, signs),
                ),
                false => (ink, sign, event.name.clone(), event.body.clone()),
            }
        }
        Record::Log(log) => {
            let (ink, sign) = of_severity(log.severity, signs);
            (ink, sign, log.target.clone(), log.body.clone())
        }
        Record::Notice(notice) => (Ink::Warn, signs.slow, "notice".to_owned(), notice.body.clone()),
        Record::Summary(summary) => {
            let events = summary.events.values().sum();
            let words = format!(
                "{}, {}",
                count(events, "event"),
                count(summary.logs, "log record")
            );
            (Ink::Plain, " ", "summary".to_owned(), words)
        }
        Record::Metrics(metrics) => {
            let words = count(metrics.points.len() as u64, "data point");
            (Ink::Faint, signs.dot, "metrics".to_owned(), words)
        }
        Record::SpanStart(_) | Record::Run(_) | Record::End(_) => return Ok(()),
    };
    let mut row = sheet.row();
    row.put(Ink::Faint, &clock(time, look))
        .to(13)
        .put(ink, sign)
        .to(15);
    let mut lines = words.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let more = match lines.count() as u64 {
        0 => String::new(),
        more => format!(" {} {}", signs.more, count(more, "more line")),
    };
    if look.width < NARROW {
        return sheet.put_going_on(row, 15, ink, format!("{name} {first}{more}").trim_end());
    }
    row.put_at_most(Ink::Plain, &name, NAME).to(15 + NAME + 2);
    let room = row.room().saturating_sub(crate::text::columns(&more));
    row.put_at_most(ink, first, room).put(Ink::Faint, &more);
    sheet.put(&row)
}

fn span_words(span: &SpanEnd, signs: &Signs) -> (Ink, &'static str, String, String) {
    let name = match span.kind {
        Kind::Span => span.name.clone(),
        _ => place(&span.name, signs),
    };
    let sign = match span.outcome {
        Outcome::Success => " ",
        Outcome::Failure => signs.failed,
        Outcome::Skipped => signs.skipped,
        Outcome::Cancelled => signs.cancelled,
        Outcome::Abandoned => signs.abandoned,
    };
    let from = span
        .attributes
        .iter()
        .find(|(key, _)| key.ends_with(".screen.from"));
    let from = match from {
        Some((_, from)) => Some(format!("from {}", plain(from))),
        None if !span.links.is_empty() => Some(count(span.links.len() as u64, "link")),
        None => None,
    };
    let facts = [
        Some(format!(
            "{} {}",
            duration(span.duration_ns, signs),
            word(span.outcome)
        )),
        from,
        span.error_type.clone(),
        span.status_message.clone(),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let words = facts.join(&format!(" {} ", signs.dot));
    (ink(span.outcome), sign, name, words)
}

/// What an event on a span says beside its name: where to, else its attributes.
fn on_span(attributes: &Attributes, signs: &Signs) -> String {
    let to = attributes.iter().find(|(key, _)| key.ends_with(".screen.to"));
    match to {
        Some((_, to)) => format!("{} {}", signs.arrow, plain(to)),
        None => {
            let pairs = attributes.iter().map(|(key, value): (&String, &AttributeValue)| {
                format!("{}={}", key.rsplit('.').next().unwrap_or(key), plain(value))
            });
            pairs.collect::<Vec<_>>().join(" ")
        }
    }
}

fn of_severity(severity: Severity, signs: &Signs) -> (Ink, &'static str) {
    match severity {
        Severity::Error => (Ink::Bad, signs.failed),
        Severity::Warn => (Ink::Warn, signs.slow),
        Severity::Info => (Ink::Plain, " "),
        Severity::Debug | Severity::Trace => (Ink::Faint, signs.dot),
    }
}

/// A moment in the operator's time zone.
fn clock(nanos: u64, look: &Look) -> String {
    let time = Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    let zoned = time.to_zoned(look.zone.clone());
    format!(
        "{}.{:03}",
        zoned.strftime("%H:%M:%S"),
        zoned.subsec_nanosecond() / 1_000_000
    )
}

/// Shows what a process came to.
pub(super) fn table(
    out: &mut dyn Write,
    look: &Look,
    process: &Process,
    kept: Option<&Path>,
) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    let (signs, tally, run) = (look.signs(), &process.tally, &process.run);
    let (ink_of_end, status) = match &process.end {
        Some(end) => (
            ink(end.outcome),
            format!("ended {} {}", signs.dot, word(end.outcome)),
        ),
        None => (Ink::Warn, "has not ended".to_owned()),
    };
    let between = tally.between.map_or(0, |(first, last)| last - first);
    let took = process.end.as_ref().map_or(between, |end| end.duration_ns);
    let bad = |number: u64, thing: &str| match number {
        0 => String::new(),
        number => count(number, thing),
    };
    sheet.blank()?;
    sheet.flow(
        0,
        &format!(" {} ", signs.dot),
        &[
            (Ink::Strong, format!("run {}", run.run_id)),
            (Ink::Strong, run.command.clone()),
            (ink_of_end, status),
            (Ink::Plain, duration(took, signs)),
            (Ink::Plain, count(tally.spans, "span")),
            (Ink::Plain, count(tally.records, "log record")),
            (Ink::Bad, bad(tally.errors, "error")),
            (Ink::Warn, bad(tally.warnings, "warning")),
            (Ink::Plain, count(tally.points, "data point")),
        ],
    )?;
    let mut ends: Vec<&SpanEnd> = tally.ends.iter().collect();
    ends.sort_by(|one, other| one.started.cmp(&other.started));
    for span in ends.iter().take(TABLE) {
        let mut row = sheet.row();
        let name = match span.kind {
            Kind::Span => span.name.clone(),
            _ => place(&span.name, signs),
        };
        row.to(2).put_at_most(Ink::Plain, &name, NAME);
        row.put_ending(2 + NAME + 9, Ink::Plain, &duration(span.duration_ns, signs));
        row.to(2 + NAME + 11).put(ink(span.outcome), word(span.outcome));
        if let Some(error) = &span.error_type {
            row.put(Ink::Bad, &format!(" {} {error}", signs.dot));
        }
        sheet.put(&row)?;
    }
    if ends.len() > TABLE {
        let more = format!("{} {} more", signs.more, ends.len() - TABLE);
        sheet.flow(2, "", &[(Ink::Faint, more)])?;
    }
    if tally.unknown_points > 0 {
        let words = format!(
            "{} {} of kinds that a run file has no place for",
            signs.slow,
            count(tally.unknown_points, "data point")
        );
        sheet.flow(2, "", &[(Ink::Warn, words)])?;
    }
    match kept {
        Some(path) => sheet.flow(2, "", &[(Ink::Faint, format!("kept in {}", path.display()))]),
        None => Ok(()),
    }
}
