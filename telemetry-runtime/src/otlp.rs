//! The export to a backend: OTLP over gRPC, live, and what cannot be delivered is in the run file.
//!
//! A record's way: [`sink`] packs it ([`packed`]) into the bounded [`queue`]; one [`worker`] thread, which drives a
//! runtime of its own all the time, takes it out. Spans wait in [`spans`] for their end, then everything goes down
//! its signal's [`lane`]: a batch becomes a message ([`encode`], [`points`], [`values`]), the [`channel`] carries it,
//! the [`verdict`] says what the answer means, and the ledger crosses it off. When that road is closed,
//! [`fallback`] writes the run file instead.

pub(crate) mod channel;
mod encode;
mod fallback;
mod lane;
mod message;
mod packed;
mod points;
mod queue;
pub(crate) mod sink;
mod spans;
mod values;
pub(crate) mod verdict;
mod worker;
