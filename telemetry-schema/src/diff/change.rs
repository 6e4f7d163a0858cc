//! One change: what became of which item, and who is hurt by it. [`Subject`] is what the comparisons write to.

use crate::model::{Deprecated, Item, Place};

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The manifest.
    Manifest,
    /// An attribute.
    Attribute,
    /// An error type.
    Error,
    /// A screen.
    Screen,
    /// A stage; its id has its screen in front.
    Stage,
    /// An event.
    Event,
    /// A span that is neither screen nor stage.
    Span,
    /// A metric.
    Metric,
}

impl Kind {
    /// The word for it, such as `attribute`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Manifest => "manifest",
            Kind::Attribute => "attribute",
            Kind::Error => "error",
            Kind::Screen => "screen",
            Kind::Stage => "stage",
            Kind::Event => "event",
            Kind::Span => "span",
            Kind::Metric => "metric",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was not there before: an item, a value of an enum, a timing.
    Added,
    /// It is there no more.
    Removed,
    /// It is called something else.
    Renamed,
    /// Something that it allowed or promised is gone, or became something else.
    Narrowed,
    /// It allows all that it did, and more.
    Widened,
    /// It is to go.
    Deprecated,
    /// Other words for the same thing.
    Reworded,
}

impl Verdict {
    /// The word for it, such as `narrowed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Added => "added",
            Verdict::Removed => "removed",
            Verdict::Renamed => "renamed",
            Verdict::Narrowed => "narrowed",
            Verdict::Widened => "widened",
            Verdict::Deprecated => "deprecated",
            Verdict::Reworded => "reworded",
        }
    }
}

/// Who is hurt by a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hurt {
    /// Code that emits, or starts the program: it compiles no more, or says something else.
    CallSite,
    /// A query, dashboard or alert over what arrives: it finds less, or something else.
    StoredQuery,
    /// Whoever reads with this schema what was recorded under the former one.
    OldFile,
}

impl Hurt {
    /// The word for machines, such as `call_site`.
    pub fn as_str(self) -> &'static str {
        match self {
            Hurt::CallSite => "call_site",
            Hurt::StoredQuery => "stored_query",
            Hurt::OldFile => "old_file",
        }
    }

    /// The words for people, such as `a call site`.
    pub fn words(self) -> &'static str {
        match self {
            Hurt::CallSite => "a call site",
            Hurt::StoredQuery => "a stored query",
            Hurt::OldFile => "a reader of old files",
        }
    }
}

/// Which part of a semantic version has to grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// The third number: only words changed.
    Patch,
    /// The second: there is more than before, and nobody is hurt.
    Minor,
    /// The first: somebody is hurt.
    Major,
}

impl Bump {
    /// The word for it, such as `major`.
    pub fn as_str(self) -> &'static str {
        match self {
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }
}

/// One change of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What kind of thing changed.
    pub kind: Kind,
    /// Id of the item; of a stage, with its screen in front; of the manifest, the key.
    pub id: String,
    /// What became of it, or of a part of it.
    pub verdict: Verdict,
    /// What changed, in a sentence without a full stop.
    pub says: String,
    /// Who is hurt, each once; empty when nobody is.
    pub hurts: Vec<Hurt>,
    /// Where the item is declared: after the change, or before it when it is gone; absent for the manifest and for
    /// what the compiler supplies.
    pub place: Option<Place>,
}

impl Change {
    /// Whether somebody is hurt.
    pub fn is_breaking(&self) -> bool {
        !self.hurts.is_empty()
    }

    /// Which part of the version it requires to grow.
    pub fn requires(&self) -> Bump {
        match self.verdict {
            _ if self.is_breaking() => Bump::Major,
            Verdict::Reworded => Bump::Patch,
            _ => Bump::Minor,
        }
    }
}

/// Everybody.
pub(super) const ALL: &[Hurt] = &[Hurt::CallSite, Hurt::StoredQuery, Hurt::OldFile];

/// The item that is looked at, and its changes.
pub(super) struct Subject {
    kind: Kind,
    id: String,
    place: Option<Place>,
    pub(super) changes: Vec<Change>,
}

impl Subject {
    /// An item: as it is today, or as it was when it is there no more.
    pub(super) fn new(kind: Kind, item: &Item) -> Self {
        let place = (!item.implicit).then(|| item.place.clone());
        Subject::called(kind, item.id.clone(), place)
    }

    /// One with an id of its own making.
    pub(super) fn called(kind: Kind, id: String, place: Option<Place>) -> Self {
        Subject {
            kind,
            id,
            place,
            changes: Vec::new(),
        }
    }

    /// Says that something changed.
    pub(super) fn say(&mut self, verdict: Verdict, hurts: &[Hurt], says: impl Into<String>) {
        self.changes.push(Change {
            kind: self.kind,
            id: self.id.clone(),
            verdict,
            says: says.into(),
            hurts: hurts.to_vec(),
            place: self.place.clone(),
        });
    }

    pub(super) fn added(&mut self) {
        self.say(Verdict::Added, &[], "is new");
    }

    /// What was deprecated may go: it was announced.
    pub(super) fn removed(&mut self, deprecated: Option<&Deprecated>) {
        match deprecated {
            None => self.say(Verdict::Removed, ALL, "is gone"),
            Some(deprecated) => {
                let says = format!("is gone, deprecated since {}", deprecated.since);
                self.say(Verdict::Removed, &[], says);
            }
        }
    }
}
