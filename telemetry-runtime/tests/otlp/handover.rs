//! What a launch hands over to its container, variable by variable; `session` shows that it works from inside.

use std::time::Duration;

use proptest::prelude::*;
use telemetry_runtime::backend::{Backend, Temporality};
use telemetry_runtime::config::Config;
use telemetry_runtime::line::Record;
use telemetry_runtime::{Handover, Options, Run, SpanGuard, capture, handover, screen};
use telemetry_testbed::{Certificates, Testbed, TlsMode};

use crate::vocabulary::*;
use crate::{codes, start, start_at};

pub(crate) const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What a run with these variables hands over.
fn handed_over(vars: &[(&str, &str)]) -> Handover {
    let home = tempfile::tempdir().expect("a temporary folder");
    // Nobody is there, and nobody is waited for.
    let options = Options::new("test")
        .flush_budget(Duration::ZERO)
        .on_notice(|_| ());
    let options = options.vars(vars.iter().copied()).home(home.path());
    let run = Run::<App>::start(options).expect("nothing is wrong with the environment");
    run.handover()
}

pub(crate) fn value<'h>(handover: &'h Handover, name: &str) -> Option<&'h str> {
    let mut found = handover.env().filter(|(known, _)| *known == name);
    let value = found.next().map(|(_, value)| value);
    assert_eq!(found.next(), None, "{name} is said once");
    value
}

/// The variables of the export, in the order of their names.
fn otlp(handover: &Handover) -> Vec<(&str, &str)> {
    let mut vars: Vec<_> = handover
        .env()
        .filter(|(name, _)| name.starts_with("OTEL_"))
        .collect();
    vars.sort_unstable();
    vars
}

/// The container: its environment is what it was handed, and its hosts know the gateway, which here is this machine.
pub(crate) fn container(handover: &Handover) -> Vec<(String, String)> {
    let inside = |value: &str| value.replace("host.docker.internal", "127.0.0.1");
    handover
        .env()
        .map(|(name, value)| (name.to_owned(), inside(value)))
        .collect()
}

#[test]
fn a_loopback_endpoint_is_rewritten_and_the_gateway_asked_for() {
    for (given, expected) in [
        ("http://127.0.0.1:4317", "http://host.docker.internal:4317"),
        ("localhost:4317", "http://host.docker.internal:4317"),
        ("LOCALHOST.:4317", "http://host.docker.internal:4317"),
        ("http://[::1]", "http://host.docker.internal"),
        (
            "https://127.9.9.9:4317/in",
            "https://host.docker.internal:4317/in",
        ),
        (
            "http://me:word@0.0.0.0:4317",
            "http://me:word@host.docker.internal:4317",
        ),
    ] {
        let handover = handed_over(&[(ENDPOINT, given)]);
        let expected = [(ENDPOINT, expected), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
        assert_eq!(otlp(&handover), expected, "{given}");
        let hosts: Vec<_> = handover.extra_hosts().collect();
        assert_eq!(hosts, ["host.docker.internal:host-gateway"], "{given}");
    }
}

#[test]
fn a_routable_endpoint_is_passed_through_unchanged_and_needs_no_gateway() {
    for given in [
        "http://198.51.100.7:4317",
        "https://otel.example.com/in/",
        "http://[2001:db8::7]:4317",
    ] {
        let handover = handed_over(&[(ENDPOINT, given)]);
        assert_eq!(value(&handover, ENDPOINT), Some(given));
        assert_eq!(handover.extra_hosts().next(), None, "{given}");
    }
}

#[test]
fn an_endpoint_without_a_scheme_gets_the_one_that_it_has_here() {
    let handover = handed_over(&[
        (ENDPOINT, "localhost:4317"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "false"),
        ("OTEL_EXPORTER_OTLP_LOGS_INSECURE", "true"),
    ]);
    assert_eq!(
        otlp(&handover),
        [
            (
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                "http://host.docker.internal:4317"
            ),
            (
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
                "https://host.docker.internal:4317"
            ),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            (
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "https://host.docker.internal:4317"
            ),
        ]
    );
}

#[test]
fn what_is_said_for_a_signal_is_handed_over_for_that_signal() {
    let handover = handed_over(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://198.51.100.7:4317"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://[::1]:4318"),
        ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-team=blue"),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-team=red"),
        ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1500"),
        ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "lowmemory"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "250"),
        ("APP_FILE", "1"),
    ]);
    assert_eq!(
        otlp(&handover),
        [
            ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip"),
            (
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                "http://host.docker.internal:4318"
            ),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-team=red"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "lowmemory"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://198.51.100.7:4317"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-team=blue"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "1500"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "250"),
        ]
    );
    assert_eq!(
        value(&handover, "APP_FILE"),
        None,
        "the container's file is another one"
    );
}

