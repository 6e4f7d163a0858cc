//! Spans are short and many. A thread keeps the last few that ended and starts the next ones in their place, so that
//! a span costs no allocation once the thread is warm.

use std::cell::RefCell;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Added, OpenSpan};
use crate::cells::Kept;
use crate::def::SpanDef;
use crate::record::{SpanId, TraceId};
use crate::recorder::Recorder;
use crate::sync::lock;
use crate::visit::Visit;

/// Ended spans that a thread keeps to start others in their place.
const KEPT: usize = 8;

thread_local! {
    static ENDED: RefCell<Vec<Arc<OpenSpan>>> = const { RefCell::new(Vec::new()) };
}

impl OpenSpan {
    /// A span that nobody else holds, open, with neither links nor values: one that ended on this thread, or a new one.
    pub(super) fn vacant(
        recorder: &Arc<Recorder>,
        visit: Option<&Arc<Visit>>,
        def: &'static SpanDef,
    ) -> Arc<OpenSpan> {
        let ended = ENDED
            .try_with(|ended| ended.try_borrow_mut().ok()?.pop())
            .ok()
            .flatten();
        if let Some(mut ended) = ended
            && let Some(span) = Arc::get_mut(&mut ended)
        {
            span.def = def;
            if !Arc::ptr_eq(&span.recorder, recorder) {
                span.recorder = Arc::clone(recorder);
            }
            let same = match (&span.visit, visit) {
                (Some(kept), Some(visit)) => Arc::ptr_eq(kept, visit),
                (None, None) => true,
                _ => false,
            };
            if !same {
                span.visit = visit.cloned();
            }
            span.links.clear();
            span.values.clear();
            span.added.clear();
            if *span.has_learned.get_mut() {
                *span.has_learned.get_mut() = false;
                lock(&span.learned).clear();
            }
            *span.open.get_mut() = true;
            return ended;
        }
        Arc::new(OpenSpan {
            recorder: Arc::clone(recorder),
            def,
            trace_id: TraceId(0),
            span_id: SpanId(0),
            parent: None,
            links: Vec::new(),
            visit: visit.cloned(),
            stage: None,
            started: 0,
            began: Duration::ZERO,
            values: Kept::default(),
            added: Added::new(),
            learned: Mutex::default(),
            has_learned: AtomicBool::new(false),
            open: AtomicBool::new(true),
        })
    }

    /// Gives an ended span back, once its thread's stack has let go of it.
    pub(crate) fn give_back(span: Arc<OpenSpan>) {
        let _ = ENDED.try_with(|ended| {
            if let Ok(mut ended) = ended.try_borrow_mut()
                && ended.len() < KEPT
            {
                ended.push(span);
            }
        });
    }
}
