//! Compiles a telemetry schema: YAML text to a resolved [`Model`], and that to typed Rust, Markdown for
//! reviewers, JSON Schema for editors and resolved JSON for machines.
//!
//! The flow is the file list: [`load`] finds the files, `syntax` reads what was written, `lower` resolves what
//! it means, `check` looks for what is wrong with that, [`render`] writes it in other languages. Beside it stand
//! [`mod@diff`], which compares two models, [`diagnostic`] and [`draw`], which say what is wrong, and
//! [`mod@build`], the door for build scripts.

pub mod build;
mod check;
pub mod diagnostic;
pub mod diff;
pub mod draw;
pub mod load;
mod lower;
pub mod model;
pub mod name;
mod near;
pub mod render;
pub mod standard;
mod syntax;

use std::collections::HashMap;

use diagnostic::{At, Diagnostic, Severity};
use model::Model;

/// One YAML file of a schema, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// How diagnostics and generated code name the file, such as `schema/events.yaml`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// What [`compile`] found out.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The resolved schema; absent when a diagnostic is an error.
    pub model: Option<Model>,
    /// Everything that is wrong, in the order of the files and of the lines in them.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, which drawings quote.
    pub sources: Vec<Source>,
}

impl Compiled {
    /// Whether a diagnostic is an error, so that there is no model.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }

    /// All diagnostics as a person reads them, with a line between; empty when there is none.
    pub fn draw(&self, colour: draw::Colour) -> String {
        draw::all(&self.diagnostics, &self.sources, colour)
    }
}

/// Compiles the files of a schema, in one pass over everything that is wrong with it. Never panics.
pub fn compile(sources: &[Source]) -> Compiled {
    let mut diagnostics = Vec::new();
    let document = syntax::read(sources, &mut diagnostics);
    let lowered = lower::lower(&document, sources, &mut diagnostics);
    check::check(&lowered, &mut diagnostics);
    bring_home(&mut diagnostics, &lowered.places.schema_name);
    sort(&mut diagnostics, sources);
    let failed = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code.severity() == Severity::Error);
    let model = (!failed).then_some(lowered.model);
    Compiled {
        model,
        diagnostics,
        sources: sources.to_vec(),
    }
}

/// The JSON Schema (2020-12) of schema files, for editors: `# yaml-language-server: $schema=…` in the first line
/// of a file names it. The same for every schema of this version; [`json_schema_of`] knows the ids of one.
///
/// ```
/// assert!(telemetry_schema::json_schema().contains("\"navigates_to\""));
/// ```
pub fn json_schema() -> String {
    let (file, definitions) = syntax::describe();
    render::json_schema::render(&file, &definitions, None)
}

/// The same for one schema: wherever an id of it belongs, an editor offers those that it declares. It accepts the
/// same files as [`json_schema`], because a file that is being edited is ahead of what was made from it.
pub fn json_schema_of(model: &Model) -> String {
    let (file, definitions) = syntax::describe();
    render::json_schema::render(&file, &definitions, Some(model))
}

/// Gives what is said about supplied items, which stand in no file, a place that a person can open.
fn bring_home(diagnostics: &mut [Diagnostic], home: &At) {
    for diagnostic in diagnostics {
        diagnostic.secondary.retain(|label| !label.at.file.is_empty());
        if diagnostic.primary.at.file.is_empty() {
            diagnostic.primary.at = home.clone();
        }
    }
}

/// Puts diagnostics into the order of the files and of the lines in them.
fn sort(diagnostics: &mut [Diagnostic], sources: &[Source]) {
    let order: HashMap<&str, usize> = sources
        .iter()
        .enumerate()
        .map(|(index, source)| (source.path.as_str(), index))
        .collect();
    diagnostics.sort_by_key(|diagnostic| {
        let at = &diagnostic.primary.at;
        (
            order.get(&*at.file).copied(),
            at.bytes.start,
            diagnostic.code.as_str(),
        )
    });
}
