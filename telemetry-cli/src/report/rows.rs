//! The rows of a page: spans in the order of their tree, events in the order of their time. There may be many, so that
//! fields have one letter, what is absent is left out, and texts are numbers.

use std::collections::HashMap;

use serde::Serialize;
use telemetry_runtime::line::{Attributes, Outcome, Severity};

use crate::draw::bar::{ended, learned};
use crate::report::texts::Texts;
use crate::story::{Span, Story, Visit, plain};

/// A span. Its children are the rows that follow and are deeper.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Its name.
    n: u32,
    /// Its name inside its parent.
    l: u32,
    /// Screen, stage, timing, span: 0 to 3.
    k: u8,
    /// How deep it is.
    z: u32,
    /// When it opened, in nanoseconds from the beginning.
    s: u64,
    /// How long it was open; absent when it has not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<u64>,
    /// Success, failure, skipped, cancelled, abandoned: 0 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<u8>,
    /// Its error's type.
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<u32>,
    /// Its error's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    m: Option<u32>,
    /// Whether it was slow.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    w: bool,
    /// What is said beside its bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    c: Option<u32>,
    /// Keys and values of its attributes, in turn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    a: Vec<u32>,
    /// Trace, span and name of each link.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    y: Vec<[u32; 3]>,
    /// Its trace.
    t: u32,
    /// Its own id.
    i: String,
}

/// Events, a list for each of their fields.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Events {
    /// When, in nanoseconds from the beginning.
    t: Vec<u64>,
    /// Trace to error: 0 to 4.
    s: Vec<u8>,
    /// Name.
    n: Vec<u32>,
    /// 1 for an undeclared record.
    l: Vec<u8>,
    /// Words.
    b: Vec<u32>,
    /// Screen, or -1.
    p: Vec<i64>,
    /// Stage, or -1.
    g: Vec<i64>,
    /// The row of the span that it is on, or -1.
    r: Vec<i64>,
    /// Keys and values of the attributes, in turn.
    a: Vec<Vec<u32>>,
}

/// A story's spans as rows, and the row of each span by its id.
pub(crate) struct Tree<'s> {
    pub(crate) rows: Vec<Row>,
    pub(crate) by_id: HashMap<&'s str, usize>,
}

/// Puts visits and spans into one tree. A file is whatever somebody wrote: spans that claim to be each other's parents
/// stand at the top, and no span twice.
pub(crate) fn tree<'s>(story: &'s Story, texts: &mut Texts) -> Tree<'s> {
    let visits: HashMap<&str, &Visit> = story
        .visits
        .iter()
        .rev()
        .map(|visit| (visit.span.trace_id.as_str(), visit))
        .collect();
    let mut spans: Vec<&Span> = story
        .visits
        .iter()
        .map(|visit| &visit.span)
        .chain(&story.spans)
        .collect();
    spans.sort_by_key(|span| span.started);
    let ids: HashMap<&str, usize> = spans
        .iter()
        .enumerate()
        .map(|(at, span)| (span.span_id.as_str(), at))
        .collect();
    let parent = |span: &Span| ids.get(span.parent_span_id.as_deref()?).copied();
    let parents: Vec<Option<usize>> = spans.iter().map(|span| parent(span)).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); spans.len()];
    for (at, parent) in parents.iter().enumerate() {
        parent.iter().for_each(|parent| children[*parent].push(at));
    }
    let mut tree = Tree {
        rows: Vec::with_capacity(spans.len()),
        by_id: HashMap::with_capacity(spans.len()),
    };
    let mut seen = vec![false; spans.len()];
    let roots = (0..spans.len()).filter(|at| parents[*at].is_none());
    // After the roots, whatever they do not lead to.
    for root in roots.chain(0..spans.len()) {
        let mut stack = vec![(root, 0, None)];
        while let Some((at, depth, above)) = stack.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            let span = spans[at];
            tree.by_id.insert(&span.span_id, tree.rows.len());
            let visit = visits.get(span.trace_id.as_str()).copied();
            tree.rows
                .push(row(span, visit, above.unwrap_or(""), depth, story, texts));
            let inner = children[at].iter().rev();
            stack.extend(inner.map(|child| (*child, depth + 1, Some(span.name.as_str()))));
        }
    }
    tree
}

fn row(span: &Span, visit: Option<&Visit>, above: &str, depth: u32, story: &Story, texts: &mut Texts) -> Row {
    let inside = span
        .name
        .strip_prefix(above)
        .and_then(|rest| rest.strip_prefix('.'))
        .filter(|_| !above.is_empty());
    let mut notes: Vec<String> = ended(span).into_iter().collect();
    if !visit.is_some_and(|visit| std::ptr::eq(&visit.span, span)) {
        notes.extend(learned(span, visit, story));
    }
    Row {
        n: texts.put(&span.name),
        l: texts.put(inside.unwrap_or(&span.name)),
        k: span.kind as u8,
        z: depth,
        s: story.since_began(span.started),
        d: span.duration_ns,
        o: span.outcome.map(|outcome| match outcome {
            Outcome::Success => 0,
            Outcome::Failure => 1,
            Outcome::Skipped => 2,
            Outcome::Cancelled => 3,
            Outcome::Abandoned => 4,
        }),
        e: span.error_type.as_deref().map(|name| texts.put(name)),
        m: span.status_message.as_deref().map(|words| texts.put(words)),
        w: span.slow,
        c: (!notes.is_empty()).then(|| texts.put(&notes.join(", "))),
        a: pairs(&span.attributes, texts),
        y: span
            .links
            .iter()
            .map(|link| [&link.trace_id, &link.span_id, &link.name].map(|text| texts.put(text)))
            .collect(),
        t: texts.put(&span.trace_id),
        i: crate::report::texts::visible(&span.span_id),
    }
}

/// A story's events, in time.
pub(crate) fn events(story: &Story, by_id: &HashMap<&str, usize>, texts: &mut Texts) -> Events {
    let mut events = Events::default();
    for happening in story.timeline.in_time() {
        let mut place = |name: &Option<String>| name.as_deref().map_or(-1, |name| i64::from(texts.put(name)));
        events.p.push(place(&happening.screen));
        events.g.push(place(&happening.stage));
        let row = happening.span_id.as_deref().and_then(|id| by_id.get(id));
        events.r.push(row.map_or(-1, |row| *row as i64));
        events.t.push(story.since_began(happening.time));
        events.s.push(match happening.severity {
            Severity::Trace => 0,
            Severity::Debug => 1,
            Severity::Info => 2,
            Severity::Warn => 3,
            Severity::Error => 4,
        });
        events.n.push(texts.put(&happening.name));
        events.l.push(u8::from(happening.log));
        events.b.push(texts.put(&happening.body));
        events.a.push(pairs(&happening.attributes, texts));
    }
    events
}

/// Keys and values, in turn.
pub(crate) fn pairs(attributes: &Attributes, texts: &mut Texts) -> Vec<u32> {
    attributes
        .iter()
        .flat_map(|(key, value)| [texts.put(key), texts.put(&plain(value))])
        .collect()
}
