//! Stages, spans and timings that are about to start, and the ways to run work inside of them: a closure or a
//! future, ended by its `Result`. Generated code wraps these with the names of a schema.

use std::fmt::Display;
use std::future::Future;
use std::marker::PhantomData;

use crate::guard::SpanGuard;
use crate::value::{self, Value};
use crate::vocabulary::{ErrorItem, Fails, Skip, SpanItem, TimingItem};

/// A stage or span about to start; `N` values of its slots are known already.
#[must_use = "it starts with `start`, `run`, `run_as`, `instrument` or `instrument_as`"]
pub struct Start<'a, S, const N: usize> {
    values: [Value<'a>; N],
    item: PhantomData<fn() -> S>,
}

impl<'a, S: SpanItem, const N: usize> Start<'a, S, N> {
    /// With one value a slot of `S::DEF`.
    #[inline]
    pub fn new(values: [Value<'a>; N]) -> Self {
        Start {
            values,
            item: PhantomData,
        }
    }

    /// Starts it. It is the innermost span of this thread, or of the instrumented future that is being polled,
    /// until its guard ends it.
    #[must_use = "a guard that is dropped at once ends its span as abandoned"]
    pub fn start(self) -> S {
        let guard = SpanGuard::start(S::DEF, &self.values);
        value::done(self.values);
        S::from_guard(guard)
    }

    /// Runs `f` inside of it, and ends it by the result: the error says which error type it is.
    ///
    /// # Errors
    /// Those of `f`, untouched.
    pub fn run<T, E: Fails<S::ErrorType> + Display>(
        self,
        f: impl FnOnce(&S) -> Result<T, E>,
    ) -> Result<T, E> {
        run(self.start(), f, |failure| failure.error_type())
    }

    /// Runs `f` inside of it, and ends it by the result: every error is of this type.
    ///
    /// # Errors
    /// Those of `f`, untouched.
    pub fn run_as<T, E: Display>(
        self,
        error: S::ErrorType,
        f: impl FnOnce(&S) -> Result<T, E>,
    ) -> Result<T, E> {
        run(self.start(), f, |_| error)
    }

    /// Starts it now, runs `future` inside of it whichever threads poll it, and ends it by the result.
    pub fn instrument<T, E, F>(self, future: F) -> impl Future<Output = Result<T, E>> + use<T, E, F, S, N>
    where
        E: Fails<S::ErrorType> + Display,
        F: Future<Output = Result<T, E>>,
    {
        instrument(SpanGuard::apart(S::DEF, &self.values), future, |failure: &E| {
            failure.error_type().def()
        })
    }

    /// Starts it now, runs `future` inside of it, and ends it by the result: every error is of this type.
    pub fn instrument_as<T, E, F>(
        self,
        error: S::ErrorType,
        future: F,
    ) -> impl Future<Output = Result<T, E>> + use<T, E, F, S, N>
    where
        E: Display,
        F: Future<Output = Result<T, E>>,
    {
        instrument(SpanGuard::apart(S::DEF, &self.values), future, move |_: &E| {
            error.def()
        })
    }

    /// Starts it when polled, runs `f` inside of it with the open span in hand, and ends it by the result: the error
    /// says which error type it is. Where the future has to be spawned, [`Start::instrument`] is simpler.
    ///
    /// # Errors
    /// Those of `f`, untouched.
    pub async fn run_async<T, E, F>(self, f: F) -> Result<T, E>
    where
        E: Fails<S::ErrorType> + Display,
        F: AsyncFnOnce(&S) -> Result<T, E>,
    {
        let span = S::from_guard(self.guard_apart());
        let result = span.guard().within(f(&span)).await;
        span.into_guard()
            .finish(&result, |failure| failure.error_type().def());
        result
    }

    /// Starts it as nobody's innermost span: for what goes on beside the work of this thread, such as a child
    /// process that outlives the step that started it. Nothing is recorded in its place unless `scope` or `within`
    /// says so.
    pub fn start_apart(self) -> S {
        S::from_guard(self.guard_apart())
    }

    /// It is not needed, for this reason: a span that ends as skipped at once.
    pub fn skip<'r, R>(self, reason: R)
    where
        S: Skip<'r, R>,
    {
        self.guard_apart().skip(S::reason(reason));
    }

    /// Starts it as nobody's innermost span.
    pub(crate) fn guard_apart(&self) -> SpanGuard {
        SpanGuard::apart(S::DEF, &self.values)
    }
}

fn run<S: SpanItem, T, E: Display>(
    span: S,
    f: impl FnOnce(&S) -> Result<T, E>,
    error: impl FnOnce(&E) -> S::ErrorType,
) -> Result<T, E> {
    let result = f(&span);
    span.into_guard().finish(&result, |failure| error(failure).def());
    result
}

async fn instrument<T, E: Display, F: Future<Output = Result<T, E>>>(
    guard: SpanGuard,
    future: F,
    error: impl FnOnce(&E) -> &'static crate::def::ErrorDef,
) -> Result<T, E> {
    let result = guard.within(future).await;
    guard.finish(&result, error);
    result
}

/// A timing about to start under a stage.
#[must_use = "it starts with `start`, `run`, `run_as`, `instrument` or `instrument_as`"]
pub struct StartTiming<'p, T> {
    stage: &'p SpanGuard,
    item: PhantomData<fn() -> T>,
}

