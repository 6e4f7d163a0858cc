//! `emit` with `emit_otlp`, which has a gRPC client and a thread of its own, and `emit` with nobody behind it. An
//! event inside a span is a log record there. Its queue holds 10,000 and throws all of them away when one more comes.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::exporters::{Exporter, SHORT_RUN, STAGES, every};
use crate::peers::{PARCEL, Parcel};
use crate::receiver::Items;
use crate::trials;

const PATIENCE: Duration = Duration::from_secs(20);

/// The measured event.
pub(crate) fn events(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    exporter(endpoint, |times| {
        (0..times).for_each(|_| sorted(black_box(&PARCEL)));
        Items::logs(times)
    })
}

/// The measured span.
pub(crate) fn spans(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    exporter(endpoint, |times| {
        for _ in 0..times {
            let parcel = black_box(&PARCEL);
            route(parcel.number, parcel.hall.as_str(), parcel.weight, parcel.express);
        }
        Items {
            spans: times,
            logs: times,
        }
    })
}

/// A short run: a visit, twelve stages, forty events.
pub(crate) fn short_run(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    exporter(endpoint, |_| {
        sorted(&PARCEL);
        trials::emitted();
        visit();
        SHORT_RUN
    })
}

#[emit::span("board")]
fn visit() {
    STAGES.into_iter().for_each(stage);
    (0..3).for_each(|_| sorted(&PARCEL));
}

#[emit::span("stage", name)]
fn stage(name: &str) {
    (0..3).for_each(|_| sorted(&PARCEL));
}

/// `emit` as everybody else is seen.
pub(crate) fn exporter(endpoint: &str, emit: impl FnMut(u64) -> Items + 'static) -> Result<Exporter> {
    let otlp = emit_otlp::new()
        .resource(emit::props! { #[emit::key("service.name")] service_name: "bench" })
        .logs(emit_otlp::logs_grpc_proto(endpoint))
        .traces(emit_otlp::traces_grpc_proto(endpoint))
        .spawn();
    // Never dropped: it is needed by three closures, and flushed by the last.
    let started = Box::leak(Box::new(emit::setup().emit_to(otlp).init()));
    let (flushed, paced, ended): (&_, &_, &_) = (started, started, started);
    Ok(Exporter::new(emit, move || {
        flushed.blocking_flush(PATIENCE);
    })
    .pace(every(8, move || {
        paced.blocking_flush(PATIENCE);
    }))
    .end(move || {
        ensure!(ended.blocking_flush(PATIENCE), "the last flush was given up");
        Ok(Items::default())
    }))
}

/// Everything into an emitter that does nothing.
pub(crate) fn into_nothing() {
    let _started = emit::setup().emit_to(emit::emitter::from_fn(|_| ())).init();
}

/// The event.
pub(crate) fn sorted(parcel: &Parcel) {
    emit::info!(
        "parcel sorted",
        #[emit::key("depot.parcel")]
        parcel: parcel.number,
        #[emit::key("depot.hall")]
        hall: parcel.hall.as_str(),
        #[emit::key("depot.weight")]
        weight: parcel.weight,
        #[emit::key("depot.express")]
        express: parcel.express,
    );
}

/// The span with its event.
#[emit::span(
    "parcel route",
    #[emit::key("depot.parcel")]
    parcel,
    #[emit::key("depot.hall")]
    hall,
    #[emit::key("depot.weight")]
    weight,
    #[emit::key("depot.express")]
    express
)]
pub(crate) fn route(parcel: &str, hall: &str, weight: i64, express: bool) {
    emit::info!("parcel loaded");
}
