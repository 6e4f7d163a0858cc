//! `runs replay`: what arrives is what a live export would have brought, once, whatever happens on the way.

use std::path::Path;
use std::time::Duration;

use expect_test::expect;
use serde_json::Value;
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Behaviour, Body, Code, PointData, Signal, Testbed};

use crate::product::{self, Ended};
use crate::{RUNS, Said, telemetry};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(20);

/// The command, with the schema of the product and this backend.
fn replay(testbed: &Testbed, arguments: &[&str]) -> Said {
    replay_with(testbed, arguments, &[])
}

fn replay_with(testbed: &Testbed, arguments: &[&str], vars: &[(&str, &str)]) -> Said {
    let arguments = [&["runs", "replay", "--schema", "../schema"], arguments].concat();
    let mut command = telemetry(&arguments);
    command
        .env(ENDPOINT, testbed.endpoint())
        .envs(vars.iter().copied());
    command.output().expect("the command starts").into()
}

/// What stands on the port of a testbed in the output, in the place of which the tests have a name.
fn named(said: &Said, testbed: &Testbed) -> String {
    said.out.replace(&testbed.endpoint(), "http://backend")
}

fn copied(id: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("{id}.jsonl"));
    std::fs::copy(crate::made_up(&format!("{id}.jsonl")), &path).expect("a copy");
    let path = path.display().to_string();
    (folder, path)
}

fn sorted(mut attributes: Vec<KeyValue>) -> Vec<KeyValue> {
    attributes.sort_by(|one, other| one.key.cmp(&other.key));
    attributes
}

/// Everything that a backend has of the spans and the log records, field by field, in one order.
fn stories(testbed: &Testbed) -> Vec<String> {
    let mut all = Vec::new();
    for request in testbed.requests() {
        match &*request.body {
            Body::Traces(message) => {
                for of_resource in message.resource_spans.clone() {
                    let resource = sorted(of_resource.resource.unwrap_or_default().attributes);
                    for of_scope in of_resource.scope_spans {
                        for mut span in of_scope.spans {
                            span.attributes = sorted(span.attributes);
                            for event in &mut span.events {
                                event.attributes = sorted(std::mem::take(&mut event.attributes));
                            }
                            let place = (&of_resource.schema_url, &of_scope.scope, &of_scope.schema_url);
                            all.push(format!("{span:#?} {place:#?} {resource:#?}"));
                        }
                    }
                }
            }
            Body::Logs(message) => {
                for of_resource in message.resource_logs.clone() {
                    let resource = sorted(of_resource.resource.unwrap_or_default().attributes);
                    for of_scope in of_resource.scope_logs {
                        for mut record in of_scope.log_records {
                            record.attributes = sorted(record.attributes);
                            let place = (&of_resource.schema_url, &of_scope.scope, &of_scope.schema_url);
                            all.push(format!("{record:#?} {place:#?} {resource:#?}"));
                        }
                    }
                }
            }
            Body::Metrics(_) => {}
        }
    }
    all.sort();
    all
}

/// The last point of every series, field by field, in one order.
fn points(testbed: &Testbed) -> Vec<String> {
    let mut last = std::collections::BTreeMap::new();
    for point in testbed.metric_points() {
        let series = (
            point.name.clone(),
            format!("{:?}", sorted(point.attributes().to_vec())),
        );
        let resource = sorted(point.resource.attributes.clone());
        last.insert(
            series,
            format!("{:#?} {:#?} {resource:#?}", point.item, point.scope),
        );
    }
    last.into_values().collect()
}

/// The same lists, said of two backends; what differs is shown and not all of it.
fn assert_same(live: &[String], replayed: &[String]) {
    for (one, other) in live.iter().zip(replayed) {
        assert_eq!(one, other);
    }
    assert_eq!(live.len(), replayed.len());
}

#[test]
fn a_replay_brings_what_the_live_export_brought_field_by_field() {
    let live = Testbed::start().expect("a testbed");
    let ended = product::run(&[(ENDPOINT, &live.endpoint()), ("JACKIN_DIAGNOSTICS_FILE", "1")]);
    let again = Testbed::start().expect("a testbed");
    let file = ended.file().display().to_string();
    let said = replay(&again, &[&file, "--again"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);

    let (spans, logs) = (live.spans(), live.logs());
    assert!(
        spans.len() > 9 && logs.len() > 5,
        "{} {}",
        spans.len(),
        logs.len()
    );
    let client = |span: &telemetry_testbed::Placed<telemetry_testbed::proto::trace::v1::Span>| {
        span.kind == telemetry_testbed::proto::trace::v1::span::SpanKind::Client as i32
    };
    assert!(
        spans.iter().any(client),
        "there is a kind of span that is not internal"
    );
    assert!(
        spans
            .iter()
            .any(|span| span.status.is_some() && !span.links.is_empty() || !span.events.is_empty())
    );
    for event in ["run.summary", "panic", "container.exited", ""] {
        assert!(
            logs.iter().any(|log| log.event_name == event),
            "no log of `{event}`"
        );
    }
    assert!(logs.iter().any(|log| log.scope.name == "jackin::cache"));
    assert!(
        logs.iter().any(|log| log.scope.name == "telemetry-runtime"),
        "no notice"
    );
    let kinds: Vec<_> = live
        .metric_points()
        .iter()
        .map(|point| std::mem::discriminant(&point.data))
        .collect();
    assert!(kinds.iter().any(|kind| *kind != kinds[0]));
    assert!(
        live.metric_points()
            .iter()
            .any(|point| matches!(point.data, PointData::Gauge(_)) && !point.description.is_empty())
    );

    assert_same(&stories(&live), &stories(&again));
    assert_same(&points(&live), &points(&again));
}
