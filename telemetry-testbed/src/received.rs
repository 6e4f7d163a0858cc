//! What a testbed has seen: the calls in the order of their arrival, and the count of what became of their items.
//! `board` writes it, tests read it, and the flat lists are in `view`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use tonic::Code;

use crate::behaviour::Signal;
use crate::view;

/// The decoded message of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Of `TraceService`.
    Traces(ExportTraceServiceRequest),
    /// Of `LogsService`.
    Logs(ExportLogsServiceRequest),
    /// Of `MetricsService`.
    Metrics(ExportMetricsServiceRequest),
}

impl Body {
    /// Which service it was sent to.
    pub fn signal(&self) -> Signal {
        match self {
            Body::Traces(_) => Signal::Traces,
            Body::Logs(_) => Signal::Logs,
            Body::Metrics(_) => Signal::Metrics,
        }
    }

    /// How many spans, log records or data points it carries.
    pub fn items(&self) -> u64 {
        let count = match self {
            Body::Traces(body) => view::spans(body).count(),
            Body::Logs(body) => view::logs(body).count(),
            Body::Metrics(body) => view::count_points(body),
        };
        count as u64
    }
}

/// What a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Pending,
    /// OK; `rejected` items of it were reported in a partial success.
    Accepted {
        /// Spans, log records or data points that were not kept.
        rejected: u64,
    },
    /// This code.
    Refused(Code),
    /// Nothing, and nothing can come any more: the client gave up, or the connection is gone.
    Lost,
}

/// One call, whatever became of it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Request {
    /// When it had arrived as a whole.
    pub arrived: SystemTime,
    /// The connection that it came on: 0 for the first that this testbed accepted, and so on.
    pub connection: u64,
    /// Its HTTP/2 headers, names in lower case; binary ones stay in base64, and repeated ones are joined by `, `.
    pub headers: Arc<BTreeMap<String, String>>,
    /// Its message.
    pub body: Arc<Body>,
    /// What it was answered.
    pub answer: Answer,
    /// How many of its items were kept: the first ones, in the order of the message.
    pub kept: u64,
}

/// Counts of one signal. `calls` counts calls, the others spans, log records or data points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that arrived, whatever was answered.
    pub calls: u64,
    /// Items in them.
    pub arrived: u64,
    /// Items that a backend would have stored now. More than `acknowledged` only after `LoseAnswer`.
    pub kept: u64,
    /// Items that were kept and answered OK. A client never knows of more; it may know of less when it gave up
    /// while the answer was on its way.
    pub acknowledged: u64,
    /// Items that were answered OK and reported as rejected.
    pub rejected: u64,
}

/// Everything that a testbed has seen so far: a snapshot, so that what is read from it fits together.
#[derive(Debug, Clone, Default)]
pub struct Received {
    pub(crate) requests: Vec<Arc<Request>>,
    pub(crate) tallies: [Tally; 3],
    pub(crate) connections: u64,
}

impl Received {
    /// Every call, in the order of arrival; also those that were refused or never answered.
    pub fn requests(&self) -> &[Arc<Request>] {
        &self.requests
    }

    /// The headers of every call, in the order of arrival.
    pub fn headers(&self) -> Vec<Arc<BTreeMap<String, String>>> {
        self.requests
            .iter()
            .map(|request| request.headers.clone())
            .collect()
    }

    /// What became of a signal's items.
    pub fn tally(&self, signal: Signal) -> Tally {
        self.tallies[signal as usize]
    }

    /// How many spans, log records or data points were kept and answered OK: the backend's side of the ledger.
    pub fn acknowledged(&self, signal: Signal) -> u64 {
        self.tally(signal).acknowledged
    }

    /// How many TCP connections were accepted, also those that never became a call.
    pub fn connections(&self) -> u64 {
        self.connections
    }
}
