//! Rules on what happens at one instant: events are declared, on a span or beside it as the schema says, of their
//! severity, and on a screen that lists them; logs come from the schema's own programs.

use std::borrow::Cow;

use telemetry_runtime::line::{AttributeValue, Attributes, Event, Log, Severity};
use telemetry_schema::model::{self, EventRecord};

use crate::check_run::attributes::{Allowed, attributes, few};
use crate::check_run::book::Move;
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};
use crate::story::plain;

/// What the runtime marks a log with that tells of a call that the schema does not foresee.
const UNEXPECTED: &str = "telemetry.unexpected";

/// A declared event.
pub(super) fn event(check: &mut Check<'_>, at: At<'_>, event: &Event) {
    check.checked.events += 1;
    match event.on_span {
        true => check.book.signals.traces = true,
        false => check.book.signals.logs = true,
    }
    record_off_span(check, at, event.span_id.as_deref(), event.trace_id.as_deref());
    nowhere(check, at, event.screen.as_deref(), event.stage.as_deref());
    debug_detail(check, at, event.severity);
    let Some(declared) = check.names.event(&event.name) else {
        let wrong = "is no event of the schema";
        check.findings.add(Code::UndeclaredEvent, at, wrong, None);
        return;
    };
    check.coverage.saw_event(&declared.item);
    // An event that is recorded in both ways happened once.
    if declared.record != EventRecord::Both || !event.on_span {
        *check.book.events.entry(event.name.clone()).or_default() += 1;
    }
    wrong_severity(check, at, declared, event);
    not_a_span_event(check, at, declared, event);
    not_a_log_record(check, at, declared, event);
    unlisted_action(check, at, declared, event);
    let screen = event
        .screen
        .as_deref()
        .and_then(|screen| check.names.screen(screen));
    let allowed = Allowed {
        uses: &declared.attributes,
        added: &[],
        tags: screen.map_or(&[], |screen| &screen.attributes),
        declared: Says::at(&declared.item.place, ""),
    };
    let own = of_its_own(check, declared, event);
    attributes(check, at, &allowed, &own);
    let roles = &check.names.model.roles;
    if event.name == check.names.model.events[roles.navigate].item.id {
        check.checked.moves += 1;
        let to = event.attributes.get(check.names.key(roles.screen_to)).map(plain);
        check.book.moves.push(Move {
            line: at.line,
            span_id: event.span_id.clone().filter(|_| event.on_span),
            to: to.unwrap_or_default(),
        });
    }
}

/// The attributes of an event. On the wire, the place of a record has the keys of the screen and the stage; an event that
/// has these as attributes of its own had them there too.
fn of_its_own<'e>(check: &Check<'_>, declared: &model::Event, event: &'e Event) -> Cow<'e, Attributes> {
    let roles = &check.names.model.roles;
    let mut own = Cow::Borrowed(&event.attributes);
    if !check.book.is_received() {
        return own;
    }
    for (index, name) in [(roles.screen, &event.screen), (roles.stage, &event.stage)] {
        let is_used = declared.attributes.iter().any(|used| used.attribute == index);
        if let Some(name) = name.as_ref().filter(|_| is_used) {
            let key = check.names.key(index).to_owned();
            own.to_mut()
                .entry(key)
                .or_insert_with(|| AttributeValue::String(name.clone()));
        }
    }
    own
}

/// An undeclared record. Its attributes are its own affair.
pub(super) fn log(check: &mut Check<'_>, at: At<'_>, log: &Log) {
    check.checked.logs += 1;
    check.book.logs += 1;
    check.book.signals.logs = true;
    record_off_span(check, at, log.span_id.as_deref(), log.trace_id.as_deref());
    nowhere(check, at, log.screen.as_deref(), log.stage.as_deref());
    debug_detail(check, at, log.severity);
    if log.attributes.contains_key(UNEXPECTED) {
        check.book.unexpected += 1;
        check
            .findings
            .add(Code::UnexpectedCall, at, log.body.clone(), None);
    } else {
        foreign_target(check, at, log);
    }
}

