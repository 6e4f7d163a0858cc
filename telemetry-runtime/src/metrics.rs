//! The instruments of a run: what was counted, added, set and recorded, one state a metric and attribute set. They
//! are read every few seconds and at the end; sums and histograms count from the beginning of the run.

use std::borrow::Cow;
use std::sync::Mutex;

use crate::def::{Feed, Instrument, MetricDef};
use crate::line::{Histogram, PointValue};
use crate::notice::Notices;
use crate::record::Point;
use crate::sync::lock;
use crate::value::Value;

/// At most so many attribute sets a metric; further ones are counted together, without attributes.
const SETS_PER_METRIC: usize = 256;

/// An amount that is added, set or recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Signed 64-bit integer.
    Int(i64),
    /// 64-bit floating point number.
    Double(f64),
}

impl Number {
    fn as_int(self) -> i64 {
        match self {
            Number::Int(value) => value,
            // `as` stays at the ends of the range, and makes zero of what is no number.
            Number::Double(value) => value as i64,
        }
    }

    fn as_double(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Double(value) => value,
        }
    }
}

macro_rules! numbers {
    ($($t:ty => |$v:ident| $e:expr;)*) => {$(
        impl From<$t> for Number {
            #[inline]
            fn from($v: $t) -> Number {
                $e
            }
        }
    )*};
}
numbers! {
    i32 => |v| Number::Int(v.into());
    i64 => |v| Number::Int(v);
    u32 => |v| Number::Int(v.into());
    u64 => |v| Number::Int(i64::try_from(v).unwrap_or(i64::MAX));
    usize => |v| Number::Int(i64::try_from(v).unwrap_or(i64::MAX));
    f32 => |v| Number::Double(v.into());
    f64 => |v| Number::Double(v);
    std::time::Duration => |v| Number::Double(v.as_secs_f64());
}

/// Every instrument that was used.
#[derive(Default)]
pub(crate) struct Instruments {
    metrics: Mutex<Vec<Metric>>,
}

/// One metric and its attribute sets.
struct Metric {
    def: &'static MetricDef,
    series: Vec<Series>,
    /// What went beyond the bound, counted together.
    overflow: Option<Series>,
}

/// State under one attribute set.
struct Series {
    values: Vec<Value<'static>>,
    state: PointValue,
}

