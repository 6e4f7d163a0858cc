//! Events, a heading each, with a record as it stands in a run file.

use super::page::{Page, code};
use super::{CallSites, attribute_table, call_braces, remarks, sample};
use crate::model::{BodyPart, Event, EventRecord, Model, Severity};

/// The section `Events`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Events");
    if model.events.is_empty() {
        page.paragraph("None.");
        return;
    }
    page.paragraph(
        "Each with its severity, what it becomes, its call, its attributes, and a record as a run file holds it. \
         Trace and debug are recorded only in debug runs.",
    );
    for event in &model.events {
        item(page, model, event, calls);
    }
}

fn item(page: &mut Page, model: &Model, event: &Event, calls: &CallSites) {
    page.heading(3, &code(&event.item.id));
    page.paragraph(&event.item.brief);
    page.paragraph(event.item.note.as_deref().unwrap_or_default());
    page.paragraph(&remarks::remarks(&event.item).join(" "));
    page.paragraph(&facts(model, event).join(" · "));
    page.paragraph(&calls.paragraph("event", &event.item.id));
    page.paragraph(&format!("Body: {}", code(&template(model, event))));
    attribute_table(page, model, &event.attributes, event.severity == Severity::Error);
    page.fence("json", &sample::records(model, event).join("\n"));
}

/// Severity, kind of record, metrics, call and source.
fn facts(model: &Model, event: &Event) -> Vec<String> {
    let mut facts = vec![severity(event.severity).to_owned(), record(event).to_owned()];
    for feed in &event.feeds {
        let verb = if feed.value.is_some() {
            "measures"
        } else {
            "counts"
        };
        facts.push(format!("{verb} {}", code(&model.metrics[feed.metric].item.id)));
    }
    let roles = &model.roles;
    let made_by_runtime = [roles.navigate, roles.slow_wait, roles.panic, roles.summary]
        .into_iter()
        .chain(roles.session_start)
        .chain(roles.session_end)
        .any(|index| {
            model
                .events
                .get(index)
                .is_some_and(|own| own.item.id == event.item.id)
        });
    facts.push(match made_by_runtime {
        true => format!("recorded by {}", super::BY_THE_RUNTIME),
        false => code(&format!(
            "event!({}{})",
            event.item.rust_type(),
            call_braces(model, &event.attributes)
        )),
    });
    facts.push(remarks::source(&event.item));
    facts
}

/// A severity, as the YAML writes it.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    }
}

fn record(event: &Event) -> &'static str {
    match (event.record, event.action) {
        (EventRecord::Log, false) => "log record",
        (EventRecord::Log, true) => "log record of an action",
        (EventRecord::SpanEvent, false) => "event on the innermost span",
        (EventRecord::SpanEvent, true) => "event on the visit",
        (EventRecord::Both, false) => "log record and event on the innermost span",
        (EventRecord::Both, true) => "log record and event on the visit",
    }
}

/// The body with its placeholders, as the YAML writes it.
fn template(model: &Model, event: &Event) -> String {
    event
        .body
        .iter()
        .map(|part| match part {
            BodyPart::Text(text) => text.clone(),
            BodyPart::Slot(slot) => {
                format!(
                    "{{{}}}",
                    model.attributes[event.attributes[*slot].attribute].item.id
                )
            }
        })
        .collect()
}
