//! Time, passed in: a run asks its clock and nobody else. The wall clock dates records and may jump; durations
//! come from a second reading that never runs backwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::record::UnixNanos;

/// Two clocks in one.
pub trait Clock: Send + Sync {
    /// Nanoseconds since the Unix epoch. May jump, also back.
    fn now(&self) -> UnixNanos;

    /// Time since a moment that the clock chose once. Never runs backwards.
    fn steady(&self) -> Duration;
}

/// The clocks of the machine.
#[derive(Debug)]
pub struct SystemClock {
    began: Instant,
}

impl SystemClock {
    /// The clocks of the machine, with the steady one at zero.
    pub fn new() -> SystemClock {
        SystemClock {
            began: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    #[inline]
    fn now(&self) -> UnixNanos {
        // Before 1970 it stays at the epoch; nanoseconds fit 64 bits until 2554.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since
            .as_secs()
            .saturating_mul(1_000_000_000)
            .saturating_add(u64::from(since.subsec_nanos()))
    }

    #[inline]
    fn steady(&self) -> Duration {
        self.began.elapsed()
    }
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
/// assert_eq!(clock.steady(), Duration::from_secs(2));
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

    fn steady(&self) -> Duration {
        Duration::from_nanos(self.steady.load(Ordering::SeqCst))
    }
}
