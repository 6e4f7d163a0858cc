//! Data points of the protocol, filled in from plain parts, and what lies between two states of an instrument. A run's
//! own export and the replay of its file share them.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, NumberDataPoint, Sum,
};

use crate::line::{self, PointKind, PointValue};

/// The time that a point speaks of, in nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// What it counts from.
    pub start: u64,
    /// When it was taken.
    pub time: u64,
    /// Whether it counts from the start of the run or from the point before it.
    pub temporality: AggregationTemporality,
}

/// One point. A number that is not finite tells nothing: there is none then.
pub fn data(kind: PointKind, span: Span, attributes: Vec<KeyValue>, value: PointValue) -> Option<Data> {
    Some(match value {
        PointValue::Int(number) => self::number(kind, span, attributes, Number::AsInt(number)),
        PointValue::Double(number) if number.is_finite() => {
            self::number(kind, span, attributes, Number::AsDouble(number))
        }
        PointValue::Histogram(state) if state.sum.is_finite() => Data::Histogram(Histogram {
            aggregation_temporality: span.temporality.into(),
            data_points: vec![histogram(span, attributes, state)],
        }),
        PointValue::Double(_) | PointValue::Histogram(_) => return None,
    })
}

fn number(kind: PointKind, span: Span, attributes: Vec<KeyValue>, value: Number) -> Data {
    let mut point = NumberDataPoint {
        attributes,
        start_time_unix_nano: span.start,
        time_unix_nano: span.time,
        value: Some(value),
        ..NumberDataPoint::default()
    };
    if kind == PointKind::Gauge {
        point.start_time_unix_nano = 0;
        return Data::Gauge(Gauge {
            data_points: vec![point],
        });
    }
    Data::Sum(Sum {
        data_points: vec![point],
        aggregation_temporality: span.temporality.into(),
        is_monotonic: kind == PointKind::Counter,
    })
}

fn histogram(span: Span, attributes: Vec<KeyValue>, state: line::Histogram) -> HistogramDataPoint {
    let finite = |number: Option<f64>| number.filter(|number| number.is_finite());
    HistogramDataPoint {
        attributes,
        start_time_unix_nano: span.start,
        time_unix_nano: span.time,
        count: state.count,
        sum: Some(state.sum),
        bucket_counts: state.counts,
        explicit_bounds: state.bounds,
        min: finite(state.min),
        max: finite(state.max),
        ..HistogramDataPoint::default()
    }
}

/// What came since `last`. The extremes of that time alone are not known.
pub fn since(last: &PointValue, now: &PointValue) -> PointValue {
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
