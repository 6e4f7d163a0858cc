//! Sends messages of the protocol one at a time, and says what became of each: for the command line, which replays
//! runs and looks whether a backend is there. Programs do not need it: their runs export themselves.
//!
//! It goes the same road as a run's own export: the same channel with the same settings, and the same verdicts.

use std::io;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use tokio::runtime::Runtime;
use tracing::subscriber::NoSubscriber;

use crate::backend::Backend;
use crate::context;
use crate::otlp::channel::{Client, Message, NoRoad, Reply, Road};
use crate::otlp::verdict::Verdict;

/// The messages of the protocol, in the version that this crate speaks.
pub use opentelemetry_proto::tonic as proto;

pub use crate::otlp::{form, series};

mod trouble;

pub use trouble::{Trouble, TroubleKind};

use trouble::bounded;

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
            Export::Traces(message) => Message::Traces(message.encode_to_vec()),
            Export::Logs(message) => Message::Logs(message.encode_to_vec()),
            Export::Metrics(message) => Message::Metrics(message.encode_to_vec()),
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
            trouble: Trouble::silence(timeout),
        },
        Reply::Failed(status) => {
            let trouble = Trouble::of(&status);
            match Verdict::of_failure(&status) {
                Verdict::Retry(after, _) => Answer::Retry { after, trouble },
                _ => Answer::Refused(trouble),
            }
        }
    }
}
