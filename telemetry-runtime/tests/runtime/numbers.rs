use telemetry_runtime::line::{AttributeValue, Ledger, Metrics, Point, PointKind, PointValue, Record};
use telemetry_runtime::value::Value;
use telemetry_runtime::{Captured, emit, measure};

use crate::capture;
use crate::items::*;
use crate::vocabulary::*;

/// The last points of a metric.
fn points<'c, R>(captured: &'c Captured<App, R>, name: &str) -> Vec<&'c Point> {
    let last = captured.lines().iter().rev().find_map(|line| match &line.record {
        Record::Metrics(Metrics { points }) => Some(points),
        _ => None,
    });
    last.expect("metrics")
        .iter()
        .filter(|point| point.name == name)
        .collect()
}

#[test]
fn each_instrument_keeps_its_own_kind_of_sum() {
    let captured = capture(|| {
        for amount in [1, 2, -5] {
            measure(&HITS, &["image".into()], amount.into());
            measure(&ACTIVE, &[], amount.into());
            measure(&DEPTH, &[], amount.into());
        }
        measure(&HITS, &[Value::Static("image")], 4.into());
        for size in [5, 10, 11, 1_000] {
            measure(&SIZES, &[], size.into());
        }
    });
    let only = |name| match points(&captured, name)[..] {
        [point] => point.clone(),
        ref other => panic!("{name}: {other:?}"),
    };
    assert_eq!(
        only("hits").value,
        PointValue::Int(7),
        "a counter only grows, whoever owns its attributes"
    );
    assert_eq!(only("active").value, PointValue::Int(-2));
    assert_eq!(
        (only("depth").value, only("depth").kind),
        (PointValue::Int(-5), PointKind::Gauge)
    );
    let PointValue::Histogram(sizes) = only("sizes").value else {
        panic!("a histogram")
    };
    assert_eq!(
        (sizes.count, sizes.sum, sizes.min, sizes.max),
        (4, 1_026.0, Some(5.0), Some(1_000.0))
    );
    assert_eq!((sizes.bounds, sizes.counts), (vec![10.0, 100.0], vec![2, 1, 1]));
}

#[test]
fn events_feed_metrics_and_cache_hits_reach_the_summary() {
    let captured = capture(|| {
        for cache in ["image", "image", "binary"] {
            emit(&CACHE_HIT, &[cache.into()]);
        }
        measure(&MISSES, &["image".into()], 2.into());
        emit(&DOWNLOADED, &[Value::Int(50)]);
        emit(&DOWNLOADED, &[Value::Absent]);
    });
    let hits: Vec<_> = points(&captured, "hits")
        .into_iter()
        .map(|point| (point.attributes["app.cache"].clone(), point.value.clone()))
        .collect();
    let text = |text: &str| AttributeValue::String(text.into());
    assert_eq!(
        hits,
        [
            (text("image"), PointValue::Int(2)),
            (text("binary"), PointValue::Int(1))
        ]
    );
    let PointValue::Histogram(sizes) = &points(&captured, "sizes")[0].value else {
        panic!("a histogram")
    };
    assert_eq!((sizes.count, sizes.sum), (1, 50.0));
    let summary = captured.summary().expect("a summary");
    assert_eq!((summary.cache_hits, summary.cache_misses), (3, 2));
    assert_eq!(summary.events["cache.hit"], 3);
}

#[test]
fn more_attribute_sets_than_a_metric_may_have_are_counted_together_and_told_once() {
    let captured = capture(|| {
        for set in 0..400 {
            measure(&HITS, &[format!("cache {set}").as_str().into()], 1.into());
        }
    });
    let hits = points(&captured, "hits");
    assert_eq!(hits.len(), 257);
    assert_eq!(
        (hits[256].value.clone(), hits[256].attributes.len()),
        (PointValue::Int(144), 0)
    );
    let notices = captured
        .lines()
        .iter()
        .filter(|line| matches!(&line.record, Record::Notice(_)));
    assert_eq!(notices.count(), 1);
    assert_eq!(captured.summary().map(|summary| summary.cache_hits), Some(400));
}

#[test]
fn the_ledger_of_the_summary_counts_up_to_its_own_line() {
    let captured = capture(|| (0..10).for_each(|number| tick(number, 0)));
    let at = captured
        .lines()
        .iter()
        .position(|line| matches!(line.record, Record::Summary(_)));
    let upto = at.expect("a summary") as u64 + 1;
    let summary = captured.summary().expect("a summary");
    assert_eq!(
        summary.ledger,
        Ledger {
            emitted: upto,
            acknowledged: 0,
            in_file: upto,
            dropped: 0,
            in_flight: 0
        }
    );
    let all = captured.lines().len() as u64;
    assert_eq!(
        captured.ledger(),
        Ledger {
            emitted: all,
            acknowledged: 0,
            in_file: all,
            dropped: 0,
            in_flight: 0
        }
    );
    assert_eq!(summary.events["tick"], 10);
}
