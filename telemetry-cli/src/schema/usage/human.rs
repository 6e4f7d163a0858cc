//! `schema usage` for a person: each item with the places that emit it, then what wants a look, and what it comes to in
//! numbers, which stand last because that is where a terminal stops.

use std::io::{self, Write};

use super::catalogue::Kind;
use super::found::How;
use super::tally::{Entry, Site, Status, Usage};
use crate::look::{Ink, Look};
use crate::quantity::count;
use crate::sheet::Sheet;

/// On less columns, two columns of names would both be broken.
const NARROW: usize = 64;

pub(super) fn write(usage: &Usage, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    for kind in Kind::ALL {
        let items: Vec<&Entry> = of(usage, kind).collect();
        if !items.is_empty() {
            sheet.flow(0, "", &[(Ink::Strong, plural(kind))])?;
            emitted(&items, &mut sheet)?;
            sheet.blank()?;
        }
    }
    unused(usage, &mut sheet)?;
    raw(usage, &mut sheet)?;
    strangers(usage, &mut sheet)?;
    unread(usage, &mut sheet)?;
    numbers(usage, &mut sheet)
}

fn of(usage: &Usage, kind: Kind) -> impl Iterator<Item = &Entry> {
    usage.items.iter().filter(move |item| item.id.kind == kind)
}

fn plural(kind: Kind) -> String {
    format!("{}s", kind.as_str())
}

/// Each item in a row with the first place, and the others below it.
fn emitted(items: &[&Entry], sheet: &mut Sheet<'_>) -> io::Result<()> {
    let widest = items
        .iter()
        .map(|item| item.shown.len())
        .max()
        .unwrap_or_default();
    let width = sheet.look.width;
    // Paths are long: on a narrow sheet they stand below.
    let column = if width < NARROW {
        4
    } else {
        2 + widest.min(width / 2) + 2
    };
    for item in items {
        let mut row = sheet.row();
        row.to(2).put(Ink::Plain, &item.shown);
        if 2 + item.shown.len() + 2 > column {
            sheet.put(&row)?;
            row = sheet.row();
        }
        row.to(column);
        let (ink, words) = said(&item.status);
        let mut places: Vec<(Ink, String)> = Vec::new();
        if !words.is_empty() {
            places.push((ink, words));
        }
        places.extend(shown(item).map(|site| {
            let remark = match (site.spot.test, is_weak(item, site)) {
                (true, _) => "  in a test",
                (_, true) => "  as a value",
                _ => "",
            };
            let ink = if remark.is_empty() { Ink::Plain } else { Ink::Faint };
            (ink, format!("{}:{}{remark}", site.file, site.spot.line))
        }));
        for (ink, place) in places {
            sheet.put_going_on(row, column, ink, &place)?;
            row = sheet.row();
            row.to(column);
        }
    }
    Ok(())
}

/// Whether a site only names the item: what becomes of that is decided elsewhere.
fn is_weak(item: &Entry, site: &Site) -> bool {
    site.how == How::Value && matches!(item.id.kind, Kind::Screen | Kind::Stage)
}

/// The sites that are worth a row: those that only name the item are when there are no others.
pub(super) fn shown(item: &Entry) -> impl Iterator<Item = &Site> {
    let has_strong = item
        .sites
        .iter()
        .any(|site| !is_weak(item, site) && !site.spot.test);
    item.sites
        .iter()
        .filter(move |site| !has_strong || !is_weak(item, site))
}

/// What is to be said beside the places.
pub(super) fn said(status: &Status) -> (Ink, String) {
    match status {
        Status::Emitted | Status::OnlyTests => (Ink::Plain, String::new()),
        Status::Runtime => (Ink::Faint, "by the runtime".to_owned()),
        Status::Fed(events) => (Ink::Faint, format!("fed by {}", events.join(", "))),
        Status::Never => (Ink::Warn, "never".to_owned()),
        Status::Deprecated => (Ink::Faint, "never, and it is deprecated".to_owned()),
        Status::Allowed(reason) => (Ink::Faint, format!("never, which is allowed: {reason}")),
        Status::NeedlesslyAllowed => (Ink::Warn, "`never_emitted` is suppressed needlessly".to_owned()),
    }
}

fn unused(usage: &Usage, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let unused: Vec<&Entry> = usage
        .items
        .iter()
        .filter(|item| item.status.is_unused())
        .collect();
    if unused.is_empty() {
        return Ok(());
    }
    sheet.flow(0, "", &[(Ink::Strong, "declared, and not emitted".to_owned())])?;
    for item in unused {
        let why = match item.status {
            Status::OnlyTests => "only tests emit it",
            Status::NeedlesslyAllowed => "is emitted: remove the suppression of `never_emitted`",
            _ => "never",
        };
        let pieces = [
            (Ink::Plain, format!("{}:{}", item.place.file, item.place.line)),
            (Ink::Plain, format!("{} {}", item.id.kind.as_str(), item.shown)),
            (Ink::Warn, why.to_owned()),
        ];
        sheet.flow(2, "  ", &pieces)?;
    }
    sheet.blank()
}

