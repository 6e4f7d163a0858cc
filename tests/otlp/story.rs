//! The operator's path at the backend: visits, moves, the launch with its stages, actions, tags and the command.

use std::collections::BTreeSet;

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use jackin_telemetry::stages::*;
use telemetry_testbed::Testbed;
use telemetry_testbed::proto::trace::v1::Span;
use telemetry_testbed::proto::trace::v1::span::SpanKind;
use telemetry_testbed::proto::trace::v1::status::StatusCode;

use super::{log, span, text, told};

/// Through every screen that a console has, and into a launch.
pub(super) fn path() {
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
