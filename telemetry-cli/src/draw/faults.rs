//! What went wrong, before anything else: each fault once, with its words, however many spans repeated them.

use std::io;

use crate::draw::{View, place};
use crate::look::{Ink, Signs};
use crate::quantity::{clock, count};
use crate::sheet::Sheet;
use crate::story::Story;

/// Faults that are shown.
const SHOWN: usize = 8;
/// Lines that are shown of a fault's words.
const LINES: usize = 6;

/// Draws them; nothing when there are none.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    let total = story.faults.len() as u64 + story.more_faults;
    if total == 0 {
        return Ok(());
    }
    sheet.section("Errors", "")?;
    let shown = if view.all { story.faults.len() } else { SHOWN };
    for fault in story.faults.iter().take(shown) {
        let times = if fault.times > fault.places.len() as u64 {
            format!("said {} times", fault.times)
        } else {
            String::new()
        };
        let places = fault
            .places
            .first()
            .map(|name| format!("in {}", place_in(story, name, signs)));
        let others = fault.places.len().saturating_sub(1);
        let others = if others > 0 {
            format!("and in {}", count(others as u64, "more place"))
        } else {
            String::new()
        };
        sheet.flow(
            2,
            "  ",
            &[
                (Ink::Bad, format!("{} {}", signs.failed, fault.name)),
                (Ink::Faint, format!("at {}", clock(story.since_began(fault.time)))),
                (Ink::Plain, places.unwrap_or_default()),
                (Ink::Faint, others),
                (Ink::Faint, times),
            ],
        )?;
        sheet.paragraph(
            6,
            Ink::Plain,
            &fault.words,
            if view.all { usize::MAX } else { LINES },
        )?;
    }
    let rest = total - story.faults.len().min(shown) as u64;
    if rest > 0 {
        let hint = if view.all { "" } else { " (--all shows them)" };
        sheet.flow(
            2,
            "",
            &[(
                Ink::Faint,
                format!("{} {}{hint}", signs.more, count(rest, "more error")),
            )],
        )?;
    }
    Ok(())
}

/// A place by its name: that of a stage begins with a screen, and only there do dots part places.
fn place_in(story: &Story, name: &str, signs: &Signs) -> String {
    let screen = name.split('.').next();
    let inside = story
        .visits
        .iter()
        .any(|visit| Some(visit.span.name.as_str()) == screen);
    if inside {
        place(name, signs)
    } else {
        name.to_owned()
    }
}
