//! The layer as programs install it: once, for the whole process. That is a test binary of its own, because only
//! there `tracing` lets an event that is made inside of another one through.

use std::fmt;

use telemetry_runtime::capture;
use telemetry_runtime::def::SchemaDef;
use telemetry_runtime::layer::layer;
use telemetry_runtime::line::Record;
use telemetry_runtime::vocabulary::{NoError, Vocabulary};
use tracing_subscriber::layer::SubscriberExt;

#[path = "../runtime/vocabulary.rs"]
#[allow(
    dead_code,
    reason = "shared with the other test binaries, which use the rest of it"
)]
mod vocabulary;

struct Here;

impl Vocabulary for Here {
    const SCHEMA: &'static SchemaDef = &vocabulary::SCHEMA;
    type ErrorType = NoError;
}

/// A value that speaks while it is shown.
struct Talkative;

impl fmt::Debug for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!(target: "app", "inside");
        f.write_str("talkative")
    }
}

#[test]
fn what_is_said_while_a_record_is_made_is_no_record() {
    let subscriber = tracing_subscriber::registry().with(layer());
    tracing::subscriber::set_global_default(subscriber).expect("the first of this process");
    let captured = capture::<Here, _>(|| tracing::info!(target: "app", who = ?Talkative, "outside"));
    let bodies = captured.lines().iter().filter_map(|line| match &line.record {
        Record::Log(log) => Some(log.body.as_str()),
        _ => None,
    });
    assert_eq!(bodies.collect::<Vec<_>>(), ["outside"]);
}
