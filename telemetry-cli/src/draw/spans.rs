//! Spans that are neither visit nor stage, by name: how many, how long in all, the longest, how many failed. The
//! waterfall shows the worst of those under a stage; this table leaves none out.

use std::collections::BTreeSet;
use std::io;

use telemetry_runtime::line::Kind;

use crate::look::Ink;
use crate::quantity::{count, duration, grouped};
use crate::sheet::Sheet;
use crate::story::Story;
use crate::text::columns;

/// Names that are shown.
const SHOWN: usize = 12;

/// Draws the table; nothing when there are no such spans.
pub(crate) fn draw(sheet: &mut Sheet<'_>, story: &Story) -> io::Result<()> {
    let signs = sheet.look.signs();
    let others: BTreeSet<&str> = story
        .spans
        .iter()
        .filter(|span| span.kind == Kind::Span)
        .map(|span| span.name.as_str())
        .collect();
    let mut rows: Vec<_> = story
        .tallies
        .iter()
        .filter(|(name, _)| others.contains(name.as_str()))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.total_ns));
    let remark = if story.more_spans > 0 {
        format!(
            "{} beyond what is kept: only counted",
            count(story.more_spans, "span")
        )
    } else {
        String::new()
    };
    sheet.section("Other spans", &remark)?;
    let widest = rows
        .iter()
        .take(SHOWN)
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or(0)
        .min(sheet.look.width / 2);
    let numbers = rows
        .iter()
        .take(SHOWN)
        .map(|(_, tally)| columns(&grouped(tally.count)) + 1)
        .max()
        .unwrap_or(0);
    let counted = 2 + widest + 2 + numbers;
    for (name, tally) in rows.iter().take(SHOWN) {
        let mut row = sheet.row();
        row.to(2).put_at_most(Ink::Plain, name, widest);
        row.put_ending(
            counted,
            Ink::Plain,
            &format!("{}{}", signs.times, grouped(tally.count)),
        );
        row.put_ending(counted + 9, Ink::Plain, &duration(tally.total_ns, signs));
        if tally.count > 1 && row.room() > 18 {
            row.put(
                Ink::Faint,
                &format!("  longest {}", duration(tally.longest_ns, signs)),
            );
        }
        if tally.failed > 0 {
            row.put(Ink::Bad, &format!("  {} {}", signs.failed, grouped(tally.failed)));
        }
        sheet.put(&row)?;
    }
    if rows.len() > SHOWN {
        let more = format!(
            "{} {}",
            signs.more,
            count((rows.len() - SHOWN) as u64, "more name")
        );
        sheet.flow(2, "", &[(Ink::Faint, more)])?;
    }
    Ok(())
}
