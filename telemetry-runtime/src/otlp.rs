//! The export to a backend: OTLP over gRPC, live, and what cannot be delivered is in the run file.
//!
//! A record's way: [`sink`] stores it into the [`ring`] of its thread, one of those of the bounded [`queue`]; one
//! [`worker`] thread, which drives a runtime of its own all the time, takes records out into a [`row`], a [`batch`] from
//! then on, and the [`exporter`] sends each record ([`packed`]) on its way. Spans wait in [`spans`] for their end, then
//! everything goes down its signal's [`lane`]: what waits there becomes a [`message`], written field by field into one
//! buffer ([`encode`], [`values`], [`protobuf`]), with what is rare in the protocol's own types ([`form`], [`points`],
//! [`series`]); the [`channel`] carries it as it was written ([`codec`]), the [`verdict`] says what the answer means, and
//! the ledger crosses it off. When that road is closed, [`fallback`] writes the run file instead.

mod batch;
pub(crate) mod channel;
mod codec;
mod encode;
mod exporter;
mod fallback;
pub mod form;
mod lane;
mod message;
mod packed;
mod points;
mod protobuf;
mod queue;
mod ring;
mod row;
pub mod series;
pub(crate) mod sink;
mod spans;
mod spot;
mod values;
pub(crate) mod verdict;
mod worker;

pub(crate) use self::ring::show_words;
