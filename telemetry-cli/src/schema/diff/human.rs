//! A comparison for a person at a terminal.

use std::io::{self, Write};

use telemetry_schema::diff::Bump;

use super::{Found, GROUPS, hurt, place};
use crate::look::{Ink, Look};
use crate::sheet::Sheet;

/// Columns of the verdict in front of a change.
const VERDICT: usize = 12;

pub(super) fn draw(found: &Found<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out, look.clone());
    let signs = look.signs();
    let versions = format!("{} {} {}", found.diff.base, signs.arrow, found.diff.head);
    sheet.flow(
        0,
        "  ",
        &[
            (Ink::Strong, found.head.manifest.name.clone()),
            (Ink::Plain, versions),
            (Ink::Faint, format!("since {}", found.base)),
        ],
    )?;
    for (bump, name) in GROUPS {
        let changes = found.group(bump);
        if changes.is_empty() {
            continue;
        }
        sheet.section(name, "")?;
        for change in changes {
            let mut row = sheet.row();
            let ink = if change.is_breaking() { Ink::Bad } else { Ink::Good };
            row.to(2).put(ink, change.verdict.as_str()).to(2 + VERDICT);
            let says = format!("{} {}: {}", change.kind.as_str(), change.id, change.says);
            sheet.put_going_on(row, 2 + VERDICT, Ink::Plain, &says)?;
            if change.is_breaking() {
                let hurts = format!("hurts {}", hurt(change));
                sheet.flow(2 + VERDICT, "", &[(Ink::Warn, hurts)])?;
            }
            let place = place(change).filter(|_| bump != Bump::Patch);
            sheet.flow(2 + VERDICT, "", &[(Ink::Faint, place.unwrap_or_default())])?;
        }
    }
    let ink = if found.diff.version_is_too_low() {
        Ink::Bad
    } else {
        Ink::Good
    };
    sheet.blank()?;
    sheet.flow(0, "", &[(Ink::Plain, found.numbers())])?;
    sheet.flow(0, "", &[(ink, found.judgement())])
}
