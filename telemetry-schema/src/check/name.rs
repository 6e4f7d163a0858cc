//! Names: every id becomes a Rust word, and words must differ, be allowed, and mean nothing else at call sites.

use std::collections::HashMap;

use super::Check;
use crate::diagnostic::{At, Code, Diagnostic};
use crate::lower::Section;
use crate::model::{AttributeKind, AttributeUse};
use crate::name::upper_camel;

/// Types that generated code and its callers already have in scope.
const TAKEN: &[&str] = &[
    "Screen",
    "Stage",
    "ErrorType",
    "Run",
    "Options",
    "Outcome",
    "Secret",
    "Delivery",
    "StartError",
    "Captured",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "String",
    "Vec",
    "Box",
    "From",
    "Into",
    "Default",
    "Self",
    "Value",
    "Given",
    "Missing",
    "Optional",
    "Required",
    "PhantomData",
];

/// A generated name: the Rust word, what it is called, and where it was declared.
struct Generated {
    word: String,
    called: String,
    at: At,
    scope: Scope,
    implicit: bool,
}

/// Where a generated name is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// In the module of its section.
    Own(Section),
    /// Beside events, screens and stages: a closed set, which call sites import with all of these.
    Set,
    /// Beside stages and screens: a timing, which stands in the stages' module and is named as a value.
    Timing,
}

impl Scope {
    /// Whether two equal names stand in each other's way. Events, screens and stages do not: each macro looks in a
    /// module of its own.
    fn meets(self, other: Scope) -> bool {
        use Section::{Event, Screen, Stage};
        // A timing in two stages has a rule of its own.
        (self == other && self != Scope::Timing)
            || match (self, other) {
                (Scope::Set, Scope::Timing) | (Scope::Timing, Scope::Set) => true,
                (Scope::Set, Scope::Own(section)) | (Scope::Own(section), Scope::Set) => {
                    matches!(section, Event | Screen | Stage)
                }
                (Scope::Timing, Scope::Own(section)) | (Scope::Own(section), Scope::Timing) => {
                    matches!(section, Screen | Stage)
                }
                _ => false,
            }
    }
}

