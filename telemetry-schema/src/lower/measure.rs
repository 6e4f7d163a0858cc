//! Metrics, and the events that feed them.

use super::place::Section;
use super::{Index, Lowering, place};
use crate::diagnostic::{At, Code, Diagnostic};
use crate::model::{Attribute, AttributeKind, Event, Feed, Instrument, Metric, Observed};
use crate::syntax::Document;
use crate::syntax::read::Placed;
use crate::syntax::signal::{self as written, Number};

impl Lowering<'_> {
    pub(super) fn metrics(&mut self, document: &Document, attributes: &Index) -> Vec<Metric> {
        let mut metrics = Vec::new();
        for (id, entry) in document.metrics.iter().flat_map(|metrics| &metrics.entries) {
            let written = &entry.value;
            let item = self.item(Section::Metric, id, &entry.key, &written.item);
            let uses = self.uses(Section::Metric, written.attributes.as_ref(), attributes, Ok(()));
            let instrument = written
                .kind
                .as_ref()
                .map_or(Instrument::Counter, |kind| kind.value.into());
            let value = written.value.as_ref().map(|value| value.value);
            let double = value.map_or(instrument == Instrument::Histogram, |value| {
                value == Number::Double
            });
            for bucket in written.buckets.iter().flat_map(|list| &list.0) {
                self.places.last(Section::Metric).push("buckets", &bucket.at);
            }
            self.misplaced_keys(written, instrument, double);
            metrics.push(Metric {
                item,
                instrument,
                double,
                unit: written
                    .unit
                    .as_ref()
                    .map_or_else(|| "1".to_owned(), |unit| unit.value.0.clone()),
                attributes: uses,
                buckets: written
                    .buckets
                    .iter()
                    .flat_map(|list| &list.0)
                    .map(|bound| bound.value)
                    .collect(),
                observes: written.observes.as_ref().map(|observed| observed.value.into()),
            });
        }
        metrics
    }

    fn misplaced_keys(&mut self, written: &written::Metric, instrument: Instrument, double: bool) {
        let histogram = instrument == Instrument::Histogram;
        if let (Some(buckets), false) = (&written.buckets, histogram) {
            self.misplaced(&buckets.key, "buckets", "only a histogram has them");
        }
        if let (Some(observed), false) = (
            &written.observes,
            matches!(instrument, Instrument::Gauge | Instrument::UpDownCounter),
        ) {
            self.misplaced(
                &observed.key,
                "observes",
                "only a gauge or an up_down_counter shows a state",
            );
        }
        if let (Some(fed_by), false) = (&written.fed_by, histogram || instrument == Instrument::Gauge) {
            self.misplaced(
                &fed_by.key,
                "fed_by",
                "a counter is fed by the `counts:` of an event",
            );
        }
        if let (Some(fed_by), Some(_)) = (&written.fed_by, &written.observes) {
            self.misplaced(
                &fed_by.key,
                "fed_by",
                "the runtime already observes into this metric",
            );
        }
        let share = Observed::ProcessCpuUtilization;
        let observes_share = written
            .observes
            .as_ref()
            .is_some_and(|observed| Observed::from(observed.value) == share);
        if let (true, Some(observed)) = (observes_share && !double, &written.observes) {
            self.misplaced(
                &observed.at,
                "process_cpu_utilization",
                "a share needs `value: double`",
            );
        }
    }

    fn misplaced(&mut self, at: &At, key: &str, why: &str) {
        let diagnostic = Diagnostic::new(
            Code::MisplacedKey,
            at,
            format!("`{key}` means nothing on this metric"),
        );
        self.problems.push(diagnostic.label(why));
    }

    /// Adds to each event the metrics that it feeds.
    pub(super) fn feeds(
        &mut self,
        document: &Document,
        attributes: &[Attribute],
        metrics: &[Metric],
        event_ids: &Index,
        events: &mut [Event],
    ) {
        let feeding = Feeding { attributes, metrics };
        let metric_ids = Index::new(
            "metric",
            Code::UnknownMetric,
            metrics.iter().map(|metric| &metric.item.id),
        );
        for (id, written) in document.events.iter().flat_map(|events| &events.entries) {
            let (Some(counts), Some(event)) = (&written.counts, event_ids.get(id)) else {
                continue;
            };
            let Some(metric) = metric_ids.resolve(&counts.value.0, &counts.at, self.problems) else {
                continue;
            };
            if metrics[metric].instrument != Instrument::Counter {
                self.counts_not_a_counter(&counts.at, &counts.value.0, metric);
                continue;
            }
            if let Some(feed) = self.feed(&feeding, metric, &events[event], &counts.at, None) {
                events[event].feeds.push(feed);
            }
        }
        for (id, written) in document.metrics.iter().flat_map(|metrics| &metrics.entries) {
            let (Some(fed_by), Some(metric)) = (&written.fed_by, metric_ids.get(id)) else {
                continue;
            };
            let (Some(by), Some(value)) = (&fed_by.event, &fed_by.value.value) else {
                continue;
            };
            let Some(event) = event_ids.resolve(&by.value.0, &by.at, self.problems) else {
                continue;
            };
            if let Some(feed) = self.feed(&feeding, metric, &events[event], &by.at, Some(value)) {
                events[event].feeds.push(feed);
            }
        }
    }

    fn counts_not_a_counter(&mut self, at: &At, id: &str, metric: usize) {
        let message = format!("`counts` names `{id}`, which is no counter");
        self.problems.push(
            Diagnostic::new(Code::CountsNotACounter, at, message)
                .also(&self.places.id(Section::Metric, metric), "declared here")
                .help("name a metric of `kind: counter`, or feed this one with `fed_by:`"),
        );
    }

    fn feed(
        &mut self,
        known: &Feeding<'_>,
        metric: usize,
        event: &Event,
        at: &At,
        value: Option<&Placed<crate::syntax::form::AttributeId>>,
    ) -> Option<Feed> {
        let slot_of = |attribute: usize| {
            event
                .attributes
                .iter()
                .position(|used| used.attribute == attribute)
        };
        let mut slots = Vec::new();
        for (n, used) in known.metrics[metric].attributes.iter().enumerate() {
            let slot = slot_of(used.attribute);
            let lacks = slot.is_none_or(|slot| used.required && !event.attributes[slot].required);
            match slot {
                Some(slot) if !lacks => slots.push(slot),
                _ => {
                    let attribute = &known.attributes[used.attribute].item.id;
                    let there = self.places.part(Section::Metric, metric, place::USE, n);
                    self.problems.push(feed_lacks_attribute(
                        at,
                        &event.item.id,
                        attribute,
                        slot.is_some(),
                        &there,
                    ));
                }
            }
        }
        let Some(value) = value else {
            return Some(Feed {
                metric,
                slots,
                value: None,
            });
        };
        let slot = known
            .attributes
            .iter()
            .position(|attribute| attribute.item.id == value.value.0)
            .and_then(|attribute| slot_of(attribute).map(|slot| (attribute, slot)));
        let Some((attribute, slot)) = slot else {
            self.problems.push(feed_lacks_attribute(
                &value.at,
                &event.item.id,
                &value.value.0,
                false,
                at,
            ));
            return None;
        };
        let fits = match known.attributes[attribute].kind {
            AttributeKind::Int => true,
            AttributeKind::Double => known.metrics[metric].double,
            _ => false,
        };
        if !fits {
            let wanted = if known.metrics[metric].double {
                "a number"
            } else {
                "an int"
            };
            let message = format!(
                "`{}` is not {wanted}, so it cannot feed this metric",
                value.value.0
            );
            self.problems
                .push(Diagnostic::new(Code::FeedNotANumber, &value.at, message).also(
                    &self.places.part(Section::Attribute, attribute, "type", 0),
                    "its type",
                ));
        }
        fits.then_some(Feed {
            metric,
            slots,
            value: Some(slot),
        })
    }
}

/// What a feed is looked up in.
struct Feeding<'a> {
    attributes: &'a [Attribute],
    metrics: &'a [Metric],
}

fn feed_lacks_attribute(at: &At, event: &str, attribute: &str, optional: bool, there: &At) -> Diagnostic {
    let (message, help) = if optional {
        let message = format!("event `{event}` may lack `{attribute}`, which the metric always needs");
        (
            message,
            format!("make `{attribute}` required on the event, or optional on the metric"),
        )
    } else {
        let message = format!("event `{event}` has no attribute `{attribute}`, which the metric needs");
        (message, format!("add `{attribute}` to the event's attributes"))
    };
    Diagnostic::new(Code::FeedLacksAttribute, at, message)
        .also(there, "needed here")
        .help(help)
}
