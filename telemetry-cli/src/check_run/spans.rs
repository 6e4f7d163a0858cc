//! Rules on one span: declared, of its kind, started and ended once, its end as its start, and a failure that says
//! how it failed.

use telemetry_runtime::line::{Attributes, Kind, Outcome, SpanEnd, SpanKind, SpanStart};
use telemetry_runtime::timestamp;

use crate::check_run::attributes::{Allowed, attributes};
use crate::check_run::book::Span;
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};
use crate::check_run::names::Declared;
use crate::check_run::steps::wrong_place_name;
use crate::story::plain;

/// Clocks are set while programs run; less than this is no contradiction.
const CLOCKS_APART: u64 = 50_000_000;

/// A span opens.
pub(super) fn start(check: &mut Check<'_>, at: At<'_>, span: &SpanStart, time: Option<u64>) {
    check.checked.spans += 1;
    check.book.signals.traces = true;
    bad_id(check, at, &span.trace_id, 32);
    bad_id(check, at, &span.span_id, 16);
    if let Some(before) = check.book.span(&span.span_id) {
        let wrong = format!("started on line {} already", before.line);
        check.findings.add(Code::StartedTwice, at, wrong, None);
        return;
    }
    let from = check.names.key(check.names.model.roles.screen_from);
    check.book.put(Span {
        name: span.name.clone(),
        kind: span.kind,
        trace_id: span.trace_id.clone(),
        span_id: span.span_id.clone(),
        parent: span.parent_span_id.clone(),
        links: span.links.clone(),
        from: span.attributes.get(from).map(plain),
        line: at.line,
        started: time,
        ended: None,
    });
    let declared = declared(check, at, span.kind, &span.name);
    wrong_span_kind(check, at, declared, span.span_kind);
    hold(check, at, declared, &span.attributes);
}

/// It closes.
pub(super) fn end(check: &mut Check<'_>, at: At<'_>, span: &SpanEnd, time: Option<u64>) {
    check.book.signals.traces = true;
    let started = timestamp::parse(&span.started);
    let known = check.book.span(&span.span_id).is_some();
    if known {
        end_contradicts_start(check, at, span, started);
    } else {
        end_without_start(check, at);
        let from = check.names.key(check.names.model.roles.screen_from);
        check.checked.spans += 1;
        check.book.put(Span {
            name: span.name.clone(),
            kind: span.kind,
            trace_id: span.trace_id.clone(),
            span_id: span.span_id.clone(),
            parent: span.parent_span_id.clone(),
            links: span.links.clone(),
            from: span.attributes.get(from).map(plain),
            line: at.line,
            started,
            ended: None,
        });
    }
    ended_twice(check, at, &span.span_id, time);
    let declared = match known {
        true => check.names.span(span.kind, &span.name),
        false => declared(check, at, span.kind, &span.name),
    };
    if !known {
        wrong_span_kind(check, at, declared, span.span_kind);
    }
    hold(check, at, declared, &span.attributes);
    negative_duration(check, at, started, time);
    wrong_duration(check, at, span, started, time);
    error(check, at, span.outcome, span.error_type.as_deref());
    missing_error(check, at, span);
    abandoned(check, at, span, declared);
}

/// What a span is declared as; says so when it is nothing, or something else.
fn declared<'m>(check: &mut Check<'m>, at: At<'_>, kind: Kind, name: &str) -> Option<Declared<'m>> {
    let declared = check.names.span(kind, name);
    if let Some(declared) = declared {
        check.coverage.saw(declared);
        return Some(declared);
    }
    let word = word(kind);
    match check.names.span_of_any_kind(name) {
        Some((other, declared)) => {
            let (place, line) = declared.place();
            let says = Says::on(place, line, format!("`{name}` is a {}", self::word(other)));
            let wrong = format!("is recorded as a {word}");
            check.findings.add(Code::WrongKind, at, wrong, says);
        }
        None => {
            let wrong = format!("is no {word} of the schema");
            check.findings.add(Code::UndeclaredSpan, at, wrong, None);
        }
    }
    None
}

pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Screen => "screen",
        Kind::Stage => "stage",
        Kind::Timing => "timing",
        Kind::Span => "span",
    }
}

fn hold(check: &mut Check<'_>, at: At<'_>, declared: Option<Declared<'_>>, of: &Attributes) {
    let Some(declared) = declared else { return };
    let names = check.names;
    let (place, line) = declared.place();
    let screen = of.get(names.key(names.model.roles.screen)).map(plain);
    let screen = screen.and_then(|screen| names.screen(&screen));
    let added = names.added(declared);
    let allowed = Allowed {
        uses: declared.uses(),
        added: &added,
        tags: screen.map_or(&[], |screen| &screen.attributes),
        declared: Says::on(place, line, ""),
    };
    attributes(check, at, &allowed, of);
    wrong_place_name(check, at, declared, of);
}

