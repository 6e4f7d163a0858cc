//! Who speaks, and what has been said: every process by its resource, each record numbered, kept and shown.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use telemetry_runtime::config::clean_run_id;
use telemetry_runtime::export::Export;
use telemetry_runtime::line::{
    AttributeValue, Attributes, End, FORMAT, Line, Record, Run, SchemaName, Severity, SpanEnd, Why, Wire,
};

use crate::args::Format;
use crate::failure::Failure;
use crate::look::Look;
use crate::receive::keep::{Folder, Kept};
use crate::receive::points::Sums;
use crate::receive::{decode, rows};
use crate::runs::json;
use crate::story::plain;

/// After the span of its command, a process's last messages come within this time.
const QUIET: Duration = Duration::from_millis(400);

/// Ends of spans that are remembered of a process for its table.
const ENDS: usize = 1000;

/// A record and its time, in nanoseconds since the Unix epoch.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) time: u64,
    pub(super) record: Record,
}

/// Everything that was received.
pub(super) struct Desk {
    folder: Option<Folder>,
    format: Format,
    look: Look,
    processes: Vec<Process>,
    by_resource: HashMap<String, usize>,
    /// Whose record was shown last.
    shown: Option<usize>,
}

/// One process that speaks.
pub(super) struct Process {
    pub(super) run: Run,
    pub(super) tally: Tally,
    sums: Sums,
    next: u64,
    kept: Option<Kept>,
    /// The span of the whole command, and when it came.
    pub(super) end: Option<End>,
    last_heard: Instant,
    settled: bool,
}

/// What a process has said, in numbers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) spans: u64,
    pub(super) records: u64,
    pub(super) errors: u64,
    pub(super) warnings: u64,
    pub(super) points: u64,
    /// Points of kinds that a run file has no place for.
    pub(super) unknown_points: u64,
    /// Ends of visits, stages and whatever failed, as far as they are remembered.
    pub(super) ends: Vec<SpanEnd>,
    /// Earliest and latest time that was named.
    pub(super) between: Option<(u64, u64)>,
}

impl Desk {
    pub(super) fn new(keep: Option<PathBuf>, format: Format, look: Look) -> Result<Desk, Failure> {
        Ok(Desk {
            folder: keep.map(Folder::open).transpose()?,
            format,
            look,
            processes: Vec::new(),
            by_resource: HashMap::new(),
            shown: None,
        })
    }

    /// Deals with a message: keeps what is in it, and shows it.
    pub(super) fn take(&mut self, message: Export, out: &mut dyn Write) -> Result<(), Failure> {
        let now = now();
        match message {
            Export::Traces(message) => {
                for of_resource in message.resource_spans {
                    let scope = of_resource
                        .scope_spans
                        .first()
                        .and_then(|spans| spans.scope.as_ref());
                    let who = self.who(of_resource.resource, &of_resource.schema_url, scope, now, out)?;
                    let wire = self.processes[who].wire();
                    let spans = of_resource.scope_spans.into_iter().flat_map(|spans| spans.spans);
                    let told = spans.flat_map(|span| decode::span(wire, span)).collect();
                    self.put(who, told, out)?;
                }
            }
            Export::Logs(message) => {
                for of_resource in message.resource_logs {
                    let declares = |url: &str| !url.is_empty();
                    let scope = of_resource
                        .scope_logs
                        .iter()
                        .find(|logs| declares(&logs.schema_url));
                    let scope = scope.and_then(|logs| logs.scope.as_ref());
                    let who = self.who(of_resource.resource, &of_resource.schema_url, scope, now, out)?;
                    let wire = self.processes[who].wire();
                    let mut told = Vec::new();
                    for logs in of_resource.scope_logs {
                        let scope = logs.scope.unwrap_or_default().name;
                        let records = logs.log_records.into_iter();
                        told.extend(records.map(|log| decode::log(wire, &scope, now, log)));
                    }
                    self.put(who, told, out)?;
                }
            }
            Export::Metrics(message) => {
                for of_resource in message.resource_metrics {
                    let scope = of_resource.scope_metrics.first();
                    let scope = scope.and_then(|metrics| metrics.scope.as_ref());
                    let who = self.who(of_resource.resource, &of_resource.schema_url, scope, now, out)?;
                    let process = &mut self.processes[who];
                    let metrics = of_resource.scope_metrics.into_iter();
                    let metrics = metrics.flat_map(|metrics| metrics.metrics).collect();
                    let wire = process.run.wire.get_or_insert_with(|| Wire::by_convention(""));
                    let (told, unknown) = process.sums.take(wire, now, metrics);
                    process.tally.unknown_points += unknown;
                    self.put(who, told, out)?;
                }
            }
        }
        Ok(())
    }

