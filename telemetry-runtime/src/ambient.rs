//! The one global: which runs are alive. From it come the ambient run, which the macros record into, and the
//! level that answers "does anyone listen" with one relaxed load. Only `run` and `capture` write here.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use crate::def::Severity;
use crate::recorder::Recorder;
use crate::shared::{Seen, Shared};
use crate::sync::lock;

/// Nobody listens.
const NOBODY: u8 = u8::MAX;

/// The least severity that any live run takes.
static LEVEL: AtomicU8 = AtomicU8::new(NOBODY);

/// The ambient run: of those that were started, the latest that has not finished.
static AMBIENT: Shared<Recorder> = Shared::none();

thread_local! {
    /// The ambient run that this thread saw last.
    static SEEN: RefCell<Seen<Recorder>> = const { RefCell::new(Seen::NOTHING) };
}

/// Every live run, and whether it may be the ambient one.
static LIVE: Mutex<Vec<(Arc<Recorder>, bool)>> = Mutex::new(Vec::new());

/// Whether any live run takes records of this severity.
#[inline]
pub(crate) fn enabled(severity: Severity) -> bool {
    severity as u8 >= LEVEL.load(Ordering::Relaxed)
}

/// Shows the ambient run to `f`.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(Option<&Arc<Recorder>>) -> R) -> R {
    AMBIENT.with(&SEEN, f)
}

/// A run begins to listen; `ambient` when code that knows of no run records into it.
pub(crate) fn join(recorder: &Arc<Recorder>, ambient: bool) {
    let mut live = lock(&LIVE);
    live.push((Arc::clone(recorder), ambient));
    publish(&live);
}

/// A run listens no more.
pub(crate) fn leave(recorder: &Arc<Recorder>) {
    let mut live = lock(&LIVE);
    live.retain(|(other, _)| !Arc::ptr_eq(other, recorder));
    publish(&live);
    drop(live);
    // The thread that ends a run lets go of it at once.
    with(|_| ());
}

fn publish(live: &[(Arc<Recorder>, bool)]) {
    let ambient = live.iter().rev().find(|(_, ambient)| *ambient);
    AMBIENT.store(ambient.map(|(recorder, _)| Arc::clone(recorder)));
    let level = live.iter().map(|(recorder, _)| recorder.least() as u8).min();
    LEVEL.store(level.unwrap_or(NOBODY), Ordering::Relaxed);
}