impl Check<'_> {
    pub(super) fn names(&mut self) {
        let generated = self.generated();
        for one in &generated {
            self.taken_name(one);
        }
        self.duplicate_rust_name(generated);
        self.taken_schema_name();
        self.duplicate_variant();
        self.setters();
    }

    fn generated(&self) -> Vec<Generated> {
        let mut generated = Vec::new();
        for (section, index, item) in self.items() {
            let whole = section == Section::Attribute;
            generated.push(Generated {
                word: if whole {
                    upper_camel(&item.id)
                } else {
                    item.rust_type()
                },
                called: format!("{} `{}`", section.noun(), item.id),
                at: self.places.id(section, index),
                scope: Scope::Own(section),
                implicit: item.implicit,
            });
        }
        for (index, attribute) in self.model.attributes.iter().enumerate() {
            if matches!(attribute.kind, AttributeKind::Enum(_)) {
                generated.push(Generated {
                    word: attribute.item.rust_type(),
                    called: format!("enum `{}`", attribute.item.id),
                    at: self.places.part(Section::Attribute, index, "short_name", 0),
                    scope: Scope::Set,
                    implicit: attribute.item.implicit,
                });
            }
        }
        for (stage, timings) in self.model.stages.iter().map(|stage| &stage.timings).enumerate() {
            for (n, timing) in timings.iter().enumerate() {
                generated.push(Generated {
                    word: timing.rust_type.clone(),
                    called: format!("timing `{}`", timing.id),
                    at: self.places.part(Section::Stage, stage, "timings", n),
                    scope: Scope::Timing,
                    implicit: false,
                });
            }
        }
        generated
    }

    fn taken_name(&mut self, one: &Generated) {
        let type_or_value = !matches!(one.scope, Scope::Own(Section::Attribute | Section::Error));
        if type_or_value && TAKEN.contains(&one.word.as_str()) && !one.implicit {
            let message = format!(
                "the {} becomes `{}` in Rust, which means something else there",
                one.called, one.word
            );
            self.error(Diagnostic::new(Code::TakenName, &one.at, message).help("choose another name"));
        } else if one.scope != Scope::Own(Section::Attribute)
            && is_no_name(&one.word)
            && !self.reported(&one.at)
        {
            let message = format!(
                "the {} becomes `{}` in Rust, which is no name there",
                one.called, one.word
            );
            self.error(Diagnostic::new(Code::RustKeyword, &one.at, message).help("begin it with a letter"));
        }
    }

    fn duplicate_rust_name(&mut self, generated: Vec<Generated>) {
        let mut seen: HashMap<String, Vec<Generated>> = HashMap::new();
        for one in generated {
            let others = seen.entry(one.word.clone()).or_default();
            let clash = others.iter().find(|other| other.scope.meets(one.scope));
            if let Some(other) = clash {
                // What was supplied stands in no file, so the declared one of the two is underlined.
                let (here, there) = if one.implicit {
                    (other, &one)
                } else {
                    (&one, other)
                };
                let message = format!(
                    "the {} and the {} both become `{}` in Rust",
                    there.called, here.called, here.word
                );
                let diagnostic = Diagnostic::new(Code::DuplicateRustName, &here.at, message)
                    .help("rename one of the two; an attribute can have a `short_name`");
                let both_known = !there.implicit;
                let there = there.at.clone();
                self.error(if both_known {
                    diagnostic.also(&there, "the other one")
                } else {
                    diagnostic
                });
            }
            others.push(one);
        }
    }

    fn taken_schema_name(&mut self) {
        let word = upper_camel(&self.model.manifest.name);
        if TAKEN.contains(&word.as_str()) {
            let message =
                format!("the schema's name becomes `{word}` in Rust, which means something else there");
            let diagnostic = Diagnostic::new(Code::TakenName, &self.places.schema_name, message);
            self.error(diagnostic.help("choose another name"));
        }
    }

    fn duplicate_variant(&mut self) {
        for (index, attribute) in self.model.attributes.iter().enumerate() {
            let AttributeKind::Enum(values) = &attribute.kind else {
                continue;
            };
            for (n, value) in values.iter().enumerate() {
                let at = self.places.part(Section::Attribute, index, "values", n);
                if is_no_name(&value.rust_type) && !self.reported(&at) {
                    let message = format!("the value `{}` has no Rust name of its own", value.id);
                    self.error(Diagnostic::new(Code::RustKeyword, &at, message).help("choose another name"));
                }
                if let Some(first) = values[..n]
                    .iter()
                    .position(|other| other.rust_type == value.rust_type)
                {
                    let message = format!(
                        "the values `{}` and `{}` both become `{}` in Rust",
                        values[first].id, value.id, value.rust_type
                    );
                    let there = self.places.part(Section::Attribute, index, "values", first);
                    self.error(
                        Diagnostic::new(Code::DuplicateRustName, &at, message)
                            .also(&there, "the other one")
                            .help("rename one of the two"),
                    );
                }
            }
        }
    }

    /// Whether something was already reported here, such as an id of a bad form.
    pub(super) fn reported(&self, at: &At) -> bool {
        self.problems.iter().any(|problem| problem.primary.at == *at)
    }

    /// The attributes that an item uses.
    pub(super) fn uses(&self, section: Section, index: usize) -> &[AttributeUse] {
        let model = self.model;
        match section {
            Section::Screen => &model.screens[index].attributes,
            Section::Stage => &model.stages[index].attributes,
            Section::Event => &model.events[index].attributes,
            Section::Span => &model.spans[index].attributes,
            Section::Metric => &model.metrics[index].attributes,
            Section::Attribute | Section::Error => &[],
        }
    }
}

/// Whether a word is no name in Rust: a keyword, or one that begins with a digit.
pub(super) fn is_no_name(word: &str) -> bool {
    !crate::name::is_rust_name(word)
}
