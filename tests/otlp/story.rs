//! The operator's path at the backend: visits, moves, the launch with its stages, actions, tags and the command.

use std::collections::BTreeSet;

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use jackin_telemetry::stages::*;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::proto::trace::v1::span::SpanKind;
use telemetry_testbed::proto::trace::v1::status::StatusCode;
use telemetry_testbed::{Testbed, attribute};

use super::{Ended, log, span, start_at, text, told};

/// Through every screen that a console has, and into a launch.
fn path() {
    screen!(List).enter();
    screen!(List).navigate(Settings);
    screen!(Settings).navigate(List);
    screen!(List).navigate(Create);
    screen!(Create).navigate(Editor);
    screen!(Editor).navigate(List);
    screen!(List).navigate(Launch);
}

/// The visits in the order in which they began.
fn visits(testbed: &Testbed) -> Vec<Span> {
    let names = ["list", "settings", "editor", "create", "launch"];
    let spans = testbed.spans().into_iter().map(|span| span.item);
    let mut visits: Vec<_> = spans.filter(|span| names.contains(&span.name.as_str())).collect();
    visits.sort_by_key(|visit| visit.start_time_unix_nano);
    visits
}

#[test]
fn each_screen_is_a_trace_of_its_own_linked_to_the_one_before() {
    let testbed = told(path);
    let visits = visits(&testbed);
    let names: Vec<_> = visits.iter().map(|visit| visit.name.as_str()).collect();
    assert_eq!(
        names,
        ["list", "settings", "list", "create", "editor", "list", "launch"]
    );
    let traces: BTreeSet<_> = visits.iter().map(|visit| &visit.trace_id).collect();
    assert_eq!(traces.len(), visits.len(), "one trace a visit");
    assert!(visits[0].links.is_empty());
    for pair in visits.windows(2) {
        let [before, visit] = pair else {
            unreachable!("windows of two")
        };
        assert!(visit.parent_span_id.is_empty(), "{} is a root", visit.name);
        assert_eq!(visit.kind(), SpanKind::Internal, "{}", visit.name);
        let [link] = &visit.links[..] else {
            panic!("{}: {:?}", visit.name, visit.links)
        };
        assert_eq!(
            (&link.trace_id, &link.span_id),
            (&before.trace_id, &before.span_id)
        );
        assert_eq!(
            text(&visit.attributes, "jackin.screen.name"),
            Some(visit.name.as_str())
        );
        assert_eq!(
            text(&visit.attributes, "jackin.screen.from"),
            Some(before.name.as_str())
        );
    }
}

#[test]
fn a_move_is_an_event_of_the_visit_that_is_left_and_says_where_to() {
    let testbed = told(path);
    let visits = visits(&testbed);
    for pair in visits.windows(2) {
        let [before, visit] = pair else {
            unreachable!("windows of two")
        };
        let moves: Vec<_> = before
            .events
            .iter()
            .filter(|event| event.name == "navigate")
            .collect();
        let [navigate] = moves[..] else {
            panic!("{}: {moves:?}", before.name)
        };
        assert_eq!(
            text(&navigate.attributes, "jackin.screen.to"),
            Some(visit.name.as_str())
        );
        let stay = before.start_time_unix_nano..=before.end_time_unix_nano;
        assert!(stay.contains(&navigate.time_unix_nano), "{}", before.name);
    }
    assert!(visits.last().is_some_and(|launch| launch.events.is_empty()));
}

#[test]
fn a_launch_is_linked_to_the_list_and_has_every_stage_as_a_child_named_after_it() {
    let testbed = told(|| {
        screen!(List).enter();
        screen!(List).navigate(Launch);
        for stage in Stage::ALL {
            stage.start().done();
        }
    });
    let (list, launch) = (span(&testbed, "list"), span(&testbed, "launch"));
    assert_ne!(launch.trace_id, list.trace_id);
    assert!(
        launch.links.iter().any(|link| link.span_id == list.span_id),
        "{:?}",
        launch.links
    );
    for stage in Stage::ALL {
        let child = span(&testbed, &format!("launch.{stage}"));
        assert_eq!(
            (&child.trace_id, &child.parent_span_id),
            (&launch.trace_id, &launch.span_id),
            "{stage}"
        );
        assert_eq!(
            text(&child.attributes, "jackin.launch.stage"),
            Some(stage.as_str())
        );
        assert_eq!(text(&child.attributes, "outcome"), Some("success"));
        assert!(
            child.start_time_unix_nano >= launch.start_time_unix_nano,
            "{stage}"
        );
        assert!(child.end_time_unix_nano <= launch.end_time_unix_nano, "{stage}");
    }
}

