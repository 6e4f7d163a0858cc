//! The processor's counter as a clock. Reading it takes a third of the time that the system's clock takes, and three
//! looks at that are a part of what a span costs that nothing else can take away. The counter is believed only where the
//! kernel itself counts time by it, from when its rate is known, and it is compared with the system's clock once a
//! second.

use std::sync::atomic::{
    AtomicBool, AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release, fence,
};

/// Nanoseconds after which the rate is known well enough: to some ten in a million, for a second.
const KNOWN: u64 = 20_000_000;

/// Nanoseconds between two comparisons.
const COMPARED: u64 = 1_000_000_000;

/// The thousandth part by which the rate may change before the counter is not believed any more: clocks are steered by
/// half of that at the most, and only a machine that was suspended or moved does worse.
const STEADY: u128 = 1_000;

/// Most ticks that a look may take: some microseconds. With longer ones, a thread was interrupted in between.
const LOOK: u64 = 10_000;

/// How often somebody looks whether another thread is done comparing.
const PATIENCE: usize = 1_000;

/// Tells the time by the counter. Every reading is at least as late as those before it.
#[derive(Debug)]
pub(super) struct Ticks {
    /// Which of the lines holds: readers go on by it while the other one is written.
    version: AtomicU64,
    lines: [Line; 2],
    /// Whether somebody compares.
    busy: AtomicBool,
}

/// A straight line of time over ticks.
#[derive(Debug, Default)]
struct Line {
    ticks: AtomicU64,
    /// Which time was told at those ticks.
    told: AtomicU64,
    /// Which time it really was.
    real: AtomicU64,
    /// Nanoseconds a tick, times 2^32; zero while it is not known.
    rate: AtomicU64,
    /// Ticks until the next comparison.
    period: AtomicU64,
    /// Whether the counter is not believed any more.
    over: AtomicBool,
}

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) ticks: u64,
    /// What the system's clock showed.
    pub(super) time: u64,
    /// Ticks that it took to look.
    pub(super) took: u64,
}

/// What a line says at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Values {
    ticks: u64,
    told: u64,
    real: u64,
    rate: u64,
    period: u64,
    over: bool,
}

impl Line {
    fn read(&self) -> Values {
        Values {
            ticks: self.ticks.load(Relaxed),
            told: self.told.load(Relaxed),
            real: self.real.load(Relaxed),
            rate: self.rate.load(Relaxed),
            period: self.period.load(Relaxed),
            over: self.over.load(Relaxed),
        }
    }

    fn write(&self, values: Values) {
        self.ticks.store(values.ticks, Relaxed);
        self.told.store(values.told, Relaxed);
        self.real.store(values.real, Relaxed);
        self.rate.store(values.rate, Relaxed);
        self.period.store(values.period, Relaxed);
        self.over.store(values.over, Relaxed);
    }
}

/// Nanoseconds that pass in so many ticks.
#[inline(always)]
fn after(ticks: u64, rate: u64) -> u64 {
    ((u128::from(ticks) * u128::from(rate)) >> 32) as u64
}

impl Values {
    /// The time at these ticks.
    fn at(&self, ticks: u64) -> u64 {
        let since = ticks.saturating_sub(self.ticks);
        self.told + after(since, self.rate)
    }

    /// The time at a look: that of the system only as long as the counter has none.
    fn tell(&self, look: &Look) -> u64 {
        if self.rate == 0 {
            look.time.max(self.told)
        } else {
            self.at(look.ticks)
        }
    }
}

impl Ticks {
    /// Begins with a look at both clocks.
    pub(super) fn new(look: Look) -> Ticks {
        let line = Line::default();
        line.write(Values {
            ticks: look.ticks,
            told: look.time,
            real: look.time,
            // After a bad beginning the rate would never be right.
            over: look.took > LOOK,
            ..Values::default()
        });
        Ticks {
            version: AtomicU64::new(0),
            lines: [line, Line::default()],
            busy: AtomicBool::new(false),
        }
    }

    fn line(&self) -> Values {
        loop {
            if let Some(values) = self.holds(Line::read) {
                return values;
            }
        }
    }

