//! Metrics at the backend: the process's own at every interval, and the schema's.

use std::collections::BTreeSet;
use std::time::Duration;

use jackin_telemetry::Outcome;
use telemetry_testbed::{PointData, Received, Testbed};

use super::{LONG, options, start, text};

/// The five that are promised.
const PROCESS: [&str; 5] = [
    "process.cpu.utilization",
    "process.memory.usage",
    "tokio.runtime.alive.tasks",
    "tokio.runtime.global.queue.depth",
    "tokio.runtime.workers",
];

/// The moments of the points of a metric.
fn times(received: &Received, name: &str) -> Vec<u64> {
    let points = received
        .metric_points()
        .into_iter()
        .filter(|point| point.name == name);
    let time = |data: &PointData| match data {
        PointData::Gauge(point) | PointData::Sum { point, .. } => point.time_unix_nano,
        other => panic!("{other:?}"),
    };
    points.map(|point| time(&point.data)).collect()
}

/// Runs with these variables until each of the five has come so often, and gives back what came.
fn sampled(vars: &[(&str, &str)], times_each: usize, patience: Duration) -> Received {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime to be observed");
    let mut all = vec![("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str())];
    all.extend_from_slice(vars);
    let started = start(options(&all).tokio(tokio.handle().clone()));
    let id = started.run.id().to_owned();
    let come = |received: &Received| {
        PROCESS
            .iter()
            .all(|name| times(received, name).len() >= times_each)
    };
    assert!(testbed.wait_for(come, patience), "{:?}", testbed.metric_points());
    let received = testbed.received();
    started.finish(Outcome::Success).is_delivered();
    for point in testbed.metric_points() {
        assert_eq!(
            text(&point.resource.attributes, "parallax.run.id"),
            Some(id.as_str()),
            "{}",
            point.name
        );
        assert_eq!(text(&point.resource.attributes, "service.name"), Some("jackin"));
    }
    received
}

#[test]
fn the_five_metrics_of_the_process_come_at_every_interval_while_it_runs() {
    let received = sampled(&[("OTEL_METRIC_EXPORT_INTERVAL", "40")], 4, LONG);
    let points = received.metric_points();
    let names: BTreeSet<_> = points.iter().map(|point| point.name.as_str()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), PROCESS);
    let all = |name: &str| {
        let of_name = points.iter().filter(|point| point.name == name);
        of_name
            .map(|point| point.number().expect("a number"))
            .collect::<Vec<_>>()
    };
    assert!(
        all("process.cpu.utilization")
            .iter()
            .all(|share| (0.0..=1.0).contains(share))
    );
    assert!(
        all("process.memory.usage")
            .iter()
            .all(|bytes| *bytes > 1_000_000.0)
    );
    assert!(all("tokio.runtime.workers").iter().all(|workers| *workers == 1.0));
    assert!(all("tokio.runtime.alive.tasks").iter().all(|tasks| *tasks == 0.0));
}

#[test]
fn where_nothing_is_said_the_interval_is_five_seconds() {
    let received = sampled(&[], 2, LONG);
    let times = times(&received, "process.memory.usage");
    let between = Duration::from_nanos(times[1] - times[0]);
    assert!((4_500..7_000).contains(&between.as_millis()), "{between:?}");
}
