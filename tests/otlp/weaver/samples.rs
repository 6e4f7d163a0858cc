//! Messages of the protocol as Weaver's live check hands them to its rules: each resource, span, log record and metric
//! is a sample, with what belongs to it inside.

use serde_json::{Value, json};
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::common::v1::{AnyValue, KeyValue};
use telemetry_testbed::proto::logs::v1::LogRecord;
use telemetry_testbed::proto::metrics::v1::metric::Data;
use telemetry_testbed::proto::metrics::v1::number_data_point::Value as Number;
use telemetry_testbed::proto::metrics::v1::{Metric, NumberDataPoint};
use telemetry_testbed::proto::resource::v1::Resource;
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::proto::trace::v1::span::SpanKind;
use telemetry_testbed::proto::trace::v1::status::StatusCode;
use telemetry_testbed::{Body, Testbed};

/// The samples of everything that a backend received, in the order of arrival.
pub(super) fn of(testbed: &Testbed) -> Vec<Value> {
    let mut samples = Vec::new();
    for request in testbed.requests() {
        match &*request.body {
            Body::Traces(body) => {
                for group in &body.resource_spans {
                    samples.push(resource(group.resource.as_ref()));
                    let spans = group.scope_spans.iter().flat_map(|scope| &scope.spans);
                    samples.extend(spans.map(span));
                }
            }
            Body::Logs(body) => {
                for group in &body.resource_logs {
                    samples.push(resource(group.resource.as_ref()));
                    let logs = group.scope_logs.iter().flat_map(|scope| &scope.log_records);
                    samples.extend(logs.map(log));
                }
            }
            Body::Metrics(body) => {
                for group in &body.resource_metrics {
                    samples.push(resource(group.resource.as_ref()));
                    let metrics = group.scope_metrics.iter().flat_map(|scope| &scope.metrics);
                    samples.extend(metrics.map(metric));
                }
            }
        }
    }
    samples
}

fn resource(resource: Option<&Resource>) -> Value {
    let resource = resource.expect("every message has a resource");
    json!({ "resource": { "attributes": attributes(&resource.attributes) } })
}

fn span(span: &Span) -> Value {
    let kind = match span.kind() {
        SpanKind::Server => "server",
        SpanKind::Client => "client",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
        _ => "internal",
    };
    let status = span.status.as_ref().map(|status| {
        let code = match status.code() {
            StatusCode::Unset => "unset",
            StatusCode::Ok => "ok",
            StatusCode::Error => "error",
        };
        json!({ "code": code, "message": status.message })
    });
    let events = span.events.iter();
    let events =
        events.map(|event| json!({ "name": event.name, "attributes": attributes(&event.attributes) }));
    let links = span.links.iter();
    let links = links.map(|link| json!({ "attributes": attributes(&link.attributes) }));
    json!({ "span": {
        "name": span.name,
        "kind": kind,
        "status": status,
        "attributes": attributes(&span.attributes),
        "span_events": events.collect::<Vec<_>>(),
        "span_links": links.collect::<Vec<_>>(),
    } })
}

fn log(log: &LogRecord) -> Value {
    let body = log.body.as_ref().and_then(|body| body.value.as_ref());
    let body = body.and_then(|body| match body {
        Any::StringValue(text) => Some(text),
        _ => None,
    });
    json!({ "log": {
        "event_name": log.event_name,
        "severity_number": log.severity_number,
        "severity_text": log.severity_text,
        "body": body,
        "attributes": attributes(&log.attributes),
    } })
}

fn metric(metric: &Metric) -> Value {
    let (instrument, points) = match metric.data.as_ref().expect("data") {
        Data::Gauge(gauge) => ("gauge", numbers(&gauge.data_points)),
        Data::Sum(sum) if sum.is_monotonic => ("counter", numbers(&sum.data_points)),
        Data::Sum(sum) => ("updowncounter", numbers(&sum.data_points)),
        Data::Histogram(histogram) => {
            let points = histogram.data_points.iter();
            let points = points.map(|point| {
                json!({ "attributes": attributes(&point.attributes), "count": point.count, "sum": point.sum })
            });
            ("histogram", points.collect())
        }
        other => panic!("{}: {other:?} is not sent", metric.name),
    };
    json!({ "metric": {
        "name": metric.name, "instrument": instrument, "unit": metric.unit, "data_points": points,
    } })
}

fn numbers(points: &[NumberDataPoint]) -> Vec<Value> {
    let point = |point: &NumberDataPoint| {
        let value = match point.value {
            Some(Number::AsInt(number)) => json!(number),
            Some(Number::AsDouble(number)) => json!(number),
            None => Value::Null,
        };
        json!({ "attributes": attributes(&point.attributes), "value": value })
    };
    points.iter().map(point).collect()
}

fn attributes(attributes: &[KeyValue]) -> Vec<Value> {
    let attribute = |each: &KeyValue| {
        let value = each.value.as_ref().map_or(Value::Null, value);
        json!({ "name": each.key, "value": value, "type": kind(&value) })
    };
    attributes.iter().map(attribute).collect()
}

fn value(value: &AnyValue) -> Value {
    match value.value.as_ref() {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::BoolValue(truth)) => json!(truth),
        Some(Any::IntValue(number)) => json!(number),
        Some(Any::DoubleValue(number)) => json!(number),
        Some(Any::ArrayValue(list)) => list.values.iter().map(self::value).collect(),
        other => panic!("no attribute is {other:?}"),
    }
}

/// The type that Weaver finds in a value.
fn kind(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => Some("boolean".to_owned()),
        Value::Number(number) if number.is_f64() => Some("double".to_owned()),
        Value::Number(_) => Some("int".to_owned()),
        Value::String(_) => Some("string".to_owned()),
        Value::Array(list) => list.first().and_then(kind).map(|kind| format!("{kind}[]")),
        _ => None,
    }
}
