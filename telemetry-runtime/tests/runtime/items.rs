//! The typed items of the tests' schema, written by hand as a build script would generate them.

use telemetry_runtime::def::*;
use telemetry_runtime::line::Attributes;
use telemetry_runtime::value::Value;
use telemetry_runtime::{EventItem, FromAttribute, Skip, SpanGuard, SpanItem, TimingItem, emit, enabled};

use crate::vocabulary::*;

/// An error of the program that knows its type.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) &'static str);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl From<&Refusal> for ErrorType {
    fn from(_: &Refusal) -> ErrorType {
        ErrorType::Refused
    }
}

macro_rules! handles {
    ($($name:ident $def:ident;)*) => {$(
        #[derive(Debug)]
        pub(crate) struct $name(SpanGuard);

        impl SpanItem for $name {
            const DEF: &'static SpanDef = &$def;
            type ErrorType = ErrorType;

            fn from_guard(guard: SpanGuard) -> Self {
                $name(guard)
            }
            fn guard(&self) -> &SpanGuard {
                &self.0
            }
            fn into_guard(self) -> SpanGuard {
                self.0
            }
        }
    )*};
}
handles! { Image IMAGE; Network NETWORK; Work WORK; Process PROCESS; }

impl<'a> Skip<'a, &'a str> for Image {
    fn reason(reason: &'a str) -> Value<'a> {
        reason.into()
    }
}

/// The timing of [`Image`].
#[derive(Debug)]
pub(crate) struct Build;

impl TimingItem for Build {
    const DEF: &'static SpanDef = &BUILD;
    type ErrorType = ErrorType;
}

/// The event [`TICK`], read back.
#[derive(Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) number: i64,
    pub(crate) worker: i64,
}

impl EventItem for Tick {
    const DEF: &'static EventDef = &TICK;

    fn decode(attributes: &Attributes) -> Option<Self> {
        let int = |def: &AttributeDef| attributes.get(def.key).and_then(i64::from_attribute);
        Some(Tick {
            number: int(&NUMBER)?,
            worker: int(&WORKER)?,
        })
    }
}

/// Emits a tick as the macro would.
pub(crate) fn tick(number: i64, worker: i64) {
    if enabled(TICK.severity) {
        emit(&TICK, &[Value::Int(number), Value::Int(worker)]);
    }
}

/// Starts a span of work.
pub(crate) fn work(number: i64) -> SpanGuard {
    SpanGuard::start(&WORK, &[Value::Int(number)])
}
