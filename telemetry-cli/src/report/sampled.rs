//! What a page does not hold of a run, in words: on the page, and on standard error when it is written.

use telemetry_runtime::line::Severity;

use crate::quantity::{count, grouped};
use crate::story::Story;

/// Says it; nothing of a run that is on the page as a whole.
pub(crate) fn words(story: &Story) -> Vec<String> {
    let mut words = Vec::new();
    for (severity, thinned) in story.timeline.severities().rev() {
        if thinned.stride > 1 {
            let (all, kept) = (grouped(thinned.count), grouped(thinned.kept.len() as u64));
            let stride = grouped(thinned.stride);
            let name = name(severity);
            words.push(format!(
                "of {all} {name} events it holds 1 of every {stride}, which is {kept}"
            ));
        }
    }
    let other_spans = story.more_spans.saturating_sub(story.more_stages);
    if other_spans > 0 {
        words.push(format!(
            "{} only counted: of spans that are neither visit nor stage it holds the first, those that failed or were \
             open, and the longest of the rest",
            are(other_spans, "span")
        ));
    }
    if story.more_stages > 0 {
        words.push(format!(
            "{} left out: more than a page can show",
            are(story.more_stages, "stage")
        ));
    }
    if story.more_visits > 0 {
        words.push(format!(
            "{} left out: more than a page can show",
            are(story.more_visits, "visit")
        ));
    }
    if story.more_faults > 0 {
        words.push(format!(
            "{} left out: more than a page can show",
            are(story.more_faults, "different error")
        ));
    }
    if story.more_metrics > 0 {
        words.push(format!(
            "{} left out: of too many different instruments",
            are(story.more_metrics, "measurement")
        ));
    }
    let stride = story.metrics.values().map(|series| series.stride).max();
    if let Some(stride) = stride.filter(|stride| *stride > 1) {
        words.push(format!(
            "a point of its longest plot is the greatest of {}",
            count(stride, "measurement")
        ));
    }
    words
}

fn are(number: u64, thing: &str) -> String {
    format!(
        "{} {}",
        count(number, thing),
        if number == 1 { "is" } else { "are" }
    )
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warn",
        Severity::Info => "info",
        Severity::Debug => "debug",
        Severity::Trace => "trace",
    }
}
