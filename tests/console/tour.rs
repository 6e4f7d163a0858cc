//! The tour: through every screen, then a launch that ends well.

use std::collections::BTreeSet;

use telemetry_runtime::line::{AttributeValue, Kind, Outcome};

use super::TOUR;
use super::told::{count, home, run, run_script, text};

#[test]
fn each_visit_of_the_tour_links_to_the_one_before_and_each_move_is_on_the_visit_that_was_left() {
    let told = run(&home(), &["--script", TOUR]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    told.assert_sound();

    let path = [
        "list", "settings", "list", "editor", "list", "create", "editor", "list", "launch",
    ];
    let visits = told.visits();
    assert_eq!(
        visits.iter().map(|visit| visit.name.as_str()).collect::<Vec<_>>(),
        path
    );
    let traces: BTreeSet<_> = visits.iter().map(|visit| &visit.trace_id).collect();
    assert_eq!(traces.len(), path.len(), "each visit is a trace of its own");
    assert!(visits[0].links.is_empty() && text(&visits[0].attributes, "jackin.screen.from").is_none());
    for (before, visit) in visits.iter().zip(&visits[1..]) {
        assert_eq!(
            visit.parent_span_id, None,
            "`{}` is the root of its trace",
            visit.name
        );
        let [link] = visit.links.as_slice() else {
            panic!("`{}` has the links {:?}", visit.name, visit.links)
        };
        assert_eq!(
            (&link.trace_id, &link.span_id),
            (&before.trace_id, &before.span_id),
            "of `{}`",
            visit.name
        );
        assert_eq!(link.name, before.name);
        assert_eq!(
            text(&visit.attributes, "jackin.screen.from"),
            Some(before.name.as_str())
        );
    }

    let moves = told.events("navigate");
    assert_eq!(moves.len(), path.len() - 1, "each move is recorded once");
    for (navigate, (from, to)) in moves.iter().zip(visits.iter().zip(&path[1..])) {
        assert!(navigate.on_span);
        assert_eq!(
            navigate.span_id.as_ref(),
            Some(&from.span_id),
            "the move to `{to}` is on the visit it left"
        );
        assert_eq!(navigate.trace_id.as_ref(), Some(&from.trace_id));
        assert_eq!(text(&navigate.attributes, "jackin.screen.to"), Some(*to));
    }
}

#[test]
fn the_tour_tells_what_the_operator_did_on_the_visit_where_it_was_done() {
    let told = run(&home(), &["--script", TOUR]);
    let visits = told.visits();
    let on = |name: &str, visit: usize| {
        let events = told.events(name);
        let events = events
            .into_iter()
            .filter(|event| event.span_id.as_ref() == Some(&visits[visit].span_id));
        events
            .map(|event| {
                text(&event.attributes, "jackin.action.target")
                    .expect("a target")
                    .to_owned()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(on("select", 1), ["sidecar"]);
    assert_eq!(on("save", 1), ["settings"]);
    assert_eq!(on("select", 2), ["my-app"]);
    assert_eq!(on("save", 3), ["my-app-2"]);
    assert_eq!(on("select", 5), ["notes"]);
    assert_eq!(on("save", 6), ["notes-of-today"]);
    assert_eq!(on("dismiss", 7), ["delete workspace"]);
    assert_eq!(on("launch", 7), ["my-app-2"]);

    // The tags of the list's last visit, and those of the launch, which every record on it repeats.
    let ends = told.ends(Kind::Screen);
    let (list, launch) = (ends[7].1, ends[8].1);
    assert_eq!(text(&list.attributes, "jackin.workspace.name"), Some("my-app-2"));
    assert_eq!(text(&list.attributes, "jackin.workspace.kind"), Some("named"));
    assert_eq!(text(&launch.attributes, "jackin.role.name"), Some("agent-smith"));
    let exited = told.event("container.exited");
    assert_eq!(text(&exited.attributes, "jackin.agent.name"), Some("claude"));
    assert_eq!(
        (exited.screen.as_deref(), exited.stage.as_deref()),
        (Some("launch"), Some("hardline"))
    );

    // A site without a declared name is served too.
    let logs = told.logs();
    assert_eq!(logs.len(), 3, "the configuration was saved three times: {logs:?}");
}

#[test]
fn the_stages_of_the_launch_are_its_children_and_may_overlap_repeat_and_be_skipped() {
    let told = run(&home(), &["--script", TOUR]);
    let launch = *told.visits().last().expect("the launch");
    let stages = told.starts(Kind::Stage);
    let names: BTreeSet<_> = stages.iter().map(|(_, stage)| stage.name.as_str()).collect();
    assert!(names.len() >= 8, "only {names:?}");
    for (_, stage) in &stages {
        assert_eq!(
            stage.parent_span_id.as_ref(),
            Some(&launch.span_id),
            "{}",
            stage.name
        );
        assert_eq!(stage.trace_id, launch.trace_id, "{}", stage.name);
    }
    for (_, timing) in told.starts(Kind::Timing) {
        let (_, stage) = stages
            .iter()
            .find(|(_, stage)| Some(&stage.span_id) == timing.parent_span_id.as_ref())
            .unwrap_or_else(|| panic!("{} has no stage", timing.name));
        assert!(
            timing.name.starts_with(&format!("{}.", stage.name)),
            "{} in {}",
            timing.name,
            stage.name
        );
    }
    assert_eq!(
        count(&told, Kind::Stage, "launch.workspace", Outcome::Success),
        2,
        "pulled, then materialized"
    );
    assert_eq!(
        count(&told, Kind::Stage, "launch.sidecar", Outcome::Success),
        1,
        "the settings asked for it"
    );

    let ends = told.ends(Kind::Stage);
    let started = |name| {
        stages
            .iter()
            .find(|(_, stage)| stage.name == name)
            .map(|(line, _)| line.seq)
    };
    let ended = |name| {
        ends.iter()
            .find(|(_, stage)| stage.name == name)
            .map(|(line, _)| line.seq)
    };
    assert!(started("launch.network") < started("launch.agent_binaries"));
    assert!(
        ended("launch.agent_binaries") < ended("launch.network"),
        "the network was open all the while"
    );

    let commands = told
        .ends(Kind::Span)
        .into_iter()
        .filter(|(_, end)| end.name == "process.command");
    let programs: BTreeSet<_> = commands
        .map(|(_, end)| {
            assert_eq!(
                end.attributes.get("process.exit.code"),
                Some(&AttributeValue::Int(0)),
                "{end:?}"
            );
            assert!(
                !end.attributes.contains_key("process.command_args"),
                "arguments are for --debug"
            );
            text(&end.attributes, "process.executable.name")
                .expect("a program")
                .to_owned()
        })
        .collect();
    assert_eq!(programs, BTreeSet::from(["git".to_owned(), "tar".to_owned()]));
    assert!(
        told.events("command.output").is_empty(),
        "the firehose is for --debug"
    );

    // Without the settings of the tour and for a folder that is no repository, there is nothing to do twice.
    let told = run_script(&home(), "launch notes\nchild exit 0\n", &[]);
    assert_eq!(count(&told, Kind::Stage, "launch.workspace", Outcome::Skipped), 1);
    assert_eq!(count(&told, Kind::Stage, "launch.sidecar", Outcome::Skipped), 1);
    let reasons = told.ends(Kind::Stage);
    let reasons: Vec<_> = reasons
        .iter()
        .filter_map(|(_, end)| text(&end.attributes, "jackin.skip.reason"))
        .collect();
    assert_eq!(reasons, ["no_mounted_repositories", "not_requested"]);
}

#[test]
fn a_second_launch_reuses_what_the_first_one_built() {
    let home = home();
    let first = run(&home, &["--script", TOUR]);
    assert_eq!((first.summary().cache_hits, first.summary().cache_misses), (0, 2));
    assert_eq!(
        text(&first.event("launch.plan").attributes, "jackin.launch.plan"),
        Some("build_and_create")
    );
    assert_eq!(first.events("docker.build.step").len(), 3);

    let second = run(&home, &["--script", TOUR]);
    assert_eq!(
        (second.summary().cache_hits, second.summary().cache_misses),
        (2, 0)
    );
    assert_eq!(
        text(&second.event("launch.plan").attributes, "jackin.launch.plan"),
        Some("create_from_valid_image")
    );
    assert!(second.events("docker.build.step").is_empty());
}