    /// The process that a resource is of; a new one is shown and gets its file.
    fn who(
        &mut self,
        resource: Option<Resource>,
        url: &str,
        scope: Option<&InstrumentationScope>,
        now: u64,
        out: &mut dyn Write,
    ) -> Result<usize, Failure> {
        let resource = decode::attributes(resource.unwrap_or_default().attributes);
        let key = format!("{resource:?}");
        if let Some(who) = self.by_resource.get(&key) {
            return Ok(*who);
        }
        let run = run(resource, url, scope);
        let first = Line {
            seq: 0,
            time: time(now),
            record: Record::Run(run.clone()),
        };
        let kept = match &mut self.folder {
            Some(folder) => Some(folder.start(&run.run_id, &first)?),
            None => None,
        };
        let who = self.processes.len();
        self.processes.push(Process {
            run,
            tally: Tally::default(),
            sums: Sums::default(),
            next: 1,
            kept,
            end: None,
            last_heard: Instant::now(),
            settled: false,
        });
        self.by_resource.insert(key, who);
        if self.format == Format::Json {
            json::line(&first, out)?;
        }
        Ok(who)
    }

    /// Keeps and shows the records of a process.
    fn put(&mut self, who: usize, mut told: Vec<Told>, out: &mut dyn Write) -> Result<(), Failure> {
        let process = &mut self.processes[who];
        process.last_heard = Instant::now();
        process.settled = false;
        let command = told.iter().find_map(|told| match &told.record {
            Record::SpanEnd(span) => command(span),
            _ => None,
        });
        if let Some((name, end)) = command {
            process.run.command = name;
            process.end = Some(end);
        }
        let lines: Vec<Line> = told
            .iter()
            .enumerate()
            .map(|(n, told)| Line {
                seq: process.next + n as u64,
                time: time(told.time),
                record: told.record.clone(),
            })
            .collect();
        if let Some(kept) = &mut process.kept {
            kept.put(&lines)?;
        }
        process.next += lines.len() as u64;
        for told in &told {
            process.tally.count(told);
            process.run.debug |= is_debug(&told.record);
        }
        if self.format == Format::Json {
            return lines.iter().try_for_each(|line| json::line(line, out));
        }
        let is_shown = |told: &Told| rows::is_shown(&told.record);
        if !told.iter().any(is_shown) {
            return Ok(());
        }
        if self.shown.replace(who) != Some(who) {
            rows::head(out, &self.look, process)?;
        }
        // What came in one message is told in its order in time.
        told.sort_by_key(|told| told.time);
        told.iter()
            .filter(|told| is_shown(told))
            .try_for_each(|told| rows::row(out, &self.look, told))?;
        Ok(())
    }

    /// When a process that ended will have said everything.
    pub(super) fn due(&self) -> Option<Instant> {
        let ended = self.processes.iter().filter(|process| process.ends());
        ended.map(|process| process.last_heard + QUIET).min()
    }

    /// Closes the files of those that have said everything, and shows what they came to. Whether there was one.
    pub(super) fn settle(&mut self, now: Instant, out: &mut dyn Write) -> Result<bool, Failure> {
        let due = |process: &Process| process.ends() && now >= process.last_heard + QUIET;
        let who: Vec<usize> = (0..self.processes.len())
            .filter(|who| due(&self.processes[*who]))
            .collect();
        for who in &who {
            self.end(*who, out)?;
        }
        Ok(!who.is_empty())
    }

