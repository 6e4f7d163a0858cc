//! What a reader should know before believing the rest: torn and bad lines, records that are missing or were
//! dropped, moves that the schema does not list, and what the operator was told while it ran.

use std::io;

use telemetry_runtime::line::{FORMAT, Why};

use crate::look::Ink;
use crate::quantity::{count, grouped};
use crate::sheet::Sheet;
use crate::story::{RunFile, Story};

/// Bad lines that are shown or fields that are told by name.
const SHOWN: usize = 3;

/// Draws those of the whole file.
pub(crate) fn of_file(sheet: &mut Sheet<'_>, file: &RunFile) -> io::Result<()> {
    if let Some(format) = file.newer_format {
        doubt(
            sheet,
            &format!(
                "the file has format {format}, this program knows {FORMAT}: a newer one shows more of it"
            ),
        )?;
    }
    if file.torn {
        doubt(
            sheet,
            "the last line is torn: its writer was stopped in the middle of it; every line before it is whole",
        )?;
    }
    if file.bad_lines.count > 0 {
        let few = file.bad_lines.iter().take(SHOWN);
        let few: Vec<String> = few
            .map(|bad| format!("line {} {}", bad.line, bad.reason))
            .collect();
        let more = if file.bad_lines.count > SHOWN as u64 {
            "; and more"
        } else {
            ""
        };
        let head = count(file.bad_lines.count, "line");
        doubt(
            sheet,
            &format!("{head} could not be read and left out: {}{more}", few.join("; ")),
        )?;
    }
    for (kind, number) in &file.unknown_records {
        let head = count(*number, "record");
        doubt(
            sheet,
            &format!("{head} of the unknown kind `{kind}` left out: a newer version knows it"),
        )?;
    }
    if !file.unknown_fields.is_empty() {
        let names: Vec<&str> = file
            .unknown_fields
            .keys()
            .take(SHOWN)
            .map(String::as_str)
            .collect();
        let head = count(file.unknown_fields.len() as u64, "unknown field");
        doubt(sheet, &format!("{head} left out: {}", names.join(", ")))?;
    }
    Ok(())
}

/// Draws those of one run.
pub(crate) fn of_run(sheet: &mut Sheet<'_>, story: &Story) -> io::Result<()> {
    let fallback = story.run.as_ref().is_some_and(|run| run.why == Why::Undelivered);
    if story.run.is_none() {
        doubt(
            sheet,
            "the run's first line is missing, so nobody knows which run this is",
        )?;
    }
    let dropped = story.summary.as_ref().map_or(0, |summary| summary.ledger.dropped);
    let missing = story.missing.saturating_sub(dropped);
    // In a fallback file the other numbers are what the backend acknowledged.
    if missing > 0 && !fallback {
        doubt(
            sheet,
            &format!("{} missing from the count", count(missing, "record")),
        )?;
    }
    if let Some(summary) = &story.summary {
        let ledger = summary.ledger;
        if ledger.dropped > 0 {
            let [emitted, in_file, acknowledged] =
                [ledger.emitted, ledger.in_file, ledger.acknowledged].map(grouped);
            let head = count(ledger.dropped, "record");
            doubt(
                sheet,
                &format!(
                    "{head} dropped: of {emitted} emitted, {in_file} are in the file and {acknowledged} were acknowledged"
                ),
            )?;
        } else if ledger.emitted
            != [ledger.acknowledged, ledger.in_file, ledger.in_flight]
                .iter()
                .sum::<u64>()
        {
            doubt(sheet, &format!("the ledger does not add up: {ledger:?}"))?;
        }
        if summary.unexpected > 0 {
            let head = count(summary.unexpected, "call");
            doubt(
                sheet,
                &format!(
                    "{head} on a screen that was not the current one, or to one that the schema does not list"
                ),
            )?;
        }
    }
    for told in story.notices.iter() {
        doubt(
            sheet,
            &format!("the operator was told: {} ({})", told.body, told.code),
        )?;
    }
    Ok(())
}

fn doubt(sheet: &mut Sheet<'_>, words: &str) -> io::Result<()> {
    let sign = sheet.look.signs().slow;
    sheet.flow(0, "", &[(Ink::Warn, format!("{sign} {words}"))])
}
