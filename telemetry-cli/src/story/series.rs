//! One instrument over time, in at most [`SAMPLES`] samples: when they are full, neighbours are merged into the
//! greater of the two, so that a peak survives and a week of samples still fits a terminal's width.

use jiff::Timestamp;
use serde::Serialize;
use telemetry_runtime::line::{Point, PointKind, PointValue};

/// Samples that a series keeps at most.
pub(crate) const SAMPLES: usize = 256;

/// What one instrument showed.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Series {
    /// The metric's name.
    pub(crate) name: String,
    /// Unit in UCUM.
    pub(crate) unit: String,
    /// Which instrument.
    pub(crate) kind: PointKind,
    /// How many points there were.
    pub(crate) points: u64,
    /// The latest value; of a histogram, the number of its values.
    pub(crate) last: f64,
    /// The greatest value.
    pub(crate) peak: f64,
    /// Values in order; each is the greatest of `stride` points.
    pub(crate) samples: Vec<f64>,
    /// When the first point of each sample was taken.
    #[serde(skip)]
    pub(crate) times: Vec<Timestamp>,
    /// Points in a sample.
    pub(crate) stride: u64,
    /// Of a histogram: the mean of its values so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mean: Option<f64>,
}

impl Series {
    /// A series that has no points yet.
    pub(crate) fn of(point: &Point) -> Self {
        let (name, unit) = (point.name.clone(), point.unit.clone());
        Series {
            name,
            unit,
            kind: point.kind,
            points: 0,
            last: 0.0,
            peak: f64::MIN,
            samples: Vec::new(),
            times: Vec::new(),
            stride: 1,
            mean: None,
        }
    }

    /// Takes the next point, of a moment.
    pub(crate) fn push(&mut self, value: &PointValue, time: Timestamp) {
        let value = match value {
            PointValue::Int(value) => *value as f64,
            PointValue::Double(value) => *value,
            PointValue::Histogram(histogram) => {
                self.mean = (histogram.count > 0).then(|| histogram.sum / histogram.count as f64);
                histogram.count as f64
            }
        };
        if self.points.is_multiple_of(self.stride) {
            if self.samples.len() == SAMPLES {
                self.samples = self.samples.chunks(2).map(greatest).collect();
                self.times = self.times.iter().step_by(2).copied().collect();
                self.stride *= 2;
            }
            self.samples.push(value);
            self.times.push(time);
        } else if let Some(sample) = self.samples.last_mut() {
            *sample = sample.max(value);
        }
        self.points += 1;
        self.last = value;
        self.peak = self.peak.max(value);
    }
}

/// The greatest of some values.
pub(crate) fn greatest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MIN, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_series_stays_small_and_keeps_its_peak() {
        let point = Point {
            name: "process.cpu.utilization".to_owned(),
            unit: "1".to_owned(),
            kind: PointKind::Gauge,
            value: PointValue::Double(0.0),
            attributes: Default::default(),
        };
        let mut series = Series::of(&point);
        for n in 0..100_000 {
            let time = Timestamp::from_second(n).expect("a moment");
            series.push(&PointValue::Double(if n == 77_777 { 0.9 } else { 0.1 }), time);
        }
        assert!(series.samples.len() <= SAMPLES && series.samples.len() >= SAMPLES / 2);
        assert_eq!((series.points, series.last, series.peak), (100_000, 0.1, 0.9));
        let high = series
            .samples
            .iter()
            .position(|sample| *sample == 0.9)
            .expect("the peak is in the samples");
        assert_eq!(high as u64, 77_777 / series.stride);
        assert_eq!(series.samples.iter().filter(|sample| **sample == 0.9).count(), 1);
        let times: Vec<i64> = series.times.iter().map(|time| time.as_second()).collect();
        let due = (0..).step_by(series.stride as usize).take(series.samples.len());
        assert_eq!(
            times,
            due.collect::<Vec<i64>>(),
            "each sample keeps its first moment"
        );
    }
}
