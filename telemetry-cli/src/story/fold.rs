//! Folds the records of one run into its [`Story`], one at a time, in bounded memory.
//!
//! `file` gives it every record between two `run` lines. Spans are kept up to a limit for each kind; past it
//! only those that are still open are remembered, because what was open when a run died is what a reader asks.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use telemetry_runtime::line::{Kind, Line, Point, Record};

use crate::story::kept::Kept;
use crate::story::limits::Limits;
use crate::story::series::Series;
use crate::story::timeline::Timeline;
use crate::story::{Span, Story, Told, Visit, plain};

mod happenings;
mod late;
mod spans;

use late::Late;

/// Where a span is kept.
#[derive(Debug, Clone, Copy)]
enum Slot {
    Visit(usize),
    Span(usize),
}

/// A story in the making.
#[derive(Debug)]
pub(crate) struct Fold {
    story: Story,
    limits: Limits,
    slots: HashMap<String, Slot>,
    /// Spans past the limit that have not ended.
    past_limit: HashMap<String, Span>,
    late: Late,
    /// Where a fault is in the story, by its words, or by its name when it has none.
    faults: HashMap<String, usize>,
    stages: usize,
    others: usize,
    next_seq: u64,
    /// Lines since the last record that may have carried the numbers that are missing.
    excused: u64,
}

impl Fold {
    /// A run whose first record is this old, of which so much is kept.
    pub(crate) fn new(began: Timestamp, limits: Limits) -> Self {
        let story = Story {
            run: None,
            began,
            last: began,
            last_record: String::new(),
            end: None,
            records: 0,
            visits: Vec::new(),
            more_visits: 0,
            spans: Vec::new(),
            more_spans: 0,
            more_stages: 0,
            tallies: BTreeMap::new(),
            faults: Vec::new(),
            more_faults: 0,
            events: Kept::of(limits.events),
            timeline: Timeline::of(&limits),
            event_counts: BTreeMap::new(),
            severities: BTreeMap::new(),
            logs: 0,
            notices: Kept::of(limits.notices),
            metrics: BTreeMap::new(),
            more_metrics: 0,
            summary: None,
            missing: 0,
        };
        Fold {
            story,
            limits,
            slots: HashMap::new(),
            past_limit: HashMap::new(),
            late: Late::default(),
            faults: HashMap::new(),
            stages: 0,
            others: 0,
            next_seq: 0,
            excused: 0,
        }
    }

    /// A line that held no record, but may have held a number of the count.
    pub(crate) fn excuse(&mut self) {
        self.excused += 1;
    }

    /// Takes the next record. `time` is the line's own.
    pub(crate) fn take(&mut self, line: Line, time: Timestamp) {
        let excused = std::mem::take(&mut self.excused);
        if line.seq > self.next_seq {
            self.story.missing += (line.seq - self.next_seq).saturating_sub(excused);
        }
        self.next_seq = self.next_seq.max(line.seq.saturating_add(1));
        self.story.records += 1;
        self.story.last = self.story.last.max(time);
        let spoke = &mut self.story.last_record;
        spoke.clear();
        match line.record {
            Record::Run(run) => {
                spoke.push_str("the beginning of the run");
                self.story.run = Some(run);
            }
            Record::SpanStart(start) => {
                spoke.extend(["the start of ", start.name.as_str()]);
                self.open(start, time);
            }
            Record::SpanEnd(end) => {
                spoke.extend(["the end of ", end.name.as_str()]);
                self.close(end, time);
            }
            Record::Event(event) => {
                spoke.extend(["the event ", event.name.as_str()]);
                self.event(event, time);
            }
            Record::Log(log) => {
                spoke.extend(["a log record of ", log.target.as_str()]);
                self.log(log, time);
            }
            Record::Metrics(metrics) => {
                spoke.push_str("metrics");
                metrics.points.iter().for_each(|point| self.measure(point, time));
            }
            Record::Notice(notice) => {
                spoke.extend(["the notice ", notice.code.as_str()]);
                self.story.notices.push(Told {
                    time,
                    code: notice.code,
                    body: notice.body,
                });
            }
            Record::Summary(summary) => {
                spoke.push_str("the summary");
                self.story.summary = Some(summary);
            }
            Record::End(end) => {
                spoke.push_str("the end of the run");
                self.story.end = Some(end);
            }
        }
    }

