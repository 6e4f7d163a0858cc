//! What a thread is in the middle of: which run it records into and which spans it has open, innermost last. An
//! instrumented future owns such a frame too and lends it to whatever thread polls it, so futures that take turns
//! on one thread never see each other's spans.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use crate::ambient;
use crate::recorder::Recorder;
use crate::span::OpenSpan;

/// Which run a frame records into.
#[derive(Clone, Default)]
pub(crate) enum Whose {
    /// The ambient one, if there is one.
    #[default]
    Ambient,
    /// None, whatever the ambient one is.
    Nobody,
    /// This one.
    This(Arc<Recorder>),
}

/// What a thread or future is in the middle of.
#[derive(Clone, Default)]
pub(crate) struct Frame {
    pub(crate) whose: Whose,
    /// Spans that ended on another thread stay until this one starts or ends one itself.
    pub(crate) stack: Vec<Arc<OpenSpan>>,
}

thread_local! {
    static FRAME: RefCell<Frame> = const { RefCell::new(Frame { whose: Whose::Ambient, stack: Vec::new() }) };
    /// Set while a sink has a record of this thread in its hands.
    static IN_SINK: Cell<bool> = const { Cell::new(false) };
}

impl Frame {
    /// The innermost open span that belongs to this run.
    fn innermost(&self, recorder: &Arc<Recorder>) -> Option<&Arc<OpenSpan>> {
        self.stack
            .iter()
            .rev()
            .find(|span| span.is_open() && Arc::ptr_eq(span.recorder(), recorder))
    }

    fn here<R>(&self, f: impl FnOnce(&Arc<Recorder>, Option<&Arc<OpenSpan>>) -> R) -> Option<R> {
        match &self.whose {
            Whose::Nobody => None,
            Whose::This(recorder) => Some(f(recorder, self.innermost(recorder))),
            Whose::Ambient => ambient::with(|recorder| {
                let recorder = recorder?;
                Some(f(recorder, self.innermost(recorder)))
            }),
        }
    }
}

/// Calls `f` with this thread's run and innermost open span; `None` when nobody listens.
///
/// `f` must not call code of the program. Notices that came up are shown afterwards, when nothing is borrowed.
pub(crate) fn here<R>(f: impl FnOnce(&Arc<Recorder>, Option<&Arc<OpenSpan>>) -> R) -> Option<R> {
    let mut f = Some(|recorder: &Arc<Recorder>, inner: Option<&Arc<OpenSpan>>| {
        let result = f(recorder, inner);
        (result, recorder.has_notices().then(|| Arc::clone(recorder)))
    });
    let in_frame = FRAME.try_with(|frame| frame.try_borrow().ok()?.here(f.take()?));
    let (result, notices_of) = match (in_frame, f) {
        (Ok(Some(done)), _) => done,
        // The thread is ending or in the middle of changing its frame: the run is known, the span is not.
        (_, Some(f)) => ambient::with(|recorder| Some(f(recorder?, None)))?,
        _ => return None,
    };
    if let Some(recorder) = notices_of {
        recorder.settle();
    }
    Some(result)
}

/// Makes a span the innermost of this thread.
pub(crate) fn push(span: &Arc<OpenSpan>) {
    let pushed = FRAME.try_with(|frame| {
        let mut frame = frame.try_borrow_mut().ok()?;
        let all_open = frame.stack.iter().all(|open| open.is_open());
        all_open.then(|| frame.stack.push(Arc::clone(span)))
    });
    if let Ok(None) = pushed {
        sweep();
        let _ = FRAME.try_with(|frame| {
            if let Ok(mut frame) = frame.try_borrow_mut() {
                frame.stack.push(Arc::clone(span));
            }
        });
    }
}

/// Lets go of a span that has ended, and of others that have.
pub(crate) fn pop(span: &Arc<OpenSpan>) {
    let popped = FRAME.try_with(|frame| {
        let mut frame = frame.try_borrow_mut().ok()?;
        // Its guard holds it too, so that it is not dropped in here.
        frame.stack.pop_if(|last| Arc::ptr_eq(last, span))?;
        frame.stack.iter().all(|open| open.is_open()).then_some(())
    });
    if let Ok(None) = popped {
        sweep();
    }
}

/// Lets go of the spans of this thread that have ended: they keep their run alive. One by one, and outside of the
/// borrow: the last owner of a span may be the last owner of a run.
fn sweep() {
    let mut more = true;
    while more {
        let swept = FRAME.try_with(|frame| {
            let mut frame = frame.try_borrow_mut().ok()?;
            let ended = frame.stack.iter().rposition(|open| !open.is_open())?;
            let ended = frame.stack.remove(ended);
            Some((ended, frame.stack.iter().any(|open| !open.is_open())))
        });
        // Dropped here.
        more = matches!(swept, Ok(Some((_, true))));
    }
}

/// A copy of this thread's frame.
pub(crate) fn copy() -> Frame {
    FRAME
        .try_with(|frame| frame.try_borrow().map(|frame| frame.clone()).unwrap_or_default())
        .unwrap_or_default()
}

/// Runs `f` in another frame, which takes what `f` leaves open with it.
pub(crate) fn within<R>(frame: &mut Frame, f: impl FnOnce() -> R) -> R {
    /// Swaps back also when `f` panics.
    struct Back<'f>(&'f mut Frame);
    impl Drop for Back<'_> {
        fn drop(&mut self) {
            swap(self.0);
        }
    }
    swap(frame);
    let _back = Back(frame);
    f()
}

fn swap(other: &mut Frame) {
    let _ = FRAME.try_with(|frame| {
        if let Ok(mut frame) = frame.try_borrow_mut() {
            std::mem::swap(&mut *frame, other);
        }
    });
}

/// Polls `future` in a frame of its own, whichever thread does it.
pub(crate) async fn instrument<F: Future>(mut frame: Frame, future: F) -> F::Output {
    let mut future = pin!(future);
    poll_fn(|cx| within(&mut frame, || future.as_mut().poll(cx))).await
}

/// Whether a sink of this thread is at work: what happens now comes out of telemetry and must not go back in.
pub(crate) fn in_sink() -> bool {
    IN_SINK.try_with(Cell::get).unwrap_or(false)
}

/// Marks a sink's work on this thread.
pub(crate) fn in_sink_during<R>(f: impl FnOnce() -> R) -> R {
    /// Unmarks also when a sink panics.
    struct Unmark;
    impl Drop for Unmark {
        fn drop(&mut self) {
            let _ = IN_SINK.try_with(|inside| inside.set(false));
        }
    }
    let _ = IN_SINK.try_with(|inside| inside.set(true));
    let _unmark = Unmark;
    f()
}
