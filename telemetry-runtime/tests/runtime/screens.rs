use expect_test::expect;
use telemetry_runtime::line::{Kind, Record, SpanEnd};
use telemetry_runtime::screen::{act, current, enter, leave, navigate, show, tag};
use telemetry_runtime::{SpanGuard, emit};

use crate::items::*;
use crate::vocabulary::*;
use crate::{capture, visits};

/// list → settings → list → editor → list → launch: what the hand-written telemetry before us never got right.
fn tour() {
    enter(&LIST);
    navigate(&LIST, &SETTINGS);
    navigate(&SETTINGS, &LIST);
    navigate(&LIST, &EDITOR);
    navigate(&EDITOR, &LIST);
    navigate(&LIST, &LAUNCH);
}

#[test]
fn every_visit_links_to_the_one_before_and_every_navigate_stands_on_the_one_that_was_left() {
    let captured = capture(tour);
    expect![[r#"
        command app.command=capture app.outcome=success
        list app.screen.name=list
          * navigate app.screen.to=settings
        settings <- list app.screen.from=list app.screen.name=settings
          * navigate app.screen.to=list
        list <- settings app.screen.from=settings app.screen.name=list
          * navigate app.screen.to=editor
        editor <- list app.screen.from=list app.screen.name=editor
          * navigate app.screen.to=list
        list <- editor app.screen.from=editor app.screen.name=list
          * navigate app.screen.to=launch
        launch <- list app.screen.from=list app.screen.name=launch
    "#]]
    .assert_eq(&captured.tree());
    captured.assert_conforms();

    // The picture names screens; three visits of one screen are told apart by their ids.
    let visits = visits(&captured);
    for pair in visits.windows(2) {
        let [before, after] = pair else {
            panic!("windows of two")
        };
        assert_eq!(after.links.len(), 1);
        assert_eq!(
            (&after.links[0].span_id, &after.links[0].trace_id),
            (&before.span_id, &before.trace_id)
        );
    }
    let traces: std::collections::BTreeSet<_> = visits.iter().map(|visit| &visit.trace_id).collect();
    assert_eq!(traces.len(), 6, "each visit is a trace of its own");
    let left: Vec<_> = captured
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::Event(event) if event.name == "navigate" => event.span_id.clone(),
            _ => None,
        })
        .collect();
    let expected: Vec<_> = visits[..5].iter().map(|visit| visit.span_id.clone()).collect();
    assert_eq!(left, expected);
}

#[test]
fn a_visit_links_to_the_one_before_also_when_that_one_was_left() {
    let captured = capture(|| {
        enter(&LIST);
        leave(&LIST);
        assert!(current().is_none());
        enter(&LAUNCH);
    });
    let visits = visits(&captured);
    assert_eq!(visits[1].links[0].span_id, visits[0].span_id);
}

#[test]
fn showing_the_current_screen_again_changes_nothing() {
    let captured = capture(|| {
        for screen in [&LIST, &LIST, &SETTINGS, &SETTINGS, &LIST] {
            show(screen);
        }
    });
    assert_eq!(captured.visits(), ["list", "settings", "list"]);
    captured.assert_conforms();
}

#[test]
fn a_move_that_the_schema_does_not_list_is_made_reported_and_counted() {
    let captured = capture(|| {
        show(&SETTINGS);
        show(&LAUNCH);
    });
    assert_eq!(captured.visits(), ["settings", "launch"]);
    let logs = captured.logs();
    assert_eq!(logs.len(), 1);
    assert_eq!(
        logs[0].body,
        "the schema has no move from screen `settings` to screen `launch`"
    );
    assert_eq!(
        (logs[0].target.as_str(), logs[0].screen.as_deref()),
        ("app", Some("settings"))
    );
    assert_eq!(
        captured
            .summary()
            .map(|summary| (summary.unexpected, summary.logs)),
        Some((1, 1))
    );
    assert_eq!(captured.findings(), [logs[0].body.clone()]);
}

#[test]
fn navigating_from_a_screen_that_is_not_current_opens_it_first_and_counts() {
    let captured = capture(|| {
        enter(&EDITOR);
        navigate(&LIST, &SETTINGS);
    });
    assert_eq!(captured.visits(), ["editor", "list", "settings"]);
    assert_eq!(captured.summary().map(|summary| summary.unexpected), Some(1));
    let visits = visits(&captured);
    assert_eq!(visits[1].links[0].span_id, visits[0].span_id);
}