#[test]
fn the_debug_flag_is_handed_over_whoever_set_it() {
    assert_eq!(value(&handed_over(&[]), "APP_DEBUG"), None);
    assert_eq!(
        value(&handed_over(&[("APP_DEBUG", "yes")]), "APP_DEBUG"),
        Some("1")
    );
    let home = tempfile::tempdir().expect("a temporary folder");
    let options = Options::new("test").debug(true).home(home.path());
    let run = Run::<App>::start(options.vars([("APP_DEBUG", "0")])).expect("a run");
    assert_eq!(value(&run.handover(), "APP_DEBUG"), Some("1"));
}

#[test]
fn without_an_endpoint_the_run_and_the_place_are_handed_over_and_no_network() {
    let handover = handed_over(&[("APP_RUN_ID", "8b4766")]);
    let names: Vec<_> = handover.env().map(|(name, _)| name).collect();
    assert_eq!(names, ["APP_RUN_ID", "TRACEPARENT"]);
    assert_eq!(value(&handover, "APP_RUN_ID"), Some("8b4766"));
    assert_eq!(handover.extra_hosts().next(), None);
}

#[test]
fn a_run_that_is_off_hands_nothing_over() {
    assert_eq!(Run::<App>::off().handover(), Handover::default());
    let vars = [("OTEL_SDK_DISABLED", "true"), (ENDPOINT, "http://localhost:4317")];
    assert_eq!(handed_over(&vars), Handover::default());
    assert_eq!(handover(), Handover::default(), "nobody listens on this thread");
    let joined = Run::<App>::join(Options::new("capsule").vars(vars)).expect("a run that is off");
    assert_eq!((joined.id(), joined.session_id()), ("", None));
}

#[test]
fn the_place_of_the_launch_is_its_visit_whichever_step_asks() {
    let captured = capture::<App, _>(|| {
        let outside = handover();
        screen::enter(&LAUNCH);
        let stage = SpanGuard::start(&IMAGE, &[]);
        let timing = stage.child(&BUILD);
        let inside = handover();
        screen::enter(&LIST);
        // The operator has gone on; the launch goes on as well.
        let later = handover();
        timing.done();
        stage.done();
        (outside, inside, later, handover())
    });
    let lines = captured.lines().iter();
    let mut ids = lines.filter_map(|line| match &line.record {
        Record::SpanStart(span) if span.parent_span_id.is_none() => Some((span.name.as_str(), {
            format!("00-{}-{}-01", span.trace_id, span.span_id)
        })),
        _ => None,
    });
    let (outside, inside, later, list) = &captured.output;
    for (name, handover) in [
        ("command", vec![outside]),
        ("launch", vec![inside, later]),
        ("list", vec![list]),
    ] {
        let (root, parent) = ids.next().expect("a root");
        assert_eq!(root, name);
        for handover in handover {
            assert_eq!(value(handover, "TRACEPARENT"), Some(parent.as_str()), "{name}");
        }
    }
}

#[test]
fn a_caller_that_holds_the_run_and_one_that_does_not_are_told_the_same() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let (held, ambient) = started.run.scope(|| {
        screen::enter(&LAUNCH);
        let stage = SpanGuard::start(&IMAGE, &[]);
        let launch = handover();
        screen::enter(&LIST);
        assert_eq!(started.run.handover(), launch, "still inside of the step");
        stage.done();
        (started.run.handover(), handover())
    });
    assert_eq!(held, ambient);
    assert_eq!(value(&held, "APP_RUN_ID"), Some(started.run.id()));
    // Who holds the run needs no scope.
    assert_eq!(started.run.handover(), held);
    drop(started.finish());
}

