//! Records every item of jackin's vocabulary once, found in its compiled definitions.

use std::collections::BTreeSet;
use std::fmt;

use jackin_telemetry::{ErrorType, Jackin};
use telemetry_runtime::def::{EventDef, MetricDef, SchemaDef, ScreenDef, Slot, SpanDef};
use telemetry_runtime::value::Value;
use telemetry_runtime::{Number, SpanGuard, Vocabulary, emit, measure, screen};

use super::sample::given;

const SCHEMA: &SchemaDef = Jackin::SCHEMA;

/// What a run of every item ends with, so that the command has an error type.
#[derive(Debug)]
pub(super) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every item was recorded")
    }
}

impl From<&Failed> for ErrorType {
    fn from(_: &Failed) -> ErrorType {
        ErrorType::IoFailed
    }
}

/// Every item that the walk meets, as its kind and name.
pub(super) fn names() -> BTreeSet<String> {
    let screens = SCHEMA.screens.iter().map(|screen| ("screen", screen.span.name));
    let stages = SCHEMA.stages.iter().map(|stage| ("stage", stage.name));
    let timings = SCHEMA.timings.iter().map(|timing| ("timing", timing.name));
    let spans = SCHEMA.spans.iter().map(|span| ("span", span.name));
    let events = SCHEMA.events.iter().map(|event| ("event", event.name));
    let metrics = SCHEMA.metrics.iter().map(|metric| ("metric", metric.name));
    let all = screens
        .chain(stages)
        .chain(timings)
        .chain(spans)
        .chain(events)
        .chain(metrics);
    all.map(|(kind, name)| format!("{kind} {name}")).collect()
}

fn values(slots: &'static [Slot]) -> Vec<Value<'static>> {
    slots.iter().map(|slot| given(slot.attribute)).collect()
}

/// Records all of them, each once.
pub(super) fn everything() {
    let mut acted = BTreeSet::new();
    for screen in SCHEMA.screens {
        visit(screen, &mut acted);
    }
    for span in SCHEMA.spans {
        // The command is the run's own.
        if span.name != SCHEMA.roles.command.name {
            SpanGuard::start(span, &values(span.attributes)).done();
        }
    }
    for event in SCHEMA.events {
        // So is the summary.
        if event.name != SCHEMA.roles.summary.name && acted.insert(event.name) {
            emit(event, &values(event.attributes));
        }
    }
    for metric in SCHEMA.metrics {
        if metric.observes.is_none() && !is_fed(metric) {
            measure(metric, &values(metric.attributes), Number::Int(1));
        }
    }
}

/// Everything that happens on one screen: its tags, its actions that no earlier screen had, its stages.
fn visit(screen: &'static ScreenDef, acted: &mut BTreeSet<&'static str>) {
    screen::enter(screen);
    for (slot, value) in values(screen.span.attributes).into_iter().enumerate() {
        screen::tag(screen, slot, value);
    }
    for action in screen.actions {
        if acted.insert(action) {
            screen::act(screen);
            let event = SCHEMA.events.iter().find(|event| event.name == *action);
            let event: &'static EventDef = event.expect("an action is an event");
            emit(event, &values(event.attributes));
        }
    }
    let here = |span: &&&'static SpanDef| span.screen == Some(screen.span.id);
    for stage in SCHEMA.stages.iter().filter(here) {
        let guard = SpanGuard::start(stage, &values(stage.attributes));
        let inside = SCHEMA.timings.iter().filter(here);
        for timing in inside.filter(|timing| timing.stage == Some(stage.id)) {
            guard.child(timing).done();
        }
        guard.done();
    }
}

fn is_fed(metric: &MetricDef) -> bool {
    let mut feeds = SCHEMA.events.iter().flat_map(|event| event.feeds);
    feeds.any(|feed| feed.metric.name == metric.name)
}
