//! What happened, in time: a compact list of events and logs at `info` and above, and, for `--all`, the same
//! row for every event and log of the file.

use std::io;

use telemetry_runtime::line::Severity;

use crate::draw::View;
use crate::look::Ink;
use crate::quantity::{clock, count, grouped};
use crate::sheet::Sheet;
use crate::story::{Happening, Story};
use crate::text::columns;

/// Events that are shown from each end.
const ENDS: usize = 15;
/// Columns of a name, at most.
pub(crate) const NAME: usize = 28;

/// Draws the compact list, and the counts. With `--all` only the head: the caller goes through the file again.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    let total: u64 = story.severities.values().sum();
    if total == 0 {
        return Ok(());
    }
    let of = |severity, word: &str| {
        let number = story.severities.get(&severity).copied().unwrap_or(0);
        (number > 0).then(|| format!("{} {word}", grouped(number)))
    };
    let counts = [
        of(Severity::Error, "error"),
        of(Severity::Warn, "warn"),
        of(Severity::Info, "info"),
        of(Severity::Debug, "debug"),
        of(Severity::Trace, "trace"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let head = format!(
        "{} {} {}",
        grouped(total),
        signs.dot,
        counts.join(&format!(" {} ", signs.dot))
    );
    let on_path: u64 = story.visits.iter().map(|visit| visit.actions.count).sum();
    let path = if on_path > 0 {
        format!(" {} {on_path} on the path above", signs.dot)
    } else {
        String::new()
    };
    sheet.section("Events", &format!("{head}{path}"))?;
    if view.all {
        return Ok(());
    }
    let kept = alike(story.events.iter());
    let names = kept
        .iter()
        .map(|(happening, _)| columns(&happening.name))
        .max()
        .unwrap_or(0)
        .min(NAME);
    let whole = story.events.lost() == 0 && kept.len() <= 2 * ENDS + 1;
    let ends = [
        &kept[..ENDS.min(kept.len())],
        &kept[kept.len().saturating_sub(ENDS)..],
    ]
    .concat();
    let hidden = story.events.count
        - ends
            .iter()
            .map(|(_, times)| times)
            .sum::<u64>()
            .min(story.events.count);
    for (index, (happening, times)) in kept.iter().enumerate() {
        if whole || index < ENDS || index >= kept.len() - ENDS {
            row(sheet, story, happening, *times, names, false)?;
        } else if index == ENDS {
            let more = format!("{} {} more (--all shows them)", signs.more, grouped(hidden));
            sheet.flow(4, "", &[(Ink::Faint, more)])?;
        }
    }
    let quiet = total - story.events.count;
    let firehose = quiet.saturating_sub(on_path);
    if firehose > 0 {
        let more = format!(
            "{} {} below info (--all shows them)",
            signs.more,
            count(firehose, "event")
        );
        sheet.flow(4, "", &[(Ink::Faint, more)])?;
    }
    Ok(())
}

/// Events with how often each was said again right after it, in the same words.
fn alike<'s>(events: impl Iterator<Item = &'s Happening>) -> Vec<(&'s Happening, u64)> {
    let mut rows: Vec<(&Happening, u64)> = Vec::new();
    for event in events {
        match rows.last_mut() {
            Some((last, times)) if (&last.name, &last.body) == (&event.name, &event.body) => *times += 1,
            _ => rows.push((event, 1)),
        }
    }
    rows
}

/// One event, and how often it was said. In a wide list it takes one row, and what finds no room is cut; in a narrow one, and where `whole`
/// is asked for, its words go on below.
pub(crate) fn row(
    sheet: &mut Sheet<'_>,
    story: &Story,
    happening: &Happening,
    times: u64,
    names: usize,
    whole: bool,
) -> io::Result<()> {
    let signs = sheet.look.signs();
    let (ink, sign) = match happening.severity {
        Severity::Error => (Ink::Bad, signs.failed),
        Severity::Warn => (Ink::Warn, signs.slow),
        Severity::Info => (Ink::Plain, " "),
        Severity::Debug | Severity::Trace => (Ink::Faint, signs.dot),
    };
    let mut row = sheet.row();
    row.put_ending(11, Ink::Faint, &clock(story.since_began(happening.time)));
    row.to(12).put(ink, sign).to(14);
    let narrow = sheet.look.width < 70;
    if !narrow {
        let name = if happening.log { Ink::Faint } else { Ink::Plain };
        row.put_at_most(name, &happening.name, names).to(14 + names + 2);
    }
    let mut lines = happening
        .body
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or(if narrow { &happening.name } else { "" });
    if whole {
        sheet.put_going_on(row, 14, ink, first)?;
        return lines.try_for_each(|line| {
            let mut row = sheet.row();
            row.to(14);
            sheet.put_going_on(row, 14, ink, line)
        });
    }
    let more = lines.count() as u64;
    let more = if more > 0 {
        format!(" {} {}", signs.more, count(more, "more line"))
    } else {
        String::new()
    };
    let again = if times > 1 {
        format!(" {}{}", signs.times, grouped(times))
    } else {
        String::new()
    };
    if narrow {
        return sheet.put_going_on(row, 14, ink, &format!("{first}{more}{again}"));
    }
    let room = row.room().saturating_sub(columns(&more) + columns(&again));
    row.put_at_most(ink, first, room)
        .put(Ink::Faint, &more)
        .put(Ink::Strong, &again);
    sheet.put(&row)
}
