use std::sync::Arc;
use std::time::Duration;

use expect_test::expect;
use telemetry_runtime::clock::TestClock;
use telemetry_runtime::line::{AttributeValue, Outcome, Record};
use telemetry_runtime::screen::enter;
use telemetry_runtime::value::Value;
use telemetry_runtime::{ErrorItem, Options, SpanGuard, SpanItem, Start, StartTiming, capture_with};

use crate::items::*;
use crate::vocabulary::*;
use crate::{capture, ended, started};

fn image() -> Start<'static, Image, 1> {
    Start::new([Value::Absent])
}

fn network() -> Start<'static, Network, 1> {
    Start::new([Value::Absent])
}

#[test]
fn every_word_that_ends_a_stage_is_its_outcome() {
    let captured = capture(|| {
        enter(&LAUNCH);
        image().start().into_guard().done();
        image().start().into_guard().cancel();
        image().skip("no repositories");
        let failing = image().start().into_guard();
        failing.fail(ErrorType::Refused.def(), &"token=hunter2hunter2 was refused");
        drop(image().start());
        let result = image().run(|image| {
            image.guard().set(0, "warm".into());
            StartTiming::<Build>::new(image.guard()).run(|| Err::<(), _>(Refusal("no disk")))
        });
        assert_eq!(result.map_err(|error| error.0), Err("no disk"));
        let _ = network().run_as(ErrorType::Refused, |_| "x".parse::<i32>());
        let _ = image().run(|_| Ok::<_, Refusal>(7));
    });
    expect![[r#"
        command app.command=capture app.outcome=success
        launch app.screen.name=launch
          launch.image app.screen.name=launch app.stage=image
          launch.image app.screen.name=launch app.stage=image (cancelled)
          launch.image app.screen.name=launch app.skip.reason=no repositories app.stage=image (skipped)
          launch.image app.screen.name=launch app.stage=image (failure: refused: token=[redacted] was refused)
          launch.image app.screen.name=launch app.stage=image (abandoned)
          launch.image app.cache=warm app.screen.name=launch app.stage=image (failure: refused: no disk)
            launch.image.build app.screen.name=launch app.stage=image app.timing=build (failure: refused: no disk)
          launch.network app.screen.name=launch app.stage=network (failure: refused: invalid digit found in string)
          launch.image app.screen.name=launch app.stage=image
    "#]]
    .assert_eq(&captured.tree());
    assert_eq!(
        captured.findings(),
        ["span `launch.image` was abandoned: its guard was dropped without a word"]
    );
}

#[test]
fn stages_overlap_outlive_scopes_and_are_never_children_of_each_other() {
    let captured = capture(|| {
        enter(&LAUNCH);
        let network = network().start().into_guard();
        let image = image().start().into_guard();
        tick(1, 0);
        network.done();
        tick(2, 0);
        let late = std::thread::spawn(move || image.done());
        assert!(late.join().is_ok());
        tick(3, 0);
    });
    expect![[r#"
        command app.command=capture app.outcome=success
        launch app.screen.name=launch
          launch.network app.screen.name=launch app.stage=network
          launch.image app.screen.name=launch app.stage=image
            * tick app.number=1 app.worker=0
            * tick app.number=2 app.worker=0
          * tick app.number=3 app.worker=0
    "#]]
    .assert_eq(&captured.tree());
    captured.assert_conforms();
}

#[test]
fn guards_that_end_out_of_order_leave_the_right_one_current() {
    let captured = capture(|| {
        enter(&LIST);
        let (outer, inner) = (work(1), work(2));
        outer.done();
        tick(1, 0);
        inner.done();
        tick(2, 0);
    });
    expect![[r#"
        command app.command=capture app.outcome=success
        list app.screen.name=list
          work app.number=1 app.screen.name=list
            work app.number=2 app.screen.name=list
              * tick app.number=1 app.worker=0
          * tick app.number=2 app.worker=0
    "#]]
    .assert_eq(&captured.tree());
}

#[test]
fn an_event_knows_the_stage_and_the_screen_that_it_happened_in() {
    let captured = capture(|| {
        enter(&LAUNCH);
        let image = image().start();
        let timing = StartTiming::<Build>::new(image.guard()).start();
        let work = work(1);
        tick(1, 0);
        work.done();
        timing.done();
        image.into_guard().done();
    });
    let event = captured.lines().iter().find_map(|line| match &line.record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    let event = event.expect("the tick");
    assert_eq!(
        (event.screen.as_deref(), event.stage.as_deref()),
        (Some("launch"), Some("image"))
    );
    assert_eq!(
        event.span_id.as_ref(),
        Some(&started(captured.lines(), "work").span_id)
    );
    assert_eq!(event.body, "tick 1 of 0");
}

#[test]
fn a_stage_outside_of_its_screen_counts_as_unexpected_and_stays_in_the_trace_of_its_launch() {
    let captured = capture(|| {
        enter(&LAUNCH);
        enter(&LIST);
        image().start().into_guard().done();
    });
    let (launch, image) = (
        started(captured.lines(), "launch"),
        started(captured.lines(), "launch.image"),
    );
    assert_eq!(image.parent_span_id.as_ref(), Some(&launch.span_id));
    assert_eq!(image.trace_id, launch.trace_id);
    assert_eq!(captured.summary().map(|summary| summary.unexpected), Some(1));

    let captured = capture(image_without_a_launch);
    assert_eq!(
        captured.findings(),
        [
            "stage `image` of screen `launch` started on `no screen`",
            "stage `image` ran without a visit of screen `launch`"
        ]
    );
}

fn image_without_a_launch() {
    image().start().into_guard().done();
}

#[test]
fn slow_stages_and_timings_say_so_before_they_end_and_the_clock_may_jump_back() {
    let clock = Arc::new(TestClock::at(1_700_000_000_000_000_000));
    let options = Options::new("test").clock(clock.clone()).ids(1);
    let captured = capture_with::<App, _>(options, || {
        enter(&LAUNCH);
        let image = image().start();
        let timing = StartTiming::<Build>::new(image.guard()).start();
        clock.advance(Duration::from_millis(400));
        clock.jump(1_600_000_000_000_000_000);
        timing.done();
        clock.advance(Duration::from_millis(101));
        image.into_guard().done();
        let quick = self::image().start().into_guard();
        clock.advance(Duration::from_millis(500));
        quick.done();
        network().start().into_guard().done();
    });
    expect![[r#"
        command app.command=test app.outcome=success
        launch app.screen.name=launch
          launch.image app.screen.name=launch app.stage=image
            launch.image.build app.screen.name=launch app.stage=image app.timing=build
              * slow.wait app.duration=400 app.stage=image app.threshold=300 app.timing=build
            * slow.wait app.duration=501 app.stage=image app.threshold=500
          launch.image app.screen.name=launch app.stage=image
          launch.network app.screen.name=launch app.stage=network
    "#]]
    .assert_eq(&captured.tree());
    assert_eq!(ended(captured.lines(), "launch.image").duration_ns, 501_000_000);
    assert!(
        captured
            .lines()
            .last()
            .is_some_and(|line| line.time.starts_with("2020-09-13T12:26:40.601"))
    );
    let numbers: Vec<_> = captured.lines().iter().map(|line| line.seq).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
    let summary = captured.summary().expect("a summary");
    let image = &summary.stages[0];
    assert_eq!(
        (image.stage.as_str(), image.runs, image.duration_ns),
        ("image", 2, 1_001_000_000)
    );
    assert_eq!(
        (summary.stages[1].stage.as_str(), summary.stages[1].outcome),
        ("network", Outcome::Success)
    );
}

#[test]
fn what_a_guard_learns_is_on_its_end_and_not_on_its_start() {
    let captured = capture(|| {
        enter(&LAUNCH);
        let image = image().start().into_guard();
        image.set(0, "cold".into());
        image.set(0, "warm".into());
        image.set(9, "no such slot".into());
        image.done();
    });
    assert!(
        !started(captured.lines(), "launch.image")
            .attributes
            .contains_key("app.cache")
    );
    let end = ended(captured.lines(), "launch.image");
    assert_eq!(
        end.attributes.get("app.cache"),
        Some(&AttributeValue::String("warm".into()))
    );
}

#[test]
fn a_panic_inside_of_a_stage_ends_it_as_abandoned_and_is_recorded_in_it() {
    let captured = capture(|| {
        enter(&LAUNCH);
        let caught = std::panic::catch_unwind(|| image().run(|_| -> Result<(), Refusal> { panic!("ouch") }));
        assert!(caught.is_err());
        tick(1, 0);
    });
    let panicked = captured.lines().iter().find_map(|line| match &line.record {
        Record::Event(event) if event.name == "panic" => Some(event),
        _ => None,
    });
    let panicked = panicked.expect("the panic");
    assert_eq!(
        panicked.attributes.get("exception.message"),
        Some(&AttributeValue::String("ouch".into()))
    );
    assert_eq!(panicked.stage.as_deref(), Some("image"));
    assert!(panicked.attributes.contains_key("code.line.number"));
    assert_eq!(
        ended(captured.lines(), "launch.image").outcome,
        Outcome::Abandoned
    );
    expect![[r#"
        command app.command=capture app.outcome=success
        launch app.screen.name=launch
          launch.image app.screen.name=launch app.stage=image (abandoned)
            * panic
          * tick app.number=1 app.worker=0
    "#]]
    .assert_eq(&without_panic_attributes(&captured.tree()));
}

fn without_panic_attributes(tree: &str) -> String {
    let shown = tree.lines().map(|line| {
        line.split_once("* panic ")
            .map_or(line.into(), |(before, _)| format!("{before}* panic"))
    });
    shown.map(|line| line + "\n").collect()
}

#[test]
fn a_span_of_its_own_trace_links_to_the_visit_and_to_the_one_of_its_name_before() {
    let captured = capture(|| {
        enter(&LIST);
        SpanGuard::start(&TAB, &[]).done();
        SpanGuard::start(&TAB, &[]).done();
    });
    let tabs: Vec<_> = captured
        .spans()
        .into_iter()
        .filter(|span| span.name == "tab")
        .collect();
    let list = started(captured.lines(), "list");
    assert_eq!(
        tabs[0].links.iter().map(|link| &link.span_id).collect::<Vec<_>>(),
        [&list.span_id]
    );
    assert_eq!(
        tabs[1].links.iter().map(|link| &link.span_id).collect::<Vec<_>>(),
        [&list.span_id, &tabs[0].span_id]
    );
    assert!(
        tabs.iter()
            .all(|tab| tab.parent_span_id.is_none() && tab.trace_id != list.trace_id)
    );
}
