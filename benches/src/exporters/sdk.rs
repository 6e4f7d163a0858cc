//! OpenTelemetry's SDK used directly: a provider a signal, batch processors with their defaults, its own OTLP
//! exporter over tonic, which lives on a runtime with a thread of its own. `tracing` and fastrace stand on the same.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::trace::{Span, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context as Place, KeyValue};
use opentelemetry_otlp::{LogExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{self, BatchLogProcessor, SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::trace::{self, BatchSpanProcessor, SdkTracer, SdkTracerProvider};
use tokio::runtime::Runtime;

use crate::exporters::{Exporter, SHORT_RUN, STAGES, every};
use crate::peers::{PARCEL, Parcel};
use crate::receiver::Items;
use crate::trials;
use crate::trials::throughput::{EVENTS, SPANS};

/// How long the end of the runtime may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// The runtime that the exporters' connections live on.
pub(crate) fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?)
}

/// Who sends.
pub(crate) fn resource() -> Resource {
    Resource::builder().with_service_name("bench").build()
}

/// The exporter of spans.
pub(crate) fn span_exporter(runtime: &Runtime, endpoint: &str) -> Result<SpanExporter> {
    let _inside = runtime.enter();
    Ok(SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .build()?)
}

/// Spans in batches; the queue has its default size where none is given.
pub(crate) fn tracer_provider(
    runtime: &Runtime,
    endpoint: &str,
    queue: Option<usize>,
) -> Result<SdkTracerProvider> {
    let mut config = trace::BatchConfigBuilder::default();
    if let Some(queue) = queue {
        config = config.with_max_queue_size(queue);
    }
    let processor = BatchSpanProcessor::builder(span_exporter(runtime, endpoint)?)
        .with_batch_config(config.build())
        .build();
    Ok(SdkTracerProvider::builder()
        .with_resource(resource())
        .with_span_processor(processor)
        .build())
}

/// Log records in batches, likewise.
pub(crate) fn logger_provider(
    runtime: &Runtime,
    endpoint: &str,
    queue: Option<usize>,
) -> Result<SdkLoggerProvider> {
    let exporter = {
        let _inside = runtime.enter();
        LogExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .build()?
    };
    let mut config = logs::BatchConfigBuilder::default();
    if let Some(queue) = queue {
        config = config.with_max_queue_size(queue);
    }
    let processor = BatchLogProcessor::builder(exporter)
        .with_batch_config(config.build())
        .build();
    Ok(SdkLoggerProvider::builder()
        .with_resource(resource())
        .with_log_processor(processor)
        .build())
}

/// The measured event.
pub(crate) fn events(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    events_with(endpoint, None)
}

/// The same with a queue that takes a whole trial, since the processor drops what its queue has no room for.
pub(crate) fn roomy_events(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    events_with(endpoint, Some(EVENTS as usize))
}

fn events_with(endpoint: &str, queue: Option<usize>) -> Result<Exporter> {
    let runtime = runtime()?;
    let provider = logger_provider(&runtime, endpoint, queue)?;
    let logger = provider.logger("bench");
    let emit = move |times| {
        (0..times).for_each(|_| sorted(&logger, black_box(&PARCEL)));
        Items::logs(times)
    };
    Ok(logs_exporter(runtime, provider, queue, emit))
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
    let runtime = runtime()?;
    let provider = tracer_provider(&runtime, endpoint, queue)?;
    let tracer = provider.tracer("bench");
    let emit = move |times| {
        (0..times).for_each(|_| route(&tracer, black_box(&PARCEL)));
        Items::spans(times)
    };
    Ok(spans_exporter(runtime, provider, queue, emit))
}

