//! The numbers of a schema, as `schema stats --format json` prints them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// A schema in numbers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Stats {
    /// Version of this shape.
    pub(super) format: u32,
    /// Name of the schema.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// By kind, as `schema list` has them, and timings.
    pub(super) items: BTreeMap<&'static str, Of>,
    /// Events.
    pub(super) events: Events,
    /// Attributes.
    pub(super) attributes: Attributes,
    /// Screens.
    pub(super) screens: Screens,
    /// Stages.
    pub(super) stages: Stages,
    /// Spans.
    pub(super) spans: Spans,
    /// Metrics.
    pub(super) metrics: Metrics,
    /// Errors that have a code.
    pub(super) errors_with_code: usize,
    /// What says more than it must.
    pub(super) documented: Documented,
    /// Suppressed lints, how often each.
    pub(super) suppressed: BTreeMap<String, usize>,
    /// `kind id` of what is deprecated, with the version since when, and the one in which it has to be gone.
    pub(super) deprecated: Vec<Deprecation>,
    /// The longest ids, and their lengths.
    pub(super) longest: Vec<Named>,
}

/// Items of a kind.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Of {
    /// In the files.
    pub(super) declared: usize,
    /// By the compiler, because the runtime records it.
    pub(super) supplied: usize,
    /// Not to be used any more.
    pub(super) deprecated: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Events {
    /// How many of each severity.
    pub(super) by_severity: BTreeMap<&'static str, usize>,
    /// How many become a log record, an event on a span, or both.
    pub(super) by_record: BTreeMap<&'static str, usize>,
    /// Those that a screen lists.
    pub(super) actions: usize,
    /// Those that feed a metric.
    pub(super) feeding_metrics: usize,
    /// Attributes of an event.
    pub(super) attributes: Spread,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Attributes {
    /// How many of each type.
    pub(super) by_type: BTreeMap<&'static str, usize>,
    /// How many of each sensitivity.
    pub(super) by_sensitivity: BTreeMap<&'static str, usize>,
    /// Those of OpenTelemetry's conventions.
    pub(super) standard: usize,
    /// Those whose values are scrubbed.
    pub(super) scrubbed: usize,
    /// Values of all closed sets.
    pub(super) values: usize,
    /// Where items name them.
    pub(super) required: usize,
    /// Where items name them as optional.
    pub(super) optional: usize,
    /// Those that more than one item has.
    pub(super) reused: usize,
    /// Those that most items have, and how many.
    pub(super) most_used: Vec<Named>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Screens {
    /// Screens that a run can begin with.
    pub(super) entries: usize,
    /// Moves between screens.
    pub(super) moves: usize,
    /// Screens from which no move leads on.
    pub(super) dead_ends: Vec<String>,
    /// Screens that no run can reach.
    pub(super) unreachable: Vec<String>,
    /// Most moves from an entry to the screen that is farthest away.
    pub(super) depth: usize,
    /// Actions of each.
    pub(super) actions: BTreeMap<String, usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Stages {
    /// Stages of each screen that has some.
    pub(super) by_screen: BTreeMap<String, usize>,
    /// Timings of a stage.
    pub(super) timings: Spread,
    /// Those that say how long they may take.
    pub(super) with_slow_after: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Spans {
    /// How many of each kind.
    pub(super) by_kind: BTreeMap<&'static str, usize>,
    /// Those that begin a trace.
    pub(super) roots: usize,
    /// Those that have links.
    pub(super) with_links: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Metrics {
    /// How many of each instrument.
    pub(super) by_instrument: BTreeMap<&'static str, usize>,
    /// Those that events feed.
    pub(super) fed_by_events: usize,
    /// Those that the runtime observes.
    pub(super) observed: usize,
    /// Those that call sites record.
    pub(super) by_hand: usize,
}

/// How many of what is declared say more than they must.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Documented {
    /// All that is declared.
    pub(super) items: usize,
    /// With a note.
    pub(super) with_note: usize,
    /// With an owner.
    pub(super) with_owner: usize,
    /// With an issue.
    pub(super) with_issue: usize,
    /// Attributes that take examples: not those whose values are a closed set, or true and false.
    pub(super) want_examples: usize,
    /// Attributes with examples.
    pub(super) with_examples: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Deprecation {
    /// As in `schema list`.
    pub(super) kind: &'static str,
    /// Its id.
    pub(super) id: String,
    /// The version since when.
    pub(super) since: String,
    /// The version in which it has to be gone; absent where none is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_in: Option<String>,
}

/// Something and its number.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Named {
    /// Its id.
    pub(super) id: String,
    /// Its number.
    pub(super) number: usize,
}

/// Numbers from the least to the greatest, with the one in the middle.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Spread {
    /// Their sum.
    pub(super) all: usize,
    /// The least.
    pub(super) least: usize,
    /// The one in the middle.
    pub(super) median: usize,
    /// The greatest.
    pub(super) most: usize,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<Stats>()
}