    /// What the line says that holds; `None` when another one took its place meanwhile.
    #[inline(always)]
    fn holds<T>(&self, read: impl FnOnce(&Line) -> T) -> Option<T> {
        let version = self.version.load(Acquire);
        let told = read(&self.lines[(version & 1) as usize]);
        fence(Acquire);
        // A line is written only when the other one holds.
        (self.version.load(Relaxed) == version).then_some(told)
    }

    /// The time when the counter shows `ticks`; `None` when it has to be compared first.
    #[inline(always)]
    pub(super) fn at(&self, ticks: u64) -> Option<u64> {
        let (since, period, rate, told) = self.holds(|line| {
            let since = ticks.wrapping_sub(line.ticks.load(Relaxed));
            (
                since,
                line.period.load(Relaxed),
                line.rate.load(Relaxed),
                line.told.load(Relaxed),
            )
        })?;
        // A counter that shows less than before is compared too.
        (since < period).then(|| told + after(since, rate))
    }

    /// The time when the counter has to be compared first, or cannot tell it: `time` is what the system's clock shows.
    #[cold]
    pub(super) fn otherwise(&self, time: impl FnOnce() -> u64, look: impl FnOnce() -> Look) -> u64 {
        let line = self.line();
        if line.rate == 0 {
            let time = time();
            if line.over || time.saturating_sub(line.real) < KNOWN {
                return time.max(line.told);
            }
        }
        self.compare(look)
    }

    fn compare(&self, look: impl FnOnce() -> Look) -> u64 {
        let mut patience = PATIENCE;
        while self.busy.swap(true, Acquire) {
            std::hint::spin_loop();
            patience -= 1;
            if patience == 0 {
                // Whoever compares was interrupted: the line that holds goes on.
                return self.line().tell(&look());
            }
        }
        let line = self.line();
        let look = look();
        let next = next(line, &look);
        if next.ticks != line.ticks {
            let version = self.version.load(Relaxed);
            self.lines[(version & 1 ^ 1) as usize].write(next);
            self.version.store(version + 1, Release);
        }
        self.busy.store(false, Release);
        next.tell(&look)
    }
}

/// The line that follows from a look.
fn next(line: Values, look: &Look) -> Values {
    let Look { ticks, time, took } = *look;
    let begins_anew = ticks < line.ticks;
    let (since, passed) = (ticks.saturating_sub(line.ticks), time.saturating_sub(line.real));
    if line.over || !begins_anew && (took > LOOK || passed < KNOWN || since == 0) {
        return line;
    }
    // Nobody was told a later time by this line: whoever comes later compares.
    let told = line.at(line.ticks + since.min(line.period.saturating_mul(2)));
    let rate = (u128::from(passed) << 32) / u128::from(since.max(1));
    let period = (u128::from(COMPARED) << 32) / rate.max(1);
    let before = u128::from(line.period);
    let is_steady = !begins_anew && (line.rate == 0 || before.abs_diff(period) < before / STEADY);
    let ahead = told.saturating_sub(time);
    let known = Values {
        ticks,
        told: told.max(time),
        real: time,
        ..line
    };
    if is_steady {
        Values {
            // What it is ahead by is made up for until the next time.
            rate: (rate * u128::from(COMPARED.saturating_sub(ahead)) / u128::from(COMPARED)) as u64,
            period: period as u64,
            ..known
        }
    } else {
        Values {
            rate: 0,
            period: 0,
            over: true,
            ..known
        }
    }
}

/// Whether the kernel counts time by the processor's counter, which it does only when that runs at one rate, and alike
/// on all processors.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub(super) fn are_believed() -> bool {
    let source = std::fs::read_to_string("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    source.is_ok_and(|source| source.trim() == "tsc")
}

/// What the counter shows.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[inline(always)]
pub(super) fn ticks() -> u64 {
    tick_counter::x86_64_tick_counter()
}

/// Elsewhere the system's clock is all there is.
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub(super) fn are_believed() -> bool {
    false
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub(super) fn ticks() -> u64 {
    0
}

#[cfg(test)]
mod tests;
