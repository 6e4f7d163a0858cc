//! Where a program may be when it records and ends: in any runtime or none, in a panic, in a hurry.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use telemetry_runtime::value::Value;
use telemetry_runtime::{Options, emit};
use telemetry_testbed::{Behaviour, Testbed};

use crate::vocabulary::{PROBE, TICK};
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

/// The longest emission of some, in each of a few rounds: another process may take the processor in any of them,
/// hardly in all.
fn longest_emission(started: &Started) -> Duration {
    let round = || {
        let mut longest = Duration::ZERO;
        for number in 0..200 {
            let began = Instant::now();
            started.run.scope(|| items::tick(number, 0));
            longest = longest.max(began.elapsed());
        }
        longest
    };
    let mut rounds: Vec<Duration> = (0..9).map(|_| round()).collect();
    rounds.sort();
    rounds[4]
}

#[test]
fn the_emitting_thread_never_waits_for_the_backend() {
    type Fault = fn(&Testbed);
    let faults: [(&str, Fault); 4] = [
        ("healthy", |_| ()),
        ("black hole", |testbed| testbed.set(Behaviour::BlackHole)),
        ("dead", Testbed::die),
        ("slow", |testbed| {
            testbed.set(Behaviour::Delay(Duration::from_secs(1), Behaviour::Accept.into()));
        }),
    ];
    for (name, fault) in faults {
        let testbed = Testbed::start().expect("a testbed");
        fault(&testbed);
        let started = start(&testbed);
        let longest = longest_emission(&started);
        assert!(longest < Duration::from_millis(1), "{name}: {longest:?}");
        started.finish().balances();
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

#[test]
fn a_run_whose_file_comes_late_makes_room_for_it() {
    let testbed = Testbed::start().expect("a testbed");
    let started = start(&testbed);
    let folder = started.home.path().join(".app/runs");
    std::fs::create_dir_all(&folder).expect("a folder");
    for run in 0..205 {
        let line = format!("{{\"seq\":0,\"time\":\"2020-01-01T00:00:00.{run:09}Z\",\"record\":\"other\"}}\n");
        std::fs::write(folder.join(format!("{run:06}.jsonl")), line).expect("a file");
    }
    testbed.die();
    started.run.scope(|| items::tick(1, 1));
    let Started { run, home, .. } = started;
    let delivery = run.finish(telemetry_runtime::line::Outcome::Success);
    let left = std::fs::read_dir(&folder).expect("a folder").count();
    assert!(left <= 200, "{left} files are left");
    assert!(delivery.file.is_some_and(|file| file.exists()), "the run's own is one of them");
    drop(home);
}
