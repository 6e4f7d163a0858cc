//! The door that generated code records through, and the one that `tracing` events come in by.

use crate::ambient;
use crate::context::here;
use crate::def::{EventDef, MetricDef, Severity};
use crate::value::Value;

pub use crate::metrics::Number;

/// Whether anyone records events of this severity: one relaxed load. Macros ask before they evaluate arguments.
#[inline]
pub fn enabled(severity: Severity) -> bool {
    ambient::enabled(severity)
}

/// Records an event: one value a slot of `def`. It never fails; trouble is counted, told to the operator and part
/// of the summary.
pub fn emit(def: &'static EventDef, values: &[Value<'_>]) {
    here(|recorder, inner| recorder.event(inner, def, values));
}

/// Adds to a counter, sets a gauge or records into a histogram: one value a slot of `def`.
pub fn measure(def: &'static MetricDef, values: &[Value<'_>], amount: Number) {
    here(|recorder, _| {
        recorder
            .instruments()
            .measure(def, values, amount, recorder.notices())
    });
}

/// Records what came through `tracing`. The words are free text: sinks scrub and clamp them.
pub(crate) fn log(severity: Severity, target: &str, body: &str, fields: &[(&str, Value<'_>)]) {
    here(|recorder, inner| recorder.log(inner, severity, target, body, fields));
}
