//! Sends messages of the protocol one at a time, and says what became of each: for the command line, which replays
//! runs and looks whether a backend is there. Programs do not need it: their runs export themselves.
//!
//! It goes the same road as a run's own export: the same channel with the same settings, and the same verdicts.

use std::io;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use tokio::runtime::Runtime;
use tonic::{Code, Status};
use tracing::subscriber::NoSubscriber;

use crate::backend::Backend;
use crate::context;
use crate::otlp::channel::{Client, Message, NoRoad, Reply, Road};
use crate::otlp::verdict::Verdict;
use crate::scrub::scrub;

/// The messages of the protocol, in the version that this crate speaks.
pub use opentelemetry_proto::tonic as proto;

/// Longest words of a backend that are passed on, in bytes.
const WORDS: usize = 1024;

/// One of the three signals of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Log records.
    Logs,
    /// Data points.
    Metrics,
}

impl Signal {
    /// All of them.
    pub const ALL: [Signal; 3] = [Signal::Traces, Signal::Logs, Signal::Metrics];

    /// As its variables spell it, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Traces => "traces",
            Signal::Logs => "logs",
            Signal::Metrics => "metrics",
        }
    }
}

/// A message for the service of its signal.
#[derive(Debug, Clone, PartialEq)]
pub enum Export {
    /// Spans.
    Traces(ExportTraceServiceRequest),
    /// Log records.
    Logs(ExportLogsServiceRequest),
    /// Data points.
    Metrics(ExportMetricsServiceRequest),
}

impl Export {
    /// Where it goes.
    pub fn signal(&self) -> Signal {
        match self {
            Export::Traces(_) => Signal::Traces,
            Export::Logs(_) => Signal::Logs,
            Export::Metrics(_) => Signal::Metrics,
        }
    }
}

impl From<Export> for Message {
    fn from(export: Export) -> Message {
        match export {
            Export::Traces(message) => Message::Traces(message),
            Export::Logs(message) => Message::Logs(message),
            Export::Metrics(message) => Message::Metrics(message),
        }
    }
}

/// What became of a message, by the rules of the OTLP specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The backend has all of it; perhaps with a warning.
    Acknowledged(Option<String>),
    /// The backend has all of it but so many items, and does not say which.
    Partial {
        /// How many items it turned away.
        rejected: u64,
        /// Its words.
        why: String,
    },
    /// It may be sent again.
    Retry {
        /// Not before this time, where the backend says so.
        after: Option<Duration>,
        /// What stood in the way.
        trouble: Trouble,
    },
    /// Sending it again would change nothing.
    Refused(Trouble),
}

/// What stood in the way of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Which kind of trouble, as far as it can be told.
    pub kind: TroubleKind,
    /// What happened, in words: the gRPC code, the causes, and what the backend said.
    pub words: String,
}

/// Kinds of trouble that ask for different things to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// The signal has no endpoint.
    NoEndpoint,
    /// Nobody listens there.
    ConnectionRefused,
    /// The name of the host is unknown.
    UnknownHost,
    /// There is no way to the host, or the connection did not come about in time.
    Unreachable,
    /// The two sides did not agree on TLS.
    Tls,
    /// What answers is no gRPC server.
    NotGrpc,
    /// The connection broke before there was an answer.
    Cut,
    /// It is one, and has no service for this signal.
    NoService,
    /// It does not know who asks.
    Credentials,
    /// It does not answer.
    Silence,
    /// It is asked for too much at the moment.
    Busy,
    /// It says that something is wrong with the message.
    Message,
    /// Anything else.
    Other,
}