#[test]
fn a_stage_that_fails_says_so_with_its_error_type_and_its_words() {
    let testbed = told(|| {
        screen!(Launch).enter();
        let sidecar = stage!(Sidecar).start();
        sidecar.timing(WaitDindReady).start().done();
        sidecar.fail(
            ErrorType::DindHealthCheckFailed,
            &"no answer, token=abcdefghijklmnop",
        );
    });
    let stage = span(&testbed, "launch.sidecar");
    assert_eq!(
        text(&stage.attributes, "error.type"),
        Some("dind_health_check_failed")
    );
    assert_eq!(text(&stage.attributes, "outcome"), Some("failure"));
    let status = stage.status.as_ref().expect("a status");
    assert_eq!(status.code(), StatusCode::Error);
    assert!(status.message.starts_with("no answer") && !status.message.contains("abcdefghijklmnop"));
    let timing = span(&testbed, "launch.sidecar.wait_dind_ready");
    assert_eq!(timing.parent_span_id, stage.span_id);
    assert_eq!(
        text(&timing.attributes, "jackin.launch.timing"),
        Some("wait_dind_ready")
    );
    assert!(timing.status.is_none());
}

#[test]
fn what_the_operator_does_is_an_event_with_its_time_on_the_screen_it_happened_on() {
    let testbed = told(|| {
        screen!(List).enter();
        event!(Select { target: "my-app" } on List);
        event!(Confirm { target: "delete workspace" } on List);
        event!(Launch { target: "my-app" } on List);
        screen!(List).navigate(Settings);
    });
    let list = span(&testbed, "list");
    let done: Vec<_> = list.item.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(done, ["select", "confirm", "launch", "navigate"]);
    let targets = list
        .item
        .events
        .iter()
        .map(|event| text(&event.attributes, "jackin.action.target"));
    assert_eq!(
        targets.collect::<Vec<_>>(),
        [Some("my-app"), Some("delete workspace"), Some("my-app"), None]
    );
    let times: Vec<_> = list
        .item
        .events
        .iter()
        .map(|event| event.time_unix_nano)
        .collect();
    assert!(
        times.is_sorted() && times[0] >= list.start_time_unix_nano,
        "{times:?}"
    );
    let logs = testbed.logs();
    assert!(
        !logs.iter().any(|log| done.contains(&log.event_name.as_str())),
        "no log records beside them"
    );
}

#[test]
fn what_was_selected_tags_the_visit_and_all_that_happens_on_it() {
    let testbed = told(|| {
        screen!(Launch)
            .enter()
            .workspace_name("my-app")
            .workspace_kind(WorkspaceKind::Named)
            .agent(Agent::Claude)
            .provider("anthropic");
        stage!(DerivedImage).start().done();
        span!(ProcessCommand { program: "git" }).start().done();
        event!(ContainerStarted {
            container_name: "jk-my-app"
        });
    });
    let git = span(&testbed, "process.command");
    let tagged = [
        ("the visit", span(&testbed, "launch").item.attributes),
        ("a stage", span(&testbed, "launch.derived_image").item.attributes),
        ("a command", git.item.attributes.clone()),
        ("an event", log(&testbed, "container.started").item.attributes),
    ];
    for (what, attributes) in tagged {
        for (key, value) in [
            ("jackin.workspace.name", "my-app"),
            ("jackin.workspace.kind", "named"),
            ("jackin.agent.name", "claude"),
            ("jackin.provider.name", "anthropic"),
            ("jackin.screen.name", "launch"),
        ] {
            assert_eq!(text(&attributes, key), Some(value), "{what}: {key}");
        }
    }
    assert_eq!(git.kind(), SpanKind::Client);
}

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
