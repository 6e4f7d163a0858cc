//! What a run that never ended was doing when it last spoke: the question that a killed run leaves.

use std::io;

use crate::draw::{Unended, View, place_of};
use crate::look::Ink;
use crate::quantity::{clock, duration};
use crate::sheet::Sheet;
use crate::story::{Span, Story};

/// Open spans that are shown.
const SHOWN: usize = 12;

/// Draws it; nothing of a run that ended, unless it left spans open.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    let signs = sheet.look.signs();
    let mut open: Vec<&Span> = story.open().collect();
    open.sort_by_key(|span| span.started);
    let spoke = format!(
        "last heard at {}: {}",
        clock(story.since_began(story.last)),
        story.last_record
    );
    match (&story.end, view.unended) {
        (Some(_), _) if open.is_empty() => return Ok(()),
        (Some(_), _) => sheet.section("Never closed", "")?,
        (None, Unended::Killed) => sheet.section("Open when it was killed", &spoke)?,
        (None, Unended::Running) => sheet.section("Open now", &spoke)?,
    }
    if open.is_empty() {
        sheet.flow(
            2,
            "",
            &[(Ink::Plain, "nothing: it was between two spans".to_owned())],
        )?;
    }
    let shown = if view.all { open.len() } else { SHOWN };
    for span in open.iter().take(shown) {
        let since = duration(span.duration_by(story.last), signs);
        let at = clock(story.since_began(span.started));
        sheet.flow(
            2,
            "  ",
            &[
                (Ink::Warn, format!("{} {}", signs.open, place_of(span, signs))),
                (Ink::Faint, format!("since {at}, for {since}")),
            ],
        )?;
    }
    if open.len() > shown {
        let more = format!("{} {} more (--all shows them)", signs.more, open.len() - shown);
        sheet.flow(2, "", &[(Ink::Faint, more)])?;
    }
    Ok(())
}
