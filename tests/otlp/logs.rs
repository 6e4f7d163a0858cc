//! Logs at the backend: declared events, what came through `tracing`, the summary, and the two tiers of `--debug`.

use std::collections::{BTreeMap, BTreeSet};

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use telemetry_runtime::line::Record;
use telemetry_runtime::timestamp::parse;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Testbed, attribute};
use tracing_subscriber::layer::SubscriberExt;

use super::{log, options, span, start, start_at, text, told};

#[test]
fn an_event_is_a_log_record_with_its_name_severity_body_attributes_and_place() {
    let testbed = told(|| {
        screen!(Launch).enter();
        let capsule = stage!(Capsule).start();
        event!(ContainerCrashed {
            container_name: "jk-my-app",
            exit_code: 137,
            oom_killed: true,
            error_type: ErrorType::ContainerOutOfMemory,
            log_tail: &["there is no spoon"],
        });
        capsule.done();
    });
    let crashed = log(&testbed, "container.crashed");
    assert_eq!(
        (crashed.severity_number, crashed.severity_text.as_str()),
        (17, "ERROR")
    );
    let body = crashed.body.clone().and_then(|body| body.value);
    assert_eq!(
        body,
        Some(Any::StringValue("container jk-my-app crashed (exit 137)".into()))
    );
    let of = |key| attribute(&crashed.attributes, key);
    assert_eq!(of("process.exit.code"), Some(&Any::IntValue(137)));
    assert_eq!(of("jackin.container.oom_killed"), Some(&Any::BoolValue(true)));
    assert_eq!(
        text(&crashed.attributes, "error.type"),
        Some("container_out_of_memory")
    );
    let Some(Any::ArrayValue(tail)) = of("jackin.container.log_tail") else {
        panic!("{:?}", crashed.attributes);
    };
    let line = tail.values[0].value.clone();
    assert_eq!(line, Some(Any::StringValue("there is no spoon".into())));
    let stage = span(&testbed, "launch.capsule");
    assert_eq!(
        (&crashed.trace_id, &crashed.span_id),
        (&stage.trace_id, &stage.span_id)
    );
    assert_eq!(text(&crashed.attributes, "jackin.screen.name"), Some("launch"));
    assert_eq!(text(&crashed.attributes, "jackin.launch.stage"), Some("capsule"));
    assert!((stage.start_time_unix_nano..=stage.end_time_unix_nano).contains(&crashed.time_unix_nano));
}

#[test]
fn the_backend_has_the_same_stream_of_logs_as_the_file() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start_at(
        &testbed,
        &[("JACKIN_DIAGNOSTICS_FILE", "1"), ("JACKIN_DEBUG", "1")],
    );
    let subscriber = tracing_subscriber::registry().with(jackin_telemetry::layer());
    tracing::subscriber::with_default(subscriber, || {
        started.run.scope(|| {
            screen!(List).enter();
            event!(Select { target: "my-app" } on List);
            screen!(List).navigate(Launch);
            event!(ContainerStarted {
                container_name: "jk-my-app"
            });
            tracing::info!(target: "jackin_console", workspaces = 3, "configuration saved");
            event!(CommandOutput {
                program: "docker",
                line: "Step 1/3"
            });
            event!(ContainerExited {
                container_name: "jk-my-app",
                exit_code: 0
            });
        });
    });
    let ended = started.finish(Outcome::Success);
    ended.balances();
    let of_the_file = ended.lines().into_iter().filter_map(|line| {
        let (name, body) = match line.record {
            Record::Event(event) if !event.on_span => (event.name, event.body),
            Record::Log(log) => (String::new(), log.body),
            _ => return None,
        };
        Some((parse(&line.time).expect("a time"), name, body))
    });
    let logs = testbed.logs();
    let of_the_backend = logs.iter().filter_map(|log| match log.body.clone()?.value? {
        Any::StringValue(body) => Some((log.time_unix_nano, log.event_name.clone(), body)),
        // The summary, which is a line of its own kind in the file.
        _ => None,
    });
    // A message has the records of each scope together.
    let (of_the_file, of_the_backend): (BTreeSet<_>, BTreeSet<_>) =
        (of_the_file.collect(), of_the_backend.collect());
    assert_eq!(of_the_backend, of_the_file);
    assert!(of_the_file.len() >= 4, "{of_the_file:?}");
}

