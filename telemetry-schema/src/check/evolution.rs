//! Evolution: items that are old, renamed or due to go. Measured by the schema's version, never by the clock, so
//! that an old commit always builds.

use std::collections::{HashMap, HashSet};

use semver::Version;

use super::Check;
use crate::diagnostic::{At, Code, Diagnostic};
use crate::lower::{Section, USE};
use crate::model::Item;
use crate::near;

impl Check<'_> {
    pub(super) fn evolution(&mut self) {
        let mut ids: HashMap<Section, Vec<&str>> = HashMap::new();
        for (section, _, item) in self.items() {
            ids.entry(section).or_default().push(&item.id);
        }
        let mut former = HashMap::new();
        for (section, index, item) in self.items() {
            let known = ids.get(&section).map(Vec::as_slice).unwrap_or_default();
            self.expired(section, index, item);
            self.unknown_replacement(section, index, item, known);
            self.renamed_from_taken(section, index, item, known, &mut former);
        }
    }

    fn expired(&mut self, section: Section, index: usize, item: &Item) {
        let Some(expires_in) = &item.expires_in else {
            return;
        };
        let now = &self.model.manifest.version;
        let (Ok(due), Ok(version)) = (Version::parse(expires_in), Version::parse(now)) else {
            return;
        };
        if version >= due {
            let at = self.places.part(section, index, "expires_in", 0);
            let message = format!(
                "{} `{}` was to be gone in {expires_in}, and this is {now}",
                section.noun(),
                item.id
            );
            let diagnostic = Diagnostic::new(Code::Expired, &at, message);
            self.error(diagnostic.help("remove it, or give it a later `expires_in`"));
        }
    }

    fn unknown_replacement(&mut self, section: Section, index: usize, item: &Item, known: &[&str]) {
        let Some(instead) = item
            .deprecated
            .as_ref()
            .and_then(|deprecated| deprecated.instead.as_ref())
        else {
            return;
        };
        if !known.contains(&instead.as_str()) {
            let at = self.places.part(section, index, "use", 0);
            let message = format!(
                "`{}` is to be replaced by the unknown {} `{instead}`",
                item.id,
                section.noun()
            );
            let diagnostic = Diagnostic::new(Code::UnknownReplacement, &at, message);
            self.error(near::suggest(diagnostic, instead, known.iter().copied()));
        }
    }

    /// A former id must be nobody's id today, nor the former id of two.
    fn renamed_from_taken<'a>(
        &mut self,
        section: Section,
        index: usize,
        item: &'a Item,
        known: &[&str],
        former: &mut HashMap<(Section, &'a str), At>,
    ) {
        for (n, old) in item.renamed_from.iter().enumerate() {
            let at = self.places.part(section, index, "renamed_from", n);
            let message = format!("`{old}` cannot be a former id of `{}`", item.id);
            let diagnostic = Diagnostic::new(Code::RenamedFromTaken, &at, message);
            if known.contains(&old.as_str()) {
                self.error(diagnostic.label("this id is in use today"));
            } else if let Some(other) = former.get(&(section, old.as_str())) {
                self.error(diagnostic.also(other, "already the former id of this one"));
            } else {
                former.insert((section, old), at);
            }
        }
    }

    /// Using something deprecated is a warning, on the item that uses it.
    pub(super) fn uses_deprecated(&mut self) {
        let model = self.model;
        let old: HashSet<usize> = (0..model.attributes.len())
            .filter(|&index| model.attributes[index].item.deprecated.is_some())
            .collect();
        for (section, index, item) in self.items() {
            // What is itself on its way out may use what it always used.
            if item.deprecated.is_some() {
                continue;
            }
            for (n, used) in self.uses(section, index).to_vec().iter().enumerate() {
                if old.contains(&used.attribute) {
                    let attribute = &model.attributes[used.attribute].item;
                    let at = self.places.part(section, index, USE, n);
                    let message = format!(
                        "{} `{}` uses the deprecated `{}`",
                        section.noun(),
                        item.id,
                        attribute.id
                    );
                    let diagnostic = Diagnostic::new(Code::UsesDeprecated, &at, message).also(
                        &self.places.id(Section::Attribute, used.attribute),
                        "declared here",
                    );
                    let instead = attribute
                        .deprecated
                        .as_ref()
                        .and_then(|deprecated| deprecated.instead.as_ref());
                    self.warn(
                        section,
                        index,
                        match instead {
                            Some(instead) => diagnostic.help(format!("use `{instead}`")),
                            None => diagnostic,
                        },
                    );
                }
            }
        }
    }
}
