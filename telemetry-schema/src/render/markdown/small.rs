//! One small vocabulary, written by hand, that has something of everything the page shows.

use std::sync::Arc;

use crate::model::*;
use crate::name;

/// Two screens, a stage, three events, two spans, a metric.
pub(super) fn small() -> Model {
    let deprecated = Deprecated {
        since: "1.1.0".to_owned(),
        reason: "nobody looks at it.".to_owned(),
        instead: Some("saved".to_owned()),
    };
    Model {
        manifest: manifest(),
        attributes: attributes(),
        errors: vec![ErrorType {
            item: item("no_space", 3),
            code: Some("E007".to_owned()),
        }],
        screens: vec![
            Screen {
                item: item("home", 10),
                entry: true,
                navigates_to: vec![1],
                attributes: vec![optional(1)],
                actions: vec![1],
            },
            Screen {
                item: item("end", 12),
                entry: false,
                navigates_to: vec![0],
                attributes: vec![],
                actions: vec![],
            },
        ],
        stages: vec![Stage {
            item: item("fetch", 20),
            screen: 1,
            label: "fetch it".to_owned(),
            slow_after_ms: Some(500),
            attributes: vec![optional(2)],
            timings: vec![Timing {
                id: "dns_lookup".to_owned(),
                rust_type: "DnsLookup".to_owned(),
                line: 22,
            }],
        }],
        events: vec![
            event(
                "navigate",
                vec![required(0)],
                vec![BodyPart::Text("to ".to_owned()), BodyPart::Slot(0)],
                vec![],
            ),
            event(
                "saved",
                vec![required(2), required(1), optional(3), optional(4)],
                vec![BodyPart::Slot(1), BodyPart::Text(" saved".to_owned())],
                vec![Feed {
                    metric: 0,
                    slots: vec![0],
                    value: None,
                }],
            ),
            Event {
                item: Item {
                    deprecated: Some(deprecated),
                    owner: Some("shop".to_owned()),
                    ..item("stored", 33)
                },
                severity: Severity::Warn,
                record: EventRecord::Log,
                action: false,
                ..event(
                    "stored",
                    vec![],
                    vec![BodyPart::Text("stored".to_owned())],
                    vec![],
                )
            },
        ],
        spans: vec![
            Span {
                new_trace: true,
                ..span("command", vec![])
            },
            Span {
                item: Item {
                    note: Some("More *words*.".to_owned()),
                    ..item("request", 42)
                },
                kind: SpanKind::Client,
                links: vec![LinkRule::Visit],
                ..span("request", vec![required(1), optional(3)])
            },
        ],
        metrics: vec![Metric {
            item: item("demo.saves", 50),
            instrument: Instrument::Counter,
            double: false,
            unit: "{save}".to_owned(),
            attributes: vec![required(2)],
            buckets: vec![],
            observes: None,
        }],
        roles: roles(),
    }
}

fn manifest() -> Manifest {
    Manifest {
        name: "demo".to_owned(),
        version: "1.1.0".to_owned(),
        url: "https://example.com/schemas/1.1.0".to_owned(),
        namespace: "demo".to_owned(),
        service: "demo".to_owned(),
        run: Run {
            id_attributes: vec!["demo.run.id".to_owned()],
            adopt_resource_attributes: vec![],
            adopt_env: vec!["DEMO_RUN_ID".to_owned()],
            directory: "~/.demo/runs".to_owned(),
            keep_runs: 200,
            keep_days: 30,
            file_env: "DEMO_TELEMETRY_FILE".to_owned(),
            debug_env: "DEMO_DEBUG".to_owned(),
        },
        unsupported_protocol: "unsupported_protocol".to_owned(),
        log_targets: vec!["demo*".to_owned()],
    }
}

fn attributes() -> Vec<Attribute> {
    let color = EnumValue {
        id: "light-red".to_owned(),
        rust_type: "LightRed".to_owned(),
        brief: "Warm.".to_owned(),
        deprecated: None,
        renamed_from: vec![],
        line: 7,
    };
    vec![
        attribute("demo.screen.to", AttributeKind::Screen, &[]),
        Attribute {
            sensitivity: Sensitivity::Identifying,
            scrub: true,
            max_length: 64,
            ..attribute("demo.user", AttributeKind::String, &["ada", "a`b"])
        },
        attribute("demo.color", AttributeKind::Enum(vec![color]), &[]),
        Attribute {
            unit: Some("ms".to_owned()),
            ..attribute("demo.elapsed", AttributeKind::Int, &["12"])
        },
        Attribute {
            standard: true,
            ..attribute("error.type", AttributeKind::Error, &[])
        },
    ]
}

fn attribute(id: &str, kind: AttributeKind, examples: &[&str]) -> Attribute {
    Attribute {
        item: item(id, 5),
        kind,
        sensitivity: Sensitivity::Public,
        max_length: 1024,
        unit: None,
        examples: examples.iter().map(|&example| example.to_owned()).collect(),
        standard: false,
        scrub: false,
    }
}

fn event(id: &str, attributes: Vec<AttributeUse>, body: Vec<BodyPart>, feeds: Vec<Feed>) -> Event {
    Event {
        item: item(id, 30),
        severity: Severity::Info,
        body,
        record: EventRecord::SpanEvent,
        attributes,
        action: true,
        feeds,
    }
}

fn span(id: &str, attributes: Vec<AttributeUse>) -> Span {
    Span {
        item: item(id, 40),
        kind: SpanKind::Internal,
        new_trace: false,
        links: vec![],
        attributes,
    }
}

fn item(id: &str, line: u32) -> Item {
    Item {
        id: id.to_owned(),
        rust_name: name::snake(id, "demo"),
        brief: format!("What {id} is."),
        note: None,
        place: Place {
            file: Arc::from("schema/demo.yaml"),
            line,
        },
        deprecated: None,
        renamed_from: vec![],
        owner: None,
        issue: None,
        expires_in: None,
        allow: vec![],
        implicit: false,
    }
}

fn required(attribute: AttributeIndex) -> AttributeUse {
    AttributeUse {
        attribute,
        required: true,
    }
}

fn optional(attribute: AttributeIndex) -> AttributeUse {
    AttributeUse {
        attribute,
        required: false,
    }
}

/// Only the roles that the page looks at point at what they should.
fn roles() -> Roles {
    Roles {
        screen: 0,
        screen_from: 0,
        screen_to: 0,
        stage: 0,
        timing: 0,
        skip_reason: 0,
        duration: 3,
        threshold: 3,
        component: 2,
        command_name: 1,
        outcome: 1,
        error_type: 4,
        session: 1,
        exception_message: 1,
        code_file: 1,
        code_line: 3,
        thread_name: 1,
        navigate: 0,
        slow_wait: 0,
        panic: 0,
        summary: 0,
        command: 0,
        session_span: None,
        session_start: None,
        session_end: None,
        cache_hits: None,
        cache_misses: None,
    }
}
