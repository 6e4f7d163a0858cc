//! A client for the tests, and messages to send with it.

use std::time::Duration;

use telemetry_testbed::Testbed;
use telemetry_testbed::proto::collector::logs::v1::logs_service_client::LogsServiceClient;
use telemetry_testbed::proto::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use telemetry_testbed::proto::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use telemetry_testbed::proto::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use telemetry_testbed::proto::collector::trace::v1::trace_service_client::TraceServiceClient;
use telemetry_testbed::proto::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use telemetry_testbed::proto::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use telemetry_testbed::proto::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data, number_data_point::Value,
};
use telemetry_testbed::proto::trace::v1::{ResourceSpans, ScopeSpans, Span};
use tonic::transport::{Channel, Endpoint};
use tonic::{IntoRequest, Status};

/// Long enough for anything that happens at all, however busy the machine is.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// Short enough to wait for what must not happen.
pub(crate) const A_MOMENT: Duration = Duration::from_millis(300);

/// The three services on one channel, which connects by itself and again after a loss.
#[derive(Clone)]
pub(crate) struct Client {
    channel: Channel,
}

impl Client {
    pub(crate) fn of(testbed: &Testbed) -> Result<Client, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(testbed.endpoint())?;
        Ok(Client::on(&endpoint.connect_timeout(SOON)))
    }

    pub(crate) fn on(endpoint: &Endpoint) -> Client {
        Client {
            channel: endpoint.connect_lazy(),
        }
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(crate) async fn spans(
        &self,
        request: impl IntoRequest<ExportTraceServiceRequest>,
    ) -> Result<ExportTraceServiceResponse, Status> {
        let mut client = TraceServiceClient::new(self.channel());
        Ok(client.export(request).await?.into_inner())
    }

    pub(crate) async fn logs(
        &self,
        request: impl IntoRequest<ExportLogsServiceRequest>,
    ) -> Result<ExportLogsServiceResponse, Status> {
        let mut client = LogsServiceClient::new(self.channel());
        Ok(client.export(request).await?.into_inner())
    }

    pub(crate) async fn metrics(
        &self,
        request: impl IntoRequest<ExportMetricsServiceRequest>,
    ) -> Result<ExportMetricsServiceResponse, Status> {
        let mut client = MetricsServiceClient::new(self.channel());
        Ok(client.export(request).await?.into_inner())
    }
}

/// Spans with these names.
pub(crate) fn spans<'a>(names: impl IntoIterator<Item = &'a str>) -> ExportTraceServiceRequest {
    let span = |name: &str| Span {
        name: name.to_owned(),
        ..Span::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans: vec![ScopeSpans {
                spans: names.into_iter().map(span).collect(),
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    }
}

/// Log records with these event names.
pub(crate) fn logs<'a>(names: impl IntoIterator<Item = &'a str>) -> ExportLogsServiceRequest {
    let log = |name: &str| LogRecord {
        event_name: name.to_owned(),
        ..LogRecord::default()
    };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            scope_logs: vec![ScopeLogs {
                log_records: names.into_iter().map(log).collect(),
                ..ScopeLogs::default()
            }],
            ..ResourceLogs::default()
        }],
    }
}

/// One gauge, with a point of each of these values.
pub(crate) fn gauge(name: &str, values: &[i64]) -> ExportMetricsServiceRequest {
    let point = |value: &i64| NumberDataPoint {
        value: Some(Value::AsInt(*value)),
        ..NumberDataPoint::default()
    };
    metrics(vec![Metric {
        name: name.to_owned(),
        data: Some(Data::Gauge(Gauge {
            data_points: values.iter().map(point).collect(),
        })),
        ..Metric::default()
    }])
}

/// These metrics under a resource and a scope that say nothing.
pub(crate) fn metrics(metrics: Vec<Metric>) -> ExportMetricsServiceRequest {
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            scope_metrics: vec![ScopeMetrics {
                metrics,
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    }
}

/// Names of the spans that a testbed keeps.
pub(crate) fn span_names(testbed: &Testbed) -> Vec<String> {
    testbed.spans().iter().map(|span| span.name.clone()).collect()
}
