//! The ways to a backend that the environment can ask for: headers, compression, TLS, an endpoint a signal.

use std::path::Path;

use telemetry_runtime::line::Record;
use telemetry_runtime::{Number, Options, Run, StartError, measure, screen};
use telemetry_testbed::{Behaviour, Certificates, Signal, Testbed, TlsMode};

use crate::vocabulary::{App, HITS, LIST};
use crate::{Ended, items, start_at};

/// A run with a record of each signal.
fn a_run(endpoint: &str, vars: &[(&str, &str)]) -> Ended {
    let started = start_at(endpoint, vars);
    started.run.scope(|| {
        screen::enter(&LIST);
        items::tick(1, 1);
        measure(&HITS, &["image".into()], Number::Int(1));
    });
    started.finish()
}

fn is_delivered(ended: &Ended) {
    let ledger = ended.balances();
    assert_eq!(
        ledger.acknowledged, ledger.emitted,
        "{:?}",
        ended.delivery.notices
    );
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of the tests")
}

#[test]
fn headers_go_with_every_message() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set(Behaviour::RequireHeader(
        "authorization".into(),
        "Bearer abc".into(),
    ));
    let vars = [(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "authorization=Bearer%20abc,x-team=blue",
    )];
    is_delivered(&a_run(&testbed.endpoint(), &vars));
    for headers in testbed.headers() {
        assert_eq!(headers.get("x-team").map(String::as_str), Some("blue"));
        let agent = headers.get("user-agent").expect("a user agent");
        assert!(agent.starts_with("telemetry-runtime/"), "{agent}");
    }
}

#[test]
fn a_message_is_compressed_when_that_is_asked_for() {
    for (asked, expected) in [("gzip", Some("gzip")), ("none", None)] {
        let testbed = Testbed::start().expect("a testbed");
        let vars = [("OTEL_EXPORTER_OTLP_COMPRESSION", asked)];
        is_delivered(&a_run(&testbed.endpoint(), &vars));
        assert!(!testbed.headers().is_empty());
        for headers in testbed.headers() {
            let encoding = headers.get("grpc-encoding").map(String::as_str);
            assert_eq!(encoding.filter(|encoding| *encoding != "identity"), expected);
        }
    }
}

#[test]
fn a_backend_with_a_certificate_of_a_known_authority_is_trusted() {
    let certificates = Certificates::mint().expect("certificates");
    let testbed = Testbed::tls(&certificates, TlsMode::Server).expect("a testbed");
    let authority = certificates.authority();
    let vars = [("OTEL_EXPORTER_OTLP_CERTIFICATE", text(&authority))];
    is_delivered(&a_run(&testbed.endpoint(), &vars));
    assert!(testbed.acknowledged(Signal::Logs) > 0);
}

#[test]
fn a_client_shows_the_certificate_that_it_was_given() {
    let certificates = Certificates::mint().expect("certificates");
    let testbed = Testbed::tls(&certificates, TlsMode::Mutual).expect("a testbed");
    let (authority, certificate, key) = (
        certificates.authority(),
        certificates.client_certificate(),
        certificates.client_key(),
    );
    let vars = [
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", text(&authority)),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", text(&certificate)),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", text(&key)),
    ];
    is_delivered(&a_run(&testbed.endpoint(), &vars));
    // Without it the backend does not take anything.
    let ended = a_run(&testbed.endpoint(), &vars[..1]);
    assert_eq!(ended.balances().in_file, ended.delivery.ledger.emitted);
}

#[test]
fn what_a_backend_of_a_stranger_would_get_is_in_the_file() {
    let (certificates, strangers) = (
        Certificates::mint().expect("certificates"),
        Certificates::mint().expect("certificates"),
    );
    let testbed = Testbed::tls(&certificates, TlsMode::Server).expect("a testbed");
    let authority = strangers.authority();
    let vars = [("OTEL_EXPORTER_OTLP_CERTIFICATE", text(&authority))];
    let ended = a_run(&testbed.endpoint(), &vars);
    assert_eq!(ended.balances().in_file, ended.delivery.ledger.emitted);
    assert_eq!(ended.told, ["not_delivered"]);
    assert!(testbed.requests().is_empty());
}

#[test]
fn a_client_certificate_that_is_none_stops_the_start_and_names_its_variable() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let file = home.path().join("client.pem");
    std::fs::write(&file, "no certificate, and no key").expect("a file");
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", text(&file)),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", text(&file)),
    ];
    let started = Run::<App>::start(Options::new("test").vars(vars).home(home.path()));
    let Err(StartError::Variable { variable, value, .. }) = started else {
        panic!("{started:?}");
    };
    assert_eq!(variable, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE");
    assert_eq!(value, text(&file));
    assert!(!home.path().join(".app").exists(), "nothing was written");
}

#[test]
fn each_signal_goes_to_the_endpoint_of_its_own() {
    let (general, metrics) = (
        Testbed::start().expect("a testbed"),
        Testbed::start().expect("a testbed"),
    );
    let own = metrics.endpoint();
    let vars = [("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", own.as_str())];
    is_delivered(&a_run(&general.endpoint(), &vars));
    assert!(general.metric_points().is_empty() && !metrics.metric_points().is_empty());
    assert!(!general.spans().is_empty() && metrics.spans().is_empty());
    assert!(!general.logs().is_empty() && metrics.logs().is_empty());
}

#[test]
fn a_signal_without_an_endpoint_is_in_the_file_and_the_operator_is_told() {
    let testbed = Testbed::start().expect("a testbed");
    let endpoint = testbed.endpoint();
    let vars = [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint.as_str())];
    let ended = a_run("", &vars);
    let ledger = ended.balances();
    assert!(ledger.acknowledged > 0 && ledger.in_file > 0 && ledger.dropped == 0);
    assert_eq!(ended.told, ["not_exported"]);
    assert!(!testbed.spans().is_empty());
    assert!(testbed.logs().is_empty() && testbed.metric_points().is_empty());
    let lines = ended.lines();
    assert!(lines.iter().any(|line| matches!(line.record, Record::Metrics(_))));
    assert!(lines.iter().any(|line| matches!(line.record, Record::Summary(_))));
    assert!(!lines.iter().any(|line| matches!(line.record, Record::SpanEnd(_))));
}
