//! What is true of a run as a whole, at the backend: the span of its command, and the resource under every item.

use jackin_telemetry::prelude::*;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::trace::v1::status::StatusCode;
use telemetry_testbed::{Testbed, attribute};

use super::{Ended, span, start_at, story::path, text};

#[test]
fn the_command_is_a_root_span_with_its_name_and_outcome_and_parent_of_nothing() {
    #[derive(Debug)]
    struct Refused;
    impl std::fmt::Display for Refused {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("docker says no")
        }
    }
    impl From<&Refused> for ErrorType {
        fn from(_: &Refused) -> ErrorType {
            ErrorType::DockerUnavailable
        }
    }

    let testbed = Testbed::start().expect("a testbed");
    let started = start_at(&testbed, &[]);
    started.run.scope(path);
    let ended: Ended = started.finish((&Err::<(), _>(Refused), 2));
    ended.is_delivered();
    let command = span(&testbed, "cli.command");
    assert!(command.parent_span_id.is_empty() && command.links.is_empty());
    assert_eq!(text(&command.attributes, "cli.command.name"), Some("console"));
    assert_eq!(text(&command.attributes, "outcome"), Some("failure"));
    assert_eq!(
        text(&command.attributes, "error.type"),
        Some("docker_unavailable")
    );
    let status = command.status.as_ref().expect("a status");
    assert_eq!(
        (status.code(), status.message.as_str()),
        (StatusCode::Error, "docker says no")
    );
    let others = testbed.spans();
    let others = others.iter().filter(|span| span.name != "cli.command");
    assert!(others.clone().count() > 5);
    for other in others {
        assert_ne!(other.trace_id, command.trace_id, "{}", other.name);
        assert!(
            other.end_time_unix_nano <= command.end_time_unix_nano,
            "{}",
            other.name
        );
    }
}

#[test]
fn every_item_of_every_signal_carries_the_run_and_the_service() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start_at(
        &testbed,
        &[
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "team=blue,service.name=other,parallax.run.id=run_8b4766",
            ),
            ("OTEL_SERVICE_NAME", "another"),
        ],
    );
    assert_eq!(started.run.id(), "8b4766", "adopted, without its prefix");
    started.run.scope(|| {
        path();
        event!(CacheMiss {
            cache: Cache::Image,
            miss_reason: MissReason::ExplicitRebuild
        });
    });
    started.finish(Outcome::Success).is_delivered();
    let received = testbed.received();
    let (spans, logs, points) = (received.spans(), received.logs(), received.metric_points());
    assert!(spans.len() > 7 && logs.len() > 1 && points.len() > 2);
    let of_spans = spans.iter().map(|span| &span.resource);
    let of_logs = logs.iter().map(|log| &log.resource);
    let of_points = points.iter().map(|point| &point.resource);
    for resource in of_spans.chain(of_logs).chain(of_points) {
        for (key, value) in [
            ("service.name", "jackin"),
            ("service.version", "4.5.6"),
            ("parallax.run.id", "8b4766"),
            ("cli.invocation.id", "8b4766"),
            ("team", "blue"),
            ("telemetry.sdk.language", "rust"),
        ] {
            assert_eq!(text(&resource.attributes, key), Some(value), "{key}");
        }
        for key in [
            "service.instance.id",
            "telemetry.sdk.name",
            "telemetry.sdk.version",
            "os.type",
            "host.arch",
        ] {
            assert!(
                text(&resource.attributes, key).is_some_and(|text| !text.is_empty()),
                "{key}"
            );
        }
        let pid = i64::from(std::process::id());
        assert_eq!(
            attribute(&resource.attributes, "process.pid"),
            Some(&Any::IntValue(pid))
        );
    }
    let scopes = spans
        .iter()
        .map(|span| &span.scope)
        .chain(points.iter().map(|point| &point.scope));
    for scope in scopes {
        assert_eq!((scope.name.as_str(), scope.version.as_str()), ("jackin", "1.0.0"));
    }
}
