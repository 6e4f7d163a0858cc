//! The page that reviewers read: everything that the vocabulary can say, in the order in which it was declared.
//!
//! The text depends on the model alone, holds no dates, and puts each item on lines of its own, so that a change
//! of the schema is a change of the same size here. It is meant to lie one folder below the schema's crate, as
//! `docs/telemetry.md`: links to sources begin with `../`.

mod attributes;
mod call_sites;
mod errors;
mod events;
mod metrics;
mod page;
mod remarks;
mod runs;
mod sample;
mod screens;
#[cfg(test)]
mod small;
mod spans;
mod stages;
#[cfg(test)]
mod tests;
mod trust;

use crate::model::{AttributeUse, Model};
pub use call_sites::{CallSites, Emitted};
use page::{Page, code};

/// Stands where others show their call.
const BY_THE_RUNTIME: &str = "the runtime";

/// The reviewers' page of `model`, as Markdown.
pub fn render(model: &Model) -> String {
    render_with(model, &CallSites::default())
}

/// The page with the places that emit each item.
pub fn render_with(model: &Model, calls: &CallSites) -> String {
    let mut page = Page::new();
    opening(&mut page, model);
    runs::section(&mut page, model);
    screens::section(&mut page, model, calls);
    stages::section(&mut page, model, calls);
    events::section(&mut page, model, calls);
    spans::section(&mut page, model, calls);
    metrics::section(&mut page, model, calls);
    errors::section(&mut page, model, calls);
    attributes::section(&mut page, model, calls);
    trust::sensitive(&mut page, model);
    trust::deprecated(&mut page, model);
    page.into_text()
}

/// What the page is, and how much of everything there is.
fn opening(page: &mut Page, model: &Model) {
    let manifest = &model.manifest;
    page.heading(1, &format!("The telemetry of {}", manifest.name));
    page.paragraph(
        "Written from the schema by the `telemetry schema docs` command; edit the schema, not this page.",
    );
    page.paragraph(&format!(
        "Version {} of the vocabulary, recorded under the service name {} with the schema URL <{}>.",
        code(&manifest.version),
        code(&manifest.service),
        manifest.url
    ));
    let timings = model.stages.iter().map(|stage| stage.timings.len()).sum();
    let counts = [
        ("[Screens](#screens)", model.screens.len()),
        ("[Stages](#stages)", model.stages.len()),
        ("Timings inside stages", timings),
        ("[Events](#events)", model.events.len()),
        ("[Spans](#spans)", model.spans.len()),
        ("[Metrics](#metrics)", model.metrics.len()),
        ("[Errors](#errors)", model.errors.len()),
        ("[Attributes](#attributes)", model.attributes.len()),
        (
            "[Identifying or secret attributes](#identifying-and-secret-attributes)",
            trust::sensitive_attributes(model).count(),
        ),
        (
            "[Deprecated items](#deprecated-items)",
            trust::deprecations(model).len(),
        ),
    ];
    let rows = counts.map(|(what, count)| vec![what.to_owned(), count.to_string()]);
    page.table(&["What", "How many"], rows);
}

/// The attributes of an item, a row each; `failure` chooses the examples.
fn attribute_table(page: &mut Page, model: &Model, uses: &[AttributeUse], failure: bool) {
    let rows = uses.iter().map(|used| {
        let attribute = &model.attributes[used.attribute];
        vec![
            code(&attribute.item.id),
            attributes::type_text(attribute),
            if used.required { "required" } else { "optional" }.to_owned(),
            attribute.item.brief.clone(),
            code(&sample::value(model, used.attribute, failure).to_string()),
        ]
    });
    page.table(&["Attribute", "Type", "Needed", "Meaning", "Example"], rows);
}

/// Attributes as one cell of a table.
fn attribute_list(model: &Model, uses: &[AttributeUse]) -> String {
    let ids: Vec<_> = uses
        .iter()
        .map(|used| code(&model.attributes[used.attribute].item.id))
        .collect();
    page::list(&ids)
}

/// How a call site names the required attributes: ` { program, line }`, or nothing.
fn call_braces(model: &Model, uses: &[AttributeUse]) -> String {
    let words: Vec<_> = uses
        .iter()
        .filter(|used| used.required)
        .map(|used| model.attributes[used.attribute].item.rust_name.as_str())
        .collect();
    match words.is_empty() {
        true => String::new(),
        false => format!(" {{ {} }}", words.join(", ")),
    }
}
