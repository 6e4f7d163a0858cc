//! A real OTLP/gRPC receiver that misbehaves to order: what the tests put in the place of a backend.
//!
//! A [`Testbed`] is a value. Each has an address and a thread of its own, so many run side by side, and dropping
//! one closes everything that it opened. What it does with a call is a [`Behaviour`], or a script of them; what
//! it saw is a [`Received`], as the decoded protobuf and as flat lists.
//!
//! The flow is: `port` (an address that stays ours) -> `wire` (a connection that can be cut) -> `server` (a thread
//! that serves or stays silent) -> `service` (one call, one behaviour) -> `board` (what was seen, and who waits
//! for it) -> `received` and `view` (how a test reads it).
//!
//! ```
//! use std::time::Duration;
//! use telemetry_testbed::{Behaviour, Code, Signal, Testbed};
//!
//! # fn main() -> std::io::Result<()> {
//! let testbed = Testbed::start()?;
//! // The first two calls of each signal are refused, then all is well.
//! testbed.set([(2, Behaviour::Refuse(Code::Unavailable))]);
//! // One signal alone:
//! testbed.set_for(Signal::Metrics, Behaviour::BlackHole);
//! // ... point a program at `testbed.endpoint()`, then wait for what has to arrive:
//! let arrived = testbed.wait_for(|received| received.spans().len() == 3, Duration::from_millis(10));
//! assert!(!arrived, "nobody sent anything");
//! # Ok(())
//! # }
//! ```

mod behaviour;
mod board;
mod certificates;
mod port;
mod received;
mod server;
mod service;
mod testbed;
mod view;
mod wire;

pub use opentelemetry_proto::tonic as proto;
pub use tonic::Code;

pub use crate::behaviour::{Behaviour, Plan, Signal};
pub use crate::certificates::{Certificates, TlsMode};
pub use crate::received::{Answer, Body, Received, Request, Tally};
pub use crate::testbed::Testbed;
pub use crate::view::{MetricPoint, Placed, PointData, attribute};
