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

/// Draws doubts.
pub(crate) fn draw(sheet: &mut Sheet<'_>, doubts: &[String]) -> io::Result<()> {
    let sign = sheet.look.signs().slow;
    doubts
        .iter()
        .try_for_each(|words| sheet.flow(0, "", &[(Ink::Warn, format!("{sign} {words}"))]))
}

/// Those of the whole file.
pub(crate) fn of_file(file: &RunFile) -> Vec<String> {
    let mut doubts = Vec::new();
    if let Some(format) = file.newer_format {
        doubts.push(format!(
            "the file has format {format}, this program knows {FORMAT}: a newer one shows more of it"
        ));
    }
    if file.torn {
        let words = "the last line is torn: its writer was stopped in the middle of it; every line before it is whole";
        doubts.push(words.to_owned());
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
        doubts.push(format!(
            "{head} could not be read and left out: {}{more}",
            few.join("; ")
        ));
    }
    for (kind, number) in &file.unknown_records {
        let head = count(*number, "record");
        doubts.push(format!(
            "{head} of the unknown kind `{kind}` left out: a newer version knows it"
        ));
    }
    if !file.unknown_fields.is_empty() {
        let names: Vec<&str> = file
            .unknown_fields
            .keys()
            .take(SHOWN)
            .map(String::as_str)
            .collect();
        let head = count(file.unknown_fields.len() as u64, "unknown field");
        doubts.push(format!("{head} left out: {}", names.join(", ")));
    }
    doubts
}

/// Those of one run.
pub(crate) fn of_run(story: &Story) -> Vec<String> {
    let mut doubts = Vec::new();
    let fallback = story.run.as_ref().is_some_and(|run| run.why == Why::Undelivered);
    if story.run.is_none() {
        let words = "the run's first line is missing, so nobody knows which run this is";
        doubts.push(words.to_owned());
    }
    let dropped = story.summary.as_ref().map_or(0, |summary| summary.ledger.dropped);
    let missing = story.missing.saturating_sub(dropped);
    // In a fallback file the other numbers are what the backend acknowledged.
    if missing > 0 && !fallback {
        doubts.push(format!("{} missing from the count", count(missing, "record")));
    }
    if let Some(summary) = &story.summary {
        let ledger = summary.ledger;
        if ledger.dropped > 0 {
            let [emitted, in_file, acknowledged] =
                [ledger.emitted, ledger.in_file, ledger.acknowledged].map(grouped);
            let head = count(ledger.dropped, "record");
            doubts.push(format!(
                "{head} dropped: of {emitted} emitted, {in_file} are in the file and {acknowledged} were acknowledged"
            ));
        } else if ledger.emitted
            != [ledger.acknowledged, ledger.in_file, ledger.in_flight]
                .iter()
                .sum::<u64>()
        {
            doubts.push(format!("the ledger does not add up: {ledger:?}"));
        }
        if summary.unexpected > 0 {
            let head = count(summary.unexpected, "call");
            doubts.push(format!(
                "{head} on a screen that was not the current one, or to one that the schema does not list"
            ));
        }
    }
    let notices = story.notices.iter();
    doubts.extend(notices.map(|told| format!("the operator was told: {} ({})", told.body, told.code)));
    doubts
}
