//! The three services of OTLP over gRPC. A call is handed over whole and answered when it was dealt with.

use std::net::TcpListener;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use telemetry_runtime::export::Export;
use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::transport::server::Server;
use tonic::{Request, Response, Status};

use crate::failure::Failure;

/// Longest message that is taken. Other receivers take 4 MiB; a developer's should not be what stands in the way.
const LONGEST: usize = 16 * 1024 * 1024;

/// A message, and who waits for the answer to it.
pub(super) struct Call {
    pub(super) message: Export,
    /// An error is why it was not kept: it may be sent again.
    pub(super) answer: oneshot::Sender<Result<(), String>>,
}

#[derive(Clone)]
struct Door(Sender<Call>);

impl Door {
    async fn take(&self, message: Export) -> Result<(), Status> {
        let (answer, answered) = oneshot::channel();
        let closing = || Status::unavailable("the receiver is about to end");
        self.0
            .send(Call { message, answer })
            .await
            .map_err(|_| closing())?;
        match answered.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(Status::unavailable(why)),
            Err(_) => Err(closing()),
        }
    }
}

/// Serves on a socket that listens already. What is returned ends only when that fails, and gives the reason.
pub(super) fn serve(
    listener: TcpListener,
    calls: Sender<Call>,
) -> Result<impl Future<Output = String>, Failure> {
    listener.set_nonblocking(true)?;
    let incoming = TcpListenerStream::new(tokio::net::TcpListener::from_std(listener)?);
    let door = Door(calls);
    let router = Server::builder()
        .add_service(
            TraceServiceServer::new(door.clone())
                .accept_compressed(Gzip)
                .max_decoding_message_size(LONGEST),
        )
        .add_service(
            LogsServiceServer::new(door.clone())
                .accept_compressed(Gzip)
                .max_decoding_message_size(LONGEST),
        )
        .add_service(
            MetricsServiceServer::new(door)
                .accept_compressed(Gzip)
                .max_decoding_message_size(LONGEST),
        );
    Ok(async move {
        match router.serve_with_incoming(incoming).await {
            Ok(()) => "the socket is gone".to_owned(),
            Err(error) => error.to_string(),
        }
    })
}

/// Writes a service: the generated traits differ in the names of their messages only.
macro_rules! serve {
    ($service:ident, $request:ident, $response:ident, $export:path) => {
        #[tonic::async_trait]
        impl $service for Door {
            async fn export(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                self.take($export(request.into_inner())).await?;
                Ok(Response::new($response::default()))
            }
        }
    };
}

serve!(
    TraceService,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
    Export::Traces
);
serve!(
    LogsService,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
    Export::Logs
);
serve!(
    MetricsService,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
    Export::Metrics
);
