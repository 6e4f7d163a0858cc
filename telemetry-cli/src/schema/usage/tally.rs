//! What the sites of all files come to: each item with where it is emitted, or who else emits it, or that nobody does.

use std::collections::{BTreeSet, HashMap, HashSet};

use telemetry_schema::diagnostic::NEVER_EMITTED;
use telemetry_schema::model::{Model, Place};

use super::catalogue::{Catalogue, Id, Kind};
use super::found::{Doubt, Found, How, Move, Raw, Sighting, Spot, Stranger};
use super::sources::Unread;

/// What was read of a file.
pub(super) struct OfFile {
    pub(super) shown: String,
    pub(super) found: Found,
}

/// A thing and the file that it is in.
pub(super) struct In<T> {
    pub(super) file: String,
    pub(super) it: T,
}

/// What all sources together come to.
pub(super) struct Usage {
    pub(super) files: usize,
    /// Every declared item, kind by kind in order of declaration.
    pub(super) items: Vec<Entry>,
    pub(super) raw: Vec<In<Raw>>,
    pub(super) strangers: Vec<In<Stranger>>,
    pub(super) moves: Vec<In<Move>>,
    pub(super) unread: Vec<Unread>,
}

/// An item and where it is emitted.
pub(super) struct Entry {
    pub(super) id: Id,
    pub(super) shown: String,
    pub(super) place: Place,
    pub(super) status: Status,
    pub(super) sites: Vec<Site>,
}

/// Where an item is emitted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Site {
    pub(super) file: String,
    pub(super) spot: Spot,
    pub(super) how: How,
}

/// What is to be said of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Status {
    /// Call sites emit it.
    Emitted,
    /// The runtime does, by itself.
    Runtime,
    /// Events feed it, which are emitted.
    Fed(Vec<String>),
    /// Only tests emit it.
    OnlyTests,
    /// Nothing does.
    Never,
    /// Nothing does, and it is deprecated: it stays for old files.
    Deprecated,
    /// Nothing does, and the schema says why that is right.
    Allowed(String),
    /// It is emitted, and the schema allows that it is not.
    NeedlesslyAllowed,
}

impl Status {
    /// Whether somebody should look.
    pub(super) fn is_unused(&self) -> bool {
        matches!(
            self,
            Status::Never | Status::OnlyTests | Status::NeedlesslyAllowed
        )
    }
}

/// Brings everything together.
pub(super) fn tally(catalogue: &Catalogue<'_>, mut files: Vec<OfFile>, unread: Vec<Unread>) -> Usage {
    passed_on(catalogue, &mut files);
    let defined: HashSet<String> = files
        .iter()
        .flat_map(|file| file.found.defined.iter().cloned())
        .collect();
    let types: HashSet<&str> = files
        .iter()
        .flat_map(|file| file.found.types.iter().copied())
        .collect();
    let count = files.len();
    let mut sites: HashMap<Id, BTreeSet<Site>> = HashMap::new();
    let (mut raw, mut strangers, mut moves) = (Vec::new(), Vec::new(), Vec::new());
    for OfFile { shown: file, found } in files {
        for Sighting { id, spot, how, doubt } in found.sightings {
            let is_own = match doubt {
                Some(Doubt::Here(name)) => found.types.contains(&name),
                Some(Doubt::Anywhere(name)) => types.contains(name),
                None => false,
            };
            if is_own {
                continue;
            }
            sites.entry(id).or_default().insert(Site {
                file: file.clone(),
                spot,
                how,
            });
        }
        let here = |it| In {
            file: file.clone(),
            it,
        };
        let own = |raw: &Raw| raw.presumed.as_ref().is_some_and(|name| defined.contains(name));
        raw.extend(
            found
                .raw
                .into_iter()
                .filter(|raw| !own(raw) && !raw.spot.test)
                .map(here),
        );
        let here = |it| In {
            file: file.clone(),
            it,
        };
        strangers.extend(found.strangers.into_iter().map(here));
        let here = |it| In {
            file: file.clone(),
            it,
        };
        moves.extend(found.moves.into_iter().map(here));
    }
    let runtime = by_the_runtime(catalogue.model);
    let emitted = |id: &Id| {
        let of = sites.get(id);
        runtime.contains(id) || of.is_some_and(|sites| sites.iter().any(|site| !site.spot.test))
    };
    let mut items = Vec::new();
    for kind in Kind::ALL {
        for index in 0..catalogue.count(kind) {
            let id = Id { kind, index };
            if catalogue.item(id).implicit {
                continue;
            }
            let status = status(catalogue, id, sites.get(&id), &runtime, &emitted);
            let mut found: Vec<Site> = sites.get(&id).into_iter().flatten().cloned().collect();
            // A call may be both the macro and the value in it.
            found.dedup_by(|one, other| one.file == other.file && one.spot.line == other.spot.line);
            items.push(Entry {
                id,
                shown: catalogue.shown(id),
                place: catalogue.place(id),
                status,
                sites: found,
            });
        }
    }
    Usage {
        files: count,
        items,
        raw,
        strangers,
        moves,
        unread,
    }
}

