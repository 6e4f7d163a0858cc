//! What a run file means: its lines folded into visits, stages, events, faults and measurements.
//!
//! [`mod@file`] reads a file line by line, [`fold`] keeps counts and bounded samples, so that a run of a million records
//! costs no more memory than one of a thousand; `draw` shows the result, and every other command that asks what
//! a run did starts here. What was cut is counted beside what was kept.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use telemetry_runtime::line::{self, Attributes, Kind, Link, Outcome, Severity};

use crate::story::kept::Kept;
use crate::story::series::Series;
use crate::story::timeline::Timeline;

pub(crate) mod file;
pub(crate) mod fold;
pub(crate) mod kept;
pub(crate) mod limits;
pub(crate) mod series;
pub(crate) mod timeline;

/// A run file as it was read. This is what `runs show --format json` prints.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct RunFile {
    /// Version of this shape; it grows when a field changes its meaning or goes.
    pub(crate) format: u32,
    /// One for each `run` line: a run whose id was handed to another process goes on in the same file.
    pub(crate) runs: Vec<Story>,
    /// Lines that hold a record.
    pub(crate) records: u64,
    /// Whether the last line breaks off: its writer was stopped in the middle of it.
    pub(crate) torn: bool,
    /// Lines that hold none, some of them with the reason.
    pub(crate) bad_lines: Kept<BadLine>,
    /// Records of kinds that this version does not know, by kind.
    pub(crate) unknown_records: BTreeMap<String, u64>,
    /// Fields that this version does not know, by their place in a record.
    pub(crate) unknown_fields: BTreeMap<String, u64>,
    /// Version of the file's format, when it is newer than what this version knows.
    pub(crate) newer_format: Option<u32>,
}

/// A line that is no record.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct BadLine {
    /// Its number, from 1.
    pub(crate) line: u64,
    /// What is wrong with it.
    pub(crate) reason: String,
}

/// One run of one process.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Story {
    /// The `run` line; absent when the file has lost it.
    pub(crate) run: Option<line::Run>,
    /// Time of the first record.
    pub(crate) began: Timestamp,
    /// Time of the latest record.
    pub(crate) last: Timestamp,
    /// What that record was.
    pub(crate) last_record: String,
    /// The `end` line; absent when the run was killed, or still runs.
    pub(crate) end: Option<line::End>,
    /// Records of the run.
    pub(crate) records: u64,
    /// The operator's stays on screens, in order.
    pub(crate) visits: Vec<Visit>,
    /// Visits that are not in `visits`, because there were too many.
    pub(crate) more_visits: u64,
    /// Stages, timings and other spans, in the order in which they opened.
    pub(crate) spans: Vec<Span>,
    /// Spans that are not in `spans`, because there were too many.
    pub(crate) more_spans: u64,
    /// Those of them that are stages or timings.
    #[serde(skip)]
    pub(crate) more_stages: u64,
    /// All spans that ended, by name.
    pub(crate) tallies: BTreeMap<String, Tally>,
    /// What went wrong, each thing once, in the order of its first time.
    pub(crate) faults: Vec<Fault>,
    /// Faults that are not in `faults`, because there were too many different ones.
    pub(crate) more_faults: u64,
    /// Events and logs at `info` and above.
    pub(crate) events: Kept<Happening>,
    /// Events and logs of every severity, for a page that shows them in time; empty where nobody asked for it.
    #[serde(skip)]
    pub(crate) timeline: Timeline,
    /// How often each event happened.
    pub(crate) event_counts: BTreeMap<String, u64>,
    /// Events and logs by severity.
    pub(crate) severities: BTreeMap<Severity, u64>,
    /// Undeclared records.
    pub(crate) logs: u64,
    /// What the operator was told.
    pub(crate) notices: Kept<Told>,
    /// Measurements by metric and attributes, such as `container.exits{exit.code=1}`.
    pub(crate) metrics: BTreeMap<String, Series>,
    /// Measurements that are not in `metrics`, because there were too many different ones.
    pub(crate) more_metrics: u64,
    /// The end-of-run summary.
    pub(crate) summary: Option<line::Summary>,
    /// Sequence numbers that no line carries, between the first and the latest.
    pub(crate) missing: u64,
}

/// A stay on a screen.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Visit {
    /// The visit's own span; its attributes are the tags.
    pub(crate) span: Span,
    /// What the operator did on it.
    pub(crate) actions: Kept<Happening>,
}

/// Something with a start and, if it was heard, an end.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Span {
    /// Its name, such as `launch.network`.
    pub(crate) name: String,
    /// What it stands for.
    pub(crate) kind: Kind,
    /// 32 hex digits.
    pub(crate) trace_id: String,
    /// 16 hex digits.
    pub(crate) span_id: String,
    /// The span it is part of.
    pub(crate) parent_span_id: Option<String>,
    /// Where it came from.
    pub(crate) links: Vec<Link>,
    /// When it opened.
    pub(crate) started: Timestamp,
    /// How long it was open, in nanoseconds; absent while it is open.
    pub(crate) duration_ns: Option<u64>,
    /// How it ended; absent while it is open.
    pub(crate) outcome: Option<Outcome>,
    /// One of the schema's errors, when it failed.
    pub(crate) error_type: Option<String>,
    /// The error's own words.
    pub(crate) status_message: Option<String>,
    /// Everything that is known of it.
    pub(crate) attributes: Attributes,
    /// Whether the run said that it kept the operator waiting.
    pub(crate) slow: bool,
}

