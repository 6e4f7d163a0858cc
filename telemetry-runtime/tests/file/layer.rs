//! What comes through `tracing`, as the run has it.

use std::fmt;

use telemetry_runtime::layer::{SPANS, layer};
use telemetry_runtime::line::{AttributeValue, Log, Record, Severity};
use telemetry_runtime::{Options, capture_with};
use tracing_subscriber::layer::SubscriberExt;

use crate::program::Here;

/// The `log` records of what `f` says, in the tier of a debug run or the ordinary one.
fn logs_with(options: Options, f: impl FnOnce()) -> Vec<Log> {
    let subscriber = tracing_subscriber::registry().with(layer());
    let captured = tracing::subscriber::with_default(subscriber, || capture_with::<Here, _>(options, f));
    let log = |record: &Record| match record {
        Record::Log(log) => Some(log.clone()),
        _ => None,
    };
    captured
        .lines()
        .iter()
        .filter_map(|line| log(&line.record))
        .collect()
}

fn logs(f: impl FnOnce()) -> Vec<Log> {
    logs_with(Options::new("test"), f)
}

fn string(text: &str) -> AttributeValue {
    AttributeValue::String(text.to_owned())
}

#[test]
fn fields_keep_their_types_and_the_message_is_the_body() {
    let missing = std::io::Error::other("no route");
    let logs = logs(|| {
        tracing::warn!(
            target: "app::net",
            flag = true,
            small = -3i64,
            huge = u64::MAX,
            ratio = 0.5,
            text = "plain",
            shown = %"shown",
            debugged = ?Some(1),
            error = &missing as &dyn std::error::Error,
            nothing = tracing::field::Empty,
            "cannot reach {}",
            "host"
        );
    });
    let [log] = &logs[..] else { panic!("{logs:?}") };
    assert_eq!(
        (log.severity, log.target.as_str(), log.body.as_str()),
        (Severity::Warn, "app::net", "cannot reach host")
    );
    let expected = [
        ("debugged", string("Some(1)")),
        ("error", string("no route")),
        ("flag", AttributeValue::Bool(true)),
        ("huge", AttributeValue::Int(i64::MAX)),
        ("ratio", AttributeValue::Double(0.5)),
        ("shown", string("shown")),
        ("small", AttributeValue::Int(-3)),
        ("text", string("plain")),
    ];
    assert_eq!(
        log.attributes,
        expected.map(|(key, value)| (key.to_owned(), value)).into()
    );
}

#[test]
fn severities_follow_the_debug_flag() {
    let speak = || {
        tracing::trace!(target: "app", "trace");
        tracing::debug!(target: "app", "debug");
        tracing::info!(target: "app", "info");
        tracing::error!(target: "app", "error");
    };
    let bodies = |logs: Vec<Log>| logs.into_iter().map(|log| log.body).collect::<Vec<_>>();
    assert_eq!(bodies(logs(speak)), ["info", "error"]);
    assert_eq!(
        bodies(logs_with(Options::new("test").debug(true), speak)),
        ["trace", "debug", "info", "error"]
    );
}

#[test]
fn only_targets_on_the_list_are_recorded_and_others_on_request() {
    let speak = || {
        tracing::info!(target: "app", "crate");
        tracing::info!(target: "app::deep::er", "module");
        tracing::info!(target: "apple", "another crate");
        tracing::info!(target: "hyper::client", "library");
        tracing::info!(target: "other_one", "prefix");
    };
    let bodies = |logs: Vec<Log>| logs.into_iter().map(|log| log.body).collect::<Vec<_>>();
    assert_eq!(bodies(logs(speak)), ["crate", "module"]);
    let more = Options::new("test").log_target("hyper").log_target("other_*");
    assert_eq!(
        bodies(logs_with(more, speak)),
        ["crate", "module", "library", "prefix"]
    );
}

#[test]
fn enclosing_spans_give_their_names_and_fields_and_the_innermost_wins() {
    let logs = logs(|| {
        let outer = tracing::info_span!(target: "app", "outer", who = "outer", request = 1, later = tracing::field::Empty);
        let _outer = outer.enter();
        let library = tracing::info_span!(target: "hyper", "library", secret = "not ours");
        let _library = library.enter();
        let inner = tracing::info_span!(target: "app::x", "inner", who = "inner", attempt = 2);
        let _inner = inner.enter();
        outer.record("later", "known");
        tracing::info!(target: "app", attempt = 3, "said");
    });
    let [log] = &logs[..] else { panic!("{logs:?}") };
    let expected = [
        ("attempt", AttributeValue::Int(3)),
        ("later", string("known")),
        ("request", AttributeValue::Int(1)),
        (
            SPANS,
            AttributeValue::Strings(vec!["outer".to_owned(), "inner".to_owned()]),
        ),
        ("who", string("inner")),
    ];
    assert_eq!(
        log.attributes,
        expected.map(|(key, value)| (key.to_owned(), value)).into()
    );
}

#[test]
fn free_text_is_scrubbed_and_bounded() {
    let long = "x".repeat(100_000);
    let logs = logs(|| {
        tracing::info!(target: "app", url = "http://me:hunter2@host", long, debugged = ?long, "password=hunter2 {long}");
    });
    let [log] = &logs[..] else { panic!("{logs:?}") };
    assert_eq!(log.attributes["url"], string("http://[redacted]@host"));
    assert_eq!(log.attributes["long"], string(&long[..1024]));
    assert_eq!(
        log.attributes["debugged"],
        string(&format!("\"{}", &long[..1023]))
    );
    assert!(log.body.starts_with("password=[redacted] xxx") && log.body.len() == 4096);
}

#[test]
fn a_panic_in_a_field_leaves_the_layer_in_order() {
    struct Fatal;
    impl fmt::Debug for Fatal {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("of the program's own")
        }
    }
    let logs = logs(|| {
        let said = std::panic::catch_unwind(|| tracing::info!(target: "app", who = ?Fatal, "never"));
        assert!(said.is_err());
        tracing::info!(target: "app", "after");
    });
    assert_eq!(
        logs.iter().map(|log| log.body.as_str()).collect::<Vec<_>>(),
        ["after"]
    );
}

#[test]
fn other_layers_see_what_they_always_saw() {
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
    struct Count(std::sync::Arc<AtomicU64>);
    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Count {
        fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let seen = std::sync::Arc::new(AtomicU64::new(0));
    let subscriber = tracing_subscriber::registry()
        .with(Count(seen.clone()))
        .with(layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::trace!(target: "app", "nobody else listens");
        tracing::info!(target: "hyper", "not ours");
    });
    assert_eq!(seen.load(SeqCst), 2);
}
