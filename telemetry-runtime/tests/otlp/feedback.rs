//! The export never feeds itself. In a program of its own, because it listens to everything that any crate says
//! through `tracing`.

use telemetry_runtime::line::Outcome;
use telemetry_runtime::{Options, Run, layer};
use telemetry_testbed::{Signal, Testbed};
use tracing_subscriber::layer::SubscriberExt;

#[path = "../runtime/vocabulary.rs"]
#[allow(dead_code, reason = "the runtime's tests use all of it")]
mod vocabulary;

use vocabulary::App;

#[test]
fn no_record_comes_from_the_transport_when_everything_is_recorded() {
    let subscriber = tracing_subscriber::registry().with(layer::layer());
    tracing::subscriber::set_global_default(subscriber).expect("the only one");
    let testbed = Testbed::start().expect("a testbed");
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut options = Options::new("test").debug(true).home(home.path());
    for target in [
        "h2*", "hyper*", "tonic*", "tower*", "rustls*", "mio*", "tokio*", "seen",
    ] {
        options = options.log_target(target);
    }
    // A name, so that it is looked up on whatever thread the transport has for that.
    let endpoint = format!("http://localhost:{}", testbed.address().port());
    let run: Run<App> = Run::start(options.vars([("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)])).expect("a run");
    tracing::trace!(target: "h2::codec", "of the program's own");
    run.flush();
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
    let file = delivery.file.expect("what was not delivered is in the file");
    let text = std::fs::read_to_string(file).expect("a run file");
    assert_eq!(text.matches("\"record\":\"log\"").count(), 1, "{text}");
    assert!(testbed.acknowledged(Signal::Logs) > 0);
}
