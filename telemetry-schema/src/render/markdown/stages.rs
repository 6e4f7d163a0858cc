//! Stages in their order, with the timings inside them.

use super::page::{self, Page, code};
use super::{CallSites, attribute_list, remarks};
use crate::model::{Model, Stage};

/// The section `Stages`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Stages");
    if model.stages.is_empty() {
        page.paragraph("None.");
        return;
    }
    page.paragraph(
        "A stage is a child span of the visit of its screen, a timing one of its stage; they are named \
         `<screen>.<stage>` and `<screen>.<stage>.<timing>`. Each ends in an outcome: success, failure (with an \
         error type), skipped (with a reason), cancelled, or abandoned.",
    );
    for (index, screen) in model.screens.iter().enumerate() {
        let stages: Vec<_> = model
            .stages
            .iter()
            .filter(|stage| stage.screen == index)
            .collect();
        if stages.is_empty() {
            continue;
        }
        page.heading(3, &format!("Stages of {}", code(&screen.item.id)));
        let rows = stages.iter().enumerate().map(|(position, stage)| {
            let id = format!("{}.{}", screen.item.id, stage.item.id);
            let timings = stage.timings.iter().map(|timing| timing.id.as_str());
            calls.row(row(model, position, stage), || {
                calls.places("stage", &id) + &calls.of_timings(&id, timings)
            })
        });
        page.table(
            &calls.heads(&[
                "No.",
                "Stage",
                "Label",
                "Meaning",
                "Slow after",
                "Attributes",
                "Timings",
                "Source",
            ]),
            rows,
        );
    }
}

fn row(model: &Model, position: usize, stage: &Stage) -> Vec<String> {
    let place = &stage.item.place;
    let timings: Vec<_> = stage
        .timings
        .iter()
        .map(|timing| remarks::link(&code(&timing.id), place, timing.line))
        .collect();
    vec![
        (position + 1).to_string(),
        code(&stage.item.id),
        stage.label.clone(),
        remarks::about(&stage.item),
        stage
            .slow_after_ms
            .map_or("–".to_owned(), |limit| format!("{limit} ms")),
        attribute_list(model, &stage.attributes),
        page::list(&timings),
        remarks::source(&stage.item),
    ]
}
