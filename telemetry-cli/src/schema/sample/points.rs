//! The metrics of a sample: those that events feed add up as the events happen, the others are made up.

use std::collections::{BTreeMap, BTreeSet};

use telemetry_runtime::line::{
    AttributeValue, Attributes, Histogram, Metrics, Point, PointKind, PointValue, Record,
};
use telemetry_schema::model::{Feed, Instrument, Metric, MetricIndex, Model, Observed};

use super::pen::Pen;
use super::values::Values;

/// The state of every instrument, by metric and attributes.
pub(super) struct Points<'m> {
    model: &'m Model,
    series: BTreeMap<(MetricIndex, String), (Attributes, PointValue)>,
    /// Whether each metric is fed by an event.
    fed: Vec<bool>,
}

impl<'m> Points<'m> {
    pub(super) fn new(model: &'m Model) -> Points<'m> {
        let feeds = |metric| {
            model
                .events
                .iter()
                .flat_map(|event| &event.feeds)
                .any(|feed| feed.metric == metric)
        };
        Points {
            model,
            series: BTreeMap::new(),
            fed: (0..model.metrics.len()).map(feeds).collect(),
        }
    }

    /// An event with these values, one a slot, feeds a metric.
    pub(super) fn feed(&mut self, feed: &Feed, values: &[Option<AttributeValue>]) {
        let amount = match feed.value.map(|slot| values.get(slot).and_then(Option::as_ref)) {
            None => 1.0,
            Some(Some(AttributeValue::Int(number))) => *number as f64,
            Some(Some(AttributeValue::Double(number))) => *number,
            // What was left out says nothing.
            Some(_) => return,
        };
        let metric = &self.model.metrics[feed.metric];
        let slots = metric.attributes.iter().zip(&feed.slots);
        let attributes = slots.filter_map(|(used, slot)| {
            let value = values.get(*slot)?.clone()?;
            Some((self.model.attributes[used.attribute].item.id.clone(), value))
        });
        let attributes = attributes.collect();
        self.measure(feed.metric, attributes, amount);
    }

    fn measure(&mut self, index: MetricIndex, attributes: Attributes, amount: f64) {
        let metric = &self.model.metrics[index];
        let key = (index, format!("{attributes:?}"));
        let (_, state) = self
            .series
            .entry(key)
            .or_insert_with(|| (attributes, zero(metric)));
        match state {
            PointValue::Int(number) if metric.instrument == Instrument::Gauge => *number = amount as i64,
            PointValue::Double(number) if metric.instrument == Instrument::Gauge => *number = amount,
            PointValue::Int(number) => *number += amount as i64,
            PointValue::Double(number) => *number += amount,
            PointValue::Histogram(histogram) => record(histogram, amount),
        }
    }

    /// Makes up values for what no event feeds: of all attributes, and of those only that are needed.
    pub(super) fn make_up(&mut self, values: &mut Values<'_>, pen: &mut Pen) {
        for (index, metric) in self.model.metrics.iter().enumerate() {
            let amount = amount(metric, pen);
            if self.fed[index] {
                continue;
            }
            let has_optional = metric.attributes.iter().any(|used| !used.required);
            for full in [true, false].into_iter().take(1 + usize::from(has_optional)) {
                if let Some(attributes) = values.all(&metric.attributes, full) {
                    self.measure(index, attributes, amount);
                }
            }
        }
    }

    /// Writes what all instruments show.
    pub(super) fn put(&self, pen: &mut Pen) {
        let points: Vec<Point> = { &self.series }
            .iter()
            .map(|((index, _), (attributes, value))| {
                let metric = &self.model.metrics[*index];
                Point {
                    name: metric.item.id.clone(),
                    unit: metric.unit.clone(),
                    kind: match metric.instrument {
                        Instrument::Counter => PointKind::Counter,
                        Instrument::UpDownCounter => PointKind::UpDownCounter,
                        Instrument::Gauge => PointKind::Gauge,
                        Instrument::Histogram => PointKind::Histogram,
                    },
                    value: value.clone(),
                    attributes: attributes.clone(),
                }
            })
            .collect();
        if !points.is_empty() {
            pen.put(Record::Metrics(Metrics { points }));
        }
    }

    /// Metrics that show nothing, each with the reason.
    pub(super) fn missing(&self) -> impl Iterator<Item = (String, String)> {
        let shown: BTreeSet<MetricIndex> = self.series.keys().map(|(index, _)| *index).collect();
        let missing = self
            .model
            .metrics
            .iter()
            .enumerate()
            .filter(move |(index, _)| !shown.contains(index));
        missing.map(|(index, metric)| {
            let why = match self.fed[index] {
                true => "the events that feed it are not in it",
                false => "an attribute that it needs can have no value in this schema",
            };
            (metric.item.id.clone(), why.to_owned())
        })
    }

    /// What the series of a counter come to, all together.
    pub(super) fn total(&self, metric: Option<MetricIndex>) -> u64 {
        let of_metric = self
            .series
            .iter()
            .filter(|((index, _), _)| Some(*index) == metric);
        let numbers = of_metric.map(|(_, (_, value))| match value {
            PointValue::Int(number) => u64::try_from(*number).unwrap_or(0),
            PointValue::Double(_) | PointValue::Histogram(_) => 0,
        });
        numbers.sum()
    }
}

fn zero(metric: &Metric) -> PointValue {
    match (metric.instrument, metric.double) {
        (Instrument::Histogram, _) => PointValue::Histogram(Histogram {
            count: 0,
            sum: 0.0,
            min: None,
            max: None,
            bounds: metric.buckets.clone(),
            counts: vec![0; metric.buckets.len() + 1],
        }),
        (_, true) => PointValue::Double(0.0),
        (_, false) => PointValue::Int(0),
    }
}

fn record(histogram: &mut Histogram, amount: f64) {
    histogram.count += 1;
    histogram.sum += amount;
    histogram.min = Some(histogram.min.map_or(amount, |min| min.min(amount)));
    histogram.max = Some(histogram.max.map_or(amount, |max| max.max(amount)));
    let bucket = histogram.bounds.partition_point(|bound| *bound < amount);
    if let Some(count) = histogram.counts.get_mut(bucket) {
        *count += 1;
    }
}

/// Something that such a metric may show.
fn amount(metric: &Metric, pen: &mut Pen) -> f64 {
    let some = pen.below(100);
    let share = some as f64 / 100.0;
    match (metric.observes, metric.instrument) {
        (Some(Observed::ProcessCpuUtilization), _) => share,
        // An up-down counter is added to.
        (Some(Observed::ProcessMemoryUsage), Instrument::UpDownCounter) => (some * 10_000) as f64,
        (Some(Observed::ProcessMemoryUsage), _) => (50_000_000 + some * 100_000) as f64,
        (Some(_), Instrument::UpDownCounter) => 1.0,
        (_, Instrument::Counter | Instrument::UpDownCounter) => 1.0 + (some % 3) as f64,
        _ if metric.double => share * 10.0,
        _ => some as f64,
    }
}