fn bad_id(check: &mut Check<'_>, at: At<'_>, id: &str, digits: usize) {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if id.len() != digits || !id.bytes().all(hex) || id.bytes().all(|byte| byte == b'0') {
        let wrong = format!("has the id `{id}`: an id is {digits} lower-case hex digits, and not all zero");
        check.findings.add(Code::BadId, at, wrong, None);
    }
}

fn wrong_span_kind(check: &mut Check<'_>, at: At<'_>, declared: Option<Declared<'_>>, kind: SpanKind) {
    let Some(declared) = declared else { return };
    let ours = declared.span_kind();
    if ours != kind {
        let (place, line) = declared.place();
        let says = Says::on(place, line, format!("its kind is {ours:?}").to_lowercase());
        let wrong = format!("its kind on the wire is {kind:?}").to_lowercase();
        check.findings.add(Code::WrongSpanKind, at, wrong, says);
    }
}

fn end_without_start(check: &mut Check<'_>, at: At<'_>) {
    // The backend may have the start.
    if !check.book.is_partial() {
        let wrong = "ended and never started";
        check.findings.add(Code::EndWithoutStart, at, wrong, None);
    }
}

fn ended_twice(check: &mut Check<'_>, at: At<'_>, id: &str, time: Option<u64>) {
    let Some(span) = check.book.span_mut(id) else {
        return;
    };
    if let Some((line, _)) = span.ended {
        let wrong = format!("ended on line {line} already");
        check.findings.add(Code::EndedTwice, at, wrong, None);
    } else {
        span.ended = Some((at.line, time));
    }
}

fn end_contradicts_start(check: &mut Check<'_>, at: At<'_>, end: &SpanEnd, started: Option<u64>) {
    let Some(start) = check.book.span(&end.span_id) else {
        return;
    };
    let differs = [
        ("name", start.name != end.name),
        ("kind", start.kind != end.kind),
        ("trace", start.trace_id != end.trace_id),
        ("parent", start.parent != end.parent_span_id),
        ("start", start.started != started),
    ];
    let differs: Vec<&str> = differs
        .iter()
        .filter(|(_, it)| *it)
        .map(|(word, _)| *word)
        .collect();
    if !differs.is_empty() {
        let wrong = format!(
            "has another {} than at its start on line {}",
            differs.join(" and "),
            start.line
        );
        check.findings.add(Code::EndContradictsStart, at, wrong, None);
    }
}

fn negative_duration(check: &mut Check<'_>, at: At<'_>, started: Option<u64>, ended: Option<u64>) {
    if let (Some(started), Some(ended)) = (started, ended)
        && ended < started
    {
        let wrong = format!("ended {} ns before it started", started - ended);
        check.findings.add(Code::NegativeDuration, at, wrong, None);
    }
}

fn wrong_duration(
    check: &mut Check<'_>,
    at: At<'_>,
    span: &SpanEnd,
    started: Option<u64>,
    ended: Option<u64>,
) {
    if let (Some(started), Some(ended)) = (started, ended)
        && ended >= started
        && span.duration_ns.abs_diff(ended - started) > CLOCKS_APART.max((ended - started) / 100)
    {
        let wrong = format!(
            "took {} ns, and there are {} ns between its start and its end: or the clock was set",
            span.duration_ns,
            ended - started
        );
        check.findings.add(Code::WrongDuration, at, wrong, None);
    }
}

/// A failure has an error type of the schema, and nothing else has one.
pub(super) fn error(check: &mut Check<'_>, at: At<'_>, outcome: Outcome, error: Option<&str>) {
    match error {
        Some(error) if check.names.error(error).is_none() => {
            let wrong = format!("failed with `{error}`, which is no error of the schema");
            check.findings.add(Code::UndeclaredError, at, wrong, None);
        }
        Some(error) if outcome != Outcome::Failure => {
            let wrong = format!("has the error `{error}`, and ended as {}", outcome.name());
            check.findings.add(Code::ErrorOfSuccess, at, wrong, None);
        }
        _ => {}
    }
}

fn missing_error(check: &mut Check<'_>, at: At<'_>, span: &SpanEnd) {
    if span.outcome == Outcome::Failure && span.error_type.is_none() {
        let wrong = "failed and does not say how";
        check.findings.add(Code::MissingError, at, wrong, None);
    }
}

fn abandoned(check: &mut Check<'_>, at: At<'_>, span: &SpanEnd, declared: Option<Declared<'_>>) {
    let command = &check.names.model.spans[check.names.model.roles.command].item.id;
    if span.outcome == Outcome::Abandoned && declared.is_some() && span.name != *command {
        let wrong = "was abandoned: its guard was dropped without a word";
        check.findings.add(Code::Abandoned, at, wrong, None);
    }
}
