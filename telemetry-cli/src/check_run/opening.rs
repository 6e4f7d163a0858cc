//! Rules on whose a record is and where it stands in the file: the first line, the resource, the sequence, the time.

use telemetry_runtime::line::{AttributeValue, Record, Run};

use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};
use crate::story::plain;

pub(super) fn bad_time(check: &mut Check<'_>, at: At<'_>, text: &str, time: Option<u64>) {
    if time.is_none() {
        check.findings.add(
            Code::BadTime,
            at,
            format!("has the time `{text}`, which is none"),
            None,
        );
    }
}

pub(super) fn missing_run_line(check: &mut Check<'_>, at: At<'_>, record: &Record) {
    if check.book.records == 1 && !matches!(record, Record::Run(_)) {
        let wrong = "comes before any `run` line: whose record it is was not checked";
        check.findings.add(Code::MissingRunLine, at, wrong, None);
    }
}

/// Numbers ascend; only the file of what a backend did not take may leave some out.
pub(super) fn sequence(check: &mut Check<'_>, at: At<'_>, seq: u64) {
    let expected = check.book.last_seq.map_or(0, |last| last.saturating_add(1));
    if seq < expected {
        let wrong = format!("has seq {seq} after {}", expected - 1);
        check.findings.add(Code::SequenceDisorder, at, wrong, None);
        return;
    }
    check.book.last_seq = Some(seq);
    // The beginning of a run without its first line is told already.
    if seq == expected || check.book.records == 1 {
        return;
    }
    check.book.gaps = check.book.gaps.saturating_add(seq - expected);
    if check.book.run.is_some() && !check.book.is_fallback() {
        let missing = if seq - expected == 1 {
            format!("{expected} is missing")
        } else {
            format!("{expected} to {} are missing", seq - 1)
        };
        check
            .findings
            .add(Code::SequenceGap, at, format!("has seq {seq}: {missing}"), None);
    }
}

pub(super) fn record_after_end(check: &mut Check<'_>, at: At<'_>) {
    if let Some((_, line, _)) = &check.book.end {
        let wrong = format!("comes after the end of the run on line {line}");
        check.findings.add(Code::RecordAfterEnd, at, wrong, None);
    }
}

/// The first line of a run.
pub(super) fn run(check: &mut Check<'_>, at: At<'_>, run: &Run, time: Option<u64>) {
    check.book.run = Some(run.clone());
    check.book.began = time;
    other_schema(check, at, run);
    other_version(check, at, run);
    for key in &check.names.model.manifest.run.id_attributes {
        match run.resource.get(key) {
            None => missing_run_id(check, at, key),
            Some(value) => wrong_run_id(check, at, run, key, value),
        }
    }
    wrong_service(check, at, run);
}

/// What the manifest says, of which the model does not know the lines.
fn manifest(text: String) -> Option<Says> {
    let place = "the manifest".to_owned();
    Some(Says { place, text })
}

fn other_schema(check: &mut Check<'_>, at: At<'_>, run: &Run) {
    let ours = &check.names.model.manifest;
    if run.schema.name != ours.name {
        let says = manifest(format!("this is schema `{}`", ours.name));
        let wrong = format!("follows schema `{}`", run.schema.name);
        check.findings.add(Code::OtherSchema, at, wrong, says);
    }
}

fn other_version(check: &mut Check<'_>, at: At<'_>, run: &Run) {
    let ours = &check.names.model.manifest;
    if run.schema.name == ours.name && run.schema.version != ours.version {
        let says = manifest(format!("this is version {}", ours.version));
        let wrong = format!("follows version {} of the schema", run.schema.version);
        check.findings.add(Code::OtherVersion, at, wrong, says);
    }
}

fn missing_run_id(check: &mut Check<'_>, at: At<'_>, key: &str) {
    let says = manifest(format!("`{key}` carries the run id on the resource"));
    let wrong = format!("its resource lacks `{key}`");
    check.findings.add(Code::MissingRunId, at, wrong, says);
}

fn wrong_run_id(check: &mut Check<'_>, at: At<'_>, run: &Run, key: &str, value: &AttributeValue) {
    let value = plain(value);
    if value != run.run_id {
        let says = manifest(format!("`{key}` carries the run id on the resource"));
        let wrong = format!(
            "its resource has `{key}` = `{value}`, and the run is `{}`",
            run.run_id
        );
        check.findings.add(Code::WrongRunId, at, wrong, says);
    }
}

fn wrong_service(check: &mut Check<'_>, at: At<'_>, run: &Run) {
    let ours = &check.names.model.manifest.service;
    let theirs = run.resource.get("service.name").map(plain).unwrap_or_default();
    if theirs != *ours {
        let says = manifest(format!("the service is `{ours}`"));
        check
            .findings
            .add(Code::WrongService, at, format!("its service is `{theirs}`"), says);
    }
}