fn foreign_target(check: &mut Check<'_>, at: At<'_>, log: &Log) {
    let targets = &check.names.model.manifest.log_targets;
    let covers = |entry: &String| match entry.strip_suffix('*') {
        Some(prefix) => log.target.starts_with(prefix),
        None => log
            .target
            .strip_prefix(entry.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::")),
    };
    if !targets.iter().any(covers) {
        let names: Vec<&str> = targets.iter().map(String::as_str).collect();
        let says = Some(Says {
            place: "the manifest".to_owned(),
            text: format!("`logs.targets` are {}", few(&names)),
        });
        let wrong = "is no target of the schema";
        check.findings.add(Code::ForeignTarget, at, wrong, says);
    }
}

fn record_off_span(check: &mut Check<'_>, at: At<'_>, span: Option<&str>, trace: Option<&str>) {
    let Some(id) = span else { return };
    let wrong = match check.book.span(id) {
        // The backend may have its start.
        None if check.book.is_partial() => return,
        None => format!("stands on the span {id}, which never started"),
        Some(span) if trace != Some(span.trace_id.as_str()) => {
            format!(
                "has another trace than the span `{}` that it stands on",
                span.name
            )
        }
        Some(_) => return,
    };
    check.findings.add(Code::RecordOffSpan, at, wrong, None);
}

/// A screen or a stage that the schema does not have.
fn nowhere(check: &mut Check<'_>, at: At<'_>, screen: Option<&str>, stage: Option<&str>) {
    let stages = &check.names.model.stages;
    let strange = [
        (
            "screen",
            screen.filter(|screen| check.names.screen(screen).is_none()),
        ),
        (
            "stage",
            stage.filter(|stage| !stages.iter().any(|known| known.item.id == *stage)),
        ),
    ];
    for (thing, name) in strange {
        if let Some(name) = name {
            let wrong = format!("is on the {thing} `{name}`, which the schema does not have");
            check.findings.add(Code::WrongPlaceName, at, wrong, None);
        }
    }
}

fn debug_detail(check: &mut Check<'_>, at: At<'_>, severity: Severity) {
    if severity <= Severity::Debug && check.book.run.as_ref().is_some_and(|run| !run.debug) {
        let wrong = format!("is of severity {}, and the run has no debug", word(severity));
        check.findings.add(Code::DebugDetail, at, wrong, None);
    }
}

fn wrong_severity(check: &mut Check<'_>, at: At<'_>, declared: &model::Event, event: &Event) {
    // On the wire, an event of a span has no severity.
    if event.on_span && check.book.is_received() {
        return;
    }
    let ours = match declared.severity {
        model::Severity::Trace => Severity::Trace,
        model::Severity::Debug => Severity::Debug,
        model::Severity::Info => Severity::Info,
        model::Severity::Warn => Severity::Warn,
        model::Severity::Error => Severity::Error,
    };
    if ours != event.severity {
        let says = Says::at(&declared.item.place, format!("its severity is {}", word(ours)));
        let wrong = format!("is of severity {}", word(event.severity));
        check.findings.add(Code::WrongSeverity, at, wrong, says);
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    }
}

fn not_a_span_event(check: &mut Check<'_>, at: At<'_>, declared: &model::Event, event: &Event) {
    if event.on_span && declared.record == EventRecord::Log {
        let says = Says::at(&declared.item.place, "it is a log record");
        let wrong = "is recorded on a span";
        check.findings.add(Code::NotASpanEvent, at, wrong, says);
    }
}

fn not_a_log_record(check: &mut Check<'_>, at: At<'_>, declared: &model::Event, event: &Event) {
    // Where there is no span to stand on, it is told as a log record all the same.
    if !event.on_span && event.span_id.is_some() && declared.record == EventRecord::SpanEvent {
        let says = Says::at(&declared.item.place, "it is an event of a span");
        let wrong = "is a log record";
        check.findings.add(Code::NotALogRecord, at, wrong, says);
    }
}

fn unlisted_action(check: &mut Check<'_>, at: At<'_>, declared: &model::Event, event: &Event) {
    let screen = event
        .screen
        .as_deref()
        .and_then(|screen| check.names.screen(screen));
    let Some(screen) = screen.filter(|_| declared.action) else {
        return;
    };
    let id = |event: &usize| check.names.model.events[*event].item.id.as_str();
    let navigate = check.names.model.roles.navigate;
    if id(&navigate) == declared.item.id || screen.actions.iter().any(|action| id(action) == declared.item.id)
    {
        return;
    }
    let listed: Vec<&str> = screen.actions.iter().map(id).collect();
    let name = &screen.item.id;
    let says = Says::at(
        &screen.item.place,
        format!("the actions of `{name}` are {}", few(&listed)),
    );
    let wrong = format!("is no action of screen `{name}`");
    check.findings.add(Code::UnlistedAction, at, wrong, says);
}
