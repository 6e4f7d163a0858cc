//! Each row of the wire table, on the decoded protobuf.

use telemetry_runtime::value::Value;
use telemetry_runtime::{Number, Options, SpanGuard, emit, measure, screen};
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::logs::v1::LogRecord;
use telemetry_testbed::proto::metrics::v1::AggregationTemporality::{Cumulative, Delta};
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::proto::trace::v1::span::SpanKind;
use telemetry_testbed::proto::trace::v1::status::StatusCode;
use telemetry_testbed::{Placed, PointData, Testbed, attribute};

use crate::vocabulary::*;
use crate::{Ended, start, start_at, start_with};

pub(crate) fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    match attribute(attributes, key) {
        Some(Any::StringValue(text)) => Some(text.clone()),
        _ => None,
    }
}

pub(crate) fn span(testbed: &Testbed, name: &str) -> Placed<Span> {
    let mut named = testbed.spans();
    named.retain(|span| span.name == name);
    assert_eq!(named.len(), 1, "spans named {name}");
    named.remove(0)
}

pub(crate) fn log(testbed: &Testbed, event: &str) -> Placed<LogRecord> {
    let mut named = testbed.logs();
    named.retain(|log| log.event_name == event);
    assert_eq!(named.len(), 1, "logs of {event}");
    named.remove(0)
}

/// Runs `f` in a run with a healthy backend, which has all of it afterwards.
fn told(f: impl FnOnce()) -> (Testbed, Ended) {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    started.run.scope(f);
    let ended = started.finish();
    let ledger = ended.balances();
    assert_eq!(ledger.acknowledged, ledger.emitted, "{:?}", ended.told);
    assert_eq!(ended.told, [""; 0]);
    assert!(ended.files().is_empty(), "a healthy backend needs no file");
    (testbed, ended)
}

#[test]
fn each_visit_is_a_root_span_in_its_own_trace_and_links_to_the_one_before() {
    let (testbed, _) = told(|| {
        screen::enter(&LIST);
        screen::tag(&LIST, 0, "my-app".into());
        screen::navigate(&LIST, &SETTINGS);
    });
    let (list, settings) = (span(&testbed, "list"), span(&testbed, "settings"));
    assert_eq!(list.kind(), SpanKind::Internal);
    assert_eq!((list.trace_id.len(), list.span_id.len()), (16, 8));
    assert!(list.parent_span_id.is_empty() && settings.parent_span_id.is_empty());
    assert_ne!(list.trace_id, settings.trace_id);
    assert!(list.links.is_empty());
    let [link] = &settings.links[..] else {
        panic!("{:?}", settings.links);
    };
    assert_eq!((&link.trace_id, &link.span_id), (&list.trace_id, &list.span_id));
    assert_eq!(
        text(&settings.attributes, "app.screen.from").as_deref(),
        Some("list")
    );
    assert_eq!(text(&list.attributes, "app.workspace").as_deref(), Some("my-app"));
    assert!(list.end_time_unix_nano >= list.start_time_unix_nano);
    assert!(list.start_time_unix_nano > 0);
}

#[test]
fn a_move_and_an_action_are_span_events_of_the_visit() {
    let (testbed, _) = told(|| {
        screen::enter(&LIST);
        emit(&SELECT, &[]);
        screen::navigate(&LIST, &SETTINGS);
    });
    let list = span(&testbed, "list");
    let names: Vec<_> = list.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["select", "navigate"]);
    assert_eq!(
        text(&list.events[1].attributes, "app.screen.to").as_deref(),
        Some("settings")
    );
    assert!(list.events[0].time_unix_nano >= list.start_time_unix_nano);
    assert!(
        testbed
            .logs()
            .iter()
            .all(|log| !["select", "navigate"].contains(&log.event_name.as_str()))
    );
}

