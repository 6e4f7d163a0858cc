//! What typed telemetry emitters call: records, context, guards, the run file.
//!
//! Programs meet this crate through another one: a *schema crate*, whose build script compiled YAML into typed items
//! and which re-exports what a call site needs. What those items call is here.
//!
//! A record's way: [`emit`](fn@emit) or a [guard](SpanGuard) finds the run of its thread and the place in it, stamps
//! the record, counts it and shows it, still borrowed, to the run's sink. [`Run`] begins and ends that;
//! [`capture`](fn@capture) is the same into memory, for tests; [`reader`] is the way back from a run file.

mod ambient;
mod attribute_value;
pub mod backend;
mod begin;
pub mod capture;
mod cells;
pub mod clamp;
pub mod clock;
mod command;
mod command_span;
pub mod config;
pub mod conform;
mod container_endpoint;
mod context;
pub mod def;
pub mod delivery;
pub mod emit;
pub mod encode;
mod events;
mod excerpt;
#[cfg(feature = "otlp")]
pub mod export;
mod fields;
mod foreign;
mod glance;
pub mod guard;
pub mod handover;
mod happened;
mod ids;
mod inner;
mod json;
pub mod layer;
mod ledger;
pub mod line;
mod memory;
mod metrics;
pub mod notice;
pub mod options;
mod origins;
#[cfg(feature = "otlp")]
mod otlp;
mod panic;
mod parse;
pub mod place;
mod place_of_file;
pub mod reader;
pub mod record;
mod recorder;
pub mod retention;
pub mod run;
mod run_file;
mod sampler;
pub mod screen;
pub mod scrub;
mod session;
mod shape;
mod shared;
mod sink;
mod span;
pub mod start;
mod summary;
mod sync;
mod targets;
mod text;
pub mod timestamp;
mod tree;
pub mod value;
mod vars;
mod visit;
pub mod vocabulary;
mod way;
pub mod wire;
mod words;

pub use capture::{Captured, capture, capture_async, capture_async_with, capture_with};
pub use config::StartError;
pub use delivery::{Conclusion, Delivery};
pub use emit::{Number, emit, enabled, measure};
pub use guard::SpanGuard;
pub use handover::{Handover, handover};
pub use notice::{Notice, TerminalLease};
pub use options::Options;
pub use place::Place;
pub use run::Run;
pub use start::{OpenTiming, Start, StartTiming};
pub use vocabulary::{
    ErrorItem, EventItem, Fails, FromAttribute, NoError, ScreenItem, Skip, SpanItem, TimingItem, Vocabulary,
};

// The tests' vocabulary names this crate as every other crate does.
#[cfg(test)]
extern crate self as telemetry_runtime;
#[cfg(test)]
#[path = "../tests/runtime/vocabulary.rs"]
#[allow(dead_code, reason = "the integration tests use all of it")]
mod tests;

/// Includes the items that the build script generated from a schema.
#[macro_export]
macro_rules! include_schema {
    () => {
        #[doc(hidden)]
        pub use $crate as __rt;
        include!(concat!(env!("OUT_DIR"), "/telemetry.rs"));
    };
}
