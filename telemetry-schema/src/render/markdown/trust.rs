//! What a reviewer looks for first: values that tell something of a person, and items on their way out.

use super::page::{self, Page, code};
use super::remarks;
use crate::model::{
    Attribute, AttributeIndex, AttributeKind, AttributeUse, Deprecated, Item, Model, Sensitivity,
};

/// The section `Identifying and secret attributes`.
pub(super) fn sensitive(page: &mut Page, model: &Model) {
    page.heading(2, "Identifying and secret attributes");
    page.paragraph(
        "Identifying values tell something of a person or their work. Secret ones are never recorded: \
         `[redacted]` stands in their place.",
    );
    if sensitive_attributes(model).next().is_none() {
        page.paragraph("None.");
        return;
    }
    let rows = sensitive_attributes(model).map(|(index, attribute)| {
        vec![
            code(&attribute.item.id),
            match attribute.sensitivity {
                Sensitivity::Secret => "secret",
                Sensitivity::Identifying | Sensitivity::Public => "identifying",
            }
            .to_owned(),
            attribute.item.brief.clone(),
            if attribute.scrub { "yes" } else { "no" }.to_owned(),
            page::list(&users(model, index)),
            remarks::source(&attribute.item),
        ]
    });
    page.table(
        &[
            "Attribute",
            "Sensitivity",
            "Meaning",
            "Scrubbed",
            "Used by",
            "Source",
        ],
        rows,
    );
}

/// Attributes that are not public.
pub(super) fn sensitive_attributes(model: &Model) -> impl Iterator<Item = (AttributeIndex, &Attribute)> {
    model
        .attributes
        .iter()
        .enumerate()
        .filter(|(_, attribute)| attribute.sensitivity != Sensitivity::Public)
}

/// Items that carry the attribute.
fn users(model: &Model, index: AttributeIndex) -> Vec<String> {
    let screens = model
        .screens
        .iter()
        .map(|screen| (&screen.item, &screen.attributes));
    let stages = model.stages.iter().map(|stage| (&stage.item, &stage.attributes));
    let events = model.events.iter().map(|event| (&event.item, &event.attributes));
    let spans = model.spans.iter().map(|span| (&span.item, &span.attributes));
    let metrics = model
        .metrics
        .iter()
        .map(|metric| (&metric.item, &metric.attributes));
    let carries = |uses: &[AttributeUse]| uses.iter().any(|used| used.attribute == index);
    screens
        .chain(stages)
        .chain(events)
        .chain(spans)
        .chain(metrics)
        .filter(|(_, uses)| carries(uses))
        .map(|(item, _)| code(&item.id))
        .collect()
}

/// The section `Deprecated items`.
pub(super) fn deprecated(page: &mut Page, model: &Model) {
    page.heading(2, "Deprecated items");
    let rows = deprecations(model);
    if rows.is_empty() {
        page.paragraph("None.");
    }
    page.table(&["Kind", "Item", "Why", "Source"], rows);
}

/// Everything that should no longer be used, a row each.
pub(super) fn deprecations(model: &Model) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut add = |kind: &str, id: &str, deprecated: &Option<Deprecated>, source: String| {
        if let Some(deprecated) = deprecated {
            rows.push(vec![
                kind.to_owned(),
                code(id),
                remarks::deprecation(deprecated),
                source,
            ]);
        }
    };
    for (kind, item) in items(model) {
        add(kind, &item.id, &item.deprecated, remarks::source(item));
    }
    for attribute in &model.attributes {
        if let AttributeKind::Enum(values) = &attribute.kind {
            for value in values {
                let id = format!("{} = {}", attribute.item.id, value.id);
                add(
                    "value",
                    &id,
                    &value.deprecated,
                    remarks::place(&attribute.item.place.file, value.line),
                );
            }
        }
    }
    rows
}

/// Every item with its kind.
fn items(model: &Model) -> impl Iterator<Item = (&'static str, &Item)> {
    let screens = model.screens.iter().map(|screen| ("screen", &screen.item));
    let stages = model.stages.iter().map(|stage| ("stage", &stage.item));
    let events = model.events.iter().map(|event| ("event", &event.item));
    let spans = model.spans.iter().map(|span| ("span", &span.item));
    let metrics = model.metrics.iter().map(|metric| ("metric", &metric.item));
    let errors = model.errors.iter().map(|error| ("error", &error.item));
    let attributes = model
        .attributes
        .iter()
        .map(|attribute| ("attribute", &attribute.item));
    screens
        .chain(stages)
        .chain(events)
        .chain(spans)
        .chain(metrics)
        .chain(errors)
        .chain(attributes)
}
