//! Spans are short and many. A thread keeps the last few that ended and starts the next ones in their place, so that
//! a span costs no allocation once the thread is warm.

use std::cell::RefCell;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::{Added, OpenSpan};
use crate::cells::Kept;
use crate::def::SpanDef;
use crate::inner::{Address, Inner};
use crate::recorder::Recorder;
use crate::sync::lock;
use crate::visit::Visit;

/// Ended spans that a thread keeps to start others in their place.
const KEPT: usize = 8;

thread_local! {
    #[expect(clippy::vec_box, reason = "a span goes from here to its guard, and is not moved")]
    static ENDED: RefCell<Vec<Box<OpenSpan>>> = const { RefCell::new(Vec::new()) };
}

impl OpenSpan {
    /// An open span with neither links nor values: one that ended on this thread, or a new one.
    pub(super) fn vacant(
        recorder: &Arc<Recorder>,
        visit: Option<&Arc<Visit>>,
        def: &'static SpanDef,
    ) -> Box<OpenSpan> {
        let ended = ENDED
            .try_with(|ended| ended.try_borrow_mut().ok()?.pop())
            .ok()
            .flatten();
        if let Some(mut span) = ended {
            if !Arc::ptr_eq(&span.recorder, recorder) {
                span.recorder = Arc::clone(recorder);
            }
            span.inner.again(def, Address::of(recorder), visit);
            span.links.clear();
            span.values.clear();
            span.added.clear();
            if std::mem::take(span.has_learned.get_mut()) {
                lock(&span.learned).clear();
            }
            return span;
        }
        Box::new(OpenSpan {
            recorder: Arc::clone(recorder),
            inner: Inner::new(def, Address::of(recorder), visit),
            parent: None,
            links: Vec::new(),
            started: 0,
            began: 0,
            values: Kept::default(),
            added: Added::new(),
            learned: Mutex::default(),
            has_learned: AtomicBool::new(false),
        })
    }

    /// Gives an ended span back, for another to start in its place.
    #[inline]
    pub(crate) fn give_back(span: Box<OpenSpan>) {
        let _ = ENDED.try_with(|ended| {
            if let Ok(mut ended) = ended.try_borrow_mut()
                && ended.len() < KEPT
            {
                ended.push(span);
            }
        });
    }
}