#[test]
fn a_stage_is_a_child_of_its_screen_and_says_which_error_it_ended_with() {
    let (testbed, _) = told(|| {
        screen::enter(&LAUNCH);
        let stage = SpanGuard::start(&IMAGE, &[]);
        stage.child(&BUILD).done();
        stage.fail(&REFUSED, &"the registry said no, password=hunter2");
    });
    let (launch, image) = (span(&testbed, "launch"), span(&testbed, "launch.image"));
    assert_eq!(image.trace_id, launch.trace_id);
    assert_eq!(image.parent_span_id, launch.span_id);
    assert_eq!(text(&image.attributes, "app.stage").as_deref(), Some("image"));
    assert_eq!(text(&image.attributes, "error.type").as_deref(), Some("refused"));
    let status = image.status.as_ref().expect("a status");
    assert_eq!(status.code(), StatusCode::Error);
    assert!(status.message.starts_with("the registry said no"), "{status:?}");
    assert!(!status.message.contains("hunter2"), "{status:?}");
    let build = span(&testbed, "launch.image.build");
    assert_eq!(build.parent_span_id, image.span_id);
    assert!(build.status.is_none());
}

#[test]
fn an_event_is_a_log_record_with_its_name_its_place_and_typed_attributes() {
    let (testbed, _) = told(|| {
        screen::enter(&LIST);
        emit(&TICK, &[Value::Int(7), Value::Int(-2)]);
    });
    let (tick, list) = (log(&testbed, "tick"), span(&testbed, "list"));
    assert_eq!((tick.severity_number, tick.severity_text.as_str()), (9, "INFO"));
    assert_eq!(attribute(&tick.attributes, "app.number"), Some(&Any::IntValue(7)));
    assert_eq!(
        attribute(&tick.attributes, "app.worker"),
        Some(&Any::IntValue(-2))
    );
    assert_eq!(text(&tick.attributes, "app.screen.name").as_deref(), Some("list"));
    let body = tick.body.clone().and_then(|body| body.value);
    assert_eq!(body, Some(Any::StringValue("tick 7 of -2".to_owned())));
    assert_eq!((&tick.trace_id, &tick.span_id), (&list.trace_id, &list.span_id));
    assert!(tick.time_unix_nano > 0 && tick.observed_time_unix_nano > 0);
    assert_eq!(tick.scope.name, "app");
    assert_eq!(tick.scope.version, "1.0.0");
}

#[test]
fn the_command_is_a_root_span_with_its_name_and_outcome() {
    let (testbed, _) = told(|| screen::enter(&LIST));
    let (command, list) = (span(&testbed, "command"), span(&testbed, "list"));
    assert!(command.parent_span_id.is_empty());
    assert_ne!(command.trace_id, list.trace_id);
    assert_eq!(text(&command.attributes, "app.command").as_deref(), Some("test"));
    assert_eq!(
        text(&command.attributes, "app.outcome").as_deref(),
        Some("success")
    );
}

#[test]
fn the_summary_is_a_log_record_with_a_structured_body() {
    let (testbed, ended) = told(|| {
        emit(&TICK, &[Value::Int(1), Value::Int(1)]);
        emit(&TICK, &[Value::Int(2), Value::Int(1)]);
    });
    let summary = log(&testbed, "summary");
    let Some(Any::KvlistValue(body)) = summary.body.clone().and_then(|body| body.value) else {
        panic!("{:?}", summary.body);
    };
    assert_eq!(
        text(&summary.attributes, "app.outcome").as_deref(),
        Some("success")
    );
    assert!(matches!(
        attribute(&summary.attributes, "app.duration"),
        Some(Any::IntValue(0..))
    ));
    let Some(Any::KvlistValue(events)) = attribute(&body.values, "events") else {
        panic!("{body:?}");
    };
    assert_eq!(attribute(&events.values, "tick"), Some(&Any::IntValue(2)));
    let Some(Any::KvlistValue(ledger)) = attribute(&body.values, "ledger") else {
        panic!("{body:?}");
    };
    // The end of the command and of the run come after it.
    let emitted = i64::try_from(ended.delivery.ledger.emitted).expect("a small number") - 2;
    assert_eq!(
        attribute(&ledger.values, "emitted"),
        Some(&Any::IntValue(emitted))
    );
}

