//! `schema stats`: what a reviewer wants to know of a schema at a glance. [`measure`] counts, this shows some of the
//! [`numbers`] to a person and all to a machine.

mod measure;
mod numbers;

pub(crate) use numbers::shape;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::model;
use crate::args::{Format, Measured};
use crate::failure::{Failure, Verdict};
use crate::look::{Ink, Look};
use crate::quantity::{count, grouped};
use crate::runs::json;
use crate::sheet::Sheet;
use measure::measure;
use numbers::{Named, Spread, Stats};

/// Kinds in the order in which they are shown.
const KINDS: [&str; 8] = [
    "screen",
    "stage",
    "timing",
    "event",
    "span",
    "metric",
    "error",
    "attribute",
];

/// Shows a schema in numbers.
pub(crate) fn stats(asked: &Measured, look: &Look, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let stats = measure(&model(&asked.schema)?);
    match asked.format {
        Format::Json => json::write(&stats, out)?,
        Format::Human => draw(&stats, &mut Sheet::new(out, look.clone()))?,
    }
    Ok(Verdict::Fine)
}

fn draw(stats: &Stats, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let pieces = [
        (Ink::Strong, stats.name.clone()),
        (Ink::Plain, stats.version.clone()),
    ];
    sheet.flow(0, " ", &pieces)?;
    kinds(stats, sheet)?;
    sheet.section("Screens", "")?;
    let screens = &stats.screens;
    line(
        sheet,
        "moves",
        vec![
            count(screens.moves as u64, "move"),
            count_of(screens.entries, "entry", "entries"),
            format!("at most {} from an entry", count(screens.depth as u64, "move")),
        ],
    )?;
    names(sheet, "dead ends", &screens.dead_ends, Ink::Plain)?;
    names(sheet, "unreachable", &screens.unreachable, Ink::Warn)?;
    line(sheet, "actions", table(&screens.actions))?;
    line(sheet, "stages", table(&stats.stages.by_screen))?;
    line(sheet, "timings of a stage", spread(&stats.stages.timings))?;
    sheet.section("Events", "")?;
    let events = &stats.events;
    line(sheet, "severity", table(&events.by_severity))?;
    line(sheet, "record", table(&events.by_record))?;
    line(sheet, "attributes of one", spread(&events.attributes))?;
    let more = vec![
        count(events.actions as u64, "action"),
        format!("{} feed metrics", events.feeding_metrics),
    ];
    line(sheet, "of these", more)?;
    sheet.section("Attributes", "")?;
    let attributes = &stats.attributes;
    line(sheet, "type", table(&attributes.by_type))?;
    line(sheet, "sensitivity", table(&attributes.by_sensitivity))?;
    line(
        sheet,
        "named by items",
        vec![
            format!("{} as required", grouped(attributes.required as u64)),
            format!("{} as optional", grouped(attributes.optional as u64)),
            format!("{} by more than one", attributes.reused),
        ],
    )?;
    line(sheet, "most named", named(&attributes.most_used))?;
    line(
        sheet,
        "of these",
        vec![
            format!("{} OpenTelemetry conventions", attributes.standard),
            format!("{} scrubbed", attributes.scrubbed),
            count_of(
                attributes.values,
                "value of a closed set",
                "values of closed sets",
            ),
        ],
    )?;
    sheet.section("Spans, metrics, errors", "")?;
    line(sheet, "spans", table(&stats.spans.by_kind))?;
    let roots = vec![
        count_of(stats.spans.roots, "root", "roots"),
        format!("{} with links", stats.spans.with_links),
    ];
    line(sheet, "of these", roots)?;
    line(sheet, "metrics", table(&stats.metrics.by_instrument))?;
    line(
        sheet,
        "recorded",
        vec![
            format!("{} by the runtime", stats.metrics.observed),
            format!("{} by events", stats.metrics.fed_by_events),
            format!("{} at call sites", stats.metrics.by_hand),
        ],
    )?;
    line(
        sheet,
        "errors",
        vec![format!("{} with a code", stats.errors_with_code)],
    )?;
    upkeep(stats, sheet)
}