/// Sends messages. It drives a runtime of its own while it sends, so that it needs none around it.
pub struct Exporter {
    runtime: Runtime,
    clients: [Option<Client>; 3],
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Certificates or endpoints cannot be used.
    #[error(transparent)]
    Road(#[from] Unusable),
    /// The system gives no runtime.
    #[error("no runtime for the export: {0}")]
    Runtime(#[from] io::Error),
}

/// Certificates or endpoints that cannot be used, in a sentence.
#[derive(Debug, thiserror::Error)]
#[error("{signal}: {why}")]
pub struct Unusable {
    /// Of which signal.
    pub signal: &'static str,
    why: NoRoad,
}

impl Exporter {
    /// Makes what is needed to send; the files of TLS are read now, and nothing is connected yet.
    ///
    /// # Errors
    /// When certificates or endpoints cannot be used, or the system gives no runtime.
    pub fn open(backend: &Backend) -> Result<Exporter, OpenError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut clients = [None, None, None];
        {
            // Clients are made inside of the runtime that will drive them.
            let _inside = runtime.enter();
            for (client, (signal, target)) in clients.iter_mut().zip(backend.targets()) {
                let road = target.map(Road::to).transpose();
                let road = road.map_err(|why| Unusable { signal, why })?;
                *client = road.map(|road| road.client());
            }
        }
        Ok(Exporter { runtime, clients })
    }

    /// Sends one message, and returns when its fate is known: at the latest when the timeout of its signal is over.
    /// It blocks its thread, which must not be one of an asynchronous runtime.
    pub fn send(&self, message: Export) -> Answer {
        let Some(client) = self.clients[message.signal() as usize].clone() else {
            let words = format!("{} have no endpoint", message.signal().name());
            return Answer::Refused(Trouble {
                kind: TroubleKind::NoEndpoint,
                words,
            });
        };
        let _deaf = tracing::subscriber::set_default(NoSubscriber::new());
        let sent = || self.runtime.block_on(client.send(message.into()));
        answer(context::in_sink_during(sent))
    }
}

impl std::fmt::Debug for Exporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}

fn answer(reply: Reply) -> Answer {
    match reply {
        Reply::Taken(partial) => match partial.map(|(rejected, why)| (u64::try_from(rejected), why)) {
            Some((Ok(rejected), why)) if rejected > 0 => Answer::Partial {
                rejected,
                why: bounded(&why),
            },
            Some((_, warning)) if !warning.is_empty() => Answer::Acknowledged(Some(bounded(&warning))),
            _ => Answer::Acknowledged(None),
        },
        Reply::Silence(timeout) => Answer::Retry {
            after: None,
            trouble: Trouble {
                kind: TroubleKind::Silence,
                words: format!("no answer within {timeout:?}"),
            },
        },
        Reply::Failed(status) => {
            let trouble = Trouble {
                kind: kind(&status),
                words: words(&status),
            };
            match Verdict::of_failure(&status) {
                Verdict::Retry(after, _) => Answer::Retry { after, trouble },
                _ => Answer::Refused(trouble),
            }
        }
    }
}

/// The kind of trouble. Of what goes wrong before there is an answer, tonic tells only in its causes.
fn kind(status: &Status) -> TroubleKind {
    let causes = causes(status);
    let says = |words: &[&str]| words.iter().any(|word| causes.contains(word));
    match status.code() {
        Code::Unauthenticated | Code::PermissionDenied => TroubleKind::Credentials,
        _ if says(&["certificate", "fatal alert", "tls", "handshake", "UnknownIssuer"]) => TroubleKind::Tls,
        _ if says(&["InvalidContentType"]) => TroubleKind::Tls,
        _ if says(&["Connection refused"]) => TroubleKind::ConnectionRefused,
        _ if says(&["dns error", "failed to lookup address"]) => TroubleKind::UnknownHost,
        _ if says(&[
            "unreachable",
            "No route to host",
            "deadline has elapsed",
            "timed out",
        ]) =>
        {
            TroubleKind::Unreachable
        }
        // An HTTP/1 server closes what it takes for nonsense, or answers in its own way.
        _ if says(&[
            "frame",
            "protocol error",
            "PROTOCOL_ERROR",
            "http2 error",
            "content-type",
        ]) =>
        {
            TroubleKind::NotGrpc
        }
        _ if says(&["reset", "Broken pipe", "broken pipe", "closed"]) => TroubleKind::Cut,
        Code::Unimplemented => TroubleKind::NoService,
        Code::ResourceExhausted => TroubleKind::Busy,
        Code::DeadlineExceeded => TroubleKind::Silence,
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => TroubleKind::Message,
        _ => TroubleKind::Other,
    }
}

/// Everything that an error and its causes say.
fn causes(status: &Status) -> String {
    let mut words = status.message().to_owned();
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

/// What happened, as a person may read it: without what is said twice, and without what could be secret in it.
fn words(status: &Status) -> String {
    let mut parts: Vec<String> = vec![format!("{:?}", status.code())];
    let mut say = |text: String| {
        let known = parts
            .iter()
            .any(|part| part.contains(&text) || text == "transport error");
        if !text.is_empty() && !known {
            parts.push(text);
        }
    };
    say(status.message().to_owned());
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        say(error.to_string());
        cause = error.source();
    }
    bounded(&parts.join(": "))
}

fn bounded(words: &str) -> String {
    crate::clamp::clamp(&scrub(words), WORDS).to_owned()
}