    /// Closes everything.
    pub(super) fn close(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
        for who in 0..self.processes.len() {
            if !self.processes[who].settled {
                self.end(who, out)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, who: usize, out: &mut dyn Write) -> Result<(), Failure> {
        let process = &mut self.processes[who];
        let last = process.tally.between.map_or_else(now, |(_, last)| last);
        let end = process.end.clone().map(|end| Line {
            seq: process.next,
            time: time(last),
            record: Record::End(end),
        });
        process.next += u64::from(end.is_some());
        let path = match &mut process.kept {
            Some(kept) => Some(
                kept.settle(&process.run, process.sums.since, end.as_ref())?
                    .to_owned(),
            ),
            None => None,
        };
        process.settled = true;
        match (self.format, end) {
            (Format::Json, Some(end)) => json::line(&end, out),
            (Format::Json, None) => Ok(()),
            (Format::Human, _) => {
                self.shown = None;
                Ok(rows::table(out, &self.look, process, path.as_deref())?)
            }
        }
    }
}

impl Process {
    /// Whether it has ended, and that was not dealt with.
    fn ends(&self) -> bool {
        self.end.is_some() && !self.settled
    }

    fn wire(&mut self) -> &mut Wire {
        self.run.wire.get_or_insert_with(|| Wire::by_convention(""))
    }
}

impl Tally {
    fn count(&mut self, told: &Told) {
        let (first, last) = self.between.unwrap_or((told.time, told.time));
        self.between = Some((first.min(told.time), last.max(told.time)));
        match &told.record {
            Record::SpanEnd(span) => {
                self.spans += 1;
                if self.ends.len() < ENDS && rows::is_in_table(span) {
                    self.ends.push(span.clone());
                }
            }
            Record::Event(event) if event.on_span => {}
            Record::Event(event) => self.said(event.severity),
            Record::Log(log) => self.said(log.severity),
            Record::Notice(_) => self.said(Severity::Warn),
            Record::Summary(_) => self.said(Severity::Info),
            Record::Metrics(metrics) => self.points += metrics.points.len() as u64,
            Record::SpanStart(_) | Record::Run(_) | Record::End(_) => {}
        }
    }

    fn said(&mut self, severity: Severity) {
        self.records += 1;
        self.errors += u64::from(severity == Severity::Error);
        self.warnings += u64::from(severity == Severity::Warn);
    }
}

fn is_debug(record: &Record) -> bool {
    match record {
        Record::Event(event) => event.severity <= Severity::Debug,
        Record::Log(log) => log.severity <= Severity::Debug,
        _ => false,
    }
}

/// What the first line of a process's file says. The command is known when it has ended.
fn run(resource: Attributes, url: &str, scope: Option<&InstrumentationScope>) -> Run {
    let of = |key: &str| resource.get(key).map(plain);
    let ends = |suffix: &str| {
        let named = resource.iter().find(|(key, _)| key.ends_with(suffix));
        named.map(|(_, value)| plain(value))
    };
    let given = ends(".run.id")
        .or_else(|| of("cli.invocation.id"))
        .or_else(|| of("service.instance.id"))
        .or_else(|| of("service.name"));
    let id = given.as_deref().and_then(clean_run_id);
    let name = scope
        .map(|scope| scope.name.clone())
        .filter(|name| !name.is_empty());
    let name = name.or_else(|| of("service.name")).unwrap_or_default();
    let pid = match resource.get("process.pid") {
        Some(AttributeValue::Int(pid)) => u32::try_from(*pid).unwrap_or(0),
        _ => 0,
    };
    Run {
        format: FORMAT,
        schema: SchemaName {
            version: scope.map(|scope| scope.version.clone()).unwrap_or_default(),
            url: url.to_owned(),
            name: name.clone(),
        },
        run_id: id.unwrap_or_else(|| "unknown".to_owned()),
        command: String::new(),
        pid,
        debug: false,
        resource,
        why: Why::Received,
        // Keys of screens and stages are learned from what is sent.
        wire: Some(Wire {
            screen: String::new(),
            stage: String::new(),
            ..Wire::by_convention(&name)
        }),
    }
}

/// The name and the end of the command, where a span is the command's.
fn command(span: &SpanEnd) -> Option<(String, End)> {
    let name = span
        .attributes
        .iter()
        .find(|(key, _)| key.ends_with("command.name"));
    let is_command = span.parent_span_id.is_none() && (name.is_some() || span.name == "cli.command");
    is_command.then(|| {
        let end = End {
            outcome: span.outcome,
            exit_code: None,
            error_type: span.error_type.clone(),
            duration_ns: span.duration_ns,
        };
        (
            name.map_or_else(|| span.name.clone(), |(_, value)| plain(value)),
            end,
        )
    })
}

/// A time as a line has it.
pub(super) fn time(nanos: u64) -> String {
    let time = Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    format!("{time:.9}")
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}