    /// The story so far, as the whole.
    pub(crate) fn finish(mut self) -> Story {
        let mut beyond: Vec<Span> = self.past_limit.drain().map(|(_, span)| span).collect();
        beyond.extend(self.late.spans());
        beyond.sort_by_key(|span| span.started);
        for span in beyond {
            let story = &mut self.story;
            if span.kind == Kind::Screen {
                story.more_visits = story.more_visits.saturating_sub(1);
                let actions = Kept::of(self.limits.actions);
                story.visits.push(Visit { span, actions });
                continue;
            }
            story.more_spans = story.more_spans.saturating_sub(1);
            if span.kind != Kind::Span {
                story.more_stages = story.more_stages.saturating_sub(1);
            }
            story.spans.push(span);
        }
        self.story
    }

    fn measure(&mut self, point: &Point, time: Timestamp) {
        let mut key = point.name.clone();
        if !point.attributes.is_empty() {
            let pairs = point
                .attributes
                .iter()
                .map(|(key, value)| format!("{key}={}", plain(value)));
            key.extend(["{", pairs.collect::<Vec<_>>().join(", ").as_str(), "}"]);
        }
        if self.story.metrics.len() < Limits::NAMES || self.story.metrics.contains_key(&key) {
            self.story
                .metrics
                .entry(key)
                .or_insert_with(|| Series::of(point))
                .push(&point.value, time);
        } else {
            self.story.more_metrics += 1;
        }
    }
}

/// What is counted under a name; past so many names, under that of all others.
fn counted<'m, V: Default>(counts: &'m mut BTreeMap<String, V>, name: &str) -> &'m mut V {
    const OTHERS: &str = "(other names)";
    let name = if counts.len() < Limits::NAMES || counts.contains_key(name) {
        name
    } else {
        OTHERS
    };
    counts.entry(name.to_owned()).or_default()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::story::file::read;

    /// A run that starts and ends so many spans, leaves every hundredth open, and speaks between them.
    fn long_run(kind: &str, spans: usize) -> String {
        let mut text = String::new();
        let mut seq = 0;
        let mut line = |rest: String| {
            let time = "2026-11-23T01:59:00.000000000Z";
            writeln!(text, "{{\"seq\":{seq},\"time\":\"{time}\",{rest}}}")
                .expect("a string takes everything");
            seq += 1;
        };
        for n in 0..spans {
            let id =
                format!("\"name\":\"work\",\"kind\":\"{kind}\",\"trace_id\":\"1\",\"span_id\":\"{n:x}\"");
            line(format!("\"record\":\"span_start\",{id}"));
            line(format!(
                "\"record\":\"event\",\"name\":\"e{n}\",\"severity\":\"error\",\"body\":\"{n}\""
            ));
            if n % 100 != 0 {
                let started = "\"started\":\"2026-11-23T01:59:00.000000000Z\",\"duration_ns\":7,\"outcome\":\"success\"";
                line(format!("\"record\":\"span_end\",{id},{started}"));
            }
        }
        text
    }

    #[test]
    fn a_run_of_any_length_is_kept_in_bounds_and_counted_whole() {
        let limits = Limits::TERMINAL;
        let spans = 3 * limits.spans;
        let file = read(long_run("span", spans).as_bytes()).expect("a run");
        let story = &file.runs[0];
        let open = spans / 100;
        assert_eq!(
            story.open().count(),
            open,
            "what is open is remembered past the limit"
        );
        assert!(story.spans.len() <= limits.spans + open);
        assert_eq!(story.spans.len() as u64 + story.more_spans, spans as u64);
        assert_eq!(story.tallies["work"].count, (spans - open) as u64);
        assert_eq!(
            (story.faults.len(), story.more_faults),
            (limits.faults, (spans - limits.faults) as u64)
        );
        assert_eq!(story.events.count, spans as u64);
        assert_eq!(story.events.iter().count(), 2 * limits.events);
        assert!(story.event_counts.len() <= Limits::NAMES + 1);
        assert_eq!(story.event_counts.values().sum::<u64>(), spans as u64);
        assert_eq!(story.missing, 0);
    }
    #[test]
    fn visits_and_stages_past_their_bounds_are_counted_once_and_kept_while_they_are_open() {
        let limits = Limits::TERMINAL;
        let number = 2 * limits.visits;
        let open = number / 100;
        let visits = read(long_run("screen", number).as_bytes()).expect("a run");
        let story = &visits.runs[0];
        assert_eq!(story.visits.len() as u64 + story.more_visits, number as u64);
        assert_eq!(story.open().count(), open);
        let stages = read(long_run("stage", number).as_bytes()).expect("a run");
        let story = &stages.runs[0];
        assert_eq!(story.spans.len() as u64 + story.more_stages, number as u64);
        assert_eq!(
            (story.more_spans, story.open().count()),
            (story.more_stages, open)
        );
    }
}
