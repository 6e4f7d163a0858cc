//! Rules on the end of a run: it has a summary and an end that agree, its ledger adds up, and what the summary counts
//! is what the file holds.

use std::collections::BTreeMap;

use telemetry_runtime::line::{End, Summary, Why};

use crate::check_run::book::Book;
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::At;
use crate::check_run::names::Declared;
use crate::check_run::spans;

/// The summary.
pub(super) fn summary(check: &mut Check<'_>, at: At<'_>, summary: &Summary) {
    let roles = &check.names.model.roles;
    check.book.signals.logs = true;
    check
        .coverage
        .saw_event(&check.names.model.events[roles.summary].item);
    unbalanced_ledger(check, at, summary);
    records_dropped(check, at, summary);
    check.book.summary = Some((summary.clone(), at.line, check.book.records));
}

/// The end.
pub(super) fn end(check: &mut Check<'_>, at: At<'_>, end: &End, time: Option<u64>) {
    spans::error(check, at, end.outcome, end.error_type.as_deref());
    if check.book.end.is_none() {
        check.book.end = Some((end.clone(), at.line, time));
    }
}

fn unbalanced_ledger(check: &mut Check<'_>, at: At<'_>, summary: &Summary) {
    let ledger = &summary.ledger;
    let terms = [
        ledger.acknowledged,
        ledger.in_file,
        ledger.dropped,
        ledger.in_flight,
    ];
    let sum = terms.iter().fold(0_u64, |sum, term| sum.saturating_add(*term));
    if sum != ledger.emitted {
        let wrong = format!(
            "its ledger does not add up: {} emitted, and {} acknowledged + {} in the file + {} dropped + {} in flight",
            ledger.emitted, ledger.acknowledged, ledger.in_file, ledger.dropped, ledger.in_flight
        );
        check.findings.add(Code::UnbalancedLedger, at, wrong, None);
    }
}

fn records_dropped(check: &mut Check<'_>, at: At<'_>, summary: &Summary) {
    if summary.ledger.dropped > 0 {
        let wrong = format!("{} records were lost", summary.ledger.dropped);
        check.findings.add(Code::RecordsDropped, at, wrong, None);
    }
}

/// What the end of a whole run can break.
pub(super) fn whole(check: &mut Check<'_>, book: &Book) {
    missing_end(check, book);
    missing_summary(check, book);
    missing_signal(check, book);
    let Some((summary, line, records)) = &book.summary else {
        return;
    };
    let at = At {
        line: *line,
        name: "summary",
    };
    ledger_contradicts_file(check, at, book, summary, *records);
    summary_contradicts_run(check, at, book, summary);
    end_contradicts_summary(check, book, summary);
}

/// Where a mistake is that is on no line.
const NOWHERE: At<'static> = At { line: 0, name: "run" };

fn missing_end(check: &mut Check<'_>, book: &Book) {
    if book.end.is_some() {
        return;
    }
    let (code, wrong) = match book.is_fallback() {
        true => (
            Code::EndNotInFile,
            "has no end in this file: the backend may have it",
        ),
        false => (Code::MissingEnd, "has no end: it was killed, or is still running"),
    };
    check.findings.add(code, NOWHERE, wrong, None);
}

fn missing_summary(check: &mut Check<'_>, book: &Book) {
    if book.end.is_some() && book.summary.is_none() && !book.is_fallback() {
        let wrong = "ended without a summary";
        check.findings.add(Code::MissingSummary, NOWHERE, wrong, None);
    }
}

fn missing_signal(check: &mut Check<'_>, book: &Book) {
    // A backend may have taken one signal and not another.
    if book.is_fallback() {
        return;
    }
    let signals = [
        ("traces", book.signals.traces),
        ("logs", book.signals.logs),
        // A schema may declare none.
        (
            "metrics",
            book.signals.metrics || check.names.model.metrics.is_empty(),
        ),
    ];
    for (signal, _) in signals.iter().filter(|(_, seen)| !seen) {
        let wrong = format!("has no {signal}: nothing of that signal was checked");
        check.findings.add(Code::MissingSignal, NOWHERE, wrong, None);
    }
}

fn ledger_contradicts_file(check: &mut Check<'_>, at: At<'_>, book: &Book, summary: &Summary, records: u64) {
    let why = book.run.as_ref().map(|run| run.why);
    if matches!(why, Some(Why::NoEndpoint | Why::Requested)) && summary.ledger.in_file != records {
        let wrong = format!(
            "its ledger has {} records in the file, and there are {records}",
            summary.ledger.in_file
        );
        check.findings.add(Code::LedgerContradictsFile, at, wrong, None);
    }
}

fn summary_contradicts_run(check: &mut Check<'_>, at: At<'_>, book: &Book, summary: &Summary) {
    // What is lost or elsewhere cannot be counted.
    if book.is_fallback() || summary.ledger.dropped > 0 {
        return;
    }
    let mut stages: BTreeMap<String, u64> = BTreeMap::new();
    for span in &book.spans {
        if let Some(Declared::Stage(stage)) = check.names.span(span.kind, &span.name) {
            *stages.entry(stage.item.id.clone()).or_default() += 1;
        }
    }
    let told = summary
        .stages
        .iter()
        .map(|stage| (stage.stage.clone(), stage.runs));
    differ(check, at, "stage", &told.collect(), &stages);
    differ(check, at, "event", &summary.events, &book.events);
    let roles = &check.names.model.roles;
    // That there are no metrics is told by another rule.
    let total = |metric: Option<usize>| {
        let metric = metric.filter(|_| book.signals.metrics)?;
        Some(book.total(&check.names.model.metrics[metric].item.id))
    };
    let numbers = [
        ("log records", summary.logs, Some(book.logs)),
        ("unexpected calls", summary.unexpected, Some(book.unexpected)),
        ("cache hits", summary.cache_hits, total(roles.cache_hits)),
        ("cache misses", summary.cache_misses, total(roles.cache_misses)),
    ];
    for (things, told, seen) in numbers {
        if let Some(seen) = seen.filter(|seen| *seen != told) {
            let wrong = format!("counts {told} {things}, and there are {seen}");
            check.findings.add(Code::SummaryContradictsRun, at, wrong, None);
        }
    }
}

fn differ(
    check: &mut Check<'_>,
    at: At<'_>,
    thing: &str,
    told: &BTreeMap<String, u64>,
    seen: &BTreeMap<String, u64>,
) {
    let mut names: Vec<&String> = told.keys().chain(seen.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let of = |counts: &BTreeMap<String, u64>| counts.get(name).copied().unwrap_or(0);
        let (told, seen) = (of(told), of(seen));
        if told != seen {
            let wrong = format!("counts {told} of the {thing} `{name}`, and there are {seen}");
            check.findings.add(Code::SummaryContradictsRun, at, wrong, None);
        }
    }
}

fn end_contradicts_summary(check: &mut Check<'_>, book: &Book, summary: &Summary) {
    let Some((end, line, _)) = &book.end else { return };
    let at = At {
        line: *line,
        name: "end",
    };
    if let Some(outcome) = summary.outcome
        && outcome != end.outcome
    {
        let wrong = format!("says {}, and the summary {}", end.outcome.name(), outcome.name());
        check.findings.add(Code::EndContradictsSummary, at, wrong, None);
    }
    // The end of a received run is made of the span of its command.
    if let Some(duration) = summary.duration_ns
        && duration != end.duration_ns
        && !book.is_received()
    {
        let wrong = format!("says {} ns, and the summary {duration} ns", end.duration_ns);
        check.findings.add(Code::EndContradictsSummary, at, wrong, None);
    }
}
