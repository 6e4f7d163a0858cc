//! Data points of the protocol become points of a run file, which count from the start of the run: of a sender that
//! counts from its last message, they are added up.

use std::collections::{BTreeMap, HashMap};

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, HistogramDataPoint, Metric, NumberDataPoint,
};
use telemetry_runtime::line::{Histogram, Metrics, Point, PointKind, PointValue, Record, Wire};

use crate::receive::desk::Told;
use crate::receive::values::attributes;

/// What a sender's sums came to.
#[derive(Debug, Default)]
pub(super) struct Sums {
    whole: HashMap<String, PointValue>,
    /// Since when the sender counts: our own runs count from their beginning.
    pub(super) since: Option<u64>,
}

impl Sums {
    /// The points of some metrics, one record a moment. Also how many there were of kinds that a file has no place for.
    pub(super) fn take(&mut self, wire: &mut Wire, now: u64, metrics: Vec<Metric>) -> (Vec<Told>, u64) {
        let mut by_time: BTreeMap<u64, Vec<Point>> = BTreeMap::new();
        let mut unknown = 0;
        for metric in metrics {
            if !metric.description.is_empty() {
                wire.metrics
                    .insert(metric.name.clone(), metric.description.clone());
            }
            let point = |kind, attributes, value| Point {
                name: metric.name.clone(),
                unit: metric.unit.clone(),
                kind,
                value,
                attributes,
            };
            let when = |time: u64| if time > 0 { time } else { now };
            match metric.data {
                Some(Data::Gauge(gauge)) => {
                    for shown in gauge.data_points {
                        let Some(value) = number(&shown) else { continue };
                        let at = by_time.entry(when(shown.time_unix_nano)).or_default();
                        at.push(point(PointKind::Gauge, attributes(shown.attributes), value));
                    }
                }
                Some(Data::Sum(sum)) => {
                    let delta = sum.aggregation_temporality() == AggregationTemporality::Delta;
                    let kind = match sum.is_monotonic {
                        true => PointKind::Counter,
                        false => PointKind::UpDownCounter,
                    };
                    for shown in sum.data_points {
                        self.counts_since(shown.start_time_unix_nano);
                        let Some(value) = number(&shown) else { continue };
                        let at = by_time.entry(when(shown.time_unix_nano)).or_default();
                        at.push(self.whole(delta, point(kind, attributes(shown.attributes), value)));
                    }
                }
                Some(Data::Histogram(histogram)) => {
                    let delta = histogram.aggregation_temporality() == AggregationTemporality::Delta;
                    for shown in histogram.data_points {
                        self.counts_since(shown.start_time_unix_nano);
                        let time = when(shown.time_unix_nano);
                        let Some((attributes, value)) = state(shown) else {
                            unknown += 1;
                            continue;
                        };
                        let at = by_time.entry(time).or_default();
                        at.push(self.whole(delta, point(PointKind::Histogram, attributes, value)));
                    }
                }
                Some(Data::ExponentialHistogram(other)) => unknown += other.data_points.len() as u64,
                Some(Data::Summary(other)) => unknown += other.data_points.len() as u64,
                None => {}
            }
        }
        let told = by_time.into_iter().map(|(time, points)| Told {
            time,
            record: Record::Metrics(Metrics { points }),
        });
        (told.collect(), unknown)
    }

    fn counts_since(&mut self, start: u64) {
        if start > 0 {
            self.since = Some(self.since.map_or(start, |since| since.min(start)));
        }
    }

    fn whole(&mut self, delta: bool, mut point: Point) -> Point {
        if delta {
            let series = format!("{} {:?}", point.name, point.attributes);
            if let Some(before) = self.whole.get(&series) {
                point.value = sum(before, &point.value);
            }
            self.whole.insert(series, point.value.clone());
        }
        point
    }
}

fn number(shown: &NumberDataPoint) -> Option<PointValue> {
    match shown.value? {
        Number::AsInt(number) => Some(PointValue::Int(number)),
        Number::AsDouble(number) => Some(PointValue::Double(number)).filter(|_| number.is_finite()),
    }
}

