//! The road to the backend: one gRPC client a signal, made from what the environment asked for.

use std::path::Path;
use std::time::Duration;

use http::uri::PathAndQuery;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceResponse;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Request, Status};

use crate::backend::Target;
use crate::otlp::codec::Written;
use crate::otlp::verdict::Verdict;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// A message to the backend: the request of a service, as it was written.
#[derive(Clone)]
pub(crate) enum Message {
    Traces(Vec<u8>),
    Logs(Vec<u8>),
    Metrics(Vec<u8>),
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

/// What an answer says of items that were rejected: how many, and why.
type Partial = Option<(i64, String)>;

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
            Message::Traces(request) => {
                let path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
                let rejected = |answer: ExportTraceServiceResponse| {
                    let partial = answer.partial_success?;
                    Some((partial.rejected_spans, partial.error_message))
                };
                self.call(path, request, rejected).await
            }
            Message::Logs(request) => {
                let path = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
                let rejected = |answer: ExportLogsServiceResponse| {
                    let partial = answer.partial_success?;
                    Some((partial.rejected_log_records, partial.error_message))
                };
                self.call(path, request, rejected).await
            }
            Message::Metrics(request) => {
                let path = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
                let rejected = |answer: ExportMetricsServiceResponse| {
                    let partial = answer.partial_success?;
                    Some((partial.rejected_data_points, partial.error_message))
                };
                self.call(path, request, rejected).await
            }
        }
    }

    async fn call<R: prost::Message + Default + 'static>(
        self,
        path: &'static str,
        request: Vec<u8>,
        rejected: impl FnOnce(R) -> Partial,
    ) -> Reply {
        let mut grpc = Grpc::new(self.channel).accept_compressed(Gzip);
        if self.road.gzip {
            grpc = grpc.send_compressed(Gzip);
        }
        let mut request = Request::new(request);
        *request.metadata_mut() = self.road.headers;
        let answer = async {
            let not_ready = |error| Status::unavailable(format!("the connection is not ready: {error}"));
            grpc.ready().await.map_err(not_ready)?;
            let path = PathAndQuery::from_static(path);
            grpc.unary(request, path, Written::<R>::default()).await
        };
        match tokio::time::timeout(self.road.timeout, answer).await {
            Err(_) => Reply::Silence(self.road.timeout),
            Ok(Err(status)) => Reply::Failed(status),
            Ok(Ok(answer)) => Reply::Taken(rejected(answer.into_inner())),
        }
    }
}
