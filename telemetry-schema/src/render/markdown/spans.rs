//! Spans that are neither screen nor stage, a heading each.

use super::page::{Page, code};
use super::{CallSites, attribute_table, call_braces, remarks};
use crate::model::{LinkRule, Model, Span, SpanIndex, SpanKind};

/// The section `Spans`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Spans");
    if model.spans.is_empty() {
        page.paragraph("None.");
        return;
    }
    for (index, span) in model.spans.iter().enumerate() {
        page.heading(3, &code(&span.item.id));
        page.paragraph(&span.item.brief);
        page.paragraph(span.item.note.as_deref().unwrap_or_default());
        page.paragraph(&remarks::remarks(&span.item).join(" "));
        page.paragraph(&facts(model, index, span).join(" · "));
        page.paragraph(&calls.paragraph("span", &span.item.id));
        attribute_table(page, model, &span.attributes, false);
    }
}

/// Kind, trace, links, call and source.
fn facts(model: &Model, index: SpanIndex, span: &Span) -> Vec<String> {
    let mut facts = vec![format!("kind {}", kind(span.kind))];
    facts.push(match span.new_trace {
        true => "root of its own trace".to_owned(),
        false => "child of the innermost span, else of the visit".to_owned(),
    });
    facts.extend(
        span.links
            .iter()
            .map(|rule| format!("links to {}", target(*rule))),
    );
    let made_by_runtime = index == model.roles.command || Some(index) == model.roles.session_span;
    facts.push(match made_by_runtime {
        true => format!("recorded by {}", super::BY_THE_RUNTIME),
        false => code(&format!(
            "span!({}{})",
            span.item.rust_type(),
            call_braces(model, &span.attributes)
        )),
    });
    facts.push(remarks::source(&span.item));
    facts
}

fn kind(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Internal => "internal",
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    }
}

fn target(rule: LinkRule) -> &'static str {
    match rule {
        LinkRule::Handover => "the span that handed over to the process",
        LinkRule::Visit => "the visit",
        LinkRule::Previous => "the one before it",
    }
}
