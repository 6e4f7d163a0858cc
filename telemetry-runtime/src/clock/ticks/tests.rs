//! A counter beside a clock, in a world where both are known.

use super::*;

fn look(ticks: u64, time: u64) -> Look {
    Look { ticks, time, took: 0 }
}

/// A counter of 3 GHz beside a clock: both are known at any moment.
struct World {
    ticks: Ticks,
    now: u64,
    counter: u64,
    /// Ticks in ten nanoseconds.
    rate: u64,
    told: u64,
}

impl World {
    fn new() -> World {
        World {
            ticks: Ticks::new(look(1_000_000, 5_000)),
            now: 5_000,
            counter: 1_000_000,
            rate: 30,
            told: 0,
        }
    }

    /// Time passes, and somebody asks. Returns by how much they were told too much.
    fn pass(&mut self, nanos: u64) -> i64 {
        self.now += nanos;
        self.counter += nanos * self.rate / 10;
        let (counter, now) = (self.counter, self.now);
        let told = self
            .ticks
            .at(counter)
            .unwrap_or_else(|| self.ticks.otherwise(|| now, || look(counter, now)));
        assert!(told >= self.told, "{told} after {}", self.told);
        self.told = told;
        told.cast_signed() - now.cast_signed()
    }

    fn is_told_by_the_counter(&self) -> bool {
        self.ticks.at(self.counter).is_some()
    }
}

#[test]
fn the_system_tells_the_time_until_the_rate_is_known_and_the_counter_from_then_on() {
    let mut world = World::new();
    for _ in 0..19 {
        assert_eq!(world.pass(1_000_000), 0);
        assert!(!world.is_told_by_the_counter());
    }
    assert_eq!(world.pass(1_000_000), 0);
    assert!(world.is_told_by_the_counter());
    for _ in 0..100_000 {
        let off = world.pass(100_003);
        assert!(off.abs() <= 2, "{off}");
    }
}

#[test]
fn a_counter_that_changes_its_rate_is_followed_and_never_runs_backwards() {
    let mut world = World::new();
    world.pass(KNOWN);
    // Slower or faster by far more than any clock is steered.
    for (at, rate) in [29_999, 30_001, 30_000].into_iter().cycle().take(60).enumerate() {
        for _ in 0..1_000 {
            world.now += 1_000_000;
            world.counter += rate * 100;
            let off = world.pass(0);
            // A third of a ten-thousandth, for a second at most until it is noticed, and until it is made up for.
            assert!(off.abs() < 200_000, "{at}: {off}");
        }
    }
    assert!(world.is_told_by_the_counter());
}

#[test]
fn after_a_jump_of_the_clock_the_system_tells_the_time() {
    let mut world = World::new();
    world.pass(KNOWN);
    // Suspended: the counter stood still.
    world.now += 3_600 * COMPARED;
    world.pass(COMPARED);
    for _ in 0..10 {
        assert_eq!(world.pass(COMPARED / 3), 0);
        assert!(!world.is_told_by_the_counter());
    }
}

#[test]
fn a_counter_that_begins_anew_is_not_believed_any_more() {
    let mut world = World::new();
    world.pass(KNOWN);
    world.pass(COMPARED / 2);
    world.counter = 17;
    world.now += 3_600 * COMPARED;
    assert_eq!(world.pass(1_000), 0);
    for _ in 0..10 {
        assert_eq!(world.pass(COMPARED / 3), 0);
        assert!(!world.is_told_by_the_counter());
    }
}

#[test]
fn a_reading_that_is_older_than_the_last_comparison_does_not_disturb_it() {
    let mut world = World::new();
    world.pass(KNOWN);
    let (line, counter) = (world.ticks.line(), world.counter);
    world.pass(100);
    assert_eq!(world.ticks.at(counter - 1), None);
    let (now, time) = (world.counter, world.now);
    let told = world.ticks.otherwise(|| time, || look(now, time));
    assert!(told.abs_diff(time) <= 1);
    assert_eq!(world.ticks.line(), line);
}

#[test]
fn after_a_long_silence_the_clock_says_what_it_is() {
    let mut world = World::new();
    // The rate is a little too high at first, so that an hour of it would be off by much.
    world.now += KNOWN;
    world.counter += 60_000_000 - 600;
    world.pass(0);
    let off = world.pass(3_600 * COMPARED);
    assert_eq!(off, 0);
    assert!(world.is_told_by_the_counter());
}

#[test]
fn a_counter_that_runs_away_is_not_believed_any_more() {
    let mut world = World::new();
    world.pass(KNOWN);
    world.rate = 40;
    world.pass(COMPARED / 2);
    let off = world.pass(COMPARED / 2);
    assert!(off > 0 && !world.is_told_by_the_counter());
    // It stands still until the system's clock has come so far.
    let stood = world.told;
    world.pass(1_000);
    assert_eq!(world.told, stood);
    for _ in 0..10 {
        world.pass(COMPARED);
        assert_eq!(world.told, world.now, "the system tells the time");
    }
}

#[test]
fn threads_that_compare_at_once_agree() {
    let ticks = Ticks::new(look(0, 0));
    let counter = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut told = 0;
                while told < 100 * COMPARED {
                    let now = counter.fetch_add(1_000_003, Relaxed) + 1_000_003;
                    // This counter counts nanoseconds. A reading may be old by the time it is used.
                    let fresh = || look(counter.load(Relaxed), counter.load(Relaxed));
                    let next = ticks
                        .at(now)
                        .unwrap_or_else(|| ticks.otherwise(|| counter.load(Relaxed), fresh));
                    let latest = counter.load(Relaxed);
                    assert!(
                        next + 10 >= now && next <= latest + 10,
                        "{next} at {now} to {latest}"
                    );
                    assert!(next >= told, "{next} after {told}");
                    told = next;
                }
            });
        }
    });
}

#[test]
fn the_counter_of_the_machine_tells_the_time_of_the_machine() {
    if !are_believed() {
        return;
    }
    let monotonic = || crate::clock::nanos(crate::clock::monotonic());
    let told = Ticks::new(crate::clock::compare());
    let (begin, mut by_counter) = (monotonic(), 0);
    while monotonic() < begin + 5 * KNOWN {
        let before = monotonic();
        let time = match told.at(ticks()) {
            Some(time) => {
                by_counter += 1;
                time
            }
            None => told.otherwise(monotonic, crate::clock::compare),
        };
        let after = monotonic();
        let slack = 1_000_000;
        assert!(
            time + slack >= before && time <= after + slack,
            "{before} {time} {after}"
        );
    }
    assert!(by_counter > 100);
}

#[test]
fn a_look_in_which_a_thread_was_interrupted_changes_nothing() {
    let mut world = World::new();
    world.pass(KNOWN);
    let before = world.ticks.line();
    let bad = |counter, time| Look {
        took: LOOK + 1,
        ..look(counter, time)
    };
    let (counter, time) = (world.counter + 3 * COMPARED, world.now + 2 * COMPARED);
    world.ticks.otherwise(|| time, || bad(counter, time));
    assert_eq!(world.ticks.line(), before);
    let never = Ticks::new(bad(1, 1));
    never.otherwise(|| 2 * KNOWN, || look(3 * KNOWN, 2 * KNOWN));
    assert_eq!(never.at(3 * KNOWN + 1), None);
}
