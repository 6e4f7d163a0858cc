//! Definitions that show what the encoder does to values.

use telemetry_runtime::def::*;

const fn attribute(key: &'static str, kind: ValueKind) -> AttributeDef {
    AttributeDef {
        key,
        kind,
        values: &[],
        secret: false,
        scrub: false,
        max_length: 1024,
        unit: None,
    }
}

pub(crate) static NAME: AttributeDef = attribute("app.name", ValueKind::String);
pub(crate) static SHORT: AttributeDef = AttributeDef {
    max_length: 8,
    ..attribute("app.short", ValueKind::String)
};
pub(crate) static WORDS: AttributeDef = AttributeDef {
    scrub: true,
    ..attribute("app.words", ValueKind::String)
};
pub(crate) static HIDDEN: AttributeDef = AttributeDef {
    secret: true,
    ..attribute("app.hidden", ValueKind::String)
};
pub(crate) static COUNT: AttributeDef = attribute("app.count", ValueKind::Int);
pub(crate) static RATIO: AttributeDef = attribute("app.ratio", ValueKind::Double);
pub(crate) static LIST: AttributeDef = AttributeDef {
    scrub: true,
    ..attribute("app.list", ValueKind::Strings)
};
pub(crate) static TAG: AttributeDef = attribute("app.tag", ValueKind::String);

const fn slot(attribute: &'static AttributeDef) -> Slot {
    Slot {
        attribute,
        required: false,
    }
}

/// One slot for each of the attributes above but the tag.
pub(crate) static SLOTS: [Slot; 7] = [
    slot(&NAME),
    slot(&SHORT),
    slot(&WORDS),
    slot(&HIDDEN),
    slot(&COUNT),
    slot(&RATIO),
    slot(&LIST),
];

pub(crate) static EVENT: EventDef = EventDef {
    name: "app.happened",
    severity: Severity::Warn,
    body: &[
        BodyPart::Text("name "),
        BodyPart::Slot(0),
        BodyPart::Text(", words "),
        BodyPart::Slot(2),
        BodyPart::Text(", hidden "),
        BodyPart::Slot(3),
        BodyPart::Text(", count "),
        BodyPart::Slot(4),
        BodyPart::Text(", ratio "),
        BodyPart::Slot(5),
        BodyPart::Text(", list "),
        BodyPart::Slot(6),
    ],
    log: true,
    span_event: false,
    action: false,
    attributes: &SLOTS,
    feeds: &[],
};

/// A hundred slots of one attribute each: more than a record takes.
pub(crate) static MANY: [Slot; 100] = [const { slot(&COUNT) }; 100];

pub(crate) static CROWDED: EventDef = EventDef {
    name: "app.crowded",
    severity: Severity::Info,
    body: &[],
    log: true,
    span_event: false,
    action: false,
    attributes: &MANY,
    feeds: &[],
};

pub(crate) static SPAN: SpanDef = SpanDef {
    id: "derived_image",
    name: "launch.derived_image",
    class: SpanClass::Stage,
    kind: SpanKind::Internal,
    new_trace: false,
    links: &[],
    screen: Some("launch"),
    stage: None,
    label: "derived image",
    slow_after_ms: None,
    attributes: &SLOTS,
};

/// The same, asking another program.
pub(crate) static CALL: SpanDef = SpanDef {
    id: "pull",
    name: "registry.pull",
    class: SpanClass::Span,
    kind: SpanKind::Client,
    new_trace: false,
    links: &[],
    screen: None,
    stage: None,
    label: "pull",
    slow_after_ms: None,
    attributes: &SLOTS,
};

pub(crate) static SCREEN: ScreenDef = ScreenDef {
    span: SpanDef {
        id: "launch",
        name: "launch",
        class: SpanClass::Screen,
        kind: SpanKind::Internal,
        new_trace: true,
        links: &[],
        screen: None,
        stage: None,
        label: "launch",
        slow_after_ms: None,
        attributes: &[],
    },
    navigates_to: &[],
    actions: &[],
};

pub(crate) static COUNTER: MetricDef = metric("app.hits", Instrument::Counter);
pub(crate) static GAUGE: MetricDef = metric("app.load", Instrument::Gauge);
pub(crate) static HISTOGRAM: MetricDef = metric("app.waits", Instrument::Histogram);

const fn metric(name: &'static str, instrument: Instrument) -> MetricDef {
    MetricDef {
        name,
        brief: "For tests.",
        instrument,
        double: false,
        unit: "1",
        attributes: const { &[slot(&NAME)] },
        buckets: &[],
        observes: None,
    }
}
