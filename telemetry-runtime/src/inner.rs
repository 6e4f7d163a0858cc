//! Open spans as what happens inside of them sees them: where that belongs, and whether they are open still. A thread's
//! stack holds copies, so that a span has one owner, its guard, and is counted by nobody. A place in the stack is used
//! again with what it held, which is what the next span of that depth has too, as a rule.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use crate::def::SpanDef;
use crate::record::{Place, SpanId, TraceId};
use crate::recorder::Recorder;
use crate::visit::Visit;

/// Where in memory a run is. An open span keeps its run alive, so that no other one is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(usize);

impl Address {
    #[inline]
    pub(crate) fn of(recorder: &Arc<Recorder>) -> Address {
        Address(Arc::as_ptr(recorder).addr())
    }
}

/// An open span, as what is inside of it sees it.
#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) def: &'static SpanDef,
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    /// The stage that it is, or is inside of.
    pub(crate) stage: Option<&'static SpanDef>,
    /// The visit that it belongs to, as it was tagged when the span started.
    visit: Option<Arc<Visit>>,
    run: Address,
    /// Counts the starts and ends of the spans that have it one after another.
    turns: Arc<AtomicU64>,
    /// What it shows while this span is open.
    turn: u64,
}

impl Inner {
    /// A span of a run, open from now on.
    pub(crate) fn new(def: &'static SpanDef, run: Address, visit: Option<&Arc<Visit>>) -> Inner {
        Inner {
            def,
            trace_id: TraceId(0),
            span_id: SpanId(0),
            stage: None,
            visit: visit.cloned(),
            run,
            turns: Arc::default(),
            turn: 0,
        }
    }

    /// Another span in the place of one that has ended.
    pub(crate) fn again(&mut self, def: &'static SpanDef, run: Address, visit: Option<&Arc<Visit>>) {
        self.def = def;
        self.run = run;
        put(&mut self.visit, visit);
        self.turn = self.turns.load(Relaxed);
    }

    /// It has ended.
    pub(crate) fn end(&self) {
        self.turns.store(self.turn + 1, Release);
    }

    /// Whether it has not ended, and is one of this run.
    #[inline]
    fn is_open_in(&self, run: Address) -> bool {
        // In this order: the address of a run that is gone may be that of another one.
        self.is_open() && self.run == run
    }

    /// Whether it has not ended.
    #[inline]
    fn is_open(&self) -> bool {
        self.turns.load(Acquire) == self.turn
    }

    #[inline]
    fn is(&self, other: &Inner) -> bool {
        self.turn == other.turn && Arc::ptr_eq(&self.turns, &other.turns)
    }

    /// Becomes a copy of another one.
    #[inline]
    fn copy(&mut self, other: &Inner) {
        self.def = other.def;
        self.trace_id = other.trace_id;
        self.span_id = other.span_id;
        self.stage = other.stage;
        put(&mut self.visit, other.visit.as_ref());
        self.run = other.run;
        if !Arc::ptr_eq(&self.turns, &other.turns) {
            self.turns = Arc::clone(&other.turns);
        }
        self.turn = other.turn;
    }

    /// Its trace and its id.
    #[inline]
    pub(crate) fn ids(&self) -> (TraceId, SpanId) {
        (self.trace_id, self.span_id)
    }

    /// The visit that it belongs to.
    #[inline]
    pub(crate) fn visit(&self) -> Option<&Arc<Visit>> {
        self.visit.as_ref()
    }

    /// The place of what happens inside of it.
    pub(crate) fn place(&self) -> Place {
        Place {
            screen: self.visit.as_ref().map(|visit| visit.def),
            stage: self.stage,
            span: Some(self.ids()),
        }
    }
}

/// Puts a visit where one was, which is the same one as a rule.
#[inline]
fn put(place: &mut Option<Arc<Visit>>, visit: Option<&Arc<Visit>>) {
    if place.as_ref().map(Arc::as_ptr) != visit.map(Arc::as_ptr) {
        *place = visit.cloned();
    }
}

/// The spans that a thread or a future has open, the innermost last. One that ended on another thread stays until this
/// one starts or ends a span itself.
#[derive(Default)]
pub(crate) struct Stack {
    places: Vec<Inner>,
    /// How many of the places are taken.
    depth: usize,
}

impl Stack {
    pub(crate) const EMPTY: Stack = Stack {
        places: Vec::new(),
        depth: 0,
    };

    /// With one span.
    pub(crate) fn of(inner: &Inner) -> Stack {
        Stack {
            places: vec![inner.clone()],
            depth: 1,
        }
    }

    fn taken(&self) -> &[Inner] {
        self.places.get(..self.depth).unwrap_or_default()
    }

    /// The open ones, the innermost last.
    pub(crate) fn open(&self) -> impl DoubleEndedIterator<Item = &Inner> {
        self.taken().iter().filter(|inner| inner.is_open())
    }

    /// The innermost open one of this run.
    #[inline]
    pub(crate) fn innermost(&self, run: Address) -> Option<&Inner> {
        self.taken().iter().rev().find(|inner| inner.is_open_in(run))
    }

    /// Makes a span the innermost one.
    #[inline]
    pub(crate) fn push(&mut self, inner: &Inner) {
        self.sweep();
        match self.places.get_mut(self.depth) {
            Some(place) => place.copy(inner),
            None => self.places.push(inner.clone()),
        }
        self.depth += 1;
    }

    /// Lets go of a span that has ended, and of others that have.
    #[inline]
    pub(crate) fn pop(&mut self, inner: &Inner) {
        if self.taken().last().is_some_and(|last| last.is(inner)) {
            self.depth -= 1;
        }
        self.sweep();
    }

    #[inline]
    fn sweep(&mut self) {
        if !self.taken().iter().all(Inner::is_open) {
            self.sweep_some();
        }
    }

    #[cold]
    fn sweep_some(&mut self) {
        self.places.truncate(self.depth);
        self.places.retain(Inner::is_open);
        self.depth = self.places.len();
    }
}

impl Clone for Stack {
    fn clone(&self) -> Stack {
        let places: Vec<Inner> = self.open().cloned().collect();
        Stack {
            depth: places.len(),
            places,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::SCHEMA;

    const RUN: Address = Address(1);

    fn span() -> Inner {
        Inner::new(SCHEMA.roles.command, RUN, None)
    }

    /// Otherwise a thread whose spans all end elsewhere would keep them, and look at them, for ever.
    #[test]
    fn spans_that_ended_elsewhere_leave_the_stack_with_the_next_one_that_starts_or_ends() {
        let mut stack = Stack::default();
        let spans = [span(), span(), span()];
        spans.iter().for_each(|span| stack.push(span));
        spans[0].end();
        spans[2].end();
        assert_eq!((stack.depth, stack.open().count()), (3, 1));
        let next = span();
        stack.push(&next);
        assert_eq!(stack.depth, 2);
        spans[1].end();
        next.end();
        stack.pop(&next);
        assert_eq!(stack.depth, 0);
    }

    #[test]
    fn a_copy_is_closed_when_another_span_starts_in_the_place_of_its_own() {
        let mut span = span();
        let stack = Stack::of(&span);
        assert!(stack.innermost(RUN).is_some() && stack.innermost(Address(2)).is_none());
        span.end();
        span.again(SCHEMA.roles.command, RUN, None);
        assert!(span.is_open() && stack.innermost(RUN).is_none());
        assert_eq!(stack.clone().depth, 0, "a copy has open ones only");
    }
}