/// `None` when a bound is no number: a run file has no place for it.
fn state(shown: HistogramDataPoint) -> Option<(telemetry_runtime::line::Attributes, PointValue)> {
    if !shown.explicit_bounds.iter().all(|bound| bound.is_finite()) {
        return None;
    }
    let finite = |number: Option<f64>| number.filter(|number| number.is_finite());
    let state = Histogram {
        count: shown.count,
        sum: finite(shown.sum).unwrap_or(0.0),
        min: finite(shown.min),
        max: finite(shown.max),
        bounds: shown.explicit_bounds,
        counts: shown.bucket_counts,
    };
    Some((attributes(shown.attributes), PointValue::Histogram(state)))
}

/// A sum that stays a number, as a run file can hold it.
fn add(one: f64, other: f64) -> f64 {
    (one + other).clamp(f64::MIN, f64::MAX)
}

fn sum(before: &PointValue, more: &PointValue) -> PointValue {
    match (before, more) {
        (PointValue::Int(one), PointValue::Int(other)) => PointValue::Int(one.saturating_add(*other)),
        (PointValue::Double(one), PointValue::Double(other)) => PointValue::Double(add(*one, *other)),
        (PointValue::Histogram(one), PointValue::Histogram(other)) => {
            let extreme = |one: Option<f64>, other: Option<f64>, of: fn(f64, f64) -> f64| match (one, other) {
                (Some(one), Some(other)) => Some(of(one, other)),
                (one, other) => one.or(other),
            };
            let counts = one.counts.iter().zip(&other.counts);
            PointValue::Histogram(Histogram {
                count: one.count.saturating_add(other.count),
                sum: add(one.sum, other.sum),
                min: extreme(one.min, other.min, f64::min),
                max: extreme(one.max, other.max, f64::max),
                bounds: other.bounds.clone(),
                counts: counts.map(|(one, other)| one.saturating_add(*other)).collect(),
            })
        }
        (_, more) => more.clone(),
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::metrics::v1::{Histogram as Shown, Sum};
    use telemetry_runtime::line::Metrics;

    use super::*;

    fn taken(sums: &mut Sums, data: Data) -> Vec<PointValue> {
        let metric = Metric {
            name: "waits".to_owned(),
            data: Some(data),
            ..Metric::default()
        };
        let (told, _) = sums.take(&mut Wire::by_convention("demo"), 7, vec![metric]);
        let points = |told: Told| match told.record {
            Record::Metrics(Metrics { points }) => points,
            _ => Vec::new(),
        };
        told.into_iter()
            .flat_map(points)
            .map(|point| point.value)
            .collect()
    }

    fn histogram(bounds: Vec<f64>, sum: f64) -> Data {
        Data::Histogram(Shown {
            data_points: vec![HistogramDataPoint {
                count: u64::MAX,
                sum: Some(sum),
                min: Some(f64::NAN),
                bucket_counts: vec![u64::MAX; bounds.len() + 1],
                explicit_bounds: bounds,
                ..HistogramDataPoint::default()
            }],
            aggregation_temporality: AggregationTemporality::Delta.into(),
        })
    }

    #[test]
    fn numbers_that_a_run_file_cannot_hold_are_left_out_and_sums_stay_numbers() {
        let mut sums = Sums::default();
        assert_eq!(taken(&mut sums, histogram(vec![1.0, f64::INFINITY], 1.0)), []);
        assert_eq!(taken(&mut sums, histogram(vec![f64::NAN], 1.0)), []);
        for (sum, comes_to) in [(f64::NAN, 0.0), (f64::MAX, f64::MAX), (f64::MAX, f64::MAX)] {
            let told = taken(&mut sums, histogram(vec![1.0], sum));
            let [PointValue::Histogram(state)] = &told[..] else {
                panic!("{told:?}");
            };
            assert_eq!((state.sum, state.min, state.count), (comes_to, None, u64::MAX));
            assert_eq!(state.counts, [u64::MAX; 2]);
        }
        for (number, comes_to) in [
            (Number::AsInt(i64::MAX), Some(PointValue::Int(i64::MAX))),
            (Number::AsInt(1), Some(PointValue::Int(i64::MAX))),
            (Number::AsDouble(f64::NEG_INFINITY), None),
        ] {
            let data = Data::Sum(Sum {
                data_points: vec![NumberDataPoint {
                    value: Some(number),
                    ..NumberDataPoint::default()
                }],
                aggregation_temporality: AggregationTemporality::Delta.into(),
                is_monotonic: true,
            });
            assert_eq!(taken(&mut sums, data), Vec::from_iter(comes_to));
        }
    }
}