impl Instruments {
    /// Adds, sets or records, as the instrument has it.
    pub(crate) fn measure(
        &self,
        def: &'static MetricDef,
        values: &[Value<'_>],
        amount: Number,
        notices: &Notices,
    ) {
        let mut metrics = lock(&self.metrics);
        let at = match metrics.iter().position(|metric| metric.def.name == def.name) {
            Some(at) => at,
            None => {
                metrics.push(Metric {
                    def,
                    series: Vec::new(),
                    overflow: None,
                });
                metrics.len() - 1
            }
        };
        if metrics[at].measure(values, amount) {
            notices.tell(
                "metric_overflow",
                format!(
                    "metric {} has more than {SETS_PER_METRIC} attribute sets; the others are counted together",
                    def.name
                ),
            );
        }
    }

    /// Feeds a metric from an event that carries its attributes and its amount.
    pub(crate) fn feed(&self, feed: &Feed, values: &[Value<'_>], notices: &Notices) {
        let amount = match feed.value.map(|slot| values.get(slot)) {
            None => Number::Int(1),
            Some(Some(Value::Int(value))) => Number::Int(*value),
            Some(Some(Value::Double(value))) => Number::Double(*value),
            // An optional amount that was left out says nothing about the metric.
            Some(_) => return,
        };
        let of = |slot: &usize| values.get(*slot).cloned().unwrap_or_default();
        let own: Vec<_> = feed.slots.iter().map(of).collect();
        self.measure(feed.metric, &own, amount, notices);
    }

    /// Sum of a counter over all its attribute sets.
    pub(crate) fn total(&self, def: &MetricDef) -> u64 {
        let metrics = lock(&self.metrics);
        let metric = metrics.iter().find(|metric| metric.def.name == def.name);
        let sum = |series: &Series| match series.state {
            PointValue::Int(sum) => u64::try_from(sum).unwrap_or(0),
            PointValue::Double(sum) => sum as u64,
            PointValue::Histogram(ref histogram) => histogram.count,
        };
        metric.map_or(0, |metric| metric.all().map(sum).sum())
    }

    /// Calls `f` with everything that the instruments show.
    pub(crate) fn with_points(&self, f: impl FnOnce(&[Point<'_>])) {
        let metrics = lock(&self.metrics);
        let points: Vec<_> = metrics
            .iter()
            .flat_map(|metric| metric.all().map(|series| (metric.def, series)))
            .map(|(def, series)| Point {
                def,
                values: &series.values,
                value: series.state.clone(),
            })
            .collect();
        f(&points);
    }
}

impl Metric {
    fn all(&self) -> impl Iterator<Item = &Series> {
        self.series.iter().chain(&self.overflow)
    }

    /// Whether this was the first measurement beyond the bound.
    fn measure(&mut self, values: &[Value<'_>], amount: Number) -> bool {
        let def = self.def;
        if let Some(series) = self.series.iter_mut().find(|series| series.is_of(values)) {
            series.add(def, amount);
            return false;
        }
        if self.series.len() < SETS_PER_METRIC {
            let owned = values.iter().cloned().map(Value::into_owned).collect();
            let mut series = Series {
                values: owned,
                state: empty(def),
            };
            series.add(def, amount);
            self.series.push(series);
            return false;
        }
        let first = self.overflow.is_none();
        let overflow = self.overflow.get_or_insert_with(|| Series {
            values: Vec::new(),
            state: empty(def),
        });
        overflow.add(def, amount);
        first
    }
}

impl Series {
    fn is_of(&self, values: &[Value<'_>]) -> bool {
        self.values.len() == values.len() && self.values.iter().zip(values).all(|(a, b)| same(a, b))
    }

    fn add(&mut self, def: &MetricDef, amount: Number) {
        match (&mut self.state, def.instrument) {
            // A counter only grows.
            (PointValue::Int(sum), Instrument::Counter) => *sum = sum.saturating_add(amount.as_int().max(0)),
            (PointValue::Double(sum), Instrument::Counter) => *sum += amount.as_double().max(0.0),
            (PointValue::Int(sum), Instrument::UpDownCounter) => *sum = sum.saturating_add(amount.as_int()),
            (PointValue::Double(sum), Instrument::UpDownCounter) => *sum += amount.as_double(),
            (PointValue::Int(last), _) => *last = amount.as_int(),
            (PointValue::Double(last), _) => *last = amount.as_double(),
            (PointValue::Histogram(histogram), _) => record(histogram, amount.as_double()),
        }
    }
}

/// Texts are the same whoever owns them.
fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    fn text<'v>(value: &'v Value<'_>) -> Option<&'v str> {
        match value {
            Value::Static(text) => Some(text),
            Value::Str(text) => Some(Cow::as_ref(text)),
            _ => None,
        }
    }
    match (text(one), text(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// The state before the first measurement.
fn empty(def: &MetricDef) -> PointValue {
    match def.instrument {
        Instrument::Histogram => PointValue::Histogram(Histogram {
            count: 0,
            sum: 0.0,
            min: None,
            max: None,
            bounds: def.buckets.to_vec(),
            counts: vec![0; def.buckets.len() + 1],
        }),
        _ if def.double => PointValue::Double(0.0),
        _ => PointValue::Int(0),
    }
}

/// A value on a bound belongs to the bucket that ends there, as in OpenTelemetry. What is no number is left out.
fn record(histogram: &mut Histogram, value: f64) {
    if value.is_nan() {
        return;
    }
    let bucket = histogram.bounds.partition_point(|bound| *bound < value);
    histogram.counts[bucket] += 1;
    histogram.count += 1;
    histogram.sum += value;
    histogram.min = Some(histogram.min.map_or(value, |min| min.min(value)));
    histogram.max = Some(histogram.max.map_or(value, |max| max.max(value)));
}
