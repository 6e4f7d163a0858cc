//! An event that nobody wants: what instrumented code pays while it is not watched.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use depot::prelude::event;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::case::{Case, Group, Prepared, Target};
use crate::peers::{self, PARCEL, Parcel};

/// Nothing was started.
pub(crate) static NOBODY: Group = Group {
    name: "off",
    title: "An event with four attributes, and nobody listens",
    about: "No run, no subscriber, no emitter. One attribute is the result of a function that counts its calls: \
            for `event!` the case fails if it was called once. The first row is what the measuring loop itself takes.",
    base: "off/ours",
    cases: &[
        Case::new("off/loop", "the empty loop", empty).counted(10_000),
        Case::new("off/ours", "`event!`, no run", ours).counted(10_000),
        Case::new("off/tracing", "`tracing::info!`, no subscriber", tracing).counted(10_000),
        Case::new("off/emit", "`emit::info!`, not set up", emit).counted(10_000),
    ],
    targets: &[
        Target::NoAllocation("off/ours"),
        Target::Nanoseconds("off/ours", 2.0),
    ],
};

/// Something is on, but not for this severity.
pub(crate) static QUIET: Group = Group {
    name: "quiet",
    title: "A debug event with four attributes, while only info and above is recorded",
    about: "A run without `--debug`, a `tracing` subscriber at `INFO`, `emit` with a filter at `Info`; the same \
            counting function as above.",
    base: "quiet/ours",
    cases: &[
        Case::new("quiet/ours", "`event!`, a run without debug", ours_quiet).counted(10_000),
        Case::new(
            "quiet/tracing",
            "`tracing::debug!`, JSON layer at `INFO`",
            tracing_quiet,
        )
        .counted(10_000),
        Case::new("quiet/emit", "`emit::debug!`, filter at `Info`", emit_quiet).counted(10_000),
    ],
    targets: &[
        Target::NoAllocation("quiet/ours"),
        Target::Nanoseconds("quiet/ours", 2.0),
    ],
};

/// Calls of [`weigh`].
static WEIGHED: AtomicU64 = AtomicU64::new(0);

/// An argument that somebody had to work for.
#[inline(never)]
fn weigh(parcel: &Parcel) -> i64 {
    WEIGHED.fetch_add(1, Ordering::Relaxed);
    parcel.weight
}

fn never_weighed(_done: u64) -> Result<()> {
    let times = WEIGHED.load(Ordering::Relaxed);
    ensure!(times == 0, "arguments were evaluated {times} times");
    Ok(())
}

fn empty(_folder: &Path) -> Result<Prepared> {
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            black_box(&PARCEL);
        }
    }))
}

fn ours(_folder: &Path) -> Result<Prepared> {
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            event!(ParcelSorted {
                parcel: parcel.number,
                hall: parcel.hall,
                weight: weigh(parcel),
                express: parcel.express,
            });
        }
    })
    .verify(never_weighed))
}

fn ours_quiet(folder: &Path) -> Result<Prepared> {
    let (run, file) = peers::run(folder)?;
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            event!(ParcelScanned {
                parcel: parcel.number,
                hall: parcel.hall,
                weight: weigh(parcel),
                express: parcel.express,
            });
        }
    })
    .verify(move |done| {
        peers::finish(run, &file, "parcel.scanned", 0)?;
        never_weighed(done)
    }))
}

fn tracing(_folder: &Path) -> Result<Prepared> {
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            tracing::info!(
                parcel = parcel.number,
                hall = parcel.hall.as_str(),
                weight = weigh(parcel),
                express = parcel.express,
                "parcel sorted"
            );
        }
    }))
}

fn tracing_quiet(folder: &Path) -> Result<Prepared> {
    let path = peers::tracing_to_file(folder, FmtSpan::NONE)?;
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            tracing::debug!(
                parcel = parcel.number,
                hall = parcel.hall.as_str(),
                weight = weigh(parcel),
                express = parcel.express,
                "parcel scanned"
            );
        }
    })
    .verify(move |_| peers::ensure_lines(&path, "", 0)))
}

fn emit(_folder: &Path) -> Result<Prepared> {
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            emit::info!(
                "parcel sorted",
                parcel: parcel.number,
                hall: parcel.hall.as_str(),
                weight: weigh(parcel),
                express: parcel.express,
            );
        }
    }))
}

fn emit_quiet(folder: &Path) -> Result<Prepared> {
    let flush = peers::emit_to_file(folder);
    let folder = folder.to_owned();
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            emit::debug!(
                "parcel scanned",
                parcel: parcel.number,
                hall: parcel.hall.as_str(),
                weight: weigh(parcel),
                express: parcel.express,
            );
        }
    })
    .settle(flush)
    .verify(move |_| peers::ensure_emitted(&folder, 0)))
}
