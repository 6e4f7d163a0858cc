//! The flat lists: each item beside its resource and its scope.

use telemetry_testbed::proto::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use telemetry_testbed::proto::metrics::v1::{
    AggregationTemporality, ExponentialHistogram, ExponentialHistogramDataPoint, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, Sum, Summary, SummaryDataPoint, metric::Data,
    number_data_point,
};
use telemetry_testbed::proto::resource::v1::Resource;
use telemetry_testbed::proto::trace::v1::{ResourceSpans, ScopeSpans};
use telemetry_testbed::{Behaviour, Body, PointData, Signal, Testbed, attribute};

use crate::Outcome;
use crate::client::{Client, gauge, logs, metrics, spans};

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}

fn of_resource(run: &str, scopes: &[(&str, &[&str])]) -> ResourceSpans {
    let scope_spans = scopes.iter().map(|(scope, names)| ScopeSpans {
        scope: Some(InstrumentationScope {
            name: (*scope).to_owned(),
            ..InstrumentationScope::default()
        }),
        spans: spans(names.iter().copied()).resource_spans[0].scope_spans[0]
            .spans
            .clone(),
        ..ScopeSpans::default()
    });
    ResourceSpans {
        resource: Some(Resource {
            attributes: vec![text("run", run)],
            ..Resource::default()
        }),
        scope_spans: scope_spans.collect(),
        ..ResourceSpans::default()
    }
}

#[tokio::test]
async fn every_item_knows_its_resource_and_its_scope() -> Outcome {
    let testbed = Testbed::start()?;
    let mut request = spans(["bare"]);
    request
        .resource_spans
        .push(of_resource("one", &[("x", &["a", "b"]), ("y", &["c"])]));
    request
        .resource_spans
        .push(of_resource("two", &[("x", &[]), ("z", &["d"])]));
    Client::of(&testbed)?.spans(request.clone()).await?;
    let placed: Vec<(String, String, Option<Value>)> = testbed
        .spans()
        .iter()
        .map(|span| {
            (
                span.name.clone(),
                span.scope.name.clone(),
                span.resource_attribute("run").cloned(),
            )
        })
        .collect();
    let row = |name: &str, scope: &str, run: &str| {
        (
            name.to_owned(),
            scope.to_owned(),
            Some(Value::StringValue(run.to_owned())),
        )
    };
    let expected = [
        ("bare".to_owned(), String::new(), None),
        row("a", "x", "one"),
        row("b", "x", "one"),
        row("c", "y", "one"),
        row("d", "z", "two"),
    ];
    assert_eq!(placed, expected);
    // The decoded message is there as it was sent.
    assert_eq!(*testbed.requests()[0].body, Body::Traces(request));
    Ok(())
}

#[tokio::test]
async fn a_partial_success_cuts_across_resources_and_scopes_in_the_order_of_the_message() -> Outcome {
    let testbed = Testbed::start()?;
    testbed.set(Behaviour::Partial { rejected: 2 });
    let mut request = spans(["bare"]);
    request
        .resource_spans
        .push(of_resource("one", &[("x", &["a", "b"]), ("y", &["c"])]));
    Client::of(&testbed)?.spans(request).await?;
    assert_eq!(crate::client::span_names(&testbed), ["bare", "a"]);
    Ok(())
}

#[tokio::test]
async fn every_kind_of_metric_becomes_points_with_their_own_attributes() -> Outcome {
    let testbed = Testbed::start()?;
    let attributes = vec![text("k", "v")];
    let number = NumberDataPoint {
        attributes: attributes.clone(),
        value: Some(number_data_point::Value::AsDouble(2.5)),
        ..NumberDataPoint::default()
    };
    let histogram = HistogramDataPoint {
        attributes: attributes.clone(),
        ..HistogramDataPoint::default()
    };
    let exponential = ExponentialHistogramDataPoint {
        attributes: attributes.clone(),
        ..ExponentialHistogramDataPoint::default()
    };
    let summary = SummaryDataPoint {
        attributes,
        ..SummaryDataPoint::default()
    };
    let delta = AggregationTemporality::Delta as i32;
    let kinds = [
        Data::Sum(Sum {
            data_points: vec![number],
            aggregation_temporality: delta,
            is_monotonic: true,
        }),
        Data::Histogram(Histogram {
            data_points: vec![histogram.clone()],
            aggregation_temporality: delta,
        }),
        Data::ExponentialHistogram(ExponentialHistogram {
            data_points: vec![exponential.clone()],
            aggregation_temporality: delta,
        }),
        Data::Summary(Summary {
            data_points: vec![summary.clone()],
        }),
    ];
    let metric = |data: Data| Metric {
        name: "m".to_owned(),
        unit: "By".to_owned(),
        data: Some(data),
        ..Metric::default()
    };
    let mut all: Vec<_> = kinds.into_iter().map(metric).collect();
    all.push(Metric::default());
    Client::of(&testbed)?.metrics(metrics(all)).await?;

    let points = testbed.metric_points();
    assert_eq!(points.len(), 4);
    let value = Some(&Value::StringValue("v".to_owned()));
    assert!(
        points
            .iter()
            .all(|point| point.unit == "By" && attribute(point.attributes(), "k") == value)
    );
    assert!(
        points
            .iter()
            .all(|point| attribute(point.attributes(), "other").is_none())
    );
    let temporality = AggregationTemporality::Delta;
    let sum = &points[0].data;
    assert!(matches!(
        sum,
        PointData::Sum {
            monotonic: true,
            temporality: AggregationTemporality::Delta,
            ..
        }
    ));
    assert_eq!(points[0].number(), Some(2.5));
    assert_eq!(
        points[1].data,
        PointData::Histogram {
            point: histogram,
            temporality
        }
    );
    let exponential = PointData::ExponentialHistogram {
        point: exponential,
        temporality,
    };
    assert_eq!(points[2].data, exponential);
    assert_eq!(points[3].data, PointData::Summary(summary));
    assert_eq!(points[3].number(), None);
    assert_eq!(testbed.received().tally(Signal::Metrics).acknowledged, 4);
    Ok(())
}

#[tokio::test]
async fn requests_stand_in_the_order_of_their_arrival_with_their_time() -> Outcome {
    let testbed = Testbed::start()?;
    let client = Client::of(&testbed)?;
    let before = std::time::SystemTime::now();
    client.spans(spans(["a"])).await?;
    client.logs(logs(["b"])).await?;
    client.metrics(gauge("c", &[1])).await?;
    client.spans(spans([])).await?;
    let requests = testbed.requests();
    let signals: Vec<_> = requests.iter().map(|call| call.body.signal()).collect();
    assert_eq!(
        signals,
        [Signal::Traces, Signal::Logs, Signal::Metrics, Signal::Traces]
    );
    let times: Vec<_> = requests.iter().map(|call| call.arrived).collect();
    assert!(times.is_sorted() && times[0] >= before && times[3] <= std::time::SystemTime::now());
    assert_eq!(requests[3].body.items(), 0);
    assert!(
        requests[0]
            .headers
            .get("user-agent")
            .is_some_and(|agent| agent.contains("tonic"))
    );
    Ok(())
}
