//! `runs replay`: what arrives is what a live export would have brought, once, whatever happens on the way.

use std::path::Path;
use std::time::Duration;

use expect_test::expect;
use serde_json::Value;
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Behaviour, Body, Code, PointData, Request, Signal, Testbed};

use crate::{Said, product, telemetry};

mod faithful;
mod once;

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
pub(crate) fn stories(testbed: &Testbed) -> Vec<String> {
    stories_of(testbed, |_| true)
}

fn stories_of(testbed: &Testbed, wanted: impl Fn(&Request) -> bool) -> Vec<String> {
    let mut all = Vec::new();
    for request in testbed.requests().into_iter().filter(|request| wanted(request)) {
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

/// What the backend kept, as [`stories`] has it.
fn kept(testbed: &Testbed) -> Vec<String> {
    stories_of(testbed, |request| request.kept > 0)
}

fn once(mut stories: Vec<String>) -> Vec<String> {
    let all = stories.len();
    stories.dedup();
    assert_eq!(stories.len(), all, "nothing is there twice");
    stories
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    match telemetry_testbed::attribute(attributes, key) {
        Some(Any::StringValue(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The last point of every series, field by field, in one order.
pub(crate) fn points(testbed: &Testbed) -> Vec<String> {
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

/// The same lists, said of two backends; where they differ, the lines that do are shown.
pub(crate) fn assert_same(live: &[String], replayed: &[String]) {
    for (one, other) in live.iter().zip(replayed) {
        let lines = one.lines().zip(other.lines());
        let differ: Vec<_> = lines.filter(|(one, other)| one != other).take(6).collect();
        assert!(
            differ.is_empty() && one.len() == other.len(),
            "{differ:#?} in {one}"
        );
    }
    assert_eq!(live.len(), replayed.len());
}

/// A made-up run of so many log records.
fn long(folder: &Path, records: usize) -> String {
    let text = crate::made_up_text("8b4766.jsonl");
    let mut text = text.lines().next().expect("a first line").to_owned() + "\n";
    for seq in 1..=records {
        let rest = format!(
            "\"record\":\"log\",\"severity\":\"info\",\"target\":\"jackin\",\"body\":\"record {seq}\""
        );
        let time = format!("\"time\":\"2026-11-23T01:59:01.{seq:09}Z\"");
        text.extend([format!("{{\"seq\":{seq},{time},{rest}}}\n")]);
    }
    let path = folder.join("8b4766.jsonl");
    std::fs::write(&path, text).expect("it is written");
    path.display().to_string()
}

/// Bodies of the log records that the backend has.
fn bodies(testbed: &Testbed) -> Vec<String> {
    let body = |log: telemetry_testbed::Placed<telemetry_testbed::proto::logs::v1::LogRecord>| match log
        .item
        .body
        .and_then(|body| body.value)
    {
        Some(Any::StringValue(text)) => text,
        other => panic!("{other:?}"),
    };
    let mut bodies: Vec<String> = testbed.logs().into_iter().map(body).collect();
    bodies.sort_by_key(|body| body.len() * 100_000 + body[7..].parse::<usize>().expect("a number"));
    bodies
}

fn all(records: usize) -> Vec<String> {
    (1..=records).map(|number| format!("record {number}")).collect()
}
