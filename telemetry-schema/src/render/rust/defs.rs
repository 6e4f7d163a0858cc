//! The static definitions: what the runtime and its sinks know of each item.

mod values;

use super::EXCUSED;
use super::template::fill;
use crate::model::*;
use values::{
    attribute_value, error_value, event_value, metric_value, schema_value, screen_value, span_value,
    stage_value, timing_value,
};

/// The static of an item, such as `crate::__defs::EVENT_CONTAINER_EXITED`.
fn path(class: &str, id: &str) -> String {
    let upper = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let mut path = format!("crate::__defs::{class}_");
    path.extend(id.chars().map(upper));
    path
}

pub(super) fn attribute(model: &Model, index: AttributeIndex) -> String {
    path("ATTRIBUTE", &model.attributes[index].item.id)
}

pub(super) fn event(model: &Model, index: EventIndex) -> String {
    path("EVENT", &model.events[index].item.id)
}

pub(super) fn metric(model: &Model, index: MetricIndex) -> String {
    path("METRIC", &model.metrics[index].item.id)
}

pub(super) fn span(model: &Model, index: SpanIndex) -> String {
    path("SPAN", &model.spans[index].item.id)
}

pub(super) fn screen(screen: &Screen) -> String {
    path("SCREEN", &screen.item.id)
}

pub(super) fn stage(stage: &Stage) -> String {
    path("STAGE", &stage.item.id)
}

pub(super) fn timing(timing: &Timing) -> String {
    path("TIMING", &timing.id)
}

pub(super) fn error(error: &ErrorType) -> String {
    path("ERROR", &error.item.id)
}

const MODULE: &str = r#"
#[doc(hidden)]
#[allow(missing_docs, reason = "generated; the public items carry the documentation")]
$excused
pub mod __defs {
    use super::__rt::def::*;

    $statics
}

"#;

/// Writes the module of all statics, `SCHEMA` last.
pub(super) fn write(out: &mut String, model: &Model) {
    let mut statics = String::new();
    let mut declare = |path: &str, kind: &str, value: &str| {
        let name = path.rsplit("::").next().unwrap_or(path);
        statics.extend([format!("pub static {name}: {kind} = {value};\n")]);
    };
    for (index, declared) in model.attributes.iter().enumerate() {
        declare(
            &attribute(model, index),
            "AttributeDef",
            &attribute_value(model, declared),
        );
    }
    for declared in &model.errors {
        declare(&error(declared), "ErrorDef", &error_value(declared));
    }
    for declared in &model.screens {
        declare(&screen(declared), "ScreenDef", &screen_value(model, declared));
    }
    for declared in &model.stages {
        declare(&stage(declared), "SpanDef", &stage_value(model, declared));
        for inside in &declared.timings {
            declare(&timing(inside), "SpanDef", &timing_value(model, declared, inside));
        }
    }
    for (index, declared) in model.events.iter().enumerate() {
        declare(&event(model, index), "EventDef", &event_value(model, declared));
    }
    for (index, declared) in model.spans.iter().enumerate() {
        declare(&span(model, index), "SpanDef", &span_value(model, declared));
    }
    for (index, declared) in model.metrics.iter().enumerate() {
        declare(&metric(model, index), "MetricDef", &metric_value(model, declared));
    }
    declare("SCHEMA", "SchemaDef", &schema_value(model));
    fill(out, MODULE, &[("excused", EXCUSED), ("statics", &statics)]);
}
