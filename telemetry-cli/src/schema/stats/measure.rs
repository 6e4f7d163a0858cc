//! A schema in numbers, of which `schema stats` shows some to a person and all to a machine.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use schemars::JsonSchema;
use serde::Serialize;
use telemetry_schema::model::{
    AttributeKind, AttributeUse, EventRecord, Instrument, Item, Model, Sensitivity, SpanKind,
};

use crate::schema::list;

/// So many of the longest and of the most used are named.
const NAMED: usize = 5;

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

impl Spread {
    fn of(numbers: impl Iterator<Item = usize>) -> Spread {
        let mut numbers: Vec<usize> = numbers.collect();
        numbers.sort_unstable();
        let at = |index: usize| numbers.get(index).copied().unwrap_or_default();
        Spread {
            all: numbers.iter().sum(),
            least: at(0),
            median: at(numbers.len() / 2),
            most: at(numbers.len().saturating_sub(1)),
        }
    }
}

pub(super) fn measure(model: &Model) -> Stats {
    let entries = list::entries(model);
    let mut items: BTreeMap<&'static str, Of> = BTreeMap::new();
    for entry in &entries {
        let of = items.entry(entry.kind).or_default();
        match entry.item.implicit {
            true => of.supplied += 1,
            false => of.declared += 1,
        }
        of.deprecated += usize::from(entry.item.deprecated.is_some());
    }
    let timings = Spread::of(model.stages.iter().map(|stage| stage.timings.len()));
    items.entry("timing").or_default().declared = timings.all;
    let declared = || entries.iter().filter(|entry| !entry.item.implicit);
    let mut suppressed = BTreeMap::new();
    for (code, _) in declared().flat_map(|entry| &entry.item.allow) {
        *suppressed.entry(code.clone()).or_default() += 1;
    }
    let deprecated = declared().filter_map(|entry| {
        let deprecated = entry.item.deprecated.as_ref()?;
        Some(Deprecation {
            kind: entry.kind,
            id: entry.id.clone(),
            since: deprecated.since.clone(),
            expires_in: entry.item.expires_in.clone(),
        })
    });
    let ids: BTreeSet<&str> = declared().map(|entry| entry.id.as_str()).collect();
    Stats {
        format: 1,
        name: model.manifest.name.clone(),
        version: model.manifest.version.clone(),
        items,
        events: events(model),
        attributes: attributes(model),
        screens: screens(model),
        stages: Stages {
            by_screen: counted(
                model
                    .stages
                    .iter()
                    .map(|stage| model.screens[stage.screen].item.id.clone()),
            ),
            timings,
            with_slow_after: model
                .stages
                .iter()
                .filter(|stage| stage.slow_after_ms.is_some())
                .count(),
        },
        spans: Spans {
            by_kind: counted(model.spans.iter().map(|span| match span.kind {
                SpanKind::Internal => "internal",
                SpanKind::Client => "client",
                SpanKind::Server => "server",
                SpanKind::Producer => "producer",
                SpanKind::Consumer => "consumer",
            })),
            roots: model.spans.iter().filter(|span| span.new_trace).count(),
            with_links: model.spans.iter().filter(|span| !span.links.is_empty()).count(),
        },
        metrics: metrics(model),
        errors_with_code: model.errors.iter().filter(|error| error.code.is_some()).count(),
        documented: documented(model, declared().map(|entry| entry.item)),
        suppressed,
        deprecated: deprecated.collect(),
        longest: greatest(ids.into_iter().map(|id| (id.to_owned(), id.len()))),
    }
}

fn events(model: &Model) -> Events {
    use telemetry_schema::model::Severity;
    let severity = |severity| match severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    };
    let record = |record| match record {
        EventRecord::Log => "log",
        EventRecord::SpanEvent => "span_event",
        EventRecord::Both => "both",
    };
    Events {
        by_severity: counted(model.events.iter().map(|event| severity(event.severity))),
        by_record: counted(model.events.iter().map(|event| record(event.record))),
        actions: model.events.iter().filter(|event| event.action).count(),
        feeding_metrics: model
            .events
            .iter()
            .filter(|event| !event.feeds.is_empty())
            .count(),
        attributes: Spread::of(model.events.iter().map(|event| event.attributes.len())),
    }
}

/// All that items say of which attributes they have.
fn uses(model: &Model) -> impl Iterator<Item = &AttributeUse> {
    let screens = model.screens.iter().map(|each| &each.attributes);
    let stages = model.stages.iter().map(|each| &each.attributes);
    let events = model.events.iter().map(|each| &each.attributes);
    let spans = model.spans.iter().map(|each| &each.attributes);
    let metrics = model.metrics.iter().map(|each| &each.attributes);
    screens
        .chain(stages)
        .chain(events)
        .chain(spans)
        .chain(metrics)
        .flatten()
}

