//! Counts a schema.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use telemetry_schema::model::{
    AttributeKind, AttributeUse, EventRecord, Instrument, Item, Model, Sensitivity, SpanKind,
};

use super::numbers::{
    Attributes, Deprecation, Documented, Events, Metrics, Named, Of, Screens, Spans, Spread, Stages, Stats,
};
use crate::schema::list;

/// So many of the longest and of the most used are named.
const NAMED: usize = 5;

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
