//! How runs are named and kept: the part of the manifest that an operator meets.

use super::page::{Page, code};
use crate::model::Model;

/// The section `Runs`.
pub(super) fn section(page: &mut Page, model: &Model) {
    let manifest = &model.manifest;
    let run = &manifest.run;
    page.heading(2, "Runs");
    let rows = [
        ("Run id on the resource", codes(&run.id_attributes)),
        (
            "Adopted from `OTEL_RESOURCE_ATTRIBUTES`",
            codes(&run.adopt_resource_attributes),
        ),
        ("Adopted from the environment", codes(&run.adopt_env)),
        ("Folder of the run files", code(&run.directory)),
        ("Runs kept", run.keep_runs.to_string()),
        ("Days kept", run.keep_days.to_string()),
        ("Writes the file beside a backend", code(&run.file_env)),
        ("Turns on the debug tier", code(&run.debug_env)),
        (
            "Error code of an OTLP protocol other than gRPC",
            code(&manifest.unsupported_protocol),
        ),
        (
            "Targets whose `tracing` records are kept",
            codes(&manifest.log_targets),
        ),
    ];
    page.table(
        &["What", "Value"],
        rows.map(|(what, value)| vec![what.to_owned(), value]),
    );
}

fn codes(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| code(word)).collect();
    super::page::list(&words)
}
