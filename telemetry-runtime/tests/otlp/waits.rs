//! The emitting thread never waits for the backend. How long an emission takes by the clock does not tell waiting from
//! having been preempted, on a machine that has other things to do; the kernel does: a thread that waits gives the
//! processor up by itself, and that is counted.

use std::time::{Duration, Instant};

use telemetry_testbed::{Behaviour, Testbed};

use crate::{Started, items, start};

/// Nobody may wait longer.
const LIMIT: Duration = Duration::from_millis(1);
/// Emissions in a round: fewer than the queue has room for, so that none is turned away.
const EMISSIONS: i64 = 1_000;
const ROUNDS: usize = 5;

/// How often this thread gave the processor up by itself.
fn gave_way() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").expect("the kernel tells");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.and_then(|line| line.trim().parse().ok()).expect("a number")
}

/// What a round of emissions came to.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Round {
    /// Emissions that gave the processor up and came back after more than the limit.
    waited_long: u64,
    /// Emissions that gave it up at all.
    waited: u64,
}

fn round(started: &Started) -> Round {
    let mut round = Round::default();
    started.run.scope(|| {
        for number in 0..EMISSIONS {
            let (before, began) = (gave_way(), Instant::now());
            items::tick(number, 0);
            let took = began.elapsed();
            if gave_way() > before {
                round.waited += 1;
                round.waited_long += u64::from(took > LIMIT);
            }
        }
    });
    round
}

/// The round in the middle: the lock of a queue may have been held by a thread that was preempted in any of them,
/// hardly in most.
fn typical(started: &Started) -> Round {
    let mut rounds: Vec<_> = (0..ROUNDS).map(|_| round(started)).collect();
    rounds.sort();
    rounds.swap_remove(ROUNDS / 2)
}

#[test]
fn an_emission_waits_for_nobody_whatever_the_backend_does() {
    type Fault = fn(&Testbed);
    let faults: [(&str, Fault); 6] = [
        ("healthy", |_| ()),
        ("swallows", |testbed| testbed.set(Behaviour::BlackHole)),
        ("is dead", Testbed::die),
        ("is mute", |testbed| testbed.fall_mute().expect("a mute testbed")),
        ("is behind a firewall", |testbed| {
            testbed.fill_backlog().expect("a full backlog")
        }),
        ("is slow", |testbed| {
            testbed.set(Behaviour::Delay(Duration::from_secs(1), Behaviour::Accept.into()));
        }),
    ];
    // Side by side: what is counted is each thread's own.
    std::thread::scope(|scope| {
        for (name, fault) in faults {
            scope.spawn(move || {
                let testbed = Testbed::start().expect("a testbed");
                fault(&testbed);
                let started = start(&testbed);
                let typical = typical(&started);
                assert_eq!(typical.waited_long, 0, "the backend {name}: {typical:?}");
                assert!(
                    typical.waited <= EMISSIONS as u64 / 50,
                    "the backend {name}: {typical:?}"
                );
                started.finish().balances();
            });
        }
    });
}

#[test]
fn an_emission_into_a_full_queue_does_not_wait_for_room() {
    let testbed = Testbed::start().expect("a testbed");
    testbed.set(Behaviour::BlackHole);
    let started = start(&testbed);
    // Far more than there is room for, faster than anybody could write it down.
    started
        .run
        .scope(|| (0..40_000).for_each(|number| items::tick(number, 1)));
    let typical = typical(&started);
    assert_eq!(typical.waited_long, 0, "{typical:?}");
    started.finish().balances();
}

#[test]
fn what_is_counted_here_counts_a_thread_that_waits() {
    let before = gave_way();
    std::thread::sleep(Duration::from_millis(2));
    assert!(gave_way() > before);
}
