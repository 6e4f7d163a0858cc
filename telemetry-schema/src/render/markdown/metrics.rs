//! Metrics, and where their values come from.

use super::page::{self, Page, code};
use super::{CallSites, attribute_list, remarks};
use crate::model::{Instrument, Metric, MetricIndex, Model};

/// The section `Metrics`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Metrics");
    if model.metrics.is_empty() {
        page.paragraph("None.");
        return;
    }
    let rows = model.metrics.iter().enumerate().map(|(index, metric)| {
        let cells = vec![
            code(&metric.item.id),
            kind(metric),
            code(&metric.unit),
            remarks::about(&metric.item),
            attribute_list(model, &metric.attributes),
            origin(model, index, metric),
            remarks::source(&metric.item),
        ];
        calls.row(cells, || calls.places("metric", &metric.item.id))
    });
    page.table(
        &calls.heads(&[
            "Metric",
            "Instrument",
            "Unit",
            "Meaning",
            "Attributes",
            "Recorded by",
            "Source",
        ]),
        rows,
    );
}

fn kind(metric: &Metric) -> String {
    let instrument = match metric.instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up-down counter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    };
    let value = if metric.double { "double" } else { "int" };
    let buckets: Vec<_> = metric.buckets.iter().map(f64::to_string).collect();
    match buckets.is_empty() {
        true => format!("{instrument}, {value}"),
        false => format!("{instrument}, {value}, buckets up to {}", buckets.join(", ")),
    }
}

/// Events that feed it, or who else does.
fn origin(model: &Model, index: MetricIndex, metric: &Metric) -> String {
    if metric.observes.is_some() {
        return super::BY_THE_RUNTIME.to_owned();
    }
    let events: Vec<_> = model
        .events
        .iter()
        .filter(|event| event.feeds.iter().any(|feed| feed.metric == index))
        .map(|event| code(&event.item.id))
        .collect();
    match events.is_empty() {
        true => code(&format!(
            "metric!({}{})",
            metric.item.rust_type(),
            super::call_braces(model, &metric.attributes)
        )),
        false => page::list(&events),
    }
}