impl<'p, T: TimingItem> StartTiming<'p, T> {
    /// Under this stage.
    #[inline]
    pub fn new(stage: &'p SpanGuard) -> Self {
        StartTiming {
            stage,
            item: PhantomData,
        }
    }

    /// Starts it.
    pub fn start(self) -> OpenTiming<T> {
        OpenTiming {
            guard: self.stage.child(T::DEF),
            item: PhantomData,
        }
    }

    /// Runs `f` inside of it, and ends it by the result: the error says which error type it is.
    ///
    /// # Errors
    /// Those of `f`, untouched.
    pub fn run<R, E: Fails<T::ErrorType> + Display>(self, f: impl FnOnce() -> Result<R, E>) -> Result<R, E> {
        let guard = self.stage.child(T::DEF);
        let result = f();
        guard.finish(&result, |failure| failure.error_type().def());
        result
    }

    /// Runs `f` inside of it, and ends it by the result: every error is of this type.
    ///
    /// # Errors
    /// Those of `f`, untouched.
    pub fn run_as<R, E: Display>(
        self,
        error: T::ErrorType,
        f: impl FnOnce() -> Result<R, E>,
    ) -> Result<R, E> {
        let guard = self.stage.child(T::DEF);
        let result = f();
        guard.finish(&result, |_| error.def());
        result
    }

    /// Starts it now, runs `future` inside of it whichever threads poll it, and ends it by the result.
    pub fn instrument<R, E, F>(self, future: F) -> impl Future<Output = Result<R, E>> + use<R, E, F, T>
    where
        E: Fails<T::ErrorType> + Display,
        F: Future<Output = Result<R, E>>,
    {
        instrument(self.stage.child_apart(T::DEF), future, |failure: &E| {
            failure.error_type().def()
        })
    }

    /// Starts it now, runs `future` inside of it, and ends it by the result: every error is of this type.
    pub fn instrument_as<R, E, F>(
        self,
        error: T::ErrorType,
        future: F,
    ) -> impl Future<Output = Result<R, E>> + use<R, E, F, T>
    where
        E: Display,
        F: Future<Output = Result<R, E>>,
    {
        instrument(self.stage.child_apart(T::DEF), future, move |_: &E| error.def())
    }
}

/// An open timing; dropped without a word it ends as abandoned.
#[must_use = "a timing that is dropped at once ends as abandoned"]
pub struct OpenTiming<T> {
    guard: SpanGuard,
    item: PhantomData<fn() -> T>,
}

impl<T: TimingItem> OpenTiming<T> {
    /// It did what it should.
    pub fn done(self) {
        self.guard.done();
    }

    /// The operator stopped it.
    pub fn cancel(self) {
        self.guard.cancel();
    }

    /// It did not do what it should: which error, and its own words.
    pub fn fail(self, error: T::ErrorType, message: &dyn Display) {
        self.guard.fail(error.def(), message);
    }
}
