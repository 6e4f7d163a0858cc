//! Metric points of the protocol. Instruments count from the start of the run; where the backend wants deltas, they
//! are taken against what it acknowledged last, so that its sums are right again after an outage.

use std::collections::HashMap;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum,
};

use crate::backend::Temporality;
use crate::def::{Instrument, MetricDef};
use crate::line::{self, PointValue};
use crate::otlp::values;
use crate::record::{Attributes, Point, UnixNanos};

/// A metric and its attributes, spelled out.
type Series = (&'static str, String);

/// What is known of the points that were sent before.
pub(crate) struct Points {
    temporality: Temporality,
    /// When the run began.
    started: UnixNanos,
    acknowledged: HashMap<Series, (UnixNanos, PointValue)>,
    /// As above, if the message under way is acknowledged.
    sent: HashMap<Series, (UnixNanos, PointValue)>,
}

impl Points {
    pub(crate) fn new(temporality: Temporality, started: UnixNanos) -> Points {
        Points {
            temporality,
            started,
            acknowledged: HashMap::new(),
            sent: HashMap::new(),
        }
    }

    /// A new message is made.
    pub(crate) fn begin(&mut self) {
        self.sent = self.acknowledged.clone();
    }

    /// The last message was acknowledged.
    pub(crate) fn acknowledge(&mut self) {
        self.acknowledged = std::mem::take(&mut self.sent);
    }

    /// What the instruments show at `time`. A number that is not finite tells nothing, and is left out.
    pub(crate) fn metrics(&mut self, time: UnixNanos, points: &[Point<'_>]) -> Vec<Metric> {
        points
            .iter()
            .filter_map(|point| self.metric(time, point))
            .collect()
    }

    fn metric(&mut self, time: UnixNanos, point: &Point<'_>) -> Option<Metric> {
        let def = point.def;
        let (attributes, _) = values::attributes(&Attributes {
            slots: def.attributes,
            values: point.values,
            ..Attributes::NONE
        });
        let (start, temporality, value) = match self.wants_delta(def) {
            false => (
                self.started,
                AggregationTemporality::Cumulative,
                point.value.clone(),
            ),
            true => {
                let series = (def.name, format!("{:?}", point.values));
                let now = (time, point.value.clone());
                let last = self.sent.insert(series, now);
                let start = last.as_ref().map_or(self.started, |(time, _)| *time);
                let value = match last {
                    Some((_, last)) => since(&last, &point.value),
                    None => point.value.clone(),
                };
                (start, AggregationTemporality::Delta, value)
            }
        };
        let data = match value {
            PointValue::Int(number) => {
                self::number(def, start, time, temporality, attributes, Number::AsInt(number))
            }
            PointValue::Double(number) if number.is_finite() => self::number(
                def,
                start,
                time,
                temporality,
                attributes,
                Number::AsDouble(number),
            ),
            PointValue::Histogram(state) if state.sum.is_finite() => Data::Histogram(Histogram {
                aggregation_temporality: temporality.into(),
                data_points: vec![histogram(start, time, attributes, state)],
            }),
            PointValue::Double(_) | PointValue::Histogram(_) => return None,
        };
        Some(Metric {
            name: def.name.to_owned(),
            description: def.brief.to_owned(),
            unit: def.unit.to_owned(),
            data: Some(data),
            ..Metric::default()
        })
    }

    /// Up-down counters count from the start in either preference, as the standard has it.
    fn wants_delta(&self, def: &MetricDef) -> bool {
        matches!(def.instrument, Instrument::Counter | Instrument::Histogram)
            && match self.temporality {
                Temporality::Cumulative => false,
                Temporality::Delta => true,
                Temporality::LowMemory => def.observes.is_none(),
            }
    }
}

fn number(
    def: &MetricDef,
    start_time_unix_nano: u64,
    time_unix_nano: u64,
    temporality: AggregationTemporality,
    attributes: Vec<KeyValue>,
    value: Number,
) -> Data {
    let mut point = NumberDataPoint {
        attributes,
        start_time_unix_nano,
        time_unix_nano,
        value: Some(value),
        ..NumberDataPoint::default()
    };
    if def.instrument == Instrument::Gauge {
        point.start_time_unix_nano = 0;
        return Data::Gauge(Gauge {
            data_points: vec![point],
        });
    }
    Data::Sum(Sum {
        data_points: vec![point],
        aggregation_temporality: temporality.into(),
        is_monotonic: def.instrument == Instrument::Counter,
    })
}

fn histogram(
    start_time_unix_nano: u64,
    time_unix_nano: u64,
    attributes: Vec<KeyValue>,
    state: line::Histogram,
) -> HistogramDataPoint {
    let finite = |number: Option<f64>| number.filter(|number| number.is_finite());
    HistogramDataPoint {
        attributes,
        start_time_unix_nano,
        time_unix_nano,
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
fn since(last: &PointValue, now: &PointValue) -> PointValue {
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
