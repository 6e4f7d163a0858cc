//! The closed set of error types.

use super::page::{Page, code};
use super::{CallSites, remarks};
use crate::model::Model;

/// The section `Errors`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Errors");
    page.paragraph("Values of `error.type`, and the code that the operator sees where there is one.");
    let rows = model.errors.iter().map(|error| {
        let cells = vec![
            code(&error.item.id),
            error.code.as_deref().map_or("–".to_owned(), code),
            remarks::about(&error.item),
            code(&format!("ErrorType::{}", error.item.rust_type())),
            remarks::source(&error.item),
        ];
        calls.row(cells, || calls.places("error", &error.item.id))
    });
    page.table(
        &calls.heads(&["Error", "Code", "Meaning", "In Rust", "Source"]),
        rows,
    );
}
