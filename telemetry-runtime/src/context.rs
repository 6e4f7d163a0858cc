//! What a thread is in the middle of: which run it records into and which spans it has open, innermost last. An
//! instrumented future owns such a frame too and lends it to whatever thread polls it, so futures that take turns
//! on one thread never see each other's spans.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use crate::ambient;
use crate::inner::{Address, Inner, Stack};
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
    pub(crate) stack: Stack,
}

thread_local! {
    static FRAME: RefCell<Frame> = const { RefCell::new(Frame { whose: Whose::Ambient, stack: Stack::EMPTY }) };
    /// Set while a sink has a record of this thread in its hands.
    static IN_SINK: Cell<bool> = const { Cell::new(false) };
}

impl Whose {
    /// Calls `f` with the run.
    #[inline]
    fn with<R>(&self, f: impl FnOnce(&Arc<Recorder>) -> R) -> Option<R> {
        match self {
            Whose::Ambient => ambient::with(|recorder| recorder.map(f)),
            Whose::This(recorder) => Some(f(recorder)),
            Whose::Nobody => None,
        }
    }
}

/// Calls `f` with this thread's run and innermost open span; `None` when nobody listens.
///
/// `f` must not call code of the program. Notices that came up are shown afterwards, when nothing is borrowed.
#[inline]
pub(crate) fn here<R>(f: impl FnOnce(&Arc<Recorder>, Option<&Inner>) -> R) -> Option<R> {
    let mut f = Some(|recorder: &Arc<Recorder>, inner: Option<&Inner>| {
        let result = f(recorder, inner);
        (result, recorder.has_notices().then(|| Arc::clone(recorder)))
    });
    let in_frame = FRAME.try_with(|frame| {
        let frame = frame.try_borrow().ok()?;
        let f = f.take()?;
        Some(
            frame
                .whose
                .with(|recorder| f(recorder, frame.stack.innermost(Address::of(recorder)))),
        )
    });
    let (result, notices_of) = match (in_frame, f) {
        (Ok(Some(done)), _) => done?,
        // The thread is ending or in the middle of changing its frame: the run is known, the span is not.
        (_, Some(f)) => ambient::with(|recorder| Some(f(recorder?, None)))?,
        _ => return None,
    };
    if let Some(recorder) = notices_of {
        recorder.settle();
    }
    Some(result)
}

/// Starts a span with this thread's run and innermost open span, and makes it the innermost one; `None` when nobody
/// listens. `start` is as `f` of [`here`].
#[inline]
pub(crate) fn open(
    start: impl FnOnce(&Arc<Recorder>, Option<&Inner>) -> Box<OpenSpan>,
) -> Option<Box<OpenSpan>> {
    let mut start = Some(start);
    let in_frame = FRAME.try_with(|frame| {
        let mut frame = frame.try_borrow_mut().ok()?;
        let Frame { whose, stack } = &mut *frame;
        let start = start.take()?;
        Some(whose.with(|recorder| {
            let span = start(recorder, stack.innermost(Address::of(recorder)));
            stack.push(span.inner());
            span
        }))
    });
    let span = match (in_frame, start) {
        (Ok(Some(span)), _) => span?,
        (_, Some(start)) => ambient::with(|recorder| Some(start(recorder?, None)))?,
        _ => return None,
    };
    span.recorder().settle();
    Some(span)
}

/// Makes a span the innermost of this thread.
pub(crate) fn push(inner: &Inner) {
    with_stack(|stack| stack.push(inner));
}

/// Lets go of a span that has ended, and of others that have.
#[inline]
pub(crate) fn pop(inner: &Inner) {
    with_stack(|stack| stack.pop(inner));
}

#[inline]
fn with_stack(f: impl FnOnce(&mut Stack)) {
    let _ = FRAME.try_with(|frame| {
        if let Ok(mut frame) = frame.try_borrow_mut() {
            f(&mut frame.stack);
        }
    });
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
