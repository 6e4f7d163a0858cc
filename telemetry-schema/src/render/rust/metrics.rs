//! Metrics: a struct each, for the macro's path, and a builder whose last step is the instrument's verb.

use super::builder::{self, Builder, Last};
use super::template::fill;
use super::{EXCUSED, defs, item_attributes, place, type_ident};
use crate::model::*;

const MODULE: &str = r#"
/// Every instrument. Measure with [`metric!`](crate::prelude::metric).
$excused
pub mod metrics {
    $metrics
}
"#;

const METRIC: &str = r#"
$documentation
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct $name {} // $place

impl $name {
    /// Begins a measurement: attributes first. [`metric!`](crate::prelude::metric) writes this.
    pub fn metric<'a>() -> $module::Builder<'a> { $module::begin() }
}

"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let mut metrics = String::new();
    for (index, metric) in model.metrics.iter().enumerate() {
        write_metric(&mut metrics, model, index, metric);
    }
    fill(out, MODULE, &[("excused", EXCUSED), ("metrics", &metrics)]);
}

fn write_metric(out: &mut String, model: &Model, index: MetricIndex, metric: &Metric) {
    fill(
        out,
        METRIC,
        &[
            ("documentation", &item_attributes(&metric.item, "The metric")),
            ("name", &type_ident(&metric.item)),
            ("place", &place(&metric.item)),
            ("module", &builder::module(&metric.item)),
        ],
    );
    let (verb, documentation) = match metric.instrument {
        Instrument::Counter => ("add", "Adds to the counter; it only grows."),
        Instrument::UpDownCounter => ("add", "Adds to the counter; below zero takes away."),
        Instrument::Gauge => ("set", "Sets the gauge."),
        Instrument::Histogram => ("record", "Records one value of the distribution."),
    };
    let (parameters, number) = match (metric.double, metric.instrument) {
        (true, _) => (", value: f64", "crate::__rt::Number::Double(value)"),
        (false, Instrument::Counter) => (
            ", value: u64",
            "crate::__rt::Number::Int(i64::try_from(value).unwrap_or(i64::MAX))",
        ),
        (false, _) => (", value: i64", "crate::__rt::Number::Int(value)"),
    };
    let def = defs::metric(model, index);
    Builder {
        model,
        item: &metric.item,
        what: "metric",
        uses: &metric.attributes,
        last: &[
            Last {
                documentation: "Nothing more is missing; `metric!` writes this, so that what is missing shows there.",
                name: "ready",
                parameters: "",
                returns: " -> Self",
                body: "self",
            },
            Last {
                documentation,
                name: verb,
                parameters,
                returns: "",
                body: &format!("crate::__rt::measure(&{def}, &self.values, {number})"),
            },
        ],
    }
    .write(out);
}