/// All spans of one name.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(crate) struct Tally {
    /// How many ended.
    pub(crate) count: u64,
    /// How many of them failed.
    pub(crate) failed: u64,
    /// Their time in all, in nanoseconds.
    pub(crate) total_ns: u64,
    /// The longest one's, in nanoseconds.
    pub(crate) longest_ns: u64,
}

/// Something that went wrong, however often and wherever it was said.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Fault {
    /// When it was said first.
    pub(crate) time: Timestamp,
    /// One of the schema's errors, or the name of the event, or the module that spoke.
    pub(crate) name: String,
    /// Its words.
    pub(crate) words: String,
    /// Where it happened: names of spans, or `screen.stage`; the first few.
    pub(crate) places: Vec<String>,
    /// How often it was said.
    pub(crate) times: u64,
}

/// An event, a log record, or an action on a screen.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Happening {
    /// When.
    pub(crate) time: Timestamp,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// Name of the event, or the module that spoke.
    pub(crate) name: String,
    /// Whether it is an undeclared record.
    pub(crate) log: bool,
    /// What a person reads.
    pub(crate) body: String,
    /// The screen that the operator was on.
    pub(crate) screen: Option<String>,
    /// The stage that it happened in.
    pub(crate) stage: Option<String>,
    /// The span that it is on.
    #[serde(skip)]
    pub(crate) span_id: Option<String>,
    /// Its attributes.
    pub(crate) attributes: Attributes,
}

/// A notice, and when the operator was given it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Told {
    /// When.
    pub(crate) time: Timestamp,
    /// Which notice.
    pub(crate) code: String,
    /// Its words.
    pub(crate) body: String,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<RunFile>()
}

impl Story {
    /// How long the run took, in nanoseconds; of one without an end, until it last spoke.
    pub(crate) fn duration_ns(&self) -> u64 {
        self.end
            .as_ref()
            .map_or_else(|| nanos_between(self.began, self.last), |end| end.duration_ns)
    }

    /// Nanoseconds from the beginning of the run.
    pub(crate) fn since_began(&self, time: Timestamp) -> u64 {
        nanos_between(self.began, time)
    }

    /// The part of a key that tells something: `workspace.name` of `jackin.workspace.name` in jackin's own runs.
    pub(crate) fn short_key<'k>(&self, key: &'k str) -> &'k str {
        let namespace = self.run.as_ref().map_or("", |run| run.schema.name.as_str());
        let stripped = key
            .strip_prefix(namespace)
            .and_then(|rest| rest.strip_prefix('.'));
        stripped
            .filter(|rest| !rest.is_empty() && !namespace.is_empty())
            .unwrap_or(key)
    }

    /// What was open when the run last spoke, outermost first.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Span> {
        let visits = self.visits.iter().map(|visit| &visit.span);
        visits
            .chain(&self.spans)
            .filter(|span| span.duration_ns.is_none())
    }

    /// The stage that took longest, timings aside; one that is open took until the run last spoke.
    pub(crate) fn slowest_stage(&self) -> Option<(&str, u64)> {
        let stages = self.spans.iter().filter(|span| span.kind == Kind::Stage);
        stages
            .map(|span| (span.name.as_str(), span.duration_by(self.last)))
            .max_by_key(|(_, duration)| *duration)
    }

    /// Cache hits and misses: the summary's, or what the instruments last showed of a run that wrote none.
    pub(crate) fn cache(&self) -> (u64, u64) {
        let of = |suffix: &str| {
            let named = self
                .metrics
                .values()
                .filter(|series| series.name.ends_with(suffix));
            named.map(|series| series.last.max(0.0) as u64).sum()
        };
        match &self.summary {
            Some(summary) => (summary.cache_hits, summary.cache_misses),
            None => (of("cache.hits"), of("cache.misses")),
        }
    }
}

impl Span {
    /// How long it was open by `now`, in nanoseconds.
    pub(crate) fn duration_by(&self, now: Timestamp) -> u64 {
        self.duration_ns
            .unwrap_or_else(|| nanos_between(self.started, now))
    }

    /// The value of the attribute whose key ends so: roles keep their last words in every namespace.
    pub(crate) fn attribute(&self, suffix: &str) -> Option<String> {
        self.attributes
            .iter()
            .find(|(key, _)| key.ends_with(suffix))
            .map(|(_, value)| plain(value))
    }
}

/// Nanoseconds from one moment to a later one; none when the clock jumped back.
pub(crate) fn nanos_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.as_nanosecond() - from.as_nanosecond()).unwrap_or(0)
}

/// A value as a person reads it: text without quotes, the rest as JSON.
pub(crate) fn plain(value: &line::AttributeValue) -> String {
    match value {
        line::AttributeValue::String(text) => text.clone(),
        line::AttributeValue::Strings(list) => list.join(", "),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}
