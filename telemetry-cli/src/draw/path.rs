//! The operator's path: the screens one after the other, and for each visit when, how long, what was done on it
//! and with which tags.

use std::io;

use telemetry_runtime::line::{AttributeValue, Kind, Outcome};

use crate::draw::{View, word};
use crate::look::Ink;
use crate::quantity::{clock, count, duration};
use crate::sheet::Sheet;
use crate::story::{Happening, Span, Story, Visit, plain};
use crate::text::columns;

/// Visits that are shown from each end of a long path.
const ENDS: usize = 12;
/// Screens of the one-line path from each end.
const SCREENS: usize = 8;
/// Actions of a visit that are shown.
const ACTIONS: usize = 8;

/// Draws it; nothing when no screen was visited.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    if story.visits.is_empty() {
        return Ok(());
    }
    sheet.section("Path", "")?;
    screens(sheet, story, view)?;
    let name_width = story
        .visits
        .iter()
        .map(|visit| columns(&visit.span.name))
        .max()
        .unwrap_or(0)
        .clamp(4, 16);
    let shown = if view.all { story.visits.len() } else { ENDS };
    let hidden = middle(story.visits.len(), shown);
    for (index, visit) in story.visits.iter().enumerate() {
        if hidden.contains(&index) {
            if index == hidden.start {
                let more = format!(
                    "{} {} (--all shows them)",
                    signs.more,
                    count(hidden.len() as u64, "more visit")
                );
                sheet.flow(2, "", &[(Ink::Faint, more)])?;
            }
            continue;
        }
        row(sheet, story, index, visit, name_width)?;
    }
    if story.more_visits > 0 {
        let more = format!(
            "{} {} after these",
            signs.more,
            count(story.more_visits, "more visit")
        );
        sheet.flow(2, "", &[(Ink::Faint, more)])?;
    }
    Ok(())
}

/// The screens in one line: `list → settings → list`.
fn screens(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    let hidden = middle(
        story.visits.len(),
        if view.all { story.visits.len() } else { SCREENS },
    );
    let mut pieces = Vec::new();
    for (index, visit) in story.visits.iter().enumerate() {
        if index == hidden.start && !hidden.is_empty() {
            pieces.push((Ink::Faint, format!("{} ({} more)", signs.arrow, hidden.len())));
        }
        if !hidden.contains(&index) {
            let arrow = if index > 0 {
                format!("{} ", signs.arrow)
            } else {
                String::new()
            };
            pieces.push((Ink::Strong, format!("{arrow}{}", visit.span.name)));
        }
    }
    sheet.flow(2, " ", &pieces)
}

/// What is left out between the first and the last `ends` of a list.
fn middle(length: usize, ends: usize) -> std::ops::Range<usize> {
    if length <= ends.saturating_mul(2).saturating_add(1) {
        length..length
    } else {
        ends..length - ends
    }
}

