//! Time, passed in: a run asks its clock and nobody else. The wall clock dates records and may jump; durations
//! come from a second reading that never runs backwards.

mod ticks;

use std::sync::atomic::{AtomicU64, Ordering, Ordering::Relaxed};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

use crate::clock::ticks::{Look, Ticks, ticks};
use crate::record::UnixNanos;

/// How long a reading of the wall clock is carried on by the steady one.
const CARRIED: u64 = 1_000_000_000;

/// Nanoseconds since a moment that a clock chose once: 584 years of them.
pub type SteadyNanos = u64;

/// Both clocks, read at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Nanoseconds since the Unix epoch.
    pub wall: UnixNanos,
    /// Never runs backwards.
    pub steady: SteadyNanos,
}

/// Two clocks in one.
pub trait Clock: Send + Sync {
    /// Nanoseconds since the Unix epoch. May jump, also back.
    fn now(&self) -> UnixNanos;

    /// Never runs backwards.
    fn steady(&self) -> SteadyNanos;

    /// Both at once.
    fn read(&self) -> Moment {
        Moment {
            wall: self.now(),
            steady: self.steady(),
        }
    }
}

/// The clocks of the machine.
///
/// Reading a clock is a third of what an event costs. So only the steady one is read each time, by the processor's counter
/// where the kernel trusts that; the wall clock is looked at once a second, and carried on in between. When it is set,
/// records follow within that second.
#[derive(Debug)]
pub struct SystemClock {
    /// What the wall clock showed when the steady one was at zero, by the last look at it.
    zero: AtomicU64,
    /// When that look was, on the steady clock.
    looked: AtomicU64,
    ticks: Option<Ticks>,
}

impl SystemClock {
    /// The clocks of the machine. The steady one counts from a moment that the machine chose.
    pub fn new() -> SystemClock {
        let clock = SystemClock {
            zero: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            ticks: ticks::are_believed().then(|| Ticks::new(compare())),
        };
        clock.look();
        clock
    }

    #[inline(always)]
    fn now_steady(&self) -> SteadyNanos {
        let told = self.ticks.as_ref().and_then(|counter| counter.at(ticks()));
        told.unwrap_or_else(|| self.ask())
    }

    /// Asks the system, where the counter cannot tell.
    #[cold]
    #[inline(never)]
    fn ask(&self) -> SteadyNanos {
        match &self.ticks {
            Some(counter) => counter.otherwise(|| nanos(monotonic()), compare),
            None => nanos(monotonic()),
        }
    }

    /// Looks at the wall clock.
    #[cold]
    #[inline(never)]
    fn look(&self) {
        let (steady, wall, _) = together(|| self.now_steady(), wall);
        self.zero.store(wall.saturating_sub(steady), Relaxed);
        self.looked.store(self.now_steady(), Relaxed);
    }
}

/// Two clocks at one moment. A thread that is held up between the two readings would shift every record of the next
/// second, so the closest of a few tries counts.
/// Returns what both showed, and how long it took by the first.
fn together(outer: impl Fn() -> u64, inner: impl Fn() -> u64) -> (u64, u64, u64) {
    let tries = (0..4).map(|_| {
        let before = outer();
        let inside = inner();
        let apart = outer().saturating_sub(before);
        (before + apart / 2, inside, apart)
    });
    tries.min_by_key(|(.., apart)| *apart).unwrap_or_default()
}

/// The counter and the system's clock.
fn compare() -> Look {
    let (ticks, time, took) = together(ticks, || nanos(monotonic()));
    Look { ticks, time, took }
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    #[inline]
    fn now(&self) -> UnixNanos {
        self.read().wall
    }

    #[inline]
    fn steady(&self) -> SteadyNanos {
        self.now_steady()
    }

    #[inline]
    fn read(&self) -> Moment {
        let steady = self.now_steady();
        if steady.saturating_sub(self.looked.load(Relaxed)) > CARRIED {
            self.look();
        }
        Moment {
            wall: self.zero.load(Relaxed).saturating_add(steady),
            steady,
        }
    }
}

/// The machine's clock that never runs backwards.
#[inline]
fn monotonic() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    // Neither part is ever negative on this clock.
    Duration::new(time.tv_sec.cast_unsigned(), time.tv_nsec as u32)
}

/// The wall clock. Before 1970 it stays at the epoch; nanoseconds fit 64 bits until 2554.
fn wall() -> UnixNanos {
    nanos(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Nanoseconds, for the 584 years that 64 bits hold.
#[inline]
fn nanos(time: Duration) -> u64 {
    time.as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(time.subsec_nanos()))
}

/// A clock that a test moves.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::clock::{Clock, TestClock};
///
/// let clock = TestClock::at(1_700_000_000_000_000_000);
/// clock.advance(Duration::from_secs(2));
/// assert_eq!(clock.now(), 1_700_000_002_000_000_000);
/// assert_eq!(clock.steady(), 2_000_000_000);
/// ```
#[derive(Debug)]
pub struct TestClock {
    now: AtomicU64,
    steady: AtomicU64,
}

impl TestClock {
    /// A clock that stands still at `now`, in nanoseconds since the Unix epoch.
    pub fn at(now: UnixNanos) -> TestClock {
        TestClock {
            now: AtomicU64::new(now),
            steady: AtomicU64::new(0),
        }
    }

    /// Time passes, on both clocks.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.now.fetch_add(by, Ordering::SeqCst);
        self.steady.fetch_add(by, Ordering::SeqCst);
    }

    /// The wall clock jumps, and the steady one does not notice.
    pub fn jump(&self, to: UnixNanos) {
        self.now.store(to, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixNanos {
        self.now.load(Ordering::SeqCst)
    }

    fn steady(&self) -> SteadyNanos {
        self.steady.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_machine_shows_what_the_machine_shows() {
        let clock = SystemClock::new();
        for _ in 0..1_000 {
            let before = wall();
            let shown = clock.now();
            let after = wall();
            let slack = 20_000_000;
            assert!(
                shown + slack >= before && shown <= after + slack,
                "{before} {shown} {after}"
            );
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_is_followed_within_a_second() {
        let clock = SystemClock::new();
        let hour = 3_600_000_000_000;
        clock.zero.fetch_sub(hour, Relaxed);
        assert!(clock.now() + hour / 2 < wall(), "carried on until the next look");
        clock.looked.fetch_sub(2 * CARRIED, Relaxed);
        assert!(clock.now() + hour / 2 > wall());
    }
}