#[test]
fn every_message_names_the_resource_and_the_schema() {
    let testbed = Testbed::start().expect("a testbed");
    let options = Options::new("test").version("4.5.6").component("host");
    let started = start_with(
        options,
        &testbed.endpoint(),
        &[("OTEL_RESOURCE_ATTRIBUTES", "team=blue,service.name=other")],
    );
    let id = started.run.id().to_owned();
    started
        .run
        .scope(|| measure(&HITS, &["image".into()], Number::Int(1)));
    started.finish().balances();
    let (spans, logs, points) = (testbed.spans(), testbed.logs(), testbed.metric_points());
    let resources = spans.iter().map(|span| &span.resource);
    let resources = resources.chain(logs.iter().map(|log| &log.resource));
    let resources = resources.chain(points.iter().map(|point| &point.resource));
    let mut met = 0;
    for resource in resources {
        let of = |key| text(&resource.attributes, key);
        assert_eq!(of("service.name").as_deref(), Some("app"));
        assert_eq!(of("service.version").as_deref(), Some("4.5.6"));
        assert_eq!(of("app.component").as_deref(), Some("host"));
        assert_eq!(of("app.run.id").as_deref(), Some(id.as_str()));
        assert_eq!(of("team").as_deref(), Some("blue"));
        assert_eq!(of("telemetry.sdk.language").as_deref(), Some("rust"));
        assert!(of("service.instance.id").is_some() && of("os.type").is_some());
        assert!(matches!(
            attribute(&resource.attributes, "process.pid"),
            Some(Any::IntValue(_))
        ));
        met += 1;
    }
    assert!(!spans.is_empty() && !logs.is_empty() && !points.is_empty() && met > 3);
}

#[test]
fn each_instrument_has_its_own_kind_of_point() {
    let (testbed, _) = told(|| {
        measure(&HITS, &["image".into()], Number::Int(3));
        measure(&ACTIVE, &[], Number::Int(-2));
        measure(&DEPTH, &[], Number::Int(9));
        measure(&SIZES, &[], Number::Int(50));
    });
    let points = testbed.metric_points();
    let last = |name: &str| {
        let point = points.iter().rev().find(|point| point.name == name);
        point.unwrap_or_else(|| panic!("no point of {name}")).item.clone()
    };
    let hits = last("hits");
    assert_eq!(text(hits.attributes(), "app.cache").as_deref(), Some("image"));
    assert_eq!((hits.number(), hits.unit.as_str()), (Some(3.0), "1"));
    let PointData::Sum {
        temporality,
        monotonic,
        point,
    } = hits.data
    else {
        panic!("{hits:?}");
    };
    assert_eq!((temporality, monotonic), (Cumulative, true));
    assert!(point.start_time_unix_nano > 0 && point.time_unix_nano >= point.start_time_unix_nano);
    assert!(
        matches!(last("active").data, PointData::Sum { monotonic: false, .. }),
        "{:?}",
        last("active")
    );
    assert_eq!(last("active").number(), Some(-2.0));
    assert!(matches!(last("depth").data, PointData::Gauge(_)));
    let PointData::Histogram { point, .. } = last("sizes").data else {
        panic!("{:?}", last("sizes"));
    };
    assert_eq!((point.count, point.sum), (1, Some(50.0)));
    assert_eq!(point.explicit_bounds, [10.0, 100.0]);
    assert_eq!(point.bucket_counts, [0, 1, 0]);
    assert!(last("process.memory.usage").number() > Some(0.0));
}

#[test]
fn a_backend_that_wants_deltas_gets_what_came_since_the_last_message() {
    let testbed = Testbed::start().expect("a testbed");
    let vars = [
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "20"),
    ];
    let started = start_at(&testbed.endpoint(), &vars);
    let count = |amount| {
        started.run.scope(|| {
            measure(&HITS, &["image".into()], Number::Int(amount));
            measure(&ACTIVE, &[], Number::Int(amount));
        });
    };
    let sum = |received: &telemetry_testbed::Received| {
        let points = received.metric_points();
        let hits = points.iter().filter(|point| point.name == "hits");
        hits.filter_map(|point| point.number()).sum::<f64>()
    };
    count(3);
    assert!(testbed.wait_for(|received| sum(received) == 3.0, crate::LONG));
    count(4);
    assert!(testbed.wait_for(|received| sum(received) == 7.0, crate::LONG));
    started.finish().balances();
    assert_eq!(sum(&testbed.received()), 7.0, "nothing is counted twice");
    for point in testbed.metric_points() {
        if let PointData::Sum { temporality, .. } = point.data {
            let expected = if point.name == "hits" { Delta } else { Cumulative };
            assert_eq!(temporality, expected, "{}", point.name);
        }
    }
}
