//! The values of the static definitions, as Rust writes them.

use super::{attribute, error, event, metric, screen, span, stage, timing};
use crate::model::*;
use crate::render::rust::{literal, literals, optional, roles};

fn debug<T: std::fmt::Debug>(values: &[T]) -> String {
    format!("&{values:?}")
}

fn slots(model: &Model, uses: &[AttributeUse]) -> String {
    let slot = |used: &AttributeUse| {
        format!(
            "Slot {{ attribute: &{}, required: {} }}",
            attribute(model, used.attribute),
            used.required
        )
    };
    format!("&[{}]", uses.iter().map(slot).collect::<Vec<_>>().join(", "))
}

pub(super) fn attribute_value(model: &Model, attribute: &Attribute) -> String {
    let Attribute {
        item,
        kind,
        sensitivity,
        max_length,
        unit,
        scrub,
        ..
    } = attribute;
    let (value_kind, values) = match kind {
        AttributeKind::Enum(values) => ("String", literals(values.iter().map(|value| &value.id))),
        AttributeKind::Screen => (
            "String",
            literals(model.screens.iter().map(|screen| &screen.item.id)),
        ),
        AttributeKind::Stage => (
            "String",
            literals(model.stages.iter().map(|stage| &stage.item.id)),
        ),
        AttributeKind::Error => (
            "String",
            literals(model.errors.iter().map(|error| &error.item.id)),
        ),
        AttributeKind::String => ("String", "&[]".to_owned()),
        AttributeKind::Bool => ("Bool", "&[]".to_owned()),
        AttributeKind::Int => ("Int", "&[]".to_owned()),
        AttributeKind::Double => ("Double", "&[]".to_owned()),
        AttributeKind::Strings => ("Strings", "&[]".to_owned()),
        AttributeKind::Ints => ("Ints", "&[]".to_owned()),
        AttributeKind::Doubles => ("Doubles", "&[]".to_owned()),
        AttributeKind::Bools => ("Bools", "&[]".to_owned()),
    };
    format!(
        "AttributeDef {{ key: {}, kind: ValueKind::{value_kind}, values: {values}, secret: {}, scrub: {scrub}, \
         max_length: {max_length}, unit: {} }}",
        literal(&item.id),
        *sensitivity == Sensitivity::Secret,
        optional(unit.as_deref())
    )
}

pub(super) fn error_value(error: &ErrorType) -> String {
    let (id, brief) = (literal(&error.item.id), literal(&error.item.brief));
    format!(
        "ErrorDef {{ id: {id}, code: {}, brief: {brief} }}",
        optional(error.code.as_deref())
    )
}

/// What differs between the defs of the four classes of spans.
struct SpanParts<'a> {
    id: &'a str,
    name: &'a str,
    class: &'a str,
    kind: SpanKind,
    new_trace: bool,
    links: &'a [LinkRule],
    screen: Option<&'a str>,
    stage: Option<&'a str>,
    label: &'a str,
    slow_after_ms: Option<u64>,
    slots: &'a str,
}

impl SpanParts<'_> {
    fn value(&self) -> String {
        let SpanParts {
            id,
            name,
            class,
            kind,
            new_trace,
            links,
            screen,
            stage,
            label,
            slow_after_ms,
            slots,
        } = self;
        let links: Vec<String> = links.iter().map(|rule| format!("LinkRule::{rule:?}")).collect();
        format!(
            "SpanDef {{ id: {id:?}, name: {name:?}, class: SpanClass::{class}, kind: SpanKind::{kind:?}, \
             new_trace: {new_trace}, links: &[{}], screen: {screen:?}, stage: {stage:?}, label: {label:?}, \
             slow_after_ms: {slow_after_ms:?}, attributes: {slots} }}",
            links.join(", ")
        )
    }
}

pub(super) fn screen_value(model: &Model, screen: &Screen) -> String {
    let id = &screen.item.id;
    let span = SpanParts {
        id,
        name: id,
        class: "Screen",
        kind: SpanKind::Internal,
        new_trace: true,
        links: &[],
        screen: None,
        stage: None,
        label: id,
        slow_after_ms: None,
        slots: &slots(model, &screen.attributes),
    }
    .value();
    let targets = literals(screen.navigates_to.iter().map(|&to| &model.screens[to].item.id));
    let actions = literals(screen.actions.iter().map(|&event| &model.events[event].item.id));
    format!("ScreenDef {{ span: {span}, navigates_to: {targets}, actions: {actions} }}")
}

pub(super) fn stage_value(model: &Model, stage: &Stage) -> String {
    let screen = &model.screens[stage.screen].item.id;
    SpanParts {
        id: &stage.item.id,
        name: &format!("{screen}.{}", stage.item.id),
        class: "Stage",
        kind: SpanKind::Internal,
        new_trace: false,
        links: &[],
        screen: Some(screen),
        stage: None,
        label: &stage.label,
        slow_after_ms: stage.slow_after_ms,
        slots: &slots(model, &stage.attributes),
    }
    .value()
}

