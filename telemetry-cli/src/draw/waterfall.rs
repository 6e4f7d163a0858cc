//! The waterfall: the stages of each visit that had any, drawn to scale on the visit's own time, so that what
//! overlapped stands above one another and what kept the operator waiting is the longest bar.

use std::collections::HashMap;
use std::io;

use jiff::Timestamp;
use telemetry_runtime::line::{Kind, Outcome};

use crate::draw::{View, bar, place};
use crate::look::Ink;
use crate::quantity::{count, duration};
use crate::sheet::Sheet;
use crate::story::{Span, Story, nanos_between};
use crate::text::columns;

/// Spans that are neither stage nor timing and are drawn under one parent: the longest, and those that failed.
const INNER: usize = 3;
/// Rows of one waterfall.
const ROWS: usize = 60;

/// A row of the waterfall.
pub(crate) struct Bar<'s> {
    /// What it shows.
    pub(crate) span: &'s Span,
    /// How deep it is inside the visit.
    pub(crate) depth: usize,
    /// Its name inside its parent.
    pub(crate) label: String,
    /// Spans under the same parent that are not drawn.
    pub(crate) more: usize,
}

/// Draws a waterfall for each visit with stages, and one for stages whose visit the file does not hold.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let mut children: HashMap<&str, Vec<&Span>> = HashMap::new();
    for span in &story.spans {
        if let Some(parent) = &span.parent_span_id {
            children.entry(parent).or_default().push(span);
        }
    }
    let mut drawn = 0;
    for visit in &story.visits {
        let stages = children
            .get(visit.span.span_id.as_str())
            .map_or(&[][..], Vec::as_slice);
        if stages.iter().any(|span| span.kind == Kind::Stage) {
            let bars = bars(stages, &visit.span.name, &children, view);
            let range = (visit.span.started, end_of(&visit.span, story.last));
            one(sheet, story, &visit.span.name, range, &bars, view)?;
            drawn += bars.iter().filter(|bar| bar.span.kind == Kind::Stage).count();
        }
    }
    let stages: Vec<&Span> = story
        .spans
        .iter()
        .filter(|span| span.kind == Kind::Stage)
        .collect();
    if drawn < stages.len() {
        let held = |span: &&&Span| {
            story
                .visits
                .iter()
                .any(|visit| Some(&visit.span.span_id) == span.parent_span_id.as_ref())
        };
        let orphans: Vec<&Span> = stages.iter().filter(|span| !held(span)).copied().collect();
        if let Some(first) = orphans.iter().map(|span| span.started).min() {
            let last = orphans
                .iter()
                .map(|span| end_of(span, story.last))
                .max()
                .unwrap_or(first);
            one(
                sheet,
                story,
                "stages outside a screen",
                (first, last),
                &bars(&orphans, "", &children, view),
                view,
            )?;
        }
    }
    Ok(())
}

fn end_of(span: &Span, now: Timestamp) -> Timestamp {
    let took = jiff::SignedDuration::from_nanos(i64::try_from(span.duration_by(now)).unwrap_or(i64::MAX));
    span.started.checked_add(took).unwrap_or(span.started)
}

/// The rows under one parent: stages and timings in order of their start, of other spans the worst.
fn bars<'s>(
    spans: &[&'s Span],
    parent: &str,
    children: &HashMap<&str, Vec<&'s Span>>,
    view: View<'_>,
) -> Vec<Bar<'s>> {
    let mut bars = Vec::new();
    nest(spans, parent, 0, children, view, &mut bars);
    bars
}

