//! Folds the records of one run into its [`Story`], one at a time, in bounded memory.
//!
//! `file` gives it every record between two `run` lines. Spans are kept up to a limit for each kind; past it
//! only those that are still open are remembered, because what was open when a run died is what a reader asks.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use telemetry_runtime::line::{Event, Kind, Line, Log, Outcome, Point, Record, Severity, SpanEnd, SpanStart};

use crate::story::kept::Kept;
use crate::story::series::Series;
use crate::story::{Fault, Happening, Span, Story, Told, Visit, plain};

/// Visits that are kept.
const VISITS: usize = 10_000;
/// Stages and timings that are kept, and as many other spans.
const SPANS: usize = 10_000;
/// Spans past those limits that are remembered while they are open.
const OPEN: usize = 10_000;
/// Different faults that are kept.
const FAULTS: usize = 200;
/// Places that are kept of a fault.
const PLACES: usize = 8;
/// Different names that are counted, of events and of spans, and different measurements.
const NAMES: usize = 1_000;
/// Events, and actions of a visit, that are kept from each end.
const HAPPENINGS: usize = 500;
const ACTIONS: usize = 50;
const NOTICES: usize = 20;

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
    slots: HashMap<String, Slot>,
    /// Spans past the limit that have not ended.
    past_limit: HashMap<String, Span>,
    stages: usize,
    others: usize,
    next_seq: u64,
    /// Lines since the last record that may have carried the numbers that are missing.
    excused: u64,
}

impl Fold {
    /// A run whose first record is this old.
    pub(crate) fn new(began: Timestamp) -> Self {
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
            tallies: BTreeMap::new(),
            faults: Vec::new(),
            more_faults: 0,
            events: Kept::of(HAPPENINGS),
            event_counts: BTreeMap::new(),
            severities: BTreeMap::new(),
            logs: 0,
            notices: Kept::of(NOTICES),
            metrics: BTreeMap::new(),
            more_metrics: 0,
            summary: None,
            missing: 0,
        };
        Fold {
            story,
            slots: HashMap::new(),
            past_limit: HashMap::new(),
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
                metrics.points.iter().for_each(|point| self.measure(point));
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
        let mut still_open: Vec<Span> = self.past_limit.drain().map(|(_, span)| span).collect();
        still_open.sort_by_key(|span| span.started);
        self.story.more_spans = self.story.more_spans.saturating_sub(still_open.len() as u64);
        self.story.spans.append(&mut still_open);
        self.story
    }

    fn open(&mut self, start: SpanStart, time: Timestamp) {
        self.keep(Span {
            name: start.name,
            kind: start.kind,
            trace_id: start.trace_id,
            span_id: start.span_id,
            parent_span_id: start.parent_span_id,
            links: start.links,
            started: time,
            duration_ns: None,
            outcome: None,
            error_type: None,
            status_message: None,
            attributes: start.attributes,
            slow: false,
        });
    }

    fn close(&mut self, end: SpanEnd, time: Timestamp) {
        let tally = counted(&mut self.story.tallies, &end.name);
        tally.count += 1;
        tally.failed += u64::from(end.outcome == Outcome::Failure);
        tally.total_ns = tally.total_ns.saturating_add(end.duration_ns);
        tally.longest_ns = tally.longest_ns.max(end.duration_ns);
        if end.outcome == Outcome::Failure {
            let name = end.error_type.clone().unwrap_or_else(|| "failure".to_owned());
            let words = end.status_message.clone().unwrap_or_default();
            self.fault(time, name, words, Some(end.name.clone()));
        }
        if self.past_limit.remove(&end.span_id).is_some() {
            return;
        }
        // A file that took over from a backend may hold an end whose start was delivered.
        if !self.slots.contains_key(&end.span_id) {
            let started = end.started.parse().unwrap_or(time);
            self.keep(Span {
                name: end.name,
                kind: end.kind,
                trace_id: end.trace_id,
                span_id: end.span_id.clone(),
                parent_span_id: end.parent_span_id,
                links: end.links,
                started,
                duration_ns: None,
                outcome: None,
                error_type: None,
                status_message: None,
                attributes: Default::default(),
                slow: false,
            });
            self.past_limit.remove(&end.span_id);
        }
        let Some(span) = self.span(&end.span_id) else {
            return;
        };
        span.duration_ns = Some(end.duration_ns);
        span.outcome = Some(end.outcome);
        span.error_type = end.error_type;
        span.status_message = end.status_message;
        span.attributes = end.attributes;
    }

    /// Keeps a new span if there is room.
    fn keep(&mut self, span: Span) {
        let used = match span.kind {
            Kind::Screen => self.story.visits.len(),
            Kind::Stage | Kind::Timing => self.stages,
            Kind::Span => self.others,
        };
        let room = used < if span.kind == Kind::Screen { VISITS } else { SPANS };
        match span.kind {
            Kind::Screen if room => {
                self.slots
                    .insert(span.span_id.clone(), Slot::Visit(self.story.visits.len()));
                self.story.visits.push(Visit {
                    span,
                    actions: Kept::of(ACTIONS),
                });
            }
            Kind::Screen => self.story.more_visits += 1,
            kind if room => {
                *(if kind == Kind::Span {
                    &mut self.others
                } else {
                    &mut self.stages
                }) += 1;
                self.slots
                    .insert(span.span_id.clone(), Slot::Span(self.story.spans.len()));
                self.story.spans.push(span);
            }
            _ => {
                self.story.more_spans += 1;
                if self.past_limit.len() < OPEN {
                    self.past_limit.insert(span.span_id.clone(), span);
                }
            }
        }
    }

