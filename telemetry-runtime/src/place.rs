//! A place to carry to another thread or task: the run and the open spans of where it was taken. Spawned threads
//! and tasks begin with neither, because nothing tells them who spawned them.

use std::future::Future;

use crate::context::{self, Frame, Whose};

/// The run and the open spans of where it was taken.
///
/// ```
/// use telemetry_runtime::place::Place;
///
/// let place = Place::current();
/// std::thread::spawn(move || place.scope(|| { /* records as if it were the spawning thread */ }));
/// ```
#[derive(Clone)]
pub struct Place {
    frame: Frame,
}

impl Place {
    /// Where this thread, or the instrumented future that it polls, is now.
    pub fn current() -> Place {
        let mut frame = context::copy();
        if let Whose::Ambient = frame.whose
            && let Some(recorder) = context::here(|recorder, _| std::sync::Arc::clone(recorder))
        {
            frame.whose = Whose::This(recorder);
        }
        Place { frame }
    }

    /// Runs `f` in this place.
    pub fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        context::within(&mut self.frame.clone(), f)
    }

    /// Runs `future` in this place, whichever threads poll it. Spans that it leaves open stay with it.
    pub fn instrument<F: Future>(self, future: F) -> impl Future<Output = F::Output> + use<F> {
        context::instrument(self.frame, future)
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let open = self.frame.stack.open().map(|inner| inner.def.name);
        f.debug_tuple("Place").field(&open.collect::<Vec<_>>()).finish()
    }
}
