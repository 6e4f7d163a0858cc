//! One probe a signal: a span, a log record and a data point that say what they are, under a resource that says whose
//! schema it is, so that they can be found in the backend and told from a run.

use std::io::Write;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use telemetry_runtime::backend::Backend;
use telemetry_runtime::export::{Answer, Export, Exporter, Signal, Trouble, TroubleKind};
use telemetry_runtime::scrub::scrub;
use telemetry_schema::model::Model;

use crate::doctor::advice::advice;
use crate::doctor::report::Told;
use crate::progress::Progress;

/// Name of everything that is sent.
const PROBE: &str = "telemetry.doctor.probe";

/// Sends the probes of a backend, one after the other.
pub(super) fn probe(
    backend: &Backend,
    model: Option<&Model>,
    progress: &mut Progress<impl Write>,
) -> Vec<Told> {
    let opened = Exporter::open(backend);
    let exporter = match &opened {
        Ok(exporter) => Ok(exporter),
        Err(error) => Err(Trouble {
            kind: TroubleKind::Tls,
            words: error.to_string(),
        }),
    };
    let seal = Seal::of(model);
    let signals = Signal::ALL.into_iter().zip(backend.targets());
    let told = signals
        .map(|(signal, (_, target))| {
            let mut told = Told::of(signal, target);
            if let Some(target) = target {
                let began = Instant::now();
                let answer = match &exporter {
                    Ok(exporter) => progress.during(
                        || {
                            format!(
                                "waiting for {}: {}",
                                scrub(&target.endpoint.to_string()),
                                signal.name()
                            )
                        },
                        || exporter.send(seal.message(signal)),
                    ),
                    Err(trouble) => Answer::Refused(trouble.clone()),
                };
                told.took_ns = Some(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX));
                match answer {
                    Answer::Acknowledged(warning) => (told.well, told.words) = (true, warning),
                    Answer::Partial { why, .. } => {
                        told.words = Some(format!("the backend turned the probe away: {why}"));
                        told.advice = Some("look at what the backend says of it".to_owned());
                    }
                    Answer::Retry { trouble, .. } | Answer::Refused(trouble) => {
                        told.advice = Some(advice(target, &trouble));
                        told.words = Some(trouble.words);
                    }
                }
            }
            told
        })
        .collect();
    progress.clear();
    told
}

/// What is true of all probes.
struct Seal {
    resource: Resource,
    scope: InstrumentationScope,
    url: String,
    now: u64,
}

impl Seal {
    fn of(model: Option<&Model>) -> Seal {
        let manifest = model.map(|model| &model.manifest);
        let service = manifest.map_or(env!("CARGO_PKG_NAME"), |manifest| &manifest.service);
        let resource = Resource {
            attributes: vec![
                text("service.name", service),
                text("service.instance.id", &format!("doctor-{}", std::process::id())),
                text("telemetry.sdk.name", env!("CARGO_PKG_NAME")),
                text("telemetry.sdk.language", "rust"),
                text("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
            ],
            ..Resource::default()
        };
        let scope = InstrumentationScope {
            name: manifest.map_or(PROBE, |manifest| &manifest.name).to_owned(),
            version: manifest.map_or_else(String::new, |manifest| manifest.version.clone()),
            ..InstrumentationScope::default()
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Seal {
            resource,
            scope,
            url: manifest.map_or_else(String::new, |manifest| manifest.url.clone()),
            now: u64::try_from(now.as_nanos()).unwrap_or(u64::MAX),
        }
    }

    fn message(&self, signal: Signal) -> Export {
        use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
        use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
        use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
        let (resource, scope) = (Some(self.resource.clone()), Some(self.scope.clone()));
        let url = || self.url.clone();
        match signal {
            Signal::Traces => Export::Traces(ExportTraceServiceRequest {
                resource_spans: vec![ResourceSpans {
                    resource,
                    scope_spans: vec![ScopeSpans {
                        scope,
                        spans: vec![self.span()],
                        schema_url: url(),
                    }],
                    schema_url: url(),
                }],
            }),
            Signal::Logs => Export::Logs(ExportLogsServiceRequest {
                resource_logs: vec![ResourceLogs {
                    resource,
                    scope_logs: vec![ScopeLogs {
                        scope,
                        log_records: vec![self.log()],
                        schema_url: url(),
                    }],
                    schema_url: url(),
                }],
            }),
            Signal::Metrics => Export::Metrics(ExportMetricsServiceRequest {
                resource_metrics: vec![ResourceMetrics {
                    resource,
                    scope_metrics: vec![ScopeMetrics {
                        scope,
                        metrics: vec![self.metric()],
                        schema_url: url(),
                    }],
                    schema_url: url(),
                }],
            }),
        }
    }

    fn span(&self) -> Span {
        // Two probes at the same nanosecond would be one span; nobody asks for more of it.
        let (pid, now) = (u128::from(std::process::id()), self.now);
        Span {
            trace_id: ((u128::from(now) << 64) | pid).to_be_bytes().to_vec(),
            span_id: (now | 1).to_be_bytes().to_vec(),
            name: PROBE.to_owned(),
            kind: SpanKind::Internal.into(),
            start_time_unix_nano: now,
            end_time_unix_nano: now + 1,
            flags: 0x101,
            ..Span::default()
        }
    }

    fn log(&self) -> LogRecord {
        let time = Timestamp::now();
        LogRecord {
            time_unix_nano: self.now,
            observed_time_unix_nano: self.now,
            severity_number: 9,
            severity_text: "INFO".to_owned(),
            event_name: PROBE.to_owned(),
            body: Some(AnyValue {
                value: Some(Any::StringValue(format!(
                    "`telemetry doctor` looked whether this arrives, at {time:.3}"
                ))),
            }),
            ..LogRecord::default()
        }
    }

    fn metric(&self) -> Metric {
        Metric {
            name: PROBE.to_owned(),
            description: "`telemetry doctor` looked whether this arrives.".to_owned(),
            unit: "1".to_owned(),
            data: Some(Data::Gauge(Gauge {
                data_points: vec![NumberDataPoint {
                    time_unix_nano: self.now,
                    value: Some(Number::AsInt(1)),
                    ..NumberDataPoint::default()
                }],
            })),
            ..Metric::default()
        }
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Any::StringValue(value.to_owned())),
        }),
        ..KeyValue::default()
    }
}
