//! Metric lines become data points. A file counts from the start of its run; where the backend wants deltas, each line
//! is taken against the one before it.

use std::collections::HashMap;

use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric};
use telemetry_runtime::export::series;
use telemetry_runtime::line::{Point, PointKind, PointValue, Wire};

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
        let span = series::Span {
            start,
            time,
            temporality,
        };
        let data = series::data(point.kind, span, attributes(&point.attributes), value)?;
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
        let value = last.map_or_else(whole, |(_, last)| series::since(&last, &point.value));
        (start, AggregationTemporality::Delta, value)
    }
}
