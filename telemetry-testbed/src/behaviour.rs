//! What the testbed does with a call: one behaviour for good, or a script of them. Tests set plans, and `service`
//! takes the next behaviour from the plan of its signal when a call has arrived.

use std::collections::VecDeque;
use std::time::Duration;

use tonic::Code;

/// One of the three OTLP services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Spans, through `TraceService`.
    Traces,
    /// Log records, through `LogsService`.
    Logs,
    /// Data points, through `MetricsService`.
    Metrics,
}

impl Signal {
    /// All of them, in the order of their declaration.
    pub const ALL: [Signal; 3] = [Signal::Traces, Signal::Logs, Signal::Metrics];
}

/// What happens to a call. It is decided when the whole request has arrived; a call that is under way keeps the
/// behaviour that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Keeps every item and answers OK.
    Accept,
    /// Keeps nothing and answers with this code. `Code::Ok` gives an answer that says OK and has no message,
    /// which no client may take for an acknowledgement.
    Refuse(Code),
    /// The same, with the `RetryInfo` detail that asks the client to wait for this long.
    RefuseWithRetryInfo(Code, Duration),
    /// Answers OK with a `partial_success`. The last `rejected` items of the request are not kept (all of them
    /// when there are fewer); `rejected: 0` is what OTLP calls a warning: everything kept, with a message.
    Partial {
        /// How many spans, log records or data points are rejected.
        rejected: u64,
    },
    /// Waits for this long, then does the other thing. A client that leaves before leaves nothing behind.
    Delay(Duration, Box<Behaviour>),
    /// Takes the call and never answers, keeping nothing. Only a client's own `grpc-timeout` header ends it: the
    /// gRPC layer answers `Cancelled` then, here as in any server.
    BlackHole,
    /// Keeps nothing and resets the TCP connection in the place of an answer. Every other call on that connection
    /// is lost with it.
    ResetMidStream,
    /// Keeps every item, as a backend that stored them, then resets the connection before the answer: the client
    /// cannot know, and what it sends again is here twice.
    LoseAnswer,
    /// Accepts calls that carry this header (the name in any case, the value to the letter), and refuses all
    /// others with `Unauthenticated`.
    RequireHeader(String, String),
}

/// Behaviours in the order of a signal's calls. It is made from a [`Behaviour`], which then holds for good, or
/// from a list of how many calls get which behaviour, after which calls are accepted.
#[derive(Debug, Clone)]
pub struct Plan {
    steps: VecDeque<(usize, Behaviour)>,
    afterwards: Behaviour,
}

impl Plan {
    /// The behaviour of the next call.
    pub(crate) fn next(&mut self) -> Behaviour {
        while let Some((calls, behaviour)) = self.steps.front_mut() {
            if *calls > 0 {
                *calls -= 1;
                return behaviour.clone();
            }
            self.steps.pop_front();
        }
        self.afterwards.clone()
    }
}

impl From<Behaviour> for Plan {
    fn from(behaviour: Behaviour) -> Self {
        Plan {
            steps: VecDeque::new(),
            afterwards: behaviour,
        }
    }
}

impl From<Vec<(usize, Behaviour)>> for Plan {
    fn from(steps: Vec<(usize, Behaviour)>) -> Self {
        Plan {
            steps: steps.into(),
            afterwards: Behaviour::Accept,
        }
    }
}

impl<const N: usize> From<[(usize, Behaviour); N]> for Plan {
    fn from(steps: [(usize, Behaviour); N]) -> Self {
        Plan::from(Vec::from(steps))
    }
}
