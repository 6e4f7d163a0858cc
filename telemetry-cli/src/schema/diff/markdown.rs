//! A comparison for reviewers: Markdown that a pull request shows as tables, the words folded away.

use std::io::{self, Write};

use telemetry_schema::diff::{Bump, Change};

use super::{Found, GROUPS, hurt, place};
use crate::text::clean;

pub(super) fn draw(found: &Found<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diff = &found.diff;
    writeln!(
        out,
        "### Telemetry schema {}: {} → {}\n",
        code(&found.head.manifest.name),
        diff.base,
        diff.head
    )?;
    let bold = if diff.version_is_too_low() { "**" } else { "" };
    writeln!(
        out,
        "Since {}: {}; {bold}{}{bold}.",
        code(found.base),
        found.numbers(),
        found.judgement()
    )?;
    for (bump, name) in GROUPS {
        let changes = found.group(bump);
        if changes.is_empty() {
            continue;
        }
        let folded = bump == Bump::Patch;
        if folded {
            writeln!(out, "\n<details><summary>{name} ({})</summary>", changes.len())?;
        } else {
            writeln!(out, "\n#### {name}")?;
        }
        table(bump == Bump::Major, &changes, out)?;
        if folded {
            writeln!(out, "\n</details>")?;
        }
    }
    Ok(())
}

fn table(breaking: bool, changes: &[&Change], out: &mut dyn Write) -> io::Result<()> {
    let (head, rule) = if breaking {
        (" Hurts |", " --- |")
    } else {
        ("", "")
    };
    writeln!(
        out,
        "\n| | Item | What |{head} Where |\n| --- | --- | --- |{rule} --- |"
    )?;
    for change in changes {
        let hurts = if breaking {
            format!(" {} |", hurt(change))
        } else {
            String::new()
        };
        writeln!(
            out,
            "| {} | {} {} | {} |{hurts} {} |",
            change.verdict.as_str(),
            change.kind.as_str(),
            code(&change.id),
            cell(&change.says),
            place(change).map(|place| code(&place)).unwrap_or_default()
        )?;
    }
    Ok(())
}

/// Text as code: a word of the schema, which stands in one line of a table.
fn code(text: &str) -> String {
    format!("`{}`", clean(text).replace('`', "'").replace('|', "\\|"))
}

/// A sentence in a cell. What is between backticks is code already; the rest must not become markup.
fn cell(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let text = clean(text);
    for (index, part) in text.split('`').enumerate() {
        let is_code = index % 2 == 1;
        if index > 0 {
            shown.push('`');
        }
        for character in part.chars() {
            match character {
                '|' => shown.push_str("\\|"),
                '<' if !is_code => shown.push_str("&lt;"),
                '&' if !is_code => shown.push_str("&amp;"),
                '*' | '_' | '[' | ']' | '\\' | '@' | '#' | '~' if !is_code => {
                    shown.push('\\');
                    shown.push(character);
                }
                _ => shown.push(character),
            }
        }
    }
    if text.matches('`').count() % 2 == 1 {
        shown.push('`');
    }
    shown
}
