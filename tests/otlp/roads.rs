//! What the standard variables say about the way to the backend, with jackin's own names: endpoints, headers, and the
//! one error that stops a start.

use std::path::Path;

use jackin_telemetry::prelude::*;
use jackin_telemetry::{Run, StartError};
use telemetry_testbed::{Behaviour, Testbed};

use super::{Ended, options, start, start_at};

/// A run with something of each signal.
fn a_run(vars: &[(&str, &str)]) -> Ended {
    let started = start(options(vars));
    started.run.scope(|| {
        screen!(List).enter();
        event!(ContainerStarted {
            container_name: "jk-my-app"
        });
    });
    started.finish(Outcome::Success)
}

#[test]
fn one_base_is_the_endpoint_of_every_signal() {
    let testbed = Testbed::start().expect("a testbed");
    a_run(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &testbed.endpoint())]).is_delivered();
    let received = testbed.received();
    assert!(
        !received.spans().is_empty() && !received.logs().is_empty() && !received.metric_points().is_empty()
    );
}

#[test]
fn each_signal_can_have_an_endpoint_of_its_own_with_no_base_at_all() {
    let beds = [0; 3].map(|_| Testbed::start().expect("a testbed"));
    let [traces, logs, metrics] = beds.each_ref().map(Testbed::endpoint);
    let vars = [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", traces.as_str()),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", logs.as_str()),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", metrics.as_str()),
    ];
    a_run(&vars).is_delivered();
    for (index, testbed) in beds.iter().enumerate() {
        let received = testbed.received();
        let there = [
            !received.spans().is_empty(),
            !received.logs().is_empty(),
            !received.metric_points().is_empty(),
        ];
        let only: Vec<_> = (0..3).map(|signal| signal == index).collect();
        assert_eq!(there[..], only[..], "testbed {index}");
    }
}

#[test]
fn a_signals_own_endpoint_wins_over_the_base() {
    let (base, own) = (
        Testbed::start().expect("a testbed"),
        Testbed::start().expect("a testbed"),
    );
    let (base_at, own_at) = (base.endpoint(), own.endpoint());
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", base_at.as_str()),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", own_at.as_str()),
    ];
    a_run(&vars).is_delivered();
    assert!(base.logs().is_empty() && !own.logs().is_empty());
    assert!(!base.spans().is_empty() && own.spans().is_empty());
}

#[test]
fn what_a_wrapper_sets_is_honoured_as_it_is() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set(Behaviour::RequireHeader("x-tenant".into(), "blue green".into()));
    let base = testbed.endpoint();
    // Blanks, a path and a slash at the end, an empty variable, a header of one signal, and the default spelt out.
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!(" {base}/some/path/ ")),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", String::new()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc".to_owned()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=blue%20green".to_owned()),
        (
            "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
            "x-tenant=blue%20green,x-of=metrics".to_owned(),
        ),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip".to_owned()),
        ("OTEL_TRACES_SAMPLER", "parentbased_always_on".to_owned()),
    ];
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    a_run(&vars).is_delivered();
    for request in testbed.requests() {
        let of_metrics = request.body.signal() == telemetry_testbed::Signal::Metrics;
        assert_eq!(request.headers.contains_key("x-of"), of_metrics);
    }
}

const PROTOCOLS: [&str; 4] = [
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
];

fn tries(home: &Path, vars: &[(&str, &str)]) -> Result<Run, StartError> {
    jackin_telemetry::start(options(vars).home(home))
}

#[test]
fn another_protocol_stops_the_start_with_e016_before_any_file_or_connection_exists() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    for variable in PROTOCOLS {
        for value in ["http/protobuf", "http/json", "GRPC"] {
            let home = tempfile::tempdir().expect("a folder");
            let vars = [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
                (variable, value),
            ];
            let refused = tries(
                home.path(),
                &[&vars[..], &[("JACKIN_DIAGNOSTICS_FILE", "1")]].concat(),
            );
            let error = refused.expect_err("it does not start");
            let words = error.to_string();
            assert!(
                words.contains("E016") && words.contains(variable) && words.contains(value),
                "{words}"
            );
            assert!(words.contains("grpc"), "{words} does not say what to write");
            let StartError::UnsupportedProtocol {
                code,
                variable: named,
                ..
            } = error
            else {
                panic!("{error:?}");
            };
            assert_eq!((code.as_str(), named.as_str()), ("E016", variable));
            let left = std::fs::read_dir(home.path()).expect("the home").count();
            assert_eq!(left, 0, "nothing was written");
        }
    }
    assert_eq!(testbed.received().connections(), 0);
}

#[test]
fn another_protocol_is_nobodys_business_while_no_endpoint_is_configured() {
    for variable in PROTOCOLS {
        let ended = a_run(&[(variable, "http/protobuf")]);
        ended.balances();
        assert_eq!(ended.delivery.ledger.in_file, ended.delivery.ledger.emitted);
        assert_eq!(ended.told, [""; 0]);
    }
}

#[test]
fn grpc_by_name_is_what_is_spoken_anyway() {
    let testbed = Testbed::start().expect("a testbed");
    let grpc = PROTOCOLS.map(|variable| (variable, "grpc"));
    let started = start_at(&testbed, &grpc);
    started
        .run
        .scope(|| event!(ContainerStarted { container_name: "jk" }));
    started.finish(Outcome::Success).is_delivered();
    let types: Vec<_> = testbed
        .headers()
        .iter()
        .map(|headers| headers["content-type"].clone())
        .collect();
    assert!(
        types.iter().all(|kind| kind == "application/grpc") && types.len() > 1,
        "{types:?}"
    );
}
