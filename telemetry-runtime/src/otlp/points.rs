//! Metric points of the protocol. Instruments count from the start of the run; where the backend wants deltas, they
//! are taken against what it acknowledged last, so that its sums are right again after an outage.

use std::collections::HashMap;

use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric};

use crate::backend::Temporality;
use crate::def::{Instrument, MetricDef};
use crate::line::PointValue;
use crate::otlp::{series, values};
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
        let attributes = values::of_point(&Attributes {
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
                    Some((_, last)) => series::since(&last, &point.value),
                    None => point.value.clone(),
                };
                (start, AggregationTemporality::Delta, value)
            }
        };
        let span = series::Span {
            start,
            time,
            temporality,
        };
        let data = series::data(def.instrument, span, attributes, value)?;
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
