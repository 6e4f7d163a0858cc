//! What the operator is told about the telemetry itself: a file that cannot be written, records that were lost.
//! Sinks and the run queue notices here; the run records them and shows them to the operator's hook, not before
//! the last [`TerminalLease`] is over.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub use crate::line::Notice;
use crate::sync::lock;

/// Whom notices are shown to.
pub(crate) type Hook = Arc<dyn Fn(&Notice) + Send + Sync>;

/// The notices of one run.
pub(crate) struct Notices {
    /// Whether `queued` holds something: the one check that an emission pays for.
    waiting: AtomicBool,
    state: Mutex<State>,
    hook: Hook,
}

#[derive(Default)]
struct State {
    /// Told, and not yet recorded.
    queued: Vec<Notice>,
    /// Recorded, and not yet shown, because someone owns the terminal.
    held: Vec<Notice>,
    /// Everything that was told, for the delivery.
    all: Vec<Notice>,
    leases: usize,
}

impl Notices {
    /// Notices that are shown to `hook`, or, without one, on a line of the standard error.
    pub(crate) fn new(hook: Option<Hook>) -> Notices {
        let hook = hook.unwrap_or_else(|| Arc::new(on_standard_error));
        Notices {
            waiting: AtomicBool::new(false),
            state: Mutex::default(),
            hook,
        }
    }

    /// Queues a notice. Calls nobody back, so that it may be used under a sink's lock.
    pub(crate) fn tell(&self, code: &'static str, body: impl Into<String>) {
        self.lock().queued.push(Notice {
            code: code.to_owned(),
            body: body.into(),
        });
        self.waiting.store(true, Ordering::Release);
    }

    /// Whether something was told that is not recorded yet.
    #[inline]
    pub(crate) fn waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Takes what was told since the last call, to be recorded and then shown. Cheap when there is nothing.
    pub(crate) fn take(&self) -> Vec<Notice> {
        if !self.waiting() || !self.waiting.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let mut state = self.lock();
        let told = std::mem::take(&mut state.queued);
        state.all.extend_from_slice(&told);
        told
    }

    /// Shows notices to the operator, or holds them back while someone owns the terminal.
    pub(crate) fn show(&self, notices: Vec<Notice>) {
        {
            let mut state = self.lock();
            if state.leases > 0 {
                state.held.extend(notices);
                return;
            }
        }
        for notice in &notices {
            // A hook that panics must not take the program with it: it may run while a guard is dropped.
            let _ = catch_unwind(AssertUnwindSafe(|| (self.hook)(notice)));
        }
    }

    /// Everything that the operator was told.
    pub(crate) fn all(&self) -> Vec<Notice> {
        self.lock().all.clone()
    }

    /// Says that the terminal is owned until the lease is dropped.
    pub(crate) fn lease(self: &Arc<Self>) -> TerminalLease {
        self.lock().leases += 1;
        TerminalLease {
            notices: Some(Arc::clone(self)),
        }
    }

    fn end_lease(&self) {
        let held = {
            let mut state = self.lock();
            state.leases -= 1;
            if state.leases > 0 {
                return;
            }
            std::mem::take(&mut state.held)
        };
        self.show(held);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Says that a full-screen program owns the terminal: notices wait until it is dropped.
#[must_use = "notices are held back only while the lease lives"]
pub struct TerminalLease {
    notices: Option<Arc<Notices>>,
}

impl TerminalLease {
    /// A lease of a run that is off: nothing to hold back.
    pub(crate) fn off() -> TerminalLease {
        TerminalLease { notices: None }
    }
}

impl Drop for TerminalLease {
    fn drop(&mut self) {
        if let Some(notices) = &self.notices {
            notices.end_lease();
        }
    }
}

impl std::fmt::Debug for TerminalLease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TerminalLease")
    }
}

/// A closed standard error is no reason to stop the program.
fn on_standard_error(notice: &Notice) {
    let _ = writeln!(std::io::stderr(), "telemetry: {} ({})", notice.body, notice.code);
}
