//! What it means: references resolved, defaults filled in, Rust names chosen. The third step of the compiler,
//! and the only one that sees both what was written and the model.
//!
//! A mistake never stops it: what cannot be resolved is reported and left out, so that [`check`](crate::check)
//! can still look at the rest. Whether there is a model for the outside is decided at the end.

mod attribute;
mod event;
mod item;
mod manifest;
mod measure;
mod place;
mod role;
mod screen;
mod span;

use std::collections::HashMap;

use crate::Source;
use crate::diagnostic::{At, Code, Diagnostic, Problems};
use crate::model::{AttributeUse, Model};
use crate::near;
use crate::syntax::item::{Need, Uses};
use crate::syntax::read::Placed;
use crate::syntax::{self, Document};
pub(crate) use place::{Places, Section, USE};

/// The model, and where each piece of it was written.
pub(crate) struct Lowered {
    pub(crate) model: Model,
    pub(crate) places: Places,
}

/// Resolves a document that was read from these sources.
pub(crate) fn lower(document: &Document, sources: &[Source], problems: &mut Problems) -> Lowered {
    let manifest = manifest::lower(document, &syntax::top(sources), problems);
    let schema_name = document.schema.as_ref().and_then(|schema| schema.name.as_ref());
    let schema_name = schema_name.map_or_else(|| syntax::top(sources), |name| name.at.clone());
    let ids = role::Ids::new(
        document.roles.as_ref().map(|roles| &roles.value),
        &manifest.namespace,
    );
    let supplied = role::supplied(&ids, document);
    let mut lowering = Lowering {
        namespace: &manifest.namespace,
        places: Places::new(schema_name),
        sources,
        problems,
    };

    let errors = lowering.errors(document);
    let attributes = lowering.attributes([document, &supplied]);
    let attribute_ids = Index::new(
        "attribute",
        Code::UnknownAttribute,
        attributes.iter().map(|a| &a.item.id),
    );
    let screen_ids = Index::of(&document.screens, "screen", Code::UnknownScreen);
    let mut events = lowering.events([document, &supplied], &attribute_ids);
    let mut event_ids = Index::new(
        "event",
        Code::UnknownEvent,
        events.iter().map(|event| &event.item.id),
    );
    // What the runtime records by itself is neither an action nor a feed.
    let supplied_events = events.iter().filter(|event| event.item.implicit);
    event_ids.unlikely = supplied_events.map(|event| event.item.id.clone()).collect();
    let screens = lowering.screens(document, &attribute_ids, &screen_ids, &event_ids);
    let stages = lowering.stages(document, &attribute_ids, &screen_ids);
    let spans = lowering.spans([document, &supplied], &attribute_ids);
    let metrics = lowering.metrics(document, &attribute_ids);
    lowering.feeds(document, &attributes, &metrics, &event_ids, &mut events);

    let Lowering { mut places, .. } = lowering;
    let written = document.roles.as_ref().map(|roles| &roles.value);
    let roles = role::lower(&ids, &attributes, &events, &spans, &metrics, written, problems);
    for action in screens
        .iter()
        .flat_map(|screen| &screen.actions)
        .chain([&roles.navigate])
    {
        if let Some(event) = events.get_mut(*action) {
            event.action = true;
        }
    }
    places.run_ids = manifest::run_ids(document);
    places.roles = role::places(written);
    let model = Model {
        manifest,
        attributes,
        errors,
        screens,
        stages,
        events,
        spans,
        metrics,
        roles,
    };
    Lowered { model, places }
}

/// What every part of lowering needs.
struct Lowering<'a> {
    namespace: &'a str,
    places: Places,
    sources: &'a [Source],
    problems: &'a mut Problems,
}

impl<'a> Lowering<'a> {
    /// What was written at a place.
    fn text_of(&self, at: &At) -> &'a str {
        let source = self.sources.iter().find(|source| source.path == *at.file);
        source
            .and_then(|source| source.text.get(at.bytes.clone()))
            .unwrap_or_default()
    }

    /// Resolves the attributes of an item; `required` says whether it may have required ones.
    fn uses(
        &mut self,
        section: Section,
        uses: Option<&Placed<Uses>>,
        known: &Index,
        required: Result<(), &str>,
    ) -> Vec<AttributeUse> {
        let mut resolved = Vec::new();
        for (id, need) in uses.iter().flat_map(|uses| &uses.entries) {
            let Some(attribute) = known.resolve(id, &need.key, self.problems) else {
                continue;
            };
            if let (Need::Required, Err(why)) = (need.value, required) {
                self.problems.push(
                    Diagnostic::new(
                        Code::CannotBeRequired,
                        &need.at,
                        format!("`{id}` cannot be required here"),
                    )
                    .label(why)
                    .help("write `optional`"),
                );
            }
            self.places.last(section).push(USE, &need.key);
            resolved.push(AttributeUse {
                attribute,
                required: need.value == Need::Required,
            });
        }
        resolved
    }
}

/// The known ids of a section.
struct Index {
    noun: &'static str,
    code: Code,
    ids: HashMap<String, usize>,
    /// Ids that nobody would write by mistake, and are not suggested.
    unlikely: Vec<String>,
}

impl Index {
    fn new<'a>(noun: &'static str, code: Code, ids: impl Iterator<Item = &'a String>) -> Self {
        Index {
            noun,
            code,
            ids: ids.cloned().enumerate().map(|(index, id)| (id, index)).collect(),
            unlikely: Vec::new(),
        }
    }

    fn of<K, V>(
        section: &Option<Placed<syntax::collection::Keyed<K, V>>>,
        noun: &'static str,
        code: Code,
    ) -> Self {
        Index::new(
            noun,
            code,
            section
                .iter()
                .flat_map(|section| &section.entries)
                .map(|(id, _)| id),
        )
    }

    fn get(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The index of an id; reported when there is none.
    fn resolve(&self, id: &str, at: &At, problems: &mut Problems) -> Option<usize> {
        let found = self.get(id);
        if found.is_none() {
            problems.push(self.unknown(id, at));
        }
        found
    }

    fn unknown(&self, id: &str, at: &At) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code, at, format!("unknown {} `{id}`", self.noun));
        // Sorted, because the order of a hash map must not show.
        let likely = self.ids.keys().filter(|id| !self.unlikely.contains(id));
        let mut known: Vec<&str> = likely.map(String::as_str).collect();
        known.sort_unstable();
        near::suggest(diagnostic, id, known)
    }
}
