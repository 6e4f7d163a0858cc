//! The testbed seen by the client that tonic generates from OTLP's protobuf: every behaviour is what it says.

mod answers;
mod client;
mod counts;
mod ports;
mod process;
mod silence;
mod tls;
mod views;
mod waiting;

/// What a test returns: the first thing that went wrong.
type Outcome = Result<(), Box<dyn std::error::Error>>;
