//! Rules on metrics: declared, with their instrument, unit, numbers, buckets and attributes, and sums that only grow.

use telemetry_runtime::line::{Histogram, Metrics, Point, PointKind, PointValue};
use telemetry_schema::model::{Instrument, Metric};

use crate::check_run::attributes::{Allowed, attributes};
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};

/// What the instruments showed.
pub(super) fn metrics(check: &mut Check<'_>, line: u64, metrics: &Metrics) {
    check.book.signals.metrics |= !metrics.points.is_empty();
    for point in &metrics.points {
        check.checked.points += 1;
        let at = At {
            line,
            name: &point.name,
        };
        let Some(metric) = check.names.metric(&point.name) else {
            let wrong = "is no metric of the schema";
            check.findings.add(Code::UndeclaredMetric, at, wrong, None);
            continue;
        };
        check.coverage.saw_metric(&metric.item);
        wrong_instrument(check, at, metric, point);
        wrong_unit(check, at, metric, point);
        wrong_number(check, at, metric, point);
        wrong_buckets(check, at, metric, point);
        falling_counter(check, at, metric, point);
        let allowed = Allowed {
            uses: &metric.attributes,
            added: &[],
            tags: &[],
            declared: Says::at(&metric.item.place, ""),
        };
        attributes(check, at, &allowed, &point.attributes);
    }
}

fn wrong_instrument(check: &mut Check<'_>, at: At<'_>, metric: &Metric, point: &Point) {
    let (ours, theirs) = (instrument(metric.instrument), kind(point.kind));
    if ours != theirs {
        let says = Says::at(&metric.item.place, format!("its kind is {ours}"));
        let wrong = format!("is recorded as {theirs}");
        check.findings.add(Code::WrongInstrument, at, wrong, says);
    }
}

fn instrument(instrument: Instrument) -> &'static str {
    match instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up_down_counter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    }
}

fn kind(kind: PointKind) -> &'static str {
    match kind {
        PointKind::Counter => "counter",
        PointKind::UpDownCounter => "up_down_counter",
        PointKind::Gauge => "gauge",
        PointKind::Histogram => "histogram",
    }
}

fn wrong_unit(check: &mut Check<'_>, at: At<'_>, metric: &Metric, point: &Point) {
    if metric.unit != point.unit {
        let says = Says::at(&metric.item.place, format!("its unit is `{}`", metric.unit));
        let wrong = format!("is in `{}`", point.unit);
        check.findings.add(Code::WrongUnit, at, wrong, says);
    }
}

fn wrong_number(check: &mut Check<'_>, at: At<'_>, metric: &Metric, point: &Point) {
    let is_histogram = metric.instrument == Instrument::Histogram;
    let wrong = match &point.value {
        PointValue::Histogram(_) if !is_histogram => "shows a distribution",
        PointValue::Int(_) | PointValue::Double(_) if is_histogram => "shows one number",
        PointValue::Double(_) if !metric.double => "shows a number with a fraction",
        _ => return,
    };
    let says = Says::at(
        &metric.item.place,
        match (is_histogram, metric.double) {
            (true, _) => "it is a histogram",
            (false, true) => "its values are doubles",
            (false, false) => "its values are integers",
        },
    );
    check.findings.add(Code::WrongNumber, at, wrong, says);
}

fn wrong_buckets(check: &mut Check<'_>, at: At<'_>, metric: &Metric, point: &Point) {
    let PointValue::Histogram(state) = &point.value else {
        return;
    };
    let counted: u64 = state
        .counts
        .iter()
        .fold(0, |sum, count| sum.saturating_add(*count));
    let wrong = if !metric.buckets.is_empty() && state.bounds != metric.buckets {
        "has other buckets".to_owned()
    } else if state.counts.len() != state.bounds.len() + 1 {
        format!(
            "has {} counts for {} bounds",
            state.counts.len(),
            state.bounds.len()
        )
    } else if counted != state.count {
        format!("has {counted} values in its buckets and {} in all", state.count)
    } else {
        return;
    };
    let says = Says::at(
        &metric.item.place,
        format!("its buckets are {:?}", metric.buckets),
    );
    check.findings.add(Code::WrongBuckets, at, wrong, says);
}

/// Points count from the beginning of the run, so that what only grows never shows less than before.
fn falling_counter(check: &mut Check<'_>, at: At<'_>, metric: &Metric, point: &Point) {
    if !matches!(metric.instrument, Instrument::Counter | Instrument::Histogram) {
        return;
    }
    let series = (point.name.clone(), format!("{:?}", point.attributes));
    let before = check.book.sums.insert(series, point.value.clone());
    let (was, is) = (before.as_ref().map_or(0.0, shown), shown(&point.value));
    if is < was {
        let wrong = format!("fell from {was} to {is}");
        let says = Says::at(&metric.item.place, "it only grows");
        check.findings.add(Code::FallingCounter, at, wrong, says);
    }
}

fn shown(value: &PointValue) -> f64 {
    match value {
        PointValue::Int(number) => *number as f64,
        PointValue::Double(number) => *number,
        PointValue::Histogram(Histogram { count, .. }) => *count as f64,
    }
}