    fn span(&mut self, id: &str) -> Option<&mut Span> {
        match *self.slots.get(id)? {
            Slot::Visit(index) => self.story.visits.get_mut(index).map(|visit| &mut visit.span),
            Slot::Span(index) => self.story.spans.get_mut(index),
        }
    }

    fn event(&mut self, event: Event, time: Timestamp) {
        *self.story.severities.entry(event.severity).or_default() += 1;
        *counted(&mut self.story.event_counts, &event.name) += 1;
        if event.severity == Severity::Error {
            let place = place(event.screen.as_deref(), event.stage.as_deref());
            self.fault(time, event.name.clone(), event.body.clone(), place);
        }
        let ends = |suffix: &str| event.attributes.keys().any(|key| key.ends_with(suffix));
        if event.name == "slow.foreground.wait" || (ends(".threshold") && ends(".duration")) {
            self.mark_slow(&event);
        }
        let slot = event.span_id.as_ref().and_then(|id| self.slots.get(id)).copied();
        let on_span = event.on_span;
        let Some(happening) = Happening::of(Record::Event(event), time) else {
            return;
        };
        match slot {
            Some(Slot::Visit(index)) if on_span => {
                if let Some(visit) = self.story.visits.get_mut(index) {
                    visit.actions.push(happening);
                }
            }
            _ => self.happen(happening),
        }
    }

    fn log(&mut self, log: Log, time: Timestamp) {
        *self.story.severities.entry(log.severity).or_default() += 1;
        self.story.logs += 1;
        if log.severity == Severity::Error {
            let place = place(log.screen.as_deref(), log.stage.as_deref());
            self.fault(time, log.target.clone(), log.body.clone(), place);
        }
        Happening::of(Record::Log(log), time)
            .into_iter()
            .for_each(|happening| self.happen(happening));
    }

    fn happen(&mut self, happening: Happening) {
        if happening.severity >= Severity::Info {
            self.story.events.push(happening);
        }
    }

    /// Marks the stage or timing that a slow-wait event speaks of: the span it is on, else the latest of that name.
    fn mark_slow(&mut self, event: &Event) {
        let on = event.span_id.as_ref().and_then(|id| self.slots.get(id)).copied();
        if let Some(Slot::Span(index)) = on {
            self.story.spans[index].slow = true;
            return;
        }
        let role = |suffix: &str| event.attributes.iter().find(|(key, _)| key.ends_with(suffix));
        let told = role(".timing.name")
            .or_else(|| role(".stage.name"))
            .or_else(|| role(".stage"));
        let Some(name) = told
            .map(|(_, value)| plain(value))
            .or_else(|| event.stage.clone())
        else {
            return;
        };
        let suffix = format!(".{name}");
        let named =
            |span: &&mut Span| span.kind != Kind::Span && (span.name == name || span.name.ends_with(&suffix));
        if let Some(span) = self.story.spans.iter_mut().rev().find(named) {
            span.slow = true;
        }
    }

    fn measure(&mut self, point: &Point) {
        let mut key = point.name.clone();
        if !point.attributes.is_empty() {
            let pairs = point
                .attributes
                .iter()
                .map(|(key, value)| format!("{key}={}", plain(value)));
            key.extend(["{", pairs.collect::<Vec<_>>().join(", ").as_str(), "}"]);
        }
        if self.story.metrics.len() < NAMES || self.story.metrics.contains_key(&key) {
            self.story
                .metrics
                .entry(key)
                .or_insert_with(|| Series::of(point))
                .push(&point.value);
        } else {
            self.story.more_metrics += 1;
        }
    }

    fn fault(&mut self, time: Timestamp, name: String, words: String, place: Option<String>) {
        let same = |fault: &&mut Fault| fault.words == words && (fault.name == name || !words.is_empty());
        if let Some(fault) = self.story.faults.iter_mut().find(same) {
            fault.times += 1;
            let new = place.filter(|place| fault.places.len() < PLACES && !fault.places.contains(place));
            fault.places.extend(new);
        } else if self.story.faults.len() < FAULTS {
            let places = place.into_iter().collect();
            self.story.faults.push(Fault {
                time,
                name,
                words,
                places,
                times: 1,
            });
        } else {
            self.story.more_faults += 1;
        }
    }
}

/// What is counted under a name; past so many names, under that of all others.
fn counted<'m, V: Default>(counts: &'m mut BTreeMap<String, V>, name: &str) -> &'m mut V {
    const OTHERS: &str = "(other names)";
    let name = if counts.len() < NAMES || counts.contains_key(name) {
        name
    } else {
        OTHERS
    };
    counts.entry(name.to_owned()).or_default()
}

/// Where something happened, as precisely as the record says.
fn place(screen: Option<&str>, stage: Option<&str>) -> Option<String> {
    match (screen, stage) {
        (Some(screen), Some(stage)) if stage.starts_with(screen) => Some(stage.to_owned()),
        (Some(screen), Some(stage)) => Some(format!("{screen}.{stage}")),
        (screen, stage) => screen.or(stage).map(str::to_owned),
    }
}
