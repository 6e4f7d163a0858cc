//! The road to the backend: one gRPC client a signal, made from what the environment asked for.

use std::path::Path;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Request, Status};

use crate::backend::Target;
use crate::otlp::verdict::Verdict;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// A message to the backend.
#[derive(Clone)]
pub(crate) enum Message {
    Traces(ExportTraceServiceRequest),
    Logs(ExportLogsServiceRequest),
    Metrics(ExportMetricsServiceRequest),
}

/// Where one signal goes; nothing is connected yet.
#[derive(Clone)]
pub(crate) struct Road {
    endpoint: Endpoint,
    headers: MetadataMap,
    gzip: bool,
    timeout: Duration,
}

/// Why there is no road: a sentence about the certificates or the endpoint.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoRoad(String);

impl Road {
    /// Makes what is needed to connect; the files of TLS are read now.
    pub(crate) fn to(target: &Target) -> Result<Road, NoRoad> {
        let no_road = |error: &dyn std::fmt::Display| NoRoad(error.to_string());
        let mut endpoint = Endpoint::from(target.endpoint.clone())
            .connect_timeout(CONNECT)
            .tcp_nodelay(true)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .map_err(|error| no_road(&error))?;
        if target.endpoint.scheme_str() == Some("https") {
            let tls = tls(target)?;
            endpoint = endpoint.tls_config(tls).map_err(|error| {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                NoRoad(format!(
                    "TLS cannot be set up: {}",
                    cause.unwrap_or(error.to_string())
                ))
            })?;
        }
        let mut headers = MetadataMap::new();
        for (name, value) in &target.headers {
            let name = MetadataKey::from_bytes(name.as_bytes()).map_err(|error| no_road(&error))?;
            let value = MetadataValue::try_from(value.as_str()).map_err(|error| no_road(&error))?;
            headers.insert(name, value);
        }
        Ok(Road {
            endpoint,
            headers,
            gzip: target.gzip,
            timeout: target.timeout,
        })
    }

    /// A client that connects when it has something to send. Needs the runtime that will drive it.
    pub(crate) fn client(&self) -> Client {
        Client {
            channel: self.endpoint.connect_lazy(),
            road: self.clone(),
        }
    }
}

fn tls(target: &Target) -> Result<ClientTlsConfig, NoRoad> {
    let mut tls = ClientTlsConfig::new();
    tls = match &target.certificate {
        Some(file) => tls.ca_certificate(Certificate::from_pem(read(file)?)),
        None => tls.with_native_roots(),
    };
    if let Some((certificate, key)) = &target.client {
        tls = tls.identity(Identity::from_pem(read(certificate)?, read(key)?));
    }
    Ok(tls)
}

fn read(file: &Path) -> Result<Vec<u8>, NoRoad> {
    std::fs::read(file).map_err(|error| NoRoad(format!("{} cannot be read: {error}", file.display())))
}

/// What came back for a message.
pub(crate) enum Reply {
    /// OK, perhaps with how many items were rejected and why.
    Taken(Option<(i64, String)>),
    /// An error, of the backend or on the way to it.
    Failed(Status),
    /// Nothing within this time.
    Silence(Duration),
}

/// A connection, or the will to make one.
#[derive(Clone)]
pub(crate) struct Client {
    channel: Channel,
    road: Road,
}

macro_rules! export {
    ($self:ident, $client:ident, $message:ident, $rejected:ident) => {{
        let mut client = $client::new($self.channel).accept_compressed(Gzip);
        if $self.road.gzip {
            client = client.send_compressed(Gzip);
        }
        let mut request = Request::new($message);
        *request.metadata_mut() = $self.road.headers;
        match tokio::time::timeout($self.road.timeout, client.export(request)).await {
            Err(_) => Reply::Silence($self.road.timeout),
            Ok(Err(status)) => Reply::Failed(status),
            Ok(Ok(answer)) => {
                let partial = answer.into_inner().partial_success;
                Reply::Taken(partial.map(|partial| (partial.$rejected, partial.error_message)))
            }
        }
    }};
}

impl Client {
    /// Sends a message, and says what became of it.
    pub(crate) async fn export(self, message: Message) -> Verdict {
        match self.send(message).await {
            Reply::Taken(partial) => Verdict::of_success(partial),
            Reply::Failed(status) => Verdict::of_failure(&status),
            Reply::Silence(timeout) => Verdict::Silent(format!("no answer within {timeout:?}")),
        }
    }

    /// Sends a message, and says what came back.
    pub(crate) async fn send(self, message: Message) -> Reply {
        match message {
            Message::Traces(message) => export!(self, TraceServiceClient, message, rejected_spans),
            Message::Logs(message) => export!(self, LogsServiceClient, message, rejected_log_records),
            Message::Metrics(message) => export!(self, MetricsServiceClient, message, rejected_data_points),
        }
    }
}
