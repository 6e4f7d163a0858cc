//! One run of a page: what the terminal's drawing says in words is said in the same words, and the rest is numbers that
//! the page draws.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use telemetry_runtime::line::{Kind, PointKind, Severity};

use crate::draw::path::{came_from, said, tags};
use crate::draw::{Unended, doubts, header};
use crate::look::{Ink, Look};
use crate::quantity::duration;
use crate::report::rows::{Events, Row, Tree, events, pairs, tree};
use crate::report::texts::{Texts, visible};
use crate::story::{Story, Visit};

/// One run. Times are nanoseconds from its beginning.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
    id: String,
    command: String,
    /// How it stands, in a word, and how good that is.
    status: &'static str,
    tone: &'static str,
    error: Option<String>,
    exit: Option<i64>,
    took: String,
    /// The end of its time.
    end: u64,
    ended: bool,
    running: bool,
    began: String,
    facts: Vec<String>,
    resource: Vec<u32>,
    records: u64,
    doubts: Vec<String>,
    faults: Vec<Fault>,
    more_faults: u64,
    last: u64,
    last_record: String,
    /// Rows of spans that never ended.
    open: Vec<usize>,
    visits: Vec<Stay>,
    more_visits: u64,
    rows: Vec<Row>,
    /// Spans that are neither visit nor stage, by name: how many, how many failed, their time in all, the longest.
    tallies: Vec<(String, [u64; 4])>,
    events: Events,
    severities: BTreeMap<Severity, u64>,
    /// Of each severity that is not on the page whole: one of how many is.
    strides: BTreeMap<Severity, u64>,
    event_counts: Vec<(String, u64)>,
    cache: [u64; 2],
    metrics: Vec<Measured>,
    ledger: Option<[u64; 4]>,
}

#[derive(Debug, Serialize)]
struct Fault {
    at: u64,
    name: String,
    words: String,
    places: Vec<String>,
    times: u64,
    /// The row of a span that failed so.
    row: Option<usize>,
}