fn raw(usage: &Usage, sheet: &mut Sheet<'_>) -> io::Result<()> {
    if usage.raw.is_empty() {
        return Ok(());
    }
    sheet.flow(0, "", &[(Ink::Strong, "by hand, around the schema".to_owned())])?;
    for found in &usage.raw {
        let quoted = found.it.text.as_ref().map(|text| format!("{text:?}"));
        let pieces = [
            (Ink::Plain, format!("{}:{}", found.file, found.it.spot.line)),
            (Ink::Warn, found.it.what.clone()),
            (Ink::Faint, quoted.unwrap_or_default()),
        ];
        sheet.flow(2, "  ", &pieces)?;
    }
    sheet.blank()
}

fn strangers(usage: &Usage, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let strangers: Vec<_> = usage
        .strangers
        .iter()
        .filter(|found| !found.it.spot.test)
        .collect();
    if strangers.is_empty() {
        return Ok(());
    }
    sheet.flow(
        0,
        "",
        &[(Ink::Strong, "names that this schema does not have".to_owned())],
    )?;
    for found in strangers {
        let why = match found.it.name.starts_with(['$', '#']) {
            true => "made by a macro: what it stands for is not known here",
            false => "of another vocabulary, or misspelt",
        };
        let pieces = [
            (Ink::Plain, format!("{}:{}", found.file, found.it.spot.line)),
            (Ink::Plain, format!("{}!({})", found.it.what, found.it.name)),
            (Ink::Faint, why.to_owned()),
        ];
        sheet.flow(2, "  ", &pieces)?;
    }
    sheet.blank()
}

fn unread(usage: &Usage, sheet: &mut Sheet<'_>) -> io::Result<()> {
    if usage.unread.is_empty() {
        return Ok(());
    }
    sheet.flow(0, "", &[(Ink::Strong, "not read".to_owned())])?;
    for unread in &usage.unread {
        let place = match unread.at {
            Some((line, column)) => format!("{}:{line}:{column}", unread.file),
            None => unread.file.clone(),
        };
        let pieces = [(Ink::Plain, place), (Ink::Bad, unread.why.clone())];
        sheet.flow(2, "  ", &pieces)?;
    }
    sheet.blank()
}

/// A line for each kind, and one for the whole.
fn numbers(usage: &Usage, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let dot = format!(" {} ", sheet.look.signs().dot);
    for kind in Kind::ALL {
        let declared = of(usage, kind).count();
        if declared == 0 {
            continue;
        }
        let with = |wanted: fn(&Status) -> bool| of(usage, kind).filter(|item| wanted(&item.status)).count();
        let emitted = with(|status| {
            matches!(
                status,
                Status::Emitted | Status::Runtime | Status::Fed(_) | Status::NeedlesslyAllowed
            )
        });
        let more = [
            (
                with(|status| *status == Status::Runtime),
                "by the runtime",
                Ink::Faint,
            ),
            (
                with(|status| matches!(status, Status::Fed(_))),
                "fed by events",
                Ink::Faint,
            ),
            (
                with(|status| *status == Status::OnlyTests),
                "only in tests",
                Ink::Warn,
            ),
            (
                with(|status| *status == Status::Deprecated),
                "deprecated",
                Ink::Faint,
            ),
            (
                with(|status| matches!(status, Status::Allowed(_))),
                "allowed",
                Ink::Faint,
            ),
            (with(|status| *status == Status::Never), "never", Ink::Warn),
        ];
        let mut pieces = vec![(Ink::Plain, format!("{} {emitted} of {declared}", plural(kind)))];
        let more = more.into_iter().filter(|(number, ..)| *number > 0);
        pieces.extend(more.map(|(number, words, ink)| (ink, format!("{number} {words}"))));
        sheet.flow(0, &dot, &pieces)?;
    }
    let unused = usage.items.iter().filter(|item| item.status.is_unused()).count();
    let pieces = [
        (Ink::Strong, format!("{} read", count(usage.files as u64, "file"))),
        (
            ink(unused),
            format!("{} not emitted", count(unused as u64, "item")),
        ),
        (
            ink(usage.raw.len()),
            format!("{} by hand", count(usage.raw.len() as u64, "call")),
        ),
        match usage.unread.len() {
            0 => (Ink::Plain, String::new()),
            unread => (Ink::Bad, format!("{} not read", count(unread as u64, "place"))),
        },
    ];
    sheet.flow(0, &dot, &pieces)
}

fn ink(wrong: usize) -> Ink {
    if wrong == 0 { Ink::Good } else { Ink::Warn }
}