fn kinds(stats: &Stats, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let all = KINDS
        .into_iter()
        .filter_map(|kind| Some((kind, stats.items.get(kind)?)));
    for (kind, of) in all.filter(|(_, of)| of.declared + of.supplied > 0) {
        let mut row = sheet.row();
        row.to(2).put(Ink::Plain, &format!("{kind}s"));
        row.put_ending(18, Ink::Strong, &grouped(of.declared as u64));
        let more = [(of.supplied, "supplied"), (of.deprecated, "deprecated")];
        let more = more.into_iter().filter(|(number, _)| *number > 0);
        let more: Vec<String> = more.map(|(number, words)| format!("{number} {words}")).collect();
        row.to(20).put(Ink::Faint, &more.join(", "));
        sheet.put(&row)?;
    }
    Ok(())
}

/// How it is looked after: what is documented, suppressed and on its way out.
fn upkeep(stats: &Stats, sheet: &mut Sheet<'_>) -> io::Result<()> {
    sheet.section("Upkeep", "")?;
    let documented = &stats.documented;
    line(
        sheet,
        "documented",
        vec![
            share(documented.with_note, documented.items, "with a note"),
            share(
                documented.with_examples,
                documented.want_examples,
                "attributes with examples",
            ),
            share(documented.with_owner, documented.items, "with an owner"),
        ],
    )?;
    line(sheet, "suppressed", table(&stats.suppressed))?;
    line(sheet, "longest names", named(&stats.longest))?;
    for each in &stats.deprecated {
        let gone = each
            .expires_in
            .as_ref()
            .map(|version| format!(", to be gone in {version}"));
        let words = format!(
            "{} {} since {}{}",
            each.kind,
            each.id,
            each.since,
            gone.unwrap_or_default()
        );
        line(sheet, "deprecated", vec![words])?;
    }
    Ok(())
}

/// A word, and what there is of it; nothing where there is nothing.
fn line(sheet: &mut Sheet<'_>, word: &str, parts: Vec<String>) -> io::Result<()> {
    if parts.is_empty() {
        return Ok(());
    }
    let dot = sheet.look.signs().dot;
    let mut row = sheet.row();
    row.to(2).put(Ink::Faint, word);
    let narrow = sheet.look.width < 60;
    let column = if narrow { 4 } else { 22 };
    if narrow {
        sheet.put(&row)?;
        row = sheet.row();
    }
    row.to(column);
    sheet.put_going_on(row, column, Ink::Plain, &parts.join(&format!(" {dot} ")))
}

fn names(sheet: &mut Sheet<'_>, word: &str, names: &[String], ink: Ink) -> io::Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let mut row = sheet.row();
    row.to(2).put(ink, word).to(22);
    sheet.put_going_on(row, 22, Ink::Plain, &names.join(", "))
}

/// Words with their numbers, the greatest first.
fn table<K: AsRef<str>>(numbers: &BTreeMap<K, usize>) -> Vec<String> {
    let mut all: Vec<(&str, usize)> = numbers
        .iter()
        .map(|(word, number)| (word.as_ref(), *number))
        .collect();
    all.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    all.into_iter()
        .map(|(word, number)| format!("{word} {}", grouped(number as u64)))
        .collect()
}

fn named(all: &[Named]) -> Vec<String> {
    all.iter()
        .map(|named| format!("{} {}", named.id, named.number))
        .collect()
}

fn spread(spread: &Spread) -> Vec<String> {
    match spread.most {
        0 => Vec::new(),
        _ => vec![
            format!("{} to {}", spread.least, spread.most),
            format!("median {}", spread.median),
        ],
    }
}

fn share(part: usize, of: usize, words: &str) -> String {
    let percent = (part * 100).checked_div(of).unwrap_or(100);
    format!("{percent}% {words}")
}

fn count_of(number: usize, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number as u64),
        if number == 1 { one } else { many }
    )
}
