//! Where a program may be when it records and ends: in any runtime or none, in a panic, in a hurry.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use telemetry_runtime::line::Outcome;
use telemetry_runtime::value::Value;
use telemetry_runtime::{Options, emit, screen};
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::{Behaviour, Testbed, attribute};

use crate::vocabulary::{LIST, PROBE, SELECT, TICK};
use crate::{LONG, Started, items, start, start_with};

/// Records something, ends the run, and checks that the backend has all of it.
fn lives(testbed: &Testbed, started: Started) {
    started.run.scope(|| items::tick(1, 1));
    let ended = started.finish();
    let ledger = ended.balances();
    assert_eq!(ledger.acknowledged, ledger.emitted, "{:?}", ended.told);
    assert!(ended.took < Duration::from_secs(2), "{:?}", ended.took);
    assert!(testbed.logs().iter().any(|log| log.event_name == "tick"));
}

#[test]
fn a_run_ends_well_outside_of_any_runtime() {
    let testbed = Testbed::start().expect("a testbed");
    lives(&testbed, start(&testbed));
}

#[tokio::test(flavor = "current_thread")]
async fn a_run_ends_well_inside_of_a_current_thread_runtime() {
    let testbed = Testbed::start().expect("a testbed");
    lives(&testbed, start(&testbed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_run_ends_well_in_a_task_of_the_only_worker() {
    let task = tokio::spawn(async {
        let testbed = Testbed::start().expect("a testbed");
        lives(&testbed, start(&testbed));
    });
    task.await.expect("the task ends");
}

#[test]
fn a_run_that_is_dropped_is_delivered() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    started.run.scope(|| items::tick(1, 1));
    drop(started.run);
    let spans = testbed.spans();
    assert!(spans.iter().any(|span| span.name == "command"));
    assert!(testbed.logs().iter().any(|log| log.event_name == "tick"));
}

#[test]
fn a_panic_is_delivered_before_the_program_goes_on() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        started.run.scope(|| panic!("in the middle of it"));
    }));
    assert!(panicked.is_err());
    let logs = testbed.logs();
    assert!(logs.iter().any(|log| log.event_name == "panic"), "{logs:?}");
    started.finish().balances();
}

#[test]
fn a_run_that_a_panic_drops_is_delivered() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let Started { run, .. } = started;
        run.scope(|| items::tick(1, 1));
        panic!("while the run lives");
    }));
    assert!(panicked.is_err());
    assert!(testbed.spans().iter().any(|span| span.name == "command"));
}

/// Emits when it is dropped, as the guards of a program do.
struct Emits<'s> {
    started: &'s Started,
    number: i64,
}

impl Drop for Emits<'_> {
    fn drop(&mut self) {
        self.started.run.scope(|| items::tick(self.number, 0));
    }
}

#[test]
fn what_destructors_record_while_a_panic_unwinds_is_delivered() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _emits = Emits {
            started: &started,
            number: 17,
        };
        panic!("with a guard on the stack");
    }));
    assert!(panicked.is_err());
    is_delivered_with(&testbed, started, 17);
}

/// Ends the run, and checks that the backend has all of it, with this tick.
fn is_delivered_with(testbed: &Testbed, started: Started, number: i64) {
    let ended = started.finish();
    let ledger = ended.balances();
    assert_eq!(ledger.acknowledged, ledger.emitted, "{:?}", ended.told);
    let number = Any::IntValue(number);
    let logs = testbed.logs();
    let mut ticks = logs.iter().filter(|log| log.event_name == "tick");
    assert!(
        ticks.any(|tick| attribute(&tick.attributes, "app.number") == Some(&number)),
        "{logs:?}"
    );
}

/// Calls what it holds when the thread that it is a local of ends.
struct AtExit(Option<Box<dyn FnOnce()>>);

impl Drop for AtExit {
    fn drop(&mut self) {
        if let Some(last) = self.0.take() {
            last();
        }
    }
}

thread_local! {
    static AT_EXIT: RefCell<AtExit> = const { RefCell::new(AtExit(None)) };
}

/// Runs `work` in a thread, and `last` in a destructor of the thread's locals. With `before`, that destructor is
/// registered before the thread has recorded anything, so that it runs after those of the runtime's own locals.
fn at_exit(before: bool, work: impl FnOnce() + Send, last: impl FnOnce() + Send + 'static) {
    let register = |last| AT_EXIT.with_borrow_mut(|at_exit| at_exit.0 = Some(last));
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let last: Box<dyn FnOnce()> = Box::new(last);
            if before {
                register(last);
                work();
            } else {
                work();
                register(last);
            }
        });
        thread.join().expect("the thread ends");
    });
}

#[test]
fn what_a_thread_records_while_its_locals_are_destroyed_is_delivered() {
    for before in [true, false] {
        let testbed = Testbed::start().expect("a testbed");
        let started = Arc::new(start(&testbed));
        let (works, lasts) = (Arc::clone(&started), Arc::clone(&started));
        at_exit(
            before,
            || works.run.scope(|| items::tick(1, 1)),
            move || lasts.run.scope(|| items::tick(17, 1)),
        );
        drop(works);
        let started = Arc::into_inner(started).expect("the thread is gone");
        is_delivered_with(&testbed, started, 17);
    }
}