#[test]
fn calls_on_a_screen_that_is_not_current_count_and_do_nothing() {
    let captured = capture(|| {
        leave(&LIST);
        enter(&LIST);
        leave(&EDITOR);
        tag(&EDITOR, 0, "wrong".into());
        act(&EDITOR);
        act(&LIST);
        assert_eq!(current().map(|screen| screen.span.id), Some("list"));
    });
    assert_eq!(captured.visits(), ["list"]);
    assert_eq!(captured.summary().map(|summary| summary.unexpected), Some(4));
    assert!(!visits(&captured)[0].attributes.contains_key("app.workspace"));
}

#[test]
fn a_tag_is_on_the_visit_and_on_every_later_record_of_it_and_on_none_of_the_next() {
    let captured = capture(|| {
        enter(&LAUNCH);
        tick(0, 0);
        tag(&LAUNCH, 0, "old".into());
        tag(&LAUNCH, 0, "shop".into());
        tick(1, 0);
        SpanGuard::start(&IMAGE, &[]).done();
        std::thread::scope(|threads| {
            let place = telemetry_runtime::Place::current();
            threads.spawn(move || place.scope(|| tick(2, 0)));
        });
        enter(&LIST);
        tick(3, 0);
    });
    expect![[r#"
        command app.command=capture app.outcome=success
        launch app.screen.name=launch app.workspace=shop
          * tick app.number=0 app.worker=0
          * tick app.number=1 app.worker=0 app.workspace=shop
          launch.image app.screen.name=launch app.stage=image app.workspace=shop
          * tick app.number=2 app.worker=0 app.workspace=shop
        list <- launch app.screen.from=launch app.screen.name=list
          * tick app.number=3 app.worker=0
    "#]]
    .assert_eq(&captured.tree());
}

#[test]
fn actions_stand_on_the_visit_and_other_span_events_on_the_innermost_span() {
    let captured = capture(|| {
        enter(&LIST);
        let _work = work(1);
        emit(&SELECT, &[]);
        emit(&MARK, &[]);
    });
    expect![[r#"
        command app.command=capture app.outcome=success
        list app.screen.name=list
          work app.number=1 app.screen.name=list (abandoned)
            * mark
          * select
    "#]]
    .assert_eq(&captured.tree());
}

#[test]
fn an_event_recorded_both_ways_is_two_records_and_happened_once() {
    let captured = capture(|| {
        enter(&LIST);
        emit(&BOTH, &[]);
    });
    let on_span: Vec<_> = captured
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::Event(event) if event.name == "both" => Some(event.on_span),
            _ => None,
        })
        .collect();
    assert_eq!(on_span, [false, true]);
    assert_eq!(captured.summary().map(|summary| summary.events["both"]), Some(1));
}

#[test]
fn a_span_event_without_any_span_is_told_as_a_log_record() {
    let captured = capture(|| emit(&MARK, &[]));
    let event = captured.lines().iter().find_map(|line| match &line.record {
        Record::Event(event) => Some((event.on_span, event.span_id.clone())),
        _ => None,
    });
    assert_eq!(event, Some((false, None)));
}

#[test]
fn threads_that_move_at_once_leave_an_unbroken_chain() {
    let captured = capture(|| {
        enter(&LIST);
        let place = telemetry_runtime::Place::current();
        std::thread::scope(|threads| {
            for _ in 0..8 {
                let place = place.clone();
                threads.spawn(move || {
                    place.scope(|| (0..50).for_each(|n| show([&SETTINGS, &LIST, &EDITOR][n % 3])));
                });
            }
        });
    });
    let visits: Vec<&SpanEnd> = visits(&captured);
    assert!(visits.len() > 100, "{}", visits.len());
    for pair in visits.windows(2) {
        assert_eq!(pair[1].links[0].span_id, pair[0].span_id);
        assert_ne!(pair[1].name, pair[0].name);
    }
    assert!(visits.iter().all(|visit| visit.kind == Kind::Screen));
    let navigates = captured.summary().map(|summary| summary.events["navigate"]);
    assert_eq!(navigates, Some(visits.len() as u64 - 1));
}

#[test]
fn a_record_of_any_thread_carries_a_screen_also_in_the_middle_of_a_move() {
    let captured = capture(|| {
        enter(&LIST);
        let place = telemetry_runtime::Place::current();
        let moving = std::sync::atomic::AtomicBool::new(true);
        std::thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    place.scope(|| {
                        while moving.load(std::sync::atomic::Ordering::Relaxed) {
                            tick(0, 0);
                        }
                    });
                });
            }
            (0..2_000).for_each(|n| show([&SETTINGS, &LIST][n % 2]));
            moving.store(false, std::sync::atomic::Ordering::Relaxed);
        });
    });
    let screens: Vec<_> = captured
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::Event(event) if event.name == "tick" => Some(event.screen.as_deref()),
            _ => None,
        })
        .collect();
    assert!(screens.len() > 10, "{}", screens.len());
    assert!(screens.iter().all(Option::is_some));
}