#[test]
fn without_debug_the_export_is_compact_and_with_it_the_firehose_comes_too() {
    let work = || {
        screen!(Launch).enter();
        stage!(Network).start().done();
        event!(InputKey {
            key_class: KeyClass::Character
        });
        event!(CommandOutput {
            program: "git",
            line: "Fast-forward"
        });
        event!(ContainerStarted { container_name: "jk" });
        event!(MountSkipped { mount_path: "~/gone" });
        event!(LaunchFailed {
            error_type: ErrorType::IoFailed
        });
        tracing::debug!(target: "jackin_console", "of interest to a person who debugs");
        tracing::info!(target: "jackin_console", "of interest to all");
    };
    let severities = |debug: bool| {
        let testbed = Testbed::start().expect("a testbed");
        let started = start_at(&testbed, if debug { &[("JACKIN_DEBUG", "1")] } else { &[] });
        let subscriber = tracing_subscriber::registry().with(jackin_telemetry::layer());
        tracing::subscriber::with_default(subscriber, || started.run.scope(work));
        started.finish(Outcome::Success).is_delivered();
        let stages = testbed
            .spans()
            .iter()
            .filter(|span| span.name == "launch.network")
            .count();
        assert_eq!(stages, 1, "stage boundaries are there in both");
        let logs = testbed.logs();
        let logs = logs.iter().filter(|log| log.event_name != "run.summary");
        let mut counts = BTreeMap::new();
        logs.for_each(|log| *counts.entry(log.severity_text.clone()).or_insert(0) += 1);
        counts
    };
    let of = |counts: &[(&str, i32)]| {
        counts
            .iter()
            .map(|(text, count)| ((*text).to_owned(), *count))
            .collect()
    };
    let compact: BTreeMap<String, i32> = of(&[("INFO", 2), ("WARN", 1), ("ERROR", 1)]);
    assert_eq!(severities(false), compact);
    let firehose: BTreeMap<String, i32> =
        of(&[("TRACE", 1), ("DEBUG", 2), ("INFO", 2), ("WARN", 1), ("ERROR", 1)]);
    assert_eq!(severities(true), firehose);
}

#[test]
fn only_the_products_own_crates_are_heard_beside_what_is_declared() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start_at(&testbed, &[]);
    let subscriber = tracing_subscriber::registry().with(jackin_telemetry::layer());
    tracing::subscriber::with_default(subscriber, || {
        started.run.scope(|| {
            screen!(List).enter();
            tracing::warn!(target: "jackin_docker", attempt = 2, "slow answer");
            tracing::warn!(target: "bollard::client", "a dependency's own");
            tracing::error!(target: "hyper", "of the transport");
            let _span = tracing::info_span!(target: "bollard", "request").entered();
        });
    });
    started.finish(Outcome::Success).is_delivered();
    let logs = testbed.logs();
    let undeclared: Vec<_> = logs.iter().filter(|log| log.event_name.is_empty()).collect();
    let [slow] = undeclared[..] else {
        panic!("{undeclared:?}")
    };
    assert_eq!(slow.scope.name, "jackin_docker");
    assert_eq!((slow.severity_number, slow.severity_text.as_str()), (13, "WARN"));
    assert_eq!(attribute(&slow.attributes, "attempt"), Some(&Any::IntValue(2)));
    let list = span(&testbed, "list");
    assert_eq!((&slow.trace_id, &slow.span_id), (&list.trace_id, &list.span_id));
    let names: Vec<_> = testbed.spans().iter().map(|span| span.name.clone()).collect();
    assert_eq!(names.len(), 2, "the command and the list: {names:?}");
}

#[test]
fn the_summary_is_a_structured_log_record_with_durations_counts_and_the_cache() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(options(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &testbed.endpoint())]));
    started.run.scope(|| {
        screen!(Launch).enter();
        stage!(DerivedImage).start().done();
        stage!(Network).start().cancel();
        event!(CacheHit { cache: Cache::Image });
        event!(CacheHit { cache: Cache::Image });
        event!(CacheMiss {
            cache: Cache::Image,
            miss_reason: MissReason::ExplicitRebuild
        });
    });
    let ended = started.finish(Outcome::Success);
    ended.is_delivered();
    let summary = log(&testbed, "run.summary");
    assert_eq!(
        (summary.severity_number, summary.severity_text.as_str()),
        (9, "INFO")
    );
    assert_eq!(text(&summary.attributes, "outcome"), Some("success"));
    assert!(matches!(
        attribute(&summary.attributes, "jackin.duration"),
        Some(Any::IntValue(0..))
    ));
    let Some(Any::KvlistValue(body)) = summary.body.clone().and_then(|body| body.value) else {
        panic!("{:?}", summary.body);
    };
    let int = |value: Option<&Any>| match value {
        Some(Any::IntValue(number)) => *number,
        other => panic!("{other:?}"),
    };
    let of = |key| attribute(&body.values, key);
    assert_eq!((int(of("cache_hits")), int(of("cache_misses"))), (2, 1));
    let map = |value: Option<&Any>| match value {
        Some(Any::KvlistValue(map)) => map.values.clone(),
        other => panic!("{other:?}"),
    };
    let events = map(of("events"));
    assert_eq!(int(attribute(&events, "cache.hit")), 2);
    let stages = map(of("stages"));
    assert_eq!(
        stages.iter().map(|stage| stage.key.as_str()).collect::<Vec<_>>(),
        ["derived_image", "network"]
    );
    let network = map(attribute(&stages, "network"));
    assert_eq!(text(&network, "outcome"), Some("cancelled"));
    assert!(int(attribute(&network, "duration_ns")) > 0 && int(attribute(&network, "runs")) == 1);
    let ledger = map(of("ledger"));
    // The end of the command and of the run come after it.
    let emitted = i64::try_from(ended.delivery.ledger.emitted).expect("few records");
    assert_eq!(int(attribute(&ledger, "emitted")), emitted - 2);
}
