//! The three OTLP services, which are one: write the call down, ask for the behaviour, do it. The board counts an
//! answer when it is given, and nothing is answered on a connection that is about to go, so that what is counted
//! as acknowledged was also written to the socket.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::LogsService;
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::MetricsService;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::TraceService;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tonic::metadata::MetadataMap;
use tonic::transport::server::TlsConnectInfo;
use tonic::{Code, Extensions, Request, Response, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::behaviour::Behaviour;
use crate::board::{Arrival, Board};
use crate::received::Body;
use crate::wire::Connection;

/// How often everything that is ready on the server's thread gets its turn before connections are closed. With
/// none a seventh of the answers is lost that were given beside a reset, with one none in hundreds of deaths was;
/// the rest is margin.
const TURNS: usize = 8;

/// Lets answers that were given reach their sockets.
pub(crate) async fn settle() {
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
    }
}

/// What was decided about a call, once all waiting is over.
enum Verdict {
    /// Keep all but the last `rejected` items; `partial` says so in the answer.
    Accept {
        rejected: u64,
        partial: bool,
    },
    Refuse(Status),
    Silence,
    /// Cut the connection, and have stored the items before or not.
    Reset {
        stored: bool,
    },
}

/// The services of one server.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) board: Arc<Board>,
}

impl Receiver {
    /// Takes a call to its end. `Ok(Some(rejected))` is a partial success.
    async fn take(
        &self,
        extensions: &Extensions,
        metadata: MetadataMap,
        body: Body,
    ) -> Result<Option<u64>, Status> {
        let connection = connection(extensions)?;
        let headers = headers(metadata);
        let (arrival, behaviour) = self.board.arrived(connection.number(), headers.clone(), body);
        let verdict = decide(behaviour, &headers, arrival.items()).await;
        if connection.is_doomed() {
            return silence(arrival).await;
        }
        match verdict {
            Verdict::Accept { rejected, partial } => {
                arrival.accepted(rejected);
                Ok(partial.then_some(rejected))
            }
            Verdict::Refuse(status) => {
                arrival.refused(status.code());
                Err(status)
            }
            Verdict::Silence => silence(arrival).await,
            Verdict::Reset { stored } => {
                if stored {
                    arrival.stored_in_silence();
                } else {
                    drop(arrival);
                }
                connection.doom();
                settle().await;
                connection.cut();
                never().await
            }
        }
    }
}

/// Follows a behaviour through its delays and conditions to what is to be done.
async fn decide(behaviour: Behaviour, headers: &BTreeMap<String, String>, items: u64) -> Verdict {
    let accept = Verdict::Accept {
        rejected: 0,
        partial: false,
    };
    let mut behaviour = behaviour;
    loop {
        return match behaviour {
            Behaviour::Delay(time, then) => {
                tokio::time::sleep(time).await;
                behaviour = *then;
                continue;
            }
            Behaviour::Accept => accept,
            Behaviour::Partial { rejected } => Verdict::Accept {
                rejected: rejected.min(items),
                partial: true,
            },
            Behaviour::Refuse(code) => Verdict::Refuse(Status::new(code, "refused by the testbed's script")),
            Behaviour::RefuseWithRetryInfo(code, wait) => Verdict::Refuse(throttled(code, wait)),
            Behaviour::RequireHeader(name, value) => {
                match headers.get(&name.to_ascii_lowercase()) == Some(&value) {
                    true => accept,
                    false => Verdict::Refuse(Status::new(
                        Code::Unauthenticated,
                        format!(
                            "the header `{name}` has to be sent with the value that the testbed was told"
                        ),
                    )),
                }
            }
            Behaviour::BlackHole => Verdict::Silence,
            Behaviour::ResetMidStream => Verdict::Reset { stored: false },
            Behaviour::LoseAnswer => Verdict::Reset { stored: true },
        };
    }
}

fn throttled(code: Code, wait: Duration) -> Status {
    let details = ErrorDetails::with_retry_info(Some(wait));
    Status::with_error_details(code, "the testbed asks for a pause", details)
}

/// Holds the call open until its client or the server is gone; the drop of `arrival` notes that it is lost.
async fn silence(arrival: Arrival) -> Result<Option<u64>, Status> {
    let _open = arrival;
    never().await
}

async fn never() -> Result<Option<u64>, Status> {
    match pending::<Infallible>().await {}
}

fn connection(extensions: &Extensions) -> Result<&Connection, Status> {
    let under_tls = || {
        extensions
            .get::<TlsConnectInfo<Connection>>()
            .map(TlsConnectInfo::get_ref)
    };
    let connection = extensions.get::<Connection>().or_else(under_tls);
    connection
        .ok_or_else(|| Status::internal("the testbed lost the connection of this call: a bug in the testbed"))
}

fn headers(metadata: MetadataMap) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &metadata.into_headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        let joined = headers.entry(name.as_str().to_owned());
        joined
            .and_modify(|before| *before = format!("{before}, {value}"))
            .or_insert_with(|| value.to_string());
    }
    headers
}

/// Writes a service: the generated traits differ in the names of their messages only.
macro_rules! serve {
    ($service:ident, $request:ident, $response:ident, $partial:ident, $rejected:ident, $body:path) => {
        #[tonic::async_trait]
        impl $service for Receiver {
            async fn export(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                let (metadata, extensions, message) = request.into_parts();
                let rejected = self.take(&extensions, metadata, $body(message)).await?;
                let partial_success = rejected.map(|rejected| $partial {
                    $rejected: i64::try_from(rejected).unwrap_or(i64::MAX),
                    error_message: format!("the testbed's script rejects {rejected}"),
                });
                Ok(Response::new($response { partial_success }))
            }
        }
    };
}

serve!(
    TraceService,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
    ExportTracePartialSuccess,
    rejected_spans,
    Body::Traces
);
serve!(
    LogsService,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
    ExportLogsPartialSuccess,
    rejected_log_records,
    Body::Logs
);
serve!(
    MetricsService,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
    ExportMetricsPartialSuccess,
    rejected_data_points,
    Body::Metrics
);
