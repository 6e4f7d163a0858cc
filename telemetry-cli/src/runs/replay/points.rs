//! Metric lines become data points. A file counts from the start of its run; where the backend wants deltas, each line
//! is taken against the one before it.

use std::collections::HashMap;

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum,
};
use telemetry_runtime::line::{self, Point, PointKind, PointValue, Wire};

use crate::runs::replay::items::attributes;

/// What the lines of one run showed so far.
pub(super) struct Points {
    /// When the run began, in nanoseconds since the Unix epoch.
    began: u64,
    /// State of each series at the line before, where deltas are wanted.
    before: Option<HashMap<String, (u64, PointValue)>>,
}

impl Points {
    /// Of a run that began then.
    pub(super) fn new(began: u64, deltas: bool) -> Points {
        Points {
            began,
            before: deltas.then(HashMap::new),
        }
    }

    /// The metrics of one line, each with one point.
    pub(super) fn metrics(&mut self, wire: &Wire, time: u64, points: &[Point]) -> Vec<Metric> {
        points
            .iter()
            .filter_map(|point| self.metric(wire, time, point))
            .collect()
    }

    fn metric(&mut self, wire: &Wire, time: u64, point: &Point) -> Option<Metric> {
        let (start, temporality, value) = self.since(time, point);
        let number = |value| NumberDataPoint {
            attributes: attributes(&point.attributes),
            start_time_unix_nano: start,
            time_unix_nano: time,
            value: Some(value),
            ..NumberDataPoint::default()
        };
        let numbers = |value| match point.kind {
            PointKind::Gauge => Data::Gauge(Gauge {
                data_points: vec![NumberDataPoint {
                    start_time_unix_nano: 0,
                    ..number(value)
                }],
            }),
            _ => Data::Sum(Sum {
                data_points: vec![number(value)],
                aggregation_temporality: temporality.into(),
                is_monotonic: point.kind == PointKind::Counter,
            }),
        };
        let data = match value {
            PointValue::Int(value) => numbers(Number::AsInt(value)),
            PointValue::Double(value) if value.is_finite() => numbers(Number::AsDouble(value)),
            PointValue::Histogram(state) if state.sum.is_finite() => Data::Histogram(Histogram {
                aggregation_temporality: temporality.into(),
                data_points: vec![HistogramDataPoint {
                    attributes: attributes(&point.attributes),
                    start_time_unix_nano: start,
                    time_unix_nano: time,
                    count: state.count,
                    sum: Some(state.sum),
                    bucket_counts: state.counts,
                    explicit_bounds: state.bounds,
                    min: state.min,
                    max: state.max,
                    ..HistogramDataPoint::default()
                }],
            }),
            PointValue::Double(_) | PointValue::Histogram(_) => return None,
        };
        Some(Metric {
            name: point.name.clone(),
            description: wire.metrics.get(&point.name).cloned().unwrap_or_default(),
            unit: point.unit.clone(),
            data: Some(data),
            ..Metric::default()
        })
    }

    /// What a point shows, and since when.
    fn since(&mut self, time: u64, point: &Point) -> (u64, AggregationTemporality, PointValue) {
        let whole = || point.value.clone();
        let (Some(before), PointKind::Counter | PointKind::Histogram) = (&mut self.before, point.kind) else {
            return (self.began, AggregationTemporality::Cumulative, whole());
        };
        let series = format!("{} {:?}", point.name, point.attributes);
        let last = before.insert(series, (time, whole()));
        let start = last.as_ref().map_or(self.began, |(time, _)| *time);
        let value = last.map_or_else(whole, |(_, last)| difference(&last, &point.value));
        (start, AggregationTemporality::Delta, value)
    }
}

/// What came since `last`. The extremes of that time alone are not known.
fn difference(last: &PointValue, now: &PointValue) -> PointValue {
    match (last, now) {
        (PointValue::Int(last), PointValue::Int(now)) => PointValue::Int(now.saturating_sub(*last)),
        (PointValue::Double(last), PointValue::Double(now)) => PointValue::Double(now - last),
        (PointValue::Histogram(last), PointValue::Histogram(now)) => {
            let counts = now.counts.iter().zip(&last.counts);
            PointValue::Histogram(line::Histogram {
                count: now.count.saturating_sub(last.count),
                sum: now.sum - last.sum,
                min: None,
                max: None,
                bounds: now.bounds.clone(),
                counts: counts.map(|(now, last)| now.saturating_sub(*last)).collect(),
            })
        }
        (_, now) => now.clone(),
    }
}
