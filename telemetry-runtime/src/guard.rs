//! The guard of an open stage, timing or span. It may outlive scopes, overlap others and move between threads and
//! tasks; it ends by one of its words, or as abandoned when it is dropped without one.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use crate::clamp::{BODY, free_text};
use crate::context::{self, Frame, Whose};
use crate::def::{ErrorDef, SpanDef};
use crate::inner::Stack;
use crate::line::Outcome;
use crate::span::{Ending, OpenSpan};
use crate::value::Value;

/// An open stage, timing or span; of nothing, when nobody listened at its start.
#[must_use = "a guard that is dropped at once ends its span as abandoned"]
pub struct SpanGuard {
    span: Option<Box<OpenSpan>>,
}

impl SpanGuard {
    /// Starts a span, with one value a slot of `def`, or none. Until it ends it is the innermost one of this thread, or of
    /// the instrumented future that is being polled.
    pub fn start(def: &'static SpanDef, values: &[Value<'_>]) -> SpanGuard {
        SpanGuard {
            span: context::open(|recorder, inner| OpenSpan::start(recorder, inner, def, values)),
        }
    }

    /// Starts a span that is nobody's innermost one yet.
    pub(crate) fn apart(def: &'static SpanDef, values: &[Value<'_>]) -> SpanGuard {
        SpanGuard {
            span: context::here(|recorder, inner| OpenSpan::start(recorder, inner, def, values)),
        }
    }

    /// Starts a timing under this stage, whichever thread or future this is.
    pub fn child(&self, def: &'static SpanDef) -> SpanGuard {
        let guard = self.child_apart(def);
        if let Some(span) = &guard.span {
            context::push(span.inner());
        }
        guard
    }

    pub(crate) fn child_apart(&self, def: &'static SpanDef) -> SpanGuard {
        let start = |stage: &OpenSpan| {
            let span = OpenSpan::start(stage.recorder(), Some(stage.inner()), def, &[]);
            stage.recorder().settle();
            span
        };
        SpanGuard {
            span: self.span.as_deref().map(start),
        }
    }

    /// Sets the value of a slot.
    pub fn set(&self, slot: usize, value: Value<'_>) {
        if let Some(span) = &self.span {
            span.set(slot, value);
        }
    }

    /// It did what it should.
    pub fn done(self) {
        self.end(Ending::of(Outcome::Success));
    }

    /// The operator stopped it.
    pub fn cancel(self) {
        self.end(Ending::of(Outcome::Cancelled));
    }

    /// It was not needed.
    pub fn skip(self, reason: Value<'_>) {
        self.end(Ending {
            skip_reason: Some(&reason).filter(|reason| **reason != Value::Absent),
            ..Ending::of(Outcome::Skipped)
        });
    }

    /// It did not do what it should: which error, and its own words, which are scrubbed and clamped.
    pub fn fail(self, error: &'static ErrorDef, message: &dyn Display) {
        self.fail_as(error.id, message);
    }

    /// Fails with an error type that no schema declares.
    pub(crate) fn fail_as(self, error_type: &'static str, message: &dyn Display) {
        if self.span.is_some() {
            // The program's `Display` may emit too: it speaks before anything is borrowed.
            let message = message.to_string();
            let message = Some(&*free_text(&message, BODY));
            self.end(Ending {
                error_type: Some(error_type),
                message,
                ..Ending::of(Outcome::Failure)
            });
        }
    }

    /// Ends by a result: success, or failure with what `error` makes of it.
    pub fn finish<T, E: Display>(self, result: &Result<T, E>, error: impl FnOnce(&E) -> &'static ErrorDef) {
        match result {
            Ok(_) => self.done(),
            Err(failure) if self.span.is_some() => self.fail(error(failure), failure),
            Err(_) => {}
        }
    }

    /// Runs `future` inside of this span, whichever threads poll it.
    pub fn within<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        context::instrument(self.frame(), future)
    }

    /// Runs `f` inside of this span, whichever thread this is.
    pub fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        context::within(&mut self.frame(), f)
    }

    /// Whether its run records the debug tier.
    pub(crate) fn is_debug(&self) -> bool {
        self.span.as_ref().is_some_and(|span| span.recorder().debug())
    }

    fn frame(&self) -> Frame {
        match &self.span {
            Some(span) => Frame {
                whose: Whose::This(Arc::clone(span.recorder())),
                stack: Stack::of(span.inner()),
            },
            None => context::copy(),
        }
    }

    #[inline]
    fn end(mut self, ending: Ending<'_>) {
        self.end_once(ending);
    }

    fn end_once(&mut self, ending: Ending<'_>) {
        if let Some(mut span) = self.span.take() {
            span.end(ending);
            context::pop(span.inner());
            OpenSpan::give_back(span);
        }
    }
}

impl Drop for SpanGuard {
    /// Without a word; after one, there is no span any more.
    fn drop(&mut self) {
        self.end_once(Ending::of(Outcome::Abandoned));
    }
}

impl std::fmt::Debug for SpanGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.span.as_ref().map(|span| span.inner().def.name);
        f.debug_tuple("SpanGuard").field(&name.unwrap_or("off")).finish()
    }
}
