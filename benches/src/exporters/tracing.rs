//! `tracing` over the SDK: `tracing-opentelemetry` makes spans of spans and span events of events,
//! `opentelemetry-appender-tracing` makes log records of events.

use std::hint::black_box;
use std::path::Path;

use anyhow::Result;
use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use crate::exporters::{Exporter, SHORT_RUN, STAGES, sdk};
use crate::peers::{PARCEL, Parcel};
use crate::receiver::Items;
use crate::trials;
use crate::trials::throughput::{EVENTS, SPANS};

/// Everything at info and above, but for the transport's own words: the export would feed itself.
pub(crate) fn filter() -> Targets {
    ["h2", "hyper", "opentelemetry", "tonic", "tower"]
        .into_iter()
        .fold(Targets::new().with_default(LevelFilter::INFO), |targets, own| {
            targets.with_target(own, LevelFilter::OFF)
        })
}

/// The measured event, through the appender.
pub(crate) fn events(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    events_with(endpoint, None)
}

/// The same with a queue that takes everything.
pub(crate) fn roomy_events(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    events_with(endpoint, Some(EVENTS as usize))
}

fn events_with(endpoint: &str, queue: Option<usize>) -> Result<Exporter> {
    let runtime = sdk::runtime()?;
    let provider = sdk::logger_provider(&runtime, endpoint, queue)?;
    let bridge = OpenTelemetryTracingBridge::new(&provider);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(filter()).with(bridge))?;
    let emit = |times| {
        (0..times).for_each(|_| sorted(black_box(&PARCEL)));
        Items::logs(times)
    };
    Ok(sdk::logs_exporter(runtime, provider, queue, emit))
}

/// The measured span.
pub(crate) fn spans(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    spans_with(endpoint, None)
}

/// The same with a queue that takes everything.
pub(crate) fn roomy_spans(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    spans_with(endpoint, Some(SPANS as usize))
}

fn spans_with(endpoint: &str, queue: Option<usize>) -> Result<Exporter> {
    let runtime = sdk::runtime()?;
    let provider = sdk::tracer_provider(&runtime, endpoint, queue)?;
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(filter()).with(layer))?;
    let emit = |times| {
        (0..times).for_each(|_| route(black_box(&PARCEL)));
        Items::spans(times)
    };
    Ok(sdk::spans_exporter(runtime, provider, queue, emit))
}

/// A short run with both layers, as a program has them: a visit, twelve stages, forty events.
pub(crate) fn short_run(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    let runtime = sdk::runtime()?;
    let traces = sdk::tracer_provider(&runtime, endpoint, None)?;
    let logs = sdk::logger_provider(&runtime, endpoint, None)?;
    let subscriber = tracing_subscriber::registry()
        .with(filter())
        .with(tracing_opentelemetry::layer().with_tracer(traces.tracer("bench")))
        .with(OpenTelemetryTracingBridge::new(&logs));
    tracing::subscriber::set_global_default(subscriber)?;
    Ok(sdk::short_run_exporter(runtime, traces, logs, |_| {
        sorted(&PARCEL);
        trials::emitted();
        let visit = tracing::info_span!("board").entered();
        for stage in STAGES {
            let _stage = tracing::info_span!("stage", name = stage).entered();
            (0..3).for_each(|_| sorted(&PARCEL));
        }
        (0..3).for_each(|_| sorted(&PARCEL));
        drop(visit);
        SHORT_RUN
    }))
}

/// The event.
pub(crate) fn sorted(parcel: &Parcel) {
    tracing::info!(
        name: "parcel.sorted",
        parcel = parcel.number,
        hall = parcel.hall.as_str(),
        weight = parcel.weight,
        express = parcel.express,
        "parcel sorted"
    );
}

fn route(parcel: &Parcel) {
    let span = tracing::info_span!(
        "parcel.route",
        parcel = parcel.number,
        hall = parcel.hall.as_str(),
        weight = parcel.weight,
        express = parcel.express,
    );
    let _entered = span.enter();
    tracing::info!("parcel loaded");
}
