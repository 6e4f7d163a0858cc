//! What changed between two versions of a schema, whom it hurts and which version it requires. Stands beside the
//! compiler: it compares two [`Model`]s and never sees how either was written.
//!
//! Whoever is hurt makes a change breaking, and nothing else does. What was deprecated may go without hurting
//! anybody, because it was announced; a `renamed_from` spares the readers of old files.

mod attribute;
mod change;
mod manifest;
mod measure;
mod pair;
mod screen;
mod shared;

use std::collections::HashMap;

use semver::Version;

pub use change::{Bump, Change, Hurt, Kind, Verdict};

use crate::model::{Item, Model};
use change::Subject;
use pair::Pair;

/// Everything that changed between two versions of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    /// Version of the schema before.
    pub base: String,
    /// Version of the schema after, as its manifest says.
    pub head: String,
    /// Every change: the manifest's first, then section by section in the order of declaration.
    pub changes: Vec<Change>,
}

impl Diff {
    /// Which part of the version has to grow: the greatest that a change requires; absent when nothing changed.
    pub fn requires(&self) -> Option<Bump> {
        self.changes.iter().map(Change::requires).max()
    }

    /// The least version that the manifest may say. Before 1.0.0 the first number that is not zero counts as the
    /// major one, as Cargo has it.
    pub fn least_version(&self) -> String {
        let Ok(base) = Version::parse(&self.base) else {
            return self.base.clone();
        };
        let least = match (self.requires(), base.major, base.minor) {
            (None, ..) => base,
            (Some(Bump::Major), 0, 0) => Version::new(0, 0, base.patch.saturating_add(1)),
            (Some(Bump::Major), 0, minor) => Version::new(0, minor.saturating_add(1), 0),
            (Some(Bump::Major), major, _) => Version::new(major.saturating_add(1), 0, 0),
            (Some(Bump::Minor), major, minor) if major > 0 => Version::new(major, minor.saturating_add(1), 0),
            (Some(Bump::Minor | Bump::Patch), major, minor) => {
                Version::new(major, minor, base.patch.saturating_add(1))
            }
        };
        least.to_string()
    }

    /// Whether the manifest's version is below the least one.
    pub fn version_is_too_low(&self) -> bool {
        match (Version::parse(&self.head), Version::parse(&self.least_version())) {
            (Ok(head), Ok(least)) => head < least,
            _ => false,
        }
    }
}

/// Compares a schema with what it was before.
pub fn diff(base: &Model, head: &Model) -> Diff {
    let mut differ = Differ {
        base,
        head,
        renamed: HashMap::new(),
        changes: Vec::new(),
    };
    let attributes = differ.pairs(Kind::Attribute, &base.attributes, &head.attributes, |a| &a.item);
    let errors = differ.pairs(Kind::Error, &base.errors, &head.errors, |e| &e.item);
    let screens = differ.pairs(Kind::Screen, &base.screens, &head.screens, |s| &s.item);
    let events = differ.pairs(Kind::Event, &base.events, &head.events, |e| &e.item);
    let spans = differ.pairs(Kind::Span, &base.spans, &head.spans, |s| &s.item);
    let metrics = differ.pairs(Kind::Metric, &base.metrics, &head.metrics, |m| &m.item);
    differ.manifest();
    differ.section(Kind::Attribute, attributes, |a| &a.item, Differ::attribute);
    differ.section(Kind::Error, errors, |e| &e.item, Differ::error);
    differ.section(Kind::Screen, screens, |s| &s.item, Differ::screen);
    differ.stages();
    differ.section(Kind::Event, events, |e| &e.item, Differ::event);
    differ.section(Kind::Span, spans, |s| &s.item, Differ::span);
    differ.section(Kind::Metric, metrics, |m| &m.item, Differ::metric);
    Diff {
        base: base.manifest.version.clone(),
        head: head.manifest.version.clone(),
        changes: differ.changes,
    }
}

/// Two models, and what was found so far.
struct Differ<'m> {
    base: &'m Model,
    head: &'m Model,
    /// Today's id of an item that had another one before.
    renamed: HashMap<(Kind, &'m str), &'m str>,
    changes: Vec<Change>,
}

impl<'m> Differ<'m> {
    /// Finds which item of a section is which, and remembers the ids that changed.
    fn pairs<T>(
        &mut self,
        kind: Kind,
        base: &'m [T],
        head: &'m [T],
        item: impl Fn(&'m T) -> &'m Item,
    ) -> Vec<Pair<'m, T>> {
        let pairs = pair::pairs(
            base,
            head,
            |each| item(each).id.clone(),
            |each| item(each).id.clone(),
            |each| item(each).renamed_from.clone(),
        );
        for pair in &pairs {
            if let Pair::Kept(before, after) | Pair::Merged(before, after) = pair {
                let (before, after) = (&item(before).id, &item(after).id);
                if before != after {
                    self.renamed.insert((kind, before), after);
                }
            }
        }
        pairs
    }

    /// What an item of the base is called today.
    fn today<'a>(&self, kind: Kind, id: &'a str) -> &'a str
    where
        'm: 'a,
    {
        self.renamed.get(&(kind, id)).copied().unwrap_or(id)
    }

    /// Every change of a section: what came and went, and with `compare` what became different.
    fn section<T>(
        &mut self,
        kind: Kind,
        pairs: Vec<Pair<'m, T>>,
        item: impl Fn(&'m T) -> &'m Item,
        compare: impl Fn(&Self, &'m T, &'m T, &mut Subject),
    ) {
        for pair in pairs {
            let (Pair::Gone(shown) | Pair::New(shown) | Pair::Kept(_, shown) | Pair::Merged(_, shown)) = pair;
            let mut subject = Subject::new(kind, item(shown));
            match pair {
                Pair::New(_) => subject.added(),
                Pair::Gone(each) => subject.removed(item(each).deprecated.as_ref()),
                Pair::Merged(before, after) => subject.renamed(item(before), item(after)),
                Pair::Kept(before, after) => {
                    subject.renamed(item(before), item(after));
                    compare(self, before, after, &mut subject);
                    subject.item(item(before), item(after));
                }
            }
            self.changes.append(&mut subject.changes);
        }
    }
}
