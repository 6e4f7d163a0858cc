//! Everything that the schema declares arrives, exactly once, as it is declared. What is emitted is found by walking
//! the compiled definitions, what has to arrive by walking the compiler's model: an item that is added to `schema/` is
//! covered without a new test, and neither side can forget what the other knows.

mod expected;
mod links;
mod points;
mod sample;
mod walk;

use std::sync::Arc;

use telemetry_runtime::clock::TestClock;
use telemetry_testbed::Testbed;

use super::{options, start};
use expected::Expected;

/// The span that the process was started with.
pub(super) const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A moment in 2026.
const NOW: u64 = 1_795_000_000_000_000_000;

/// Records every declared item once, and gives back what the backend has of it.
pub(super) fn everything() -> Testbed {
    let testbed = Testbed::start().expect("a testbed");
    record_everything(&testbed.endpoint());
    testbed
}

/// The same into whatever stands at this endpoint and takes it all.
pub(super) fn record_everything(endpoint: &str) {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime to be observed");
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("TRACEPARENT", PARENT),
        // One message of metrics, at the end.
        ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
    ];
    let options = options(&vars)
        .debug(true)
        .tokio(tokio.handle().clone())
        // It stands still: however busy the machine, no stage is a slow one.
        .clock(Arc::new(TestClock::at(NOW)));
    let started = start(options);
    started.run.scope(walk::everything);
    let failed = Err::<(), _>(walk::Failed);
    started.finish((&failed, 1)).is_delivered();
}

/// Checks that all of it is at this backend, and nothing else.
pub(super) fn is_all_at(testbed: &Testbed) {
    let expected = Expected::of_the_schema();
    expected.events(testbed);
    expected.spans(testbed);
    expected.metrics(testbed);
    expected.nothing_else(testbed);
}

/// How many spans, log records and points that is.
pub(super) fn counts() -> [usize; 3] {
    Expected::of_the_schema().counts()
}

#[test]
fn every_declared_event_arrives_once_as_it_is_declared() {
    let testbed = everything();
    Expected::of_the_schema().events(&testbed);
}

#[test]
fn every_declared_screen_stage_timing_and_span_arrives_once_as_it_is_declared() {
    let testbed = everything();
    Expected::of_the_schema().spans(&testbed);
}

#[test]
fn every_declared_metric_arrives_once_as_it_is_declared() {
    let testbed = everything();
    Expected::of_the_schema().metrics(&testbed);
}

#[test]
fn nothing_arrives_that_the_schema_does_not_declare() {
    let testbed = everything();
    Expected::of_the_schema().nothing_else(&testbed);
}

/// The walk is worth something only if it meets all that there is.
#[test]
fn the_walk_and_the_compiler_know_the_same_items() {
    Expected::of_the_schema().are_all(&walk::names());
}
