//! Who speaks, and what has been said: every process by its resource, each record numbered, kept and shown.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use telemetry_runtime::export::Export;
use telemetry_runtime::line::{Line, Record, Wire};

use crate::args::Format;
use crate::failure::Failure;
use crate::look::Look;
use crate::receive::keep::Folder;
use crate::receive::process::{Process, command, is_debug, run};
use crate::receive::values::attributes;
use crate::receive::{decode, rows};
use crate::runs::json;

/// After the span of its command, a process's last messages come within this time.
const QUIET: Duration = Duration::from_millis(400);

/// A record and its time, in nanoseconds since the Unix epoch.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) time: u64,
    pub(super) record: Record,
}

/// Everything that was received.
pub(crate) struct Desk {
    folder: Option<Folder>,
    format: Format,
    look: Look,
    processes: Vec<Process>,
    by_resource: HashMap<String, usize>,
    /// Whose record was shown last.
    shown: Option<usize>,
}

impl Desk {
    pub(crate) fn new(keep: Option<PathBuf>, format: Format, look: Look) -> Result<Desk, Failure> {
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
    pub(crate) fn take(&mut self, message: Export, out: &mut dyn Write) -> Result<(), Failure> {
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
        let resource = attributes(resource.unwrap_or_default().attributes);
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
        self.processes.push(Process::new(run, kept));
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
            rows::head(out, &self.look, &process.run)?;
        }
        // What came in one message is told in its order in time.
        told.sort_by_key(|told| told.time);
        told.iter()
            .filter(|told| is_shown(told))
            .try_for_each(|told| rows::row(out, &self.look, told.time, &told.record))?;
        Ok(())
    }

    /// The files of the processes, in the order in which they began to speak.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let kept = self.processes.iter().filter_map(|process| process.kept.as_ref());
        kept.map(|kept| kept.path().to_owned()).collect()
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
    pub(crate) fn close(&mut self, out: &mut dyn Write) -> Result<(), Failure> {
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

/// A time as a line has it.
pub(super) fn time(nanos: u64) -> String {
    let time = Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    format!("{time:.9}")
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}