fn nest<'s>(
    spans: &[&'s Span],
    parent: &str,
    depth: usize,
    children: &HashMap<&str, Vec<&'s Span>>,
    view: View<'_>,
    bars: &mut Vec<Bar<'s>>,
) {
    let mut others: Vec<&Span> = spans
        .iter()
        .filter(|span| span.kind == Kind::Span)
        .copied()
        .collect();
    let hidden = if view.all {
        0
    } else {
        others.len().saturating_sub(INNER)
    };
    others.sort_by_key(|span| {
        (
            span.outcome != Some(Outcome::Failure),
            std::cmp::Reverse(span.duration_ns),
        )
    });
    others.truncate(others.len() - hidden);
    let mut shown: Vec<&Span> = spans
        .iter()
        .filter(|span| span.kind != Kind::Span)
        .copied()
        .collect();
    shown.append(&mut others);
    shown.sort_by_key(|span| span.started);
    let last = shown.len().saturating_sub(1);
    for (index, span) in shown.into_iter().enumerate() {
        let own = span
            .name
            .strip_prefix(parent)
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(&span.name);
        let more = if index == last { hidden } else { 0 };
        bars.push(Bar {
            span,
            depth,
            label: own.to_owned(),
            more,
        });
        // A file is whatever somebody wrote: spans that claim to be each other's parents must not hang the reader.
        if depth < 6 {
            let inner = children.get(span.span_id.as_str()).map_or(&[][..], Vec::as_slice);
            nest(inner, &span.name, depth + 1, children, view, bars);
        }
    }
}

/// Columns of a waterfall.
pub(crate) struct Layout {
    /// Columns of the label.
    pub(crate) label: usize,
    /// Where bars begin.
    pub(crate) bar: usize,
    /// Columns of the longest bar.
    pub(crate) width: usize,
}

impl Layout {
    fn new(width: usize, bars: &[Bar<'_>]) -> Self {
        let longest = bars
            .iter()
            .map(|bar| 2 + bar.depth * 2 + columns(&bar.label))
            .max()
            .unwrap_or(0);
        let label = longest.min(width * 2 / 5).max(8);
        // Label, duration of seven columns, a mark, and the bar.
        let bar = label + 1 + 7 + 3;
        Layout {
            label,
            bar,
            width: width.saturating_sub(bar).max(4),
        }
    }

    /// Where a bar starts and how many columns it takes: at least one, and never outside.
    pub(crate) fn bar_of(&self, from: u64, took: u64, total: u64) -> (usize, usize) {
        let scale = |nanos: u64| (u128::from(nanos) * self.width as u128 / u128::from(total.max(1))) as usize;
        let start = scale(from).min(self.width - 1);
        let end = scale(from.saturating_add(took)).clamp(start + 1, self.width);
        (start, end - start)
    }
}

fn one(
    sheet: &mut Sheet<'_>,
    story: &Story,
    name: &str,
    range: (Timestamp, Timestamp),
    bars: &[Bar<'_>],
    view: View<'_>,
) -> io::Result<()> {
    let signs = sheet.look.signs();
    let total = nanos_between(range.0, range.1).max(1);
    let slow = bars.iter().filter(|bar| bar.span.slow).count();
    let failed = bars
        .iter()
        .filter(|bar| bar.span.kind == Kind::Stage && bar.span.outcome == Some(Outcome::Failure));
    let stages = bars.iter().filter(|bar| bar.span.kind == Kind::Stage).count();
    let mut remark = vec![count(stages as u64, "stage"), duration(total, signs)];
    remark.extend((slow > 0).then(|| format!("{} slow {slow}", signs.slow)));
    let failed = failed.count();
    remark.extend((failed > 0).then(|| format!("{} failed {failed}", signs.failed)));
    sheet.section(
        &format!("Waterfall of {}", place(name, signs)),
        &remark.join(&format!(" {} ", signs.dot)),
    )?;
    let layout = Layout::new(sheet.look.width, bars);
    axis(sheet, &layout, total)?;
    let rows = if view.all { bars.len() } else { ROWS };
    for bar in bars.iter().take(rows) {
        bar::draw(sheet, story, &layout, (range.0, total), bar, view)?;
    }
    if bars.len() > rows {
        let more = format!("{} {}", signs.more, count((bars.len() - rows) as u64, "more row"));
        sheet.flow(2, "", &[(Ink::Faint, more)])?;
    }
    Ok(())
}

/// The scale: as many equal steps as have room for their words.
fn axis(sheet: &mut Sheet<'_>, layout: &Layout, total: u64) -> io::Result<()> {
    let signs = sheet.look.signs();
    let steps = (layout.width / 14).clamp(1, 8);
    let mut row = sheet.row();
    row.to(layout.bar).put(Ink::Faint, "0s");
    for step in 1..=steps {
        let label = duration((u128::from(total) * step as u128 / steps as u128) as u64, signs);
        row.put_ending(layout.bar + layout.width * step / steps, Ink::Faint, &label);
    }
    sheet.put(&row)
}
