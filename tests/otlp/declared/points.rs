//! The metrics of the model, as their points have to arrive.

use telemetry_schema::model::{Instrument, Metric};
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::metrics::v1::AggregationTemporality::Cumulative;
use telemetry_testbed::proto::metrics::v1::NumberDataPoint;
use telemetry_testbed::proto::metrics::v1::number_data_point::Value as Number;
use telemetry_testbed::{MetricPoint, PointData, Testbed};

use super::expected::Expected;
use super::sample::arrives;

impl Expected {
    pub(super) fn metrics(&self, testbed: &Testbed) {
        let points = testbed.metric_points();
        for metric in &self.model.metrics {
            let id = &metric.item.id;
            let mut own = points.iter().filter(|point| point.name == *id);
            let point = own.next().unwrap_or_else(|| panic!("no point of {id}"));
            assert!(own.next().is_none(), "{id} arrives twice");
            assert_eq!(
                (&point.unit, &point.description),
                (&metric.unit, &metric.item.brief),
                "{id}"
            );
            self.all_of(id, &metric.attributes, point.attributes());
            self.point_of(metric, point);
        }
        assert_eq!(points.len(), self.model.metrics.len(), "nothing else arrives");
    }

    /// The kind of the point, its type and its value.
    fn point_of(&self, metric: &Metric, point: &MetricPoint) {
        let id = &metric.item.id;
        match (&point.data, metric.instrument) {
            (PointData::Gauge(point), Instrument::Gauge) => self.number_of(metric, point),
            (
                PointData::Sum {
                    point,
                    temporality,
                    monotonic,
                },
                Instrument::Counter | Instrument::UpDownCounter,
            ) => {
                assert_eq!(*temporality, Cumulative, "{id}");
                assert_eq!(*monotonic, metric.instrument == Instrument::Counter, "{id}");
                self.number_of(metric, point);
            }
            (PointData::Histogram { point, temporality }, Instrument::Histogram) => {
                assert_eq!(*temporality, Cumulative, "{id}");
                assert_eq!(point.explicit_bounds, metric.buckets, "{id}");
                let fed = self.fed(metric);
                let amounts: Vec<f64> = if fed.is_empty() { vec![1.0] } else { fed };
                assert_eq!(point.count, amounts.len() as u64, "{id}");
                assert_eq!(point.sum, Some(amounts.iter().sum()), "{id}");
                let mut counts = vec![0_u64; metric.buckets.len() + 1];
                for amount in amounts {
                    // A value on a bound belongs to the bucket that ends there.
                    let above = metric.buckets.iter().filter(|bound| **bound < amount);
                    counts[above.count()] += 1;
                }
                assert_eq!(point.bucket_counts, counts, "{id}");
            }
            (other, instrument) => panic!("{id} is a {instrument:?} and arrives as {other:?}"),
        }
    }

    fn number_of(&self, metric: &Metric, point: &NumberDataPoint) {
        let id = &metric.item.id;
        assert!(point.time_unix_nano > 0, "{id}");
        let fed = self.fed(metric);
        let expected: f64 = if fed.is_empty() { 1.0 } else { fed.iter().sum() };
        match point.value.expect(id) {
            Number::AsDouble(value) => {
                assert!(metric.double, "{id}");
                assert!(metric.observes.is_some() || value == expected, "{id}: {value}");
            }
            Number::AsInt(value) => {
                assert!(!metric.double, "{id}");
                assert!(
                    metric.observes.is_some() || value as f64 == expected,
                    "{id}: {value}"
                );
            }
        }
    }

    /// What the walk's events added to it: every event happened once.
    fn fed(&self, metric: &Metric) -> Vec<f64> {
        let model = &self.model;
        let mut fed = Vec::new();
        for event in &model.events {
            let feeds = event.feeds.iter();
            for feed in feeds.filter(|feed| model.metrics[feed.metric].item.id == metric.item.id) {
                let value = feed.value.map(|slot| event.attributes[slot].attribute);
                fed.push(
                    match value.map(|index| arrives(model, &model.attributes[index])) {
                        None => 1.0,
                        Some(Any::IntValue(number)) => number as f64,
                        Some(Any::DoubleValue(number)) => number,
                        Some(other) => panic!("{} is fed {other:?}", metric.item.id),
                    },
                );
            }
        }
        fed
    }
}