fn row(
    sheet: &mut Sheet<'_>,
    story: &Story,
    index: usize,
    visit: &Visit,
    name_width: usize,
) -> io::Result<()> {
    let signs = sheet.look.signs();
    let span = &visit.span;
    let mut row = sheet.row();
    row.put_ending(11, Ink::Faint, &clock(story.since_began(span.started)));
    row.put_ending(19, Ink::Plain, &duration(span.duration_by(story.last), signs));
    row.to(21)
        .put_at_most(Ink::Strong, &span.name, name_width)
        .to(21 + name_width + 2);
    let mut notes: Vec<(Ink, String)> = Vec::new();
    match (span.outcome, span.duration_ns) {
        (_, None) => notes.push((Ink::Warn, "still open".to_owned())),
        (Some(Outcome::Success) | None, _) => {}
        (Some(outcome), _) => notes.push((crate::draw::ink(outcome), word(outcome).to_owned())),
    }
    notes.extend(came_from(story, index).map(|from| (Ink::Warn, from)));
    let actions = visit
        .actions
        .iter()
        .take(ACTIONS)
        .map(|action| (Ink::Plain, said(action, span, story, signs.arrow)));
    notes.extend(actions);
    let left = visit.actions.count.saturating_sub(ACTIONS as u64);
    if left > 0 {
        notes.push((
            Ink::Faint,
            format!("{} {}", signs.more, count(left, "more action")),
        ));
    }
    let tags = tags(span, story);
    let separator = format!(" {} ", signs.dot);
    // Notes stand beside the screen where there is room for them, and below it where there is not.
    let beside = 21 + name_width + 2;
    if sheet.look.width >= beside + 30 {
        let mut texts = notes;
        texts.extend(tags.into_iter().map(|tag| (Ink::Faint, tag)));
        let mut first = true;
        for (ink, text) in texts {
            let wide = columns(&crate::text::clean(&text)) + if first { 0 } else { columns(&separator) };
            if !first && row.room() < wide {
                sheet.put(&row)?;
                row = sheet.row();
                row.to(beside);
            } else if !first {
                row.put(Ink::Faint, &separator);
            }
            row.put(ink, &text);
            first = false;
        }
        return sheet.put(&row);
    }
    sheet.put(&row)?;
    let mut texts = notes;
    texts.extend(tags.into_iter().map(|tag| (Ink::Faint, tag)));
    sheet.flow(6, &separator, &texts)
}

/// A word on a visit that is not linked to the one before it.
pub(crate) fn came_from(story: &Story, index: usize) -> Option<String> {
    let before = index.checked_sub(1).and_then(|index| story.visits.get(index))?;
    let links = &story.visits[index].span.links;
    if links.iter().any(|link| link.span_id == before.span.span_id) {
        return None;
    }
    Some(match links.first() {
        Some(link) if link.name.is_empty() => "linked to another process".to_owned(),
        Some(link) => format!("linked to an earlier {}", link.name),
        None => "not linked to the visit before".to_owned(),
    })
}

/// An action in a few words: `→ settings`, `confirm delete workspace`.
pub(crate) fn said(action: &Happening, visit: &Span, story: &Story, arrow: &str) -> String {
    if let Some((_, to)) = action
        .attributes
        .iter()
        .find(|(key, _)| key.ends_with(".screen.to"))
    {
        return format!("{arrow} {}", plain(to));
    }
    let own = action
        .attributes
        .iter()
        .filter(|(key, _)| !visit.attributes.contains_key(*key) && !is_role(key));
    let values: Vec<String> = own.map(|(_, value)| plain(value)).take(3).collect();
    let name = story.short_key(&action.name);
    if values.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {}", values.join(" "))
    }
}

/// The visit's tags, without those that the drawing shows anyway.
pub(crate) fn tags(visit: &Span, story: &Story) -> Vec<String> {
    own(visit)
        .map(|(key, value)| format!("{}={}", story.short_key(key), plain(value)))
        .collect()
}

/// The attributes of a span that the runtime did not put on by itself: neither what it came from and how it ended,
/// nor the screen, stage and timing, whose keys differ from schema to schema and whose values are the span's name.
pub(crate) fn own(span: &Span) -> impl Iterator<Item = (&String, &AttributeValue)> {
    let named = |value: &AttributeValue| {
        span.kind != Kind::Span
            && matches!(value, AttributeValue::String(text) if span.name.split('.').any(|part| part == text))
    };
    span.attributes
        .iter()
        .filter(move |(key, value)| !is_role(key) && !named(value))
}

/// Whether the key is one that the runtime puts on by itself, in every namespace.
fn is_role(key: &str) -> bool {
    const ROLES: [&str; 5] = [
        ".screen.name",
        ".screen.from",
        ".stage.name",
        ".timing.name",
        ".skip.reason",
    ];
    matches!(key, "outcome" | "error.type" | "session.id") || ROLES.iter().any(|role| key.ends_with(role))
}
