//! Screens: the moves between them as a graph, and what each one is.

use super::page::{self, Page, code};
use super::{CallSites, attribute_list, remarks};
use crate::model::{Model, Screen};

/// The section `Screens`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Screens");
    if model.screens.is_empty() {
        page.paragraph("None.");
        return;
    }
    page.paragraph(
        "A visit of a screen is one span, the root of a trace of its own, linked to the visit before it. Any move \
         that is not drawn here does not compile.",
    );
    page.fence("mermaid", &graph(model));
    let rows = model
        .screens
        .iter()
        .map(|screen| calls.row(row(model, screen), || calls.places("screen", &screen.item.id)));
    page.table(
        &calls.heads(&[
            "Screen",
            "Meaning",
            "Moves to",
            "Tags of a visit",
            "Actions",
            "Source",
        ]),
        rows,
    );
}

fn row(model: &Model, screen: &Screen) -> Vec<String> {
    let moves: Vec<_> = screen
        .navigates_to
        .iter()
        .map(|&to| code(&model.screens[to].item.id))
        .collect();
    let actions: Vec<_> = screen
        .actions
        .iter()
        .map(|&event| code(&model.events[event].item.id))
        .collect();
    vec![
        code(&screen.item.id),
        remarks::about(&screen.item),
        page::list(&moves),
        attribute_list(model, &screen.attributes),
        page::list(&actions),
        remarks::source(&screen.item),
    ]
}

/// The moves, as Mermaid draws them; a dot leads to each screen on which a run may begin.
fn graph(model: &Model) -> String {
    let mut lines = vec!["graph LR".to_owned()];
    lines.extend(
        model
            .screens
            .iter()
            .map(|screen| format!("    {}[\"{}\"]", node(screen), screen.item.id)),
    );
    if model.screens.iter().any(|screen| screen.entry) {
        lines.push("    start((\" \"))".to_owned());
    }
    for screen in model.screens.iter().filter(|screen| screen.entry) {
        lines.push(format!("    start --> {}", node(screen)));
    }
    for screen in &model.screens {
        for &to in &screen.navigates_to {
            lines.push(format!("    {} --> {}", node(screen), node(&model.screens[to])));
        }
    }
    lines.join("\n")
}

/// A node's name. The prefix keeps it apart from Mermaid's own words, such as `end`.
fn node(screen: &Screen) -> String {
    format!("screen_{}", screen.item.rust_name)
}