/// Whatever makes log records of a provider.
pub(crate) fn logs_exporter(
    runtime: Runtime,
    provider: SdkLoggerProvider,
    queue: Option<usize>,
    emit: impl FnMut(u64) -> Items + 'static,
) -> Exporter {
    let (flushed, paced) = (provider.clone(), provider.clone());
    // What a failed flush leaves behind is missed at the receiver; that holds for all of them.
    let exporter = Exporter::new(emit, move || drop(flushed.force_flush()));
    paced_by(exporter, queue, move || drop(paced.force_flush())).end(move || {
        provider.shutdown()?;
        runtime.shutdown_timeout(PATIENCE);
        Ok(Items::default())
    })
}

/// Whatever makes spans of a provider.
pub(crate) fn spans_exporter(
    runtime: Runtime,
    provider: SdkTracerProvider,
    queue: Option<usize>,
    emit: impl FnMut(u64) -> Items + 'static,
) -> Exporter {
    let (flushed, paced) = (provider.clone(), provider.clone());
    let exporter = Exporter::new(emit, move || drop(flushed.force_flush()));
    paced_by(exporter, queue, move || drop(paced.force_flush())).end(move || {
        provider.shutdown()?;
        runtime.shutdown_timeout(PATIENCE);
        Ok(Items::default())
    })
}

/// The default queue holds two strides; the other everything.
fn paced_by(exporter: Exporter, queue: Option<usize>, flush: impl FnMut() + 'static) -> Exporter {
    match queue {
        Some(_) => exporter,
        None => exporter.pace(every(2, flush)),
    }
}

/// Whatever makes spans and log records in a short run.
pub(crate) fn short_run_exporter(
    runtime: Runtime,
    traces: SdkTracerProvider,
    logs: SdkLoggerProvider,
    emit: impl FnMut(u64) -> Items + 'static,
) -> Exporter {
    Exporter::new(emit, || ()).end(move || {
        traces.shutdown()?;
        logs.shutdown()?;
        runtime.shutdown_timeout(PATIENCE);
        Ok(Items::default())
    })
}

/// A short run: a visit, twelve stages, forty events.
pub(crate) fn short_run(endpoint: &str, _folder: &Path) -> Result<Exporter> {
    let runtime = runtime()?;
    let traces = tracer_provider(&runtime, endpoint, None)?;
    let logs = logger_provider(&runtime, endpoint, None)?;
    let (tracer, logger) = (traces.tracer("bench"), logs.logger("bench"));
    Ok(short_run_exporter(runtime, traces, logs, move |_| {
        sorted(&logger, &PARCEL);
        trials::emitted();
        let visit = Place::current_with_span(tracer.start("board")).attach();
        for stage in STAGES {
            let _stage = Place::current_with_span(tracer.start(stage)).attach();
            (0..3).for_each(|_| sorted(&logger, &PARCEL));
        }
        (0..3).for_each(|_| sorted(&logger, &PARCEL));
        drop(visit);
        SHORT_RUN
    }))
}

/// The event.
pub(crate) fn sorted(logger: &SdkLogger, parcel: &Parcel) {
    let mut record = logger.create_log_record();
    record.set_event_name("parcel.sorted");
    record.set_timestamp(SystemTime::now());
    record.set_severity_number(Severity::Info);
    record.set_severity_text("INFO");
    record.set_body(AnyValue::from("parcel sorted"));
    record.add_attribute("depot.parcel", parcel.number);
    record.add_attribute("depot.hall", parcel.hall.as_str());
    record.add_attribute("depot.weight", parcel.weight);
    record.add_attribute("depot.express", parcel.express);
    logger.emit(record);
}

/// The attributes of a span.
pub(crate) fn attributes(parcel: &Parcel) -> [KeyValue; 4] {
    [
        KeyValue::new("depot.parcel", parcel.number),
        KeyValue::new("depot.hall", parcel.hall.as_str()),
        KeyValue::new("depot.weight", parcel.weight),
        KeyValue::new("depot.express", parcel.express),
    ]
}

fn route(tracer: &SdkTracer, parcel: &Parcel) {
    let builder = tracer
        .span_builder("parcel.route")
        .with_attributes(attributes(parcel));
    let mut span = builder.start(tracer);
    span.add_event("parcel loaded", Vec::new());
    span.end();
}