#[test]
fn a_run_that_ends_while_the_locals_of_its_thread_are_destroyed_is_delivered() {
    for before in [true, false] {
        let testbed = Testbed::start().expect("a testbed");
        let started = start(&testbed);
        let Started { run, home, .. } = started;
        let (ends, ended) = mpsc::channel();
        at_exit(
            before,
            || (),
            move || {
                run.scope(|| items::tick(1, 1));
                let _ = ends.send(run.finish(Outcome::Success));
            },
        );
        let delivery = ended.recv().expect("the run ended");
        let ledger = delivery.ledger;
        assert_eq!(
            (ledger.acknowledged, ledger.in_flight),
            (ledger.emitted, 0),
            "{delivery}"
        );
        assert!(testbed.logs().iter().any(|log| log.event_name == "tick"));
        assert!(!home.path().join(".app").exists());
    }
}

#[test]
fn a_flood_is_counted_to_the_record() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set(Behaviour::BlackHole);
    let started = start_with(Options::new("test").debug(true), &testbed.endpoint(), &[]);
    let stop = AtomicBool::new(false);
    let emitted: u64 = std::thread::scope(|scope| {
        let flood = |debug: bool| {
            let (started, stop) = (&started, &stop);
            scope.spawn(move || {
                let mut emitted = 0;
                started.run.scope(|| {
                    while !stop.load(Ordering::Relaxed) && emitted < 40_000 {
                        if debug {
                            emit(&PROBE, &[]);
                        } else {
                            emit(&TICK, &[Value::Int(1), Value::Int(1)]);
                        }
                        emitted += 1;
                    }
                });
                emitted
            })
        };
        let floods = [flood(true), flood(false), flood(true)];
        let began = Instant::now();
        while began.elapsed() < LONG && floods.iter().any(|flood| !flood.is_finished()) {
            std::thread::yield_now();
        }
        stop.store(true, Ordering::Relaxed);
        floods
            .into_iter()
            .map(|flood| flood.join().expect("a flood"))
            .sum()
    });
    let ended = started.finish();
    let ledger = ended.balances();
    assert!(ledger.emitted > emitted, "{ledger:?}");
    assert!(ledger.in_file > 0 && ledger.acknowledged == 0, "{ledger:?}");
    let told = ended.told.iter().filter(|code| *code == "queue_full").count();
    assert_eq!(told, usize::from(ledger.dropped > 0), "{:?}", ended.told);
}

/// Leaves so many runs of this year in the run folder of a home.
fn runs_of(year: u32, started: &Started, ids: std::ops::Range<u32>) {
    let folder = started.home.path().join(".app/runs");
    std::fs::create_dir_all(&folder).expect("a folder");
    for id in ids {
        let line = format!(
            "{{\"seq\":0,\"time\":\"{year}-01-01T00:00:00.{id:09}Z\",\"record\":\"notice\",\"code\":\"c\",\"body\":\"b\"}}\n"
        );
        std::fs::write(folder.join(format!("r{id:06}.jsonl")), line).expect("a file");
    }
}

#[test]
fn a_run_whose_file_comes_late_makes_room_for_it_and_is_not_taken_for_an_old_one() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    runs_of(2020, &started, 0..5);
    // Later than this run began: by its own time it is the oldest of those that are kept.
    runs_of(2100, &started, 5..210);
    testbed.die();
    started.run.scope(|| items::tick(1, 1));
    let Started { run, home, .. } = started;
    let delivery = run.finish(Outcome::Success);
    let own = delivery.file.expect("a file");
    assert!(own.exists(), "{} is gone", own.display());
    let folder = own.parent().expect("the folder");
    let left = std::fs::read_dir(folder).expect("the folder").count();
    assert!(left <= 201, "{left} files are left");
    assert!(!folder.join("r000000.jsonl").exists(), "that one is years old");
    drop(home);
}

#[test]
fn what_a_span_has_no_room_for_is_counted_and_the_operator_is_told_once() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    started.run.scope(|| {
        screen::enter(&LIST);
        for number in 0..3_000 {
            emit(&SELECT, &[]);
            if number % 500 == 0 {
                // So that it is the span that is full, and not the queue.
                started.run.flush();
            }
        }
    });
    let ended = started.finish();
    let ledger = ended.balances();
    let spans = testbed.spans();
    let list = spans.iter().find(|span| span.name == "list").expect("the visit");
    assert_eq!(
        (list.item.events.len(), list.dropped_events_count),
        (1_024, 3_000 - 1_024)
    );
    assert_eq!(ledger.dropped, 3_000 - 1_024, "{ledger:?}");
    assert_eq!(ended.told, ["span_full"]);
    assert!(
        ended.delivery.to_string().contains("1976 records lost"),
        "{}",
        ended.delivery
    );
}
