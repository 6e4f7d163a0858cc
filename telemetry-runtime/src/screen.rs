//! The operator's moves, as generated code calls them. There is nothing to hold and nothing to drop: a visit ends
//! when another opens, when its screen is left, or with the run.

use crate::context::here;
use crate::def::ScreenDef;
use crate::value::Value;

/// Opens a visit of `screen`, linked to the visit before it; the current one ends.
pub fn enter(screen: &'static ScreenDef) {
    here(|recorder, _| recorder.enter(screen));
}

/// Ends the visit of `screen`. When it is not the current screen, nothing ends and the call counts as unexpected.
pub fn leave(screen: &'static ScreenDef) {
    here(|recorder, _| recorder.leave(screen));
}

/// Records `navigate` on the visit of `from`, ends it, and opens one of `to`, linked to it. When `from` is not the
/// current screen, a visit of it is opened first and the call counts as unexpected.
pub fn navigate(from: &'static ScreenDef, to: &'static ScreenDef) {
    here(|recorder, _| recorder.navigate(from, to));
}

/// Makes `to` the current screen: enters it, moves to it, or does nothing when it is the current one already. A
/// move that the schema does not list is made, reported as a log record at warn and counted as unexpected.
pub fn show(to: &'static ScreenDef) {
    here(|recorder, _| recorder.show(to));
}

/// The screen that the operator is on, as this thread's run knows it.
pub fn current() -> Option<&'static ScreenDef> {
    here(|recorder, _| recorder.visit().map(|visit| visit.def)).flatten()
}

/// Tags the current visit of `screen`, and every later record on it, with the attribute of a slot. When `screen` is
/// not the current one, the call counts as unexpected and tags nothing.
pub fn tag(screen: &'static ScreenDef, slot: usize, value: Value<'_>) {
    here(|recorder, _| recorder.tag(screen, slot, value));
}

/// Notes that an action of `screen` is about to be recorded; counts as unexpected when `screen` is not the current
/// one.
pub fn act(screen: &'static ScreenDef) {
    here(|recorder, _| recorder.act(screen));
}
