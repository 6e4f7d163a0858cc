//! What is wrong with the meaning: one function a rule, named for the mistake. The fourth step of the compiler;
//! it sees the model and the places that [`lower`](crate::lower) remembers, not what was written.
//!
//! Errors come first. Warnings that an item is missing somewhere are held back while there are errors, because a
//! misspelt reference would be reported a second time as something unused.

mod attribute;
mod bound;
mod evolution;
mod name;
mod role;
mod setter;
mod suppression;
mod usage;

use crate::diagnostic::Problems;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lower::{Lowered, Places, Section};
use crate::model::{Item, Model};

/// Applies every rule.
pub(crate) fn check(lowered: &Lowered, problems: &mut Problems) {
    let mut check = Check {
        model: &lowered.model,
        places: &lowered.places,
        problems,
        warnings: Vec::new(),
    };
    check.names();
    check.attributes();
    check.bounds();
    check.evolution();
    check.roles();
    let sound = !check
        .problems
        .iter()
        .any(|problem| problem.code.severity() == Severity::Error);
    check.uses_deprecated();
    if sound {
        check.usage();
    }
    check.suppressions(sound);
}

/// What every rule sees.
struct Check<'a> {
    model: &'a Model,
    places: &'a Places,
    problems: &'a mut Problems,
    /// Warnings, each with the item that may suppress it.
    warnings: Vec<(Section, usize, Diagnostic)>,
}

impl<'a> Check<'a> {
    fn error(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    fn warn(&mut self, section: Section, index: usize, diagnostic: Diagnostic) {
        self.warnings.push((section, index, diagnostic));
    }

    /// A diagnostic at the id of an item.
    fn at_item(&self, code: Code, section: Section, index: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, &self.places.id(section, index), message)
    }

    /// Every item with its section and index.
    fn items(&self) -> Vec<(Section, usize, &'a Item)> {
        let model = self.model;
        let mut items = Vec::new();
        items.extend(
            model
                .attributes
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Attribute)),
        );
        items.extend(
            model
                .errors
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Error)),
        );
        items.extend(
            model
                .screens
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Screen)),
        );
        items.extend(
            model
                .stages
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Stage)),
        );
        items.extend(
            model
                .events
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Event)),
        );
        items.extend(
            model
                .spans
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Span)),
        );
        items.extend(
            model
                .metrics
                .iter()
                .map(|each| &each.item)
                .enumerate()
                .map(with(Section::Metric)),
        );
        items
    }
}

fn with<'a>(section: Section) -> impl Fn((usize, &'a Item)) -> (Section, usize, &'a Item) {
    move |(index, item)| (section, index, item)
}