fn status(
    catalogue: &Catalogue<'_>,
    id: Id,
    sites: Option<&BTreeSet<Site>>,
    runtime: &HashSet<Id>,
    emitted: &dyn Fn(&Id) -> bool,
) -> Status {
    let item = catalogue.item(id);
    let is_tested = sites.is_some_and(|sites| !sites.is_empty());
    let allowed = item.allow.iter().find(|(code, _)| code == NEVER_EMITTED);
    // What is allowed of a stage is not said of its timings.
    let allowed = allowed.filter(|_| id.kind != Kind::Timing);
    let fed = fed_by(catalogue.model, id, emitted);
    let is_emitted = emitted(&id) || !fed.is_empty();
    match allowed {
        Some(_) if is_emitted => return Status::NeedlesslyAllowed,
        Some((_, reason)) => return Status::Allowed(reason.clone()),
        None => {}
    }
    if runtime.contains(&id) {
        Status::Runtime
    } else if emitted(&id) {
        Status::Emitted
    } else if !fed.is_empty() {
        Status::Fed(fed)
    } else if item.deprecated.is_some() {
        Status::Deprecated
    } else if is_tested {
        Status::OnlyTests
    } else {
        Status::Never
    }
}

/// The events that feed a metric and are emitted.
fn fed_by(model: &Model, id: Id, emitted: &dyn Fn(&Id) -> bool) -> Vec<String> {
    if id.kind != Kind::Metric {
        return Vec::new();
    }
    let feeds = model.events.iter().enumerate().filter(|(index, event)| {
        let kind = Kind::Event;
        let feeds = event.feeds.iter().any(|feed| feed.metric == id.index);
        feeds && emitted(&Id { kind, index: *index })
    });
    feeds.map(|(_, event)| event.item.id.clone()).collect()
}

/// What no call site emits, because the runtime does.
fn by_the_runtime(model: &Model) -> HashSet<Id> {
    let roles = &model.roles;
    let events = [roles.navigate, roles.slow_wait, roles.panic, roles.summary];
    let events = events
        .into_iter()
        .chain(roles.session_start)
        .chain(roles.session_end);
    let spans = [roles.command].into_iter().chain(roles.session_span);
    let metrics = model.metrics.iter().enumerate();
    let metrics = metrics.filter(|(_, metric)| metric.observes.is_some());
    let attributes = roles.attributes().map(|(_, index)| index);
    let run_ids = model.attributes.iter().enumerate();
    let run_ids = run_ids.filter(|(_, each)| model.manifest.run.id_attributes.contains(&each.item.id));
    let of = |kind| move |index| Id { kind, index };
    let mut all: HashSet<Id> = events.map(of(Kind::Event)).collect();
    all.extend(spans.map(of(Kind::Span)));
    all.extend(metrics.map(|(index, _)| index).map(of(Kind::Metric)));
    all.extend(attributes.map(of(Kind::Attribute)));
    all.extend(run_ids.map(|(index, _)| index).map(of(Kind::Attribute)));
    all
}

/// Counts what is passed to a macro that passes it on to one of the prelude. What such a macro makes of names is then
/// understood, and not told as strange.
fn passed_on(catalogue: &Catalogue<'_>, files: &mut [OfFile]) {
    let mut forwards: HashMap<String, Vec<Kind>> = HashMap::new();
    for (name, kind) in files.iter().flat_map(|file| &file.found.forwards) {
        forwards.entry(name.clone()).or_default().push(*kind);
    }
    let mut understood = HashSet::new();
    for Found {
        passed, sightings, ..
    } in files.iter_mut().map(|file| &mut file.found)
    {
        for passed in std::mem::take(passed) {
            let kinds = forwards.get(&passed.to).into_iter().flatten();
            for id in kinds.filter_map(|kind| catalogue.find(*kind, &passed.word)) {
                understood.insert(passed.to.clone());
                sightings.push(Sighting {
                    id,
                    spot: passed.spot,
                    how: How::Through,
                    doubt: None,
                });
            }
        }
    }
    for file in files {
        file.found.strangers.retain(|stranger| {
            let made_by = stranger.made_by.as_ref();
            !made_by.is_some_and(|name| understood.contains(name))
        });
    }
}
