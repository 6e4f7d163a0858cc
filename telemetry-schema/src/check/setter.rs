//! Setters: attributes become fields and methods of every item that uses them, where their words must differ,
//! be allowed, and not be taken by a method that is there anyway.

use super::Check;
use super::name::is_no_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::{Section, USE};

/// Methods that stand beside the setters of an item's attributes.
fn taken_setters(section: Section) -> &'static [&'static str] {
    match section {
        Section::Screen => &["enter", "leave", "navigate", "action"],
        Section::Stage => &[
            "stage", "timing", "skip", "done", "cancel", "fail", "finish", "scope", "within", "guard",
        ],
        Section::Span => &[
            "span", "ready", "done", "cancel", "fail", "finish", "scope", "within", "guard",
        ],
        Section::Event => &["event", "enabled", "emit"],
        Section::Metric => &["metric", "ready", "add", "set", "record"],
        Section::Attribute | Section::Error => &[],
    }
}

impl Check<'_> {
    /// Attributes become fields and setters of each item that uses them.
    pub(super) fn setters(&mut self) {
        for (index, attribute) in self.model.attributes.iter().enumerate() {
            let word = &attribute.item.rust_name;
            let at = self.places.part(Section::Attribute, index, "short_name", 0);
            if is_no_name(word) && !attribute.item.implicit && !self.reported(&at) {
                self.rust_keyword(index, &attribute.item.id, word);
            }
        }
        for (section, index, _) in self.items() {
            let uses = self.uses(section, index);
            let words: Vec<&str> = uses
                .iter()
                .map(|used| self.model.attributes[used.attribute].item.rust_name.as_str())
                .collect();
            for (n, word) in words.iter().enumerate() {
                if taken_setters(section).contains(word) {
                    self.taken_setter(section, index, n, word);
                }
                if let Some(first) = words[..n].iter().position(|other| other == word) {
                    self.duplicate_setter(section, index, (first, n), word);
                }
            }
        }
    }

    fn rust_keyword(&mut self, index: usize, id: &str, word: &str) {
        let at = self.places.part(Section::Attribute, index, "short_name", 0);
        let message =
            format!("the attribute `{id}` becomes `{word}` at call sites, which is no name in Rust");
        let diagnostic = Diagnostic::new(Code::RustKeyword, &at, message);
        self.error(diagnostic.help("give it another `short_name`"));
    }

    fn taken_setter(&mut self, section: Section, index: usize, n: usize, word: &str) {
        let at = self.places.part(section, index, USE, n);
        let message = format!(
            "`{word}` already is a method of every {}, so it cannot set an attribute",
            section.noun()
        );
        let diagnostic = Diagnostic::new(Code::TakenName, &at, message);
        self.error(diagnostic.help("give the attribute another `short_name`"));
    }

    fn duplicate_setter(
        &mut self,
        section: Section,
        index: usize,
        (first, second): (usize, usize),
        word: &str,
    ) {
        let at = self.places.part(section, index, USE, second);
        let there = self.places.part(section, index, USE, first);
        let message = format!(
            "two attributes of this {} are both called `{word}` at call sites",
            section.noun()
        );
        self.error(
            Diagnostic::new(Code::DuplicateRustName, &at, message)
                .also(&there, "the other one")
                .help("give one of the two another `short_name`"),
        );
    }
}