/// A visit.
#[derive(Debug, Serialize)]
struct Stay {
    row: usize,
    /// The visit that it links to.
    from: Option<usize>,
    /// A word on one that does not link to the visit before it.
    doubt: Option<String>,
    said: Vec<String>,
    more: u64,
    tags: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Measured {
    key: String,
    name: String,
    unit: String,
    kind: PointKind,
    points: u64,
    last: f64,
    peak: f64,
    mean: Option<f64>,
    stride: u64,
    t: Vec<u64>,
    v: Vec<f64>,
}

/// Makes one run's part of a page.
pub(crate) fn part(story: &Story, unended: Unended, look: &Look, texts: &mut Texts) -> Part {
    let signs = look.signs();
    let (ink, status) = header::status(story, unended);
    let Tree { rows, by_id } = tree(story, texts);
    let end = story.end.as_ref();
    let last = story.since_began(story.last);
    let took = duration(story.duration_ns(), signs);
    let run = story.run.as_ref();
    let mut open: Vec<usize> = story
        .open()
        .filter_map(|span| by_id.get(span.span_id.as_str()).copied())
        .collect();
    open.sort_unstable();
    let strides = story
        .timeline
        .severities()
        .map(|(severity, thinned)| (severity, thinned.stride));
    let mut event_counts: Vec<(String, u64)> = story
        .event_counts
        .iter()
        .map(|(name, count)| (visible(name), *count))
        .collect();
    event_counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Part {
        id: visible(run.map_or("", |run| &run.run_id)),
        command: visible(run.map_or("", |run| &run.command)),
        status,
        tone: match ink {
            Ink::Good => "good",
            Ink::Bad => "bad",
            Ink::Warn => "warn",
            _ => "plain",
        },
        error: end.and_then(|end| end.error_type.as_deref()).map(visible),
        exit: end.and_then(|end| end.exit_code).map(i64::from),
        took: header::took(story, unended, took),
        end: story.duration_ns().max(last),
        ended: end.is_some(),
        running: end.is_none() && unended == Unended::Running,
        began: header::moment(story.began, look),
        facts: header::facts(story).map(|fact| visible(&fact)).collect(),
        resource: run.map(|run| pairs(&run.resource, texts)).unwrap_or_default(),
        records: story.records,
        doubts: doubts::of_run(story).iter().map(|words| visible(words)).collect(),
        faults: faults(story, &by_id),
        more_faults: story.more_faults,
        last,
        last_record: visible(&story.last_record),
        open,
        visits: stays(story, &by_id, signs.arrow),
        more_visits: story.more_visits,
        tallies: tallies(story),
        events: events(story, &by_id, texts),
        severities: story.severities.clone(),
        strides: strides.filter(|(_, stride)| *stride > 1).collect(),
        event_counts,
        cache: story.cache().into(),
        metrics: measured(story),
        ledger: story
            .summary
            .as_ref()
            .map(|summary| summary.ledger)
            .map(|ledger| {
                [
                    ledger.emitted,
                    ledger.in_file,
                    ledger.acknowledged,
                    ledger.dropped,
                ]
            }),
        rows,
    }
}

impl Part {
    /// Which run it is and how that ended, in a few words.
    pub(crate) fn words(&self) -> Vec<(Ink, String)> {
        let ink = match self.tone {
            "good" => Ink::Good,
            "bad" => Ink::Bad,
            "warn" => Ink::Warn,
            _ => Ink::Plain,
        };
        let id = if self.id.is_empty() {
            "run without its first line".to_owned()
        } else {
            format!("run {}", self.id)
        };
        vec![
            (Ink::Plain, id),
            (Ink::Plain, self.command.clone()),
            (ink, self.status.to_owned()),
        ]
    }
}

type ById<'s> = std::collections::HashMap<&'s str, usize>;

fn faults(story: &Story, by_id: &ById<'_>) -> Vec<Fault> {
    let spans = story.visits.iter().map(|visit| &visit.span).chain(&story.spans);
    // The innermost of the spans that failed with these words is where it happened: it ended first.
    let mut failed: BTreeMap<(&str, &str), (u64, usize)> = BTreeMap::new();
    for span in spans.filter(|span| span.error_type.is_some() || span.status_message.is_some()) {
        let key = (
            span.error_type.as_deref().unwrap_or("failure"),
            span.status_message.as_deref().unwrap_or_default(),
        );
        let ended = story
            .since_began(span.started)
            .saturating_add(span.duration_by(story.last));
        if let Some(row) = by_id.get(span.span_id.as_str()) {
            let first = failed.entry(key).or_insert((ended, *row));
            *first = (*first).min((ended, *row));
        }
    }
    let fault = |fault: &crate::story::Fault| Fault {
        at: story.since_began(fault.time),
        name: visible(&fault.name),
        words: visible(&fault.words),
        places: fault.places.iter().map(|place| visible(place)).collect(),
        times: fault.times,
        row: failed
            .get(&(fault.name.as_str(), fault.words.as_str()))
            .map(|(_, row)| *row),
    };
    story.faults.iter().map(fault).collect()
}

fn stays(story: &Story, by_id: &ById<'_>, arrow: &str) -> Vec<Stay> {
    let visits: ById<'_> = story
        .visits
        .iter()
        .enumerate()
        .map(|(index, visit)| (visit.span.span_id.as_str(), index))
        .collect();
    let stay = |(index, visit): (usize, &Visit)| {
        let linked = visit
            .span
            .links
            .iter()
            .find_map(|link| visits.get(link.span_id.as_str()));
        let said = visit
            .actions
            .iter()
            .map(|action| visible(&said(action, &visit.span, story, arrow)));
        Some(Stay {
            row: *by_id.get(visit.span.span_id.as_str())?,
            from: linked.copied(),
            doubt: came_from(story, index).map(|words| visible(&words)),
            said: said.collect(),
            more: visit.actions.lost(),
            tags: tags(&visit.span, story).iter().map(|tag| visible(tag)).collect(),
        })
    };
    story.visits.iter().enumerate().filter_map(stay).collect()
}

fn tallies(story: &Story) -> Vec<(String, [u64; 4])> {
    let others: BTreeSet<&str> = story
        .spans
        .iter()
        .filter(|span| span.kind == Kind::Span)
        .map(|span| span.name.as_str())
        .collect();
    let mut tallies: Vec<(String, [u64; 4])> = story
        .tallies
        .iter()
        .filter(|(name, _)| others.contains(name.as_str()))
        .map(|(name, tally)| {
            let numbers = [tally.count, tally.failed, tally.total_ns, tally.longest_ns];
            (visible(name), numbers)
        })
        .collect();
    tallies.sort_by_key(|(_, [_, _, total, _])| std::cmp::Reverse(*total));
    tallies
}

fn measured(story: &Story) -> Vec<Measured> {
    let of = |(key, series): (&String, &crate::story::series::Series)| Measured {
        key: visible(story.short_key(key)),
        name: visible(&series.name),
        unit: visible(&series.unit),
        kind: series.kind,
        points: series.points,
        last: series.last,
        peak: series.peak,
        mean: series.mean,
        stride: series.stride,
        t: series.times.iter().map(|time| story.since_began(*time)).collect(),
        v: series.samples.clone(),
    };
    story.metrics.iter().map(of).collect()
}
