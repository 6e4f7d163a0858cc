//! One process that speaks: what is known of it from its resource, and what it has said so far, in numbers.

use std::time::Instant;

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use telemetry_runtime::config::clean_run_id;
use telemetry_runtime::line::{
    AttributeValue, Attributes, End, FORMAT, Record, Run, SchemaName, Severity, SpanEnd, Why, Wire,
};

use crate::receive::desk::Told;
use crate::receive::keep::Kept;
use crate::receive::points::Sums;
use crate::receive::rows;
use crate::story::plain;

/// Ends of spans that are remembered of a process for its table.
const ENDS: usize = 1000;

/// One process that speaks.
pub(super) struct Process {
    pub(super) run: Run,
    pub(super) tally: Tally,
    pub(super) sums: Sums,
    /// Number of its next line.
    pub(super) next: u64,
    pub(super) kept: Option<Kept>,
    /// How its command ended; the span of the command says so.
    pub(super) end: Option<End>,
    pub(super) last_heard: Instant,
    /// Whether everything that it said was dealt with.
    pub(super) settled: bool,
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

impl Process {
    /// A process of which nothing was heard but its resource.
    pub(super) fn new(run: Run, kept: Option<Kept>) -> Process {
        Process {
            run,
            tally: Tally::default(),
            sums: Sums::default(),
            next: 1,
            kept,
            end: None,
            last_heard: Instant::now(),
            settled: false,
        }
    }

    /// Whether it has ended, and that was not dealt with.
    pub(super) fn ends(&self) -> bool {
        self.end.is_some() && !self.settled
    }

    /// What its records have on the wire, as far as it is learned.
    pub(super) fn wire(&mut self) -> &mut Wire {
        self.run.wire.get_or_insert_with(|| Wire::by_convention(""))
    }
}

impl Tally {
    /// Takes a record into account.
    pub(super) fn count(&mut self, told: &Told) {
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

/// Whether only a debug run makes such a record.
pub(super) fn is_debug(record: &Record) -> bool {
    match record {
        Record::Event(event) => event.severity <= Severity::Debug,
        Record::Log(log) => log.severity <= Severity::Debug,
        _ => false,
    }
}

/// What the first line of a process's file says. The command is known when it has ended.
pub(super) fn run(resource: Attributes, url: &str, scope: Option<&InstrumentationScope>) -> Run {
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
pub(super) fn command(span: &SpanEnd) -> Option<(String, End)> {
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
