//! A span with four attributes and one event on its way to a backend: what the emitting thread pays.

use std::hint::black_box;
use std::path::Path;

use anyhow::Result;

use crate::candidate::Candidate;
use crate::case::{Group, Prepared, Target};
use crate::cases::otlp_event::{candidate, case};
use crate::exporters::{self, emit, fastrace, ours, sdk, tracing};
use crate::peers::PARCEL;

/// Into the queue of an exporter.
pub(crate) static QUEUE: Group = Group {
    name: "otlp-span",
    title: "A span with four attributes and one event, exported",
    about: "As above. The event is a span event where nothing else is said; `emit` has only log records, and ours \
            is shown with both. fastrace has only strings as attributes, so that a number is formatted; its local spans stand \
            under one root a burst. The hand-written row reads three clocks and queues two records.",
    base: "otlp-span/by-hand",
    cases: &[
        case(
            "otlp-span/by-hand",
            "by hand into a bounded queue, not exported",
            by_hand,
        ),
        case("otlp-span/ours", "`span!` and `event!`", |folder| {
            exporters::case(folder, ours::spans, 1)
        }),
        case(
            "otlp-span/ours-log",
            "`span!` and `event!`, the event a log record",
            |folder| exporters::case(folder, ours::spans_and_logs, 0),
        ),
        case(
            "otlp-span/tracing",
            "`tracing`, `tracing-opentelemetry`, batch processor",
            |folder| exporters::case(folder, tracing::spans, 1),
        ),
        case("otlp-span/sdk", "the SDK's tracer, batch processor", |folder| {
            exporters::case(folder, sdk::spans, 1)
        }),
        case(
            "otlp-span/fastrace",
            "fastrace, root spans, its OpenTelemetry reporter",
            |folder| exporters::case(folder, fastrace::roots, 1),
        ),
        case(
            "otlp-span/fastrace-local",
            "fastrace, local spans, the same reporter",
            |folder| exporters::case(folder, fastrace::locals, 1),
        ),
        case(
            "otlp-span/emit",
            "`#[emit::span]`, `emit_otlp`, the event a log record",
            |folder| exporters::case(folder, emit::spans, 0),
        ),
        case(
            "otlp-span/emit-nothing",
            "`#[emit::span]`, without output",
            into_nothing,
        ),
    ],
    targets: &[
        Target::NanosecondsOrRatio("otlp-span/ours", 116.0, 1.0),
        Target::NoAllocation("otlp-span/ours"),
        Target::Faster("otlp-span/ours", "otlp-span/tracing", 9.0),
        Target::Ahead(
            "otlp-span/ours",
            &[
                "otlp-span/tracing",
                "otlp-span/sdk",
                "otlp-span/fastrace",
                "otlp-span/fastrace-local",
                "otlp-span/emit",
                "otlp-span/emit-nothing",
            ],
        ),
    ],
};

fn by_hand(_folder: &Path) -> Result<Prepared> {
    Ok(candidate(
        |candidate: &mut Candidate| candidate.route(black_box(&PARCEL)),
        2,
    ))
}

fn into_nothing(_folder: &Path) -> Result<Prepared> {
    emit::into_nothing();
    Ok(Prepared::new(|times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            emit::route(parcel.number, parcel.hall.as_str(), parcel.weight, parcel.express);
        }
    }))
}
