//! One row of the waterfall: label, duration, a sign for how it ended, the bar to scale, and beside the bar what is
//! to be said of it. A row says how something ended wherever that fits; what it learned only where there is room.

use std::io;

use jiff::Timestamp;
use telemetry_runtime::line::{Kind, Outcome};

use crate::draw::path::own;
use crate::draw::waterfall::{Bar, Layout};
use crate::draw::{View, ink, word};
use crate::look::{Ink, Signs};
use crate::quantity::{count, duration};
use crate::sheet::Sheet;
use crate::story::{Span, Story, Visit, nanos_between, plain};
use crate::text::{clean, columns};

/// Draws the row of a bar on a scale that begins at a moment and is so many nanoseconds long.
pub(crate) fn draw(
    sheet: &mut Sheet<'_>,
    story: &Story,
    layout: &Layout,
    (origin, total): (Timestamp, u64),
    bar: &Bar<'_>,
    view: View<'_>,
) -> io::Result<()> {
    let signs = sheet.look.signs();
    let span = bar.span;
    let (mark, paint) = mark(span, signs);
    let label = if span.kind == Kind::Stage {
        Ink::Strong
    } else {
        Ink::Plain
    };
    let indent = 2 + bar.depth * 2;
    let took = span.duration_by(story.last);
    let skipped = span.outcome == Some(Outcome::Skipped);
    let mut row = sheet.row();
    row.to(indent)
        .put_at_most(label, &bar.label, layout.label.saturating_sub(indent));
    if !skipped {
        row.put_ending(layout.label + 8, Ink::Plain, &duration(took, signs));
    }
    row.to(layout.label + 9).put(paint, mark).to(layout.bar);
    let (start, length) = layout.bar_of(nanos_between(origin, span.started), took, total);
    let after = layout.width - start - length;
    let room = if skipped {
        layout.width
    } else {
        after.max(start).saturating_sub(1)
    };
    let ended = ended(span);
    let visit = story
        .visits
        .iter()
        .find(|visit| visit.span.trace_id == span.trace_id);
    let mut note = String::new();
    let mut below = Vec::new();
    for (index, part) in ended
        .iter()
        .cloned()
        .chain(learned(span, visit, story))
        .enumerate()
    {
        let longer = if note.is_empty() {
            part.clone()
        } else {
            format!("{note}, {part}")
        };
        if columns(&clean(&longer)) <= room {
            note = longer;
        } else if view.all || (index == 0 && ended.is_some()) {
            // What it learned gives way where there is no room; how it ended does not.
            below.push(part);
        }
    }
    let wide = columns(&clean(&note));
    let piece = match (span.duration_ns, span.kind) {
        (None, _) => signs.open,
        (_, Kind::Stage) => signs.stage,
        _ => signs.inner,
    };
    let piece = piece.repeat(if skipped { 0 } else { length });
    if skipped {
        row.put(Ink::Faint, &note);
    } else if wide < after || note.is_empty() {
        row.to(layout.bar + start)
            .put(paint, &piece)
            .put(Ink::Plain, " ")
            .put(Ink::Faint, &note);
    } else {
        row.put_ending(layout.bar + start - 1, Ink::Faint, &note)
            .to(layout.bar + start)
            .put(paint, &piece);
    }
    sheet.put(&row)?;
    sheet.flow(indent + 2, "", &[(Ink::Faint, below.join(", "))])?;
    if bar.more > 0 {
        let more = count(bar.more as u64, "more span");
        sheet.flow(
            indent,
            "",
            &[(Ink::Faint, format!("{} {more} (--all shows them)", signs.more))],
        )?;
    }
    Ok(())
}

/// The sign before a bar, and its colour.
fn mark(span: &Span, signs: &'static Signs) -> (&'static str, Ink) {
    let sign = match span.outcome {
        None => signs.open,
        Some(Outcome::Failure) => signs.failed,
        Some(Outcome::Skipped) => signs.skipped,
        Some(Outcome::Cancelled) => signs.cancelled,
        Some(Outcome::Abandoned) => signs.abandoned,
        Some(Outcome::Success) if span.slow => signs.slow,
        Some(Outcome::Success) => " ",
    };
    let paint = match span.outcome {
        None => Ink::Warn,
        Some(Outcome::Success) if span.slow => Ink::Warn,
        Some(Outcome::Success) => Ink::Bar,
        Some(outcome) => ink(outcome),
    };
    (sign, paint)
}

/// How it ended, if there is something to say about that.
pub(crate) fn ended(span: &Span) -> Option<String> {
    let reason = span.attribute(".skip.reason").map(|reason| format!(": {reason}"));
    match span.outcome {
        None => Some("still open".to_owned()),
        Some(Outcome::Success) => span.slow.then(|| "slow".to_owned()),
        Some(Outcome::Failure) => Some(format!(
            "failed {}",
            span.error_type.as_deref().unwrap_or_default()
        )),
        Some(outcome) => Some(format!("{}{}", word(outcome), reason.unwrap_or_default())),
    }
}

/// The attributes that the span has for itself: without the tags of its visit, which every span on it repeats.
pub(crate) fn learned(span: &Span, visit: Option<&Visit>, story: &Story) -> Vec<String> {
    let is_tag =
        |key: &str| visit.is_some_and(|visit| visit.span.attributes.get(key) == span.attributes.get(key));
    let own = own(span).filter(|(key, _)| !is_tag(key));
    own.map(|(key, value)| format!("{}={}", story.short_key(key), plain(value)))
        .collect()
}
