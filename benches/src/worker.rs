//! One case in a process of its own: libraries with process-wide state never meet each other, and each is set up
//! the way its users set it up. The harness orders a round with a line on standard input and reads back what it
//! took, so that rounds of different cases interleave.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rustix::time::{ClockId, clock_gettime};

use crate::case::{Case, Prepared};

/// Runs a case once, as a profiler wants it: no clock, no waiting for other threads, no reading back.
pub(crate) fn once(case: &Case, times: u64, folder: Option<PathBuf>) -> Result<()> {
    let own = tempfile::tempdir()?;
    accompany();
    let mut prepared = (case.prepare)(folder.as_deref().unwrap_or(own.path()))?;
    counted_operations(&mut prepared, times);
    Ok(())
}

/// Name of the function that a profiler counts.
pub(crate) const COUNTED: &str = "counted_operations";

/// Only what happens in here is counted.
#[inline(never)]
fn counted_operations(prepared: &mut Prepared, times: u64) {
    prepared.run(times);
}

/// Takes orders until standard input ends: `run N` does N operations and answers with the nanoseconds on the
/// clock and those of all processors, `verify` proves them.
pub(crate) fn serve(case: &Case, folder: &Path) -> Result<()> {
    accompany();
    let mut prepared = (case.prepare)(folder)?;
    let mut done = 0;
    let mut answers = io::stdout().lock();
    for order in io::stdin().lock().lines() {
        let order = order?;
        if let Some(times) = order.strip_prefix("run ") {
            let times: u64 = times.parse().context("how many operations")?;
            let (processors, clock) = (processor_time(), Instant::now());
            prepared.run(times);
            let clock = clock.elapsed();
            done += times;
            prepared.wait(done);
            writeln!(answers, "{} {}", clock.as_nanos(), processor_time() - processors)?;
        } else if order == "verify" {
            prepared.end(done)?;
            writeln!(answers, "verified")?;
            return Ok(());
        } else {
            bail!("unknown order `{order}`");
        }
    }
    Ok(())
}

/// Starts a thread that sleeps for ever. The kernel and the C library serve a process of one thread faster (a
/// `write(2)` by a tenth), which no program with a terminal or a runtime is, and not every case would be.
fn accompany() {
    std::thread::spawn(|| {
        loop {
            std::thread::park();
        }
    });
}

/// Nanoseconds that all threads of this process have spent on processors.
pub(crate) fn processor_time() -> i64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}