fn attributes(model: &Model) -> Attributes {
    let all = &model.attributes;
    let used = counted(uses(model).map(|used| used.attribute));
    let sensitivity = |sensitivity| match sensitivity {
        Sensitivity::Public => "public",
        Sensitivity::Identifying => "identifying",
        Sensitivity::Secret => "secret",
    };
    let values = all.iter().map(|attribute| match &attribute.kind {
        AttributeKind::Enum(values) => values.len(),
        _ => 0,
    });
    Attributes {
        by_type: counted(all.iter().map(|attribute| attribute.kind.as_str())),
        by_sensitivity: counted(all.iter().map(|attribute| sensitivity(attribute.sensitivity))),
        standard: all.iter().filter(|attribute| attribute.standard).count(),
        scrubbed: all.iter().filter(|attribute| attribute.scrub).count(),
        values: values.sum(),
        required: uses(model).filter(|used| used.required).count(),
        optional: uses(model).filter(|used| !used.required).count(),
        reused: used.values().filter(|times| **times > 1).count(),
        most_used: greatest(
            used.into_iter()
                .map(|(index, times)| (all[index].item.id.clone(), times)),
        ),
    }
}

fn screens(model: &Model) -> Screens {
    let id = |screen: usize| model.screens[screen].item.id.clone();
    let mut steps: Vec<Option<usize>> = model
        .screens
        .iter()
        .map(|screen| screen.entry.then_some(0))
        .collect();
    let mut queue: VecDeque<usize> = (0..steps.len())
        .filter(|&screen| steps[screen].is_some())
        .collect();
    while let Some(screen) = queue.pop_front() {
        for &to in &model.screens[screen].navigates_to {
            if steps[to].is_none() {
                steps[to] = steps[screen].map(|steps| steps + 1);
                queue.push_back(to);
            }
        }
    }
    let all = || 0..model.screens.len();
    Screens {
        entries: model.screens.iter().filter(|screen| screen.entry).count(),
        moves: model.screens.iter().map(|screen| screen.navigates_to.len()).sum(),
        dead_ends: all()
            .filter(|&screen| model.screens[screen].navigates_to.is_empty())
            .map(id)
            .collect(),
        unreachable: all().filter(|&screen| steps[screen].is_none()).map(id).collect(),
        depth: steps.iter().flatten().copied().max().unwrap_or_default(),
        actions: all()
            .map(|screen| (id(screen), model.screens[screen].actions.len()))
            .collect(),
    }
}

fn metrics(model: &Model) -> Metrics {
    let instrument = |instrument| match instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up_down_counter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    };
    let fed: BTreeSet<usize> = { model.events.iter() }
        .flat_map(|event| &event.feeds)
        .map(|feed| feed.metric)
        .collect();
    let observed = model
        .metrics
        .iter()
        .filter(|metric| metric.observes.is_some())
        .count();
    let by_hand = model
        .metrics
        .iter()
        .enumerate()
        .filter(|(index, metric)| metric.observes.is_none() && !fed.contains(index));
    Metrics {
        by_instrument: counted(model.metrics.iter().map(|metric| instrument(metric.instrument))),
        fed_by_events: fed.len(),
        observed,
        by_hand: by_hand.count(),
    }
}

fn documented<'m>(model: &Model, items: impl Iterator<Item = &'m Item> + Clone) -> Documented {
    let with = |has: fn(&Item) -> bool| items.clone().filter(|item| has(item)).count();
    let wanted = || {
        model.attributes.iter().filter(|attribute| {
            use AttributeKind as K;
            let wants = matches!(
                attribute.kind,
                K::String | K::Int | K::Double | K::Strings | K::Ints | K::Doubles
            );
            wants && attribute.sensitivity != Sensitivity::Secret && !attribute.item.implicit
        })
    };
    Documented {
        items: items.clone().count(),
        with_note: with(|item| item.note.is_some()),
        with_owner: with(|item| item.owner.is_some()),
        with_issue: with(|item| item.issue.is_some()),
        want_examples: wanted().count(),
        with_examples: wanted()
            .filter(|attribute| !attribute.examples.is_empty())
            .count(),
    }
}

fn counted<K: Ord>(all: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for each in all {
        *counts.entry(each).or_default() += 1;
    }
    counts
}

/// Those with the greatest numbers, the first by name where they are equal.
fn greatest(all: impl Iterator<Item = (String, usize)>) -> Vec<Named> {
    let mut all: Vec<Named> = all.map(|(id, number)| Named { id, number }).collect();
    all.sort_by(|one, other| other.number.cmp(&one.number).then_with(|| one.id.cmp(&other.id)));
    all.truncate(NAMED);
    all
}
