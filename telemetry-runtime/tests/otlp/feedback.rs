//! The export never feeds itself. In a program of its own, because it listens to everything that any crate says
//! through `tracing`.

use telemetry_runtime::line::Outcome;
use telemetry_runtime::{Options, Run, layer};
use telemetry_testbed::{Certificates, Signal, Testbed, TlsMode};
use tracing_subscriber::layer::SubscriberExt;

#[path = "../runtime/vocabulary.rs"]
#[allow(dead_code, reason = "the runtime's tests use all of it")]
mod vocabulary;

use vocabulary::App;

/// What the transport is made of.
const TRANSPORT: [&str; 8] = [
    "h2*", "hyper*", "tonic*", "tower*", "rustls*", "mio*", "tokio*", "seen",
];

/// A run that records everything which anybody says, with a backend that dies on the way.
fn nothing_comes_back(testbed: &Testbed, vars: &[(&str, String)]) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut options = Options::new("test").debug(true).home(home.path());
    for target in TRANSPORT {
        options = options.log_target(target);
    }
    let run: Run<App> = Run::start(options.vars(vars.iter().cloned())).expect("a run");
    tracing::trace!(target: "h2::codec", "of the program's own");
    tracing::info_span!(target: "hyper::proto", "of the program's own").in_scope(|| run.flush());
    testbed.die();
    tracing::trace!(target: "seen", "while nobody is there");
    run.flush();
    testbed.come_back().expect("the same port");
    let delivery = run.finish(Outcome::Success);
    let logs = testbed.logs();
    let undeclared: Vec<_> = logs
        .iter()
        .filter(|log| log.event_name.is_empty())
        .map(|log| log.scope.name.as_str())
        .collect();
    // The program's own record of that target shows that others would have been seen.
    assert_eq!(undeclared, ["h2::codec"], "{delivery:?}");
    let spans = testbed.spans();
    assert!(spans.iter().all(|span| span.name == "command"), "{spans:?}");
    let file = delivery.file.expect("what was not delivered is in the file");
    let text = std::fs::read_to_string(file).expect("a run file");
    assert_eq!(text.matches("\"record\":\"log\"").count(), 1, "{text}");
    assert!(testbed.acknowledged(Signal::Logs) > 0);
}

#[test]
fn no_record_comes_from_the_transport_when_everything_is_recorded() {
    let subscriber = tracing_subscriber::registry().with(layer::layer());
    tracing::subscriber::set_global_default(subscriber).expect("the only one");
    let testbed = Testbed::start().expect("a testbed");
    // A name, so that it is looked up on whatever thread the transport has for that.
    let endpoint = format!("http://localhost:{}", testbed.address().port());
    nothing_comes_back(&testbed, &[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);
    let certificates = Certificates::mint().expect("certificates");
    let testbed = Testbed::tls(&certificates, TlsMode::Server).expect("a testbed");
    let authority = certificates.authority().display().to_string();
    let vars = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", testbed.endpoint()),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", authority),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip".to_owned()),
    ];
    nothing_comes_back(&testbed, &vars);
}