pub(super) fn timing_value(model: &Model, stage: &Stage, timing: &Timing) -> String {
    let screen = &model.screens[stage.screen].item.id;
    SpanParts {
        id: &timing.id,
        name: &format!("{screen}.{}.{}", stage.item.id, timing.id),
        class: "Timing",
        kind: SpanKind::Internal,
        new_trace: false,
        links: &[],
        screen: Some(screen),
        stage: Some(&stage.item.id),
        label: &timing.id,
        slow_after_ms: stage.slow_after_ms,
        slots: "&[]",
    }
    .value()
}

pub(super) fn span_value(model: &Model, span: &Span) -> String {
    SpanParts {
        id: &span.item.id,
        name: &span.item.id,
        class: "Span",
        kind: span.kind,
        new_trace: span.new_trace,
        links: &span.links,
        screen: None,
        stage: None,
        label: &span.item.id,
        slow_after_ms: None,
        slots: &slots(model, &span.attributes),
    }
    .value()
}

pub(super) fn event_value(model: &Model, event: &Event) -> String {
    let part = |part: &BodyPart| match part {
        BodyPart::Text(text) => format!("BodyPart::Text({text:?})"),
        BodyPart::Slot(slot) => format!("BodyPart::Slot({slot})"),
    };
    let feed = |feed: &Feed| {
        let (metric, slots, value) = (metric(model, feed.metric), debug(&feed.slots), feed.value);
        format!("Feed {{ metric: &{metric}, slots: {slots}, value: {value:?} }}")
    };
    let body: Vec<String> = event.body.iter().map(part).collect();
    let feeds: Vec<String> = event.feeds.iter().map(feed).collect();
    format!(
        "EventDef {{ name: {}, severity: Severity::{:?}, body: &[{}], log: {}, span_event: {}, action: {}, \
         attributes: {}, feeds: &[{}] }}",
        literal(&event.item.id),
        event.severity,
        body.join(", "),
        event.record != EventRecord::SpanEvent,
        event.record != EventRecord::Log,
        event.action,
        slots(model, &event.attributes),
        feeds.join(", ")
    )
}

pub(super) fn metric_value(model: &Model, metric: &Metric) -> String {
    let Metric {
        item,
        instrument,
        double,
        unit,
        attributes,
        buckets,
        observes,
    } = metric;
    let observes = observes.map_or_else(
        || "None".to_owned(),
        |observed| format!("Some(Observed::{observed:?})"),
    );
    format!(
        "MetricDef {{ name: {}, brief: {}, instrument: Instrument::{instrument:?}, double: {double}, unit: {unit:?}, \
         attributes: {}, buckets: {}, observes: {observes} }}",
        literal(&item.id),
        literal(&item.brief),
        slots(model, attributes),
        debug(buckets)
    )
}

pub(super) fn schema_value(model: &Model) -> String {
    let Manifest {
        name,
        version,
        url,
        service,
        run,
        unsupported_protocol,
        log_targets,
        ..
    } = &model.manifest;
    let all = |paths: Vec<String>| format!("&[&{}]", paths.join(", &")).replace("&[&]", "&[]");
    let run = format!(
        "RunDef {{ id_attributes: {}, adopt_resource_attributes: {}, adopt_env: {}, directory: {:?}, keep_runs: {}, \
         keep_days: {}, file_env: {:?}, debug_env: {:?} }}",
        literals(&run.id_attributes),
        literals(&run.adopt_resource_attributes),
        literals(&run.adopt_env),
        run.directory,
        run.keep_runs,
        u32::try_from(run.keep_days).unwrap_or(u32::MAX),
        run.file_env,
        run.debug_env
    );
    format!(
        "SchemaDef {{ name: {name:?}, version: {version:?}, url: {url:?}, service: {service:?}, run: {run}, \
         unsupported_protocol: {unsupported_protocol:?}, log_targets: {}, attributes: {}, screens: {}, stages: {}, \
         timings: {}, events: {}, spans: {}, metrics: {}, errors: {}, roles: {} }}",
        literals(log_targets),
        all((0..model.attributes.len())
            .map(|index| attribute(model, index))
            .collect()),
        all(model.screens.iter().map(screen).collect()),
        all(model.stages.iter().map(stage).collect()),
        all(model
            .stages
            .iter()
            .flat_map(|stage| &stage.timings)
            .map(timing)
            .collect()),
        all((0..model.events.len()).map(|index| event(model, index)).collect()),
        all((0..model.spans.len()).map(|index| span(model, index)).collect()),
        all((0..model.metrics.len())
            .map(|index| metric(model, index))
            .collect()),
        all(model.errors.iter().map(error).collect()),
        roles::literal(model)
    )
}