#[test]
fn the_words_of_a_handover_for_people_hold_no_secret() {
    let handover = handed_over(&[
        (ENDPOINT, "http://me:word@localhost:4317"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20sesame"),
    ]);
    let words = format!("{handover:?}");
    assert!(words.contains("OTEL_EXPORTER_OTLP_HEADERS"), "{words}");
    assert!(!words.contains("sesame") && !words.contains("word"), "{words}");
}

/// What the environment says of a backend, with endpoints as they look from inside.
fn read(vars: &[(String, String)]) -> Backend {
    let config = Config::from_vars(&SCHEMA, vars.iter().cloned()).expect("it was taken before");
    config.backend.expect("an endpoint")
}

/// What a backend is told of a signal.
type Settings = (String, Vec<(String, String)>, Duration, bool);

fn settings(backend: &Backend) -> [Option<Settings>; 3] {
    [&backend.traces, &backend.logs, &backend.metrics].map(|target| {
        let target = target.as_ref()?;
        let endpoint = target.endpoint.to_string();
        Some((endpoint, target.headers.clone(), target.timeout, target.gzip))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_container_reads_the_headers_that_were_read_here(
        headers in proptest::collection::btree_map("[a-z0-9!#$&'*+.^_`|~%-]{1,8}x", "[ -~]{1,24}", 1..5),
        of_logs in proptest::option::of("[ -~]{1,12}"),
        gzip in any::<bool>(),
        timeout in 1_u64..60_000,
    ) {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<_> = headers.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let mut vars = vec![
            (ENDPOINT.to_owned(), "http://198.51.100.7:4317".to_owned()),
            ("OTEL_EXPORTER_OTLP_HEADERS".to_owned(), pairs.join(",")),
            ("OTEL_EXPORTER_OTLP_COMPRESSION".to_owned(), if gzip { "gzip" } else { "none" }.to_owned()),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT".to_owned(), timeout.to_string()),
        ];
        vars.extend(of_logs.map(|value| ("OTEL_EXPORTER_OTLP_LOGS_HEADERS".to_owned(), format!("x-own={}", encode(&value)))));
        let here = read(&vars);
        let given: Vec<_> = vars.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let there = read(&container(&handed_over(&given)));
        // The settings are the same, whichever variables they were written in.
        prop_assert_eq!(settings(&there), settings(&here));
        prop_assert_eq!(there.temporality, Temporality::Cumulative);
        prop_assert!(there.traces.is_some_and(|target| target.headers.len() == headers.len()));
    }
}

#[test]
fn certificates_stay_here_and_the_operator_is_told_once() {
    let certificates = Certificates::mint().expect("certificates");
    let testbed = Testbed::tls(&certificates, TlsMode::Mutual).expect("a testbed");
    let path = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    let (authority, certificate, key) = (
        path(certificates.authority()),
        path(certificates.client_certificate()),
        path(certificates.client_key()),
    );
    let vars = [
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", authority.as_str()),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", certificate.as_str()),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", key.as_str()),
    ];
    let host = start_at(&testbed.endpoint(), &vars);
    let handover = host.run.handover();
    assert_eq!(host.run.handover(), handover);
    let said = format!("{:?}", handover.env().collect::<Vec<_>>());
    assert!(
        !said.contains(&authority) && !said.contains(&certificate),
        "{said}"
    );
    assert!(said.contains("https://host.docker.internal:"), "{said}");
    assert_eq!(codes(&host.told), ["not_handed_over"]);
    let ended = host.finish();
    let [notice] = &ended.delivery.notices[..] else {
        panic!("{:?}", ended.delivery.notices);
    };
    for variable in [
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    ] {
        assert!(notice.body.contains(variable), "{}", notice.body);
    }
}
