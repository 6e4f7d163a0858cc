//! How much of a schema the runs of an input showed: what was seen of each kind of item, of what is declared. Items
//! that the compiler supplied are left out, for no file asks for them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use telemetry_schema::model::{Item, Model};

use crate::check_run::names::Declared;

/// What was seen, by id.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    screens: BTreeSet<String>,
    stages: BTreeSet<String>,
    timings: BTreeSet<String>,
    events: BTreeSet<String>,
    spans: BTreeSet<String>,
    metrics: BTreeSet<String>,
}

/// A row of the table.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Row {
    /// Which kind of item, in the plural.
    #[serde(skip)]
    pub(super) kind: &'static str,
    /// How many items of the kind were seen.
    pub(super) seen: usize,
    /// How many the schema declares.
    pub(super) declared: usize,
    /// Ids that were not seen, in order of declaration.
    pub(super) unseen: Vec<String>,
}

impl Coverage {
    pub(super) fn saw(&mut self, declared: Declared<'_>) {
        let (set, id) = match declared {
            Declared::Screen(screen) => (&mut self.screens, screen.item.id.clone()),
            Declared::Stage(stage) => (&mut self.stages, stage.item.id.clone()),
            Declared::Timing(stage, timing) => {
                (&mut self.timings, format!("{}.{}", stage.item.id, timing.id))
            }
            Declared::Span(span) => (&mut self.spans, span.item.id.clone()),
        };
        set.insert(id);
    }

    pub(super) fn saw_event(&mut self, item: &Item) {
        if !self.events.contains(&item.id) {
            self.events.insert(item.id.clone());
        }
    }

    pub(super) fn saw_metric(&mut self, item: &Item) {
        if !self.metrics.contains(&item.id) {
            self.metrics.insert(item.id.clone());
        }
    }

    /// The table.
    pub(super) fn rows(&self, model: &Model) -> Vec<Row> {
        let ids = |items: Vec<&Item>| {
            let declared = items.into_iter().filter(|item| !item.implicit);
            declared.map(|item| item.id.clone()).collect::<Vec<_>>()
        };
        let timings = model.stages.iter().flat_map(|stage| {
            let id = &stage.item.id;
            stage
                .timings
                .iter()
                .map(move |timing| format!("{id}.{}", timing.id))
        });
        vec![
            row(
                "screens",
                ids(model.screens.iter().map(|s| &s.item).collect()),
                &self.screens,
            ),
            row(
                "stages",
                ids(model.stages.iter().map(|s| &s.item).collect()),
                &self.stages,
            ),
            row("timings", timings.collect(), &self.timings),
            row(
                "events",
                ids(model.events.iter().map(|e| &e.item).collect()),
                &self.events,
            ),
            row(
                "spans",
                ids(model.spans.iter().map(|s| &s.item).collect()),
                &self.spans,
            ),
            row(
                "metrics",
                ids(model.metrics.iter().map(|m| &m.item).collect()),
                &self.metrics,
            ),
        ]
    }

    /// The table for machines: a row for each kind.
    pub(super) fn by_kind(&self, model: &Model) -> BTreeMap<&'static str, Row> {
        self.rows(model).into_iter().map(|row| (row.kind, row)).collect()
    }
}

fn row(kind: &'static str, declared: Vec<String>, seen: &BTreeSet<String>) -> Row {
    let all = declared.len();
    let unseen: Vec<String> = declared.into_iter().filter(|id| !seen.contains(id)).collect();
    Row {
        kind,
        seen: all - unseen.len(),
        declared: all,
        unseen,
    }
}
