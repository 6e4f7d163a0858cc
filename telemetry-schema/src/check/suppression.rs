//! Suppressions: warnings that an item allows itself are dropped, and an allowance that drops nothing is reported.

use std::collections::{HashMap, HashSet};

use super::Check;
use crate::diagnostic::{Code, Diagnostic, NEVER_EMITTED, Severity};
use crate::lower::Section;
use crate::model::Item;
use crate::near;

impl Check<'_> {
    /// Ends the check: what is not suppressed is reported. `complete` says whether all rules were applied, so
    /// that an allowance for one that was not is left in peace.
    pub(super) fn suppressions(&mut self, complete: bool) {
        let mut useful: HashSet<(Section, usize, usize)> = HashSet::new();
        let items = self.items();
        let by_place: HashMap<(Section, usize), &Item> = items
            .iter()
            .map(|(section, index, item)| ((*section, *index), *item))
            .collect();
        for (section, index, diagnostic) in std::mem::take(&mut self.warnings) {
            let allowed = by_place.get(&(section, index)).and_then(|item| {
                item.allow
                    .iter()
                    .position(|(code, _)| code == diagnostic.code.as_str())
            });
            match allowed {
                Some(n) => _ = useful.insert((section, index, n)),
                None => self.problems.push(diagnostic),
            }
        }
        for (section, index, item) in items {
            for (n, (code, _)) in item.allow.iter().enumerate() {
                match Code::from_name(code) {
                    // Whether it is right is only known where call sites are read.
                    None if code == NEVER_EMITTED => {}
                    Some(known) if known.is_suppressible() => {
                        if complete && !useful.contains(&(section, index, n)) {
                            self.unused_suppression(section, index, n, code);
                        }
                    }
                    known => self.unknown_lint(section, index, n, code, known),
                }
            }
        }
    }

    fn unused_suppression(&mut self, section: Section, index: usize, n: usize, code: &str) {
        let at = self.places.part(section, index, "allow", n);
        let message = format!("`{code}` is suppressed here and would not be reported");
        self.error(Diagnostic::new(Code::UnusedSuppression, &at, message).help("remove it"));
    }

    fn unknown_lint(&mut self, section: Section, index: usize, n: usize, code: &str, known: Option<Code>) {
        let at = self.places.part(section, index, "allow", n);
        let diagnostic = match known {
            Some(_) => Diagnostic::new(Code::UnknownLint, &at, format!("`{code}` cannot be suppressed")),
            None => Diagnostic::new(Code::UnknownLint, &at, format!("there is no warning `{code}`")),
        };
        let lints = Code::ALL
            .iter()
            .filter(|code| code.is_suppressible())
            .map(|code| code.as_str())
            .chain([NEVER_EMITTED]);
        self.error(near::suggest(diagnostic, code, lints));
    }
}

impl Code {
    /// Whether an item may suppress it with `allow`.
    pub fn is_suppressible(self) -> bool {
        self.severity() == Severity::Warning && self != Code::UnusedSuppression
    }
}
