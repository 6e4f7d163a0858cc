//! What the end-of-run summary is made of beside what the sink counts: stages, and what the schema did not foresee.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::def::SchemaDef;
use crate::ledger::Counted;
use crate::line::{Ledger, Outcome, StageSummary, Summary};
use crate::metrics::Instruments;
use crate::sink::Taken;
use crate::sync::lock;

/// Counters of one run.
#[derive(Default)]
pub(crate) struct Counts {
    stages: Mutex<Vec<StageSummary>>,
    unexpected: AtomicU64,
}

impl Counts {
    /// Something happened that the schema does not foresee.
    pub(crate) fn unexpected(&self) {
        self.unexpected.fetch_add(1, Relaxed);
    }

    /// A stage started; its first start gives it its place in the summary.
    pub(crate) fn stage_started(&self, id: &'static str) {
        let mut stages = lock(&self.stages);
        match stages.iter_mut().find(|stage| stage.stage == id) {
            Some(stage) => stage.runs += 1,
            // A stage that never ends was abandoned.
            None => stages.push(StageSummary {
                stage: id.to_owned(),
                runs: 1,
                duration_ns: 0,
                outcome: Outcome::Abandoned,
            }),
        }
    }

    /// It ended.
    pub(crate) fn stage_ended(&self, id: &'static str, duration_ns: u64, outcome: Outcome) {
        if let Some(stage) = lock(&self.stages).iter_mut().find(|stage| stage.stage == id) {
            stage.duration_ns = stage.duration_ns.saturating_add(duration_ns);
            stage.outcome = outcome;
        }
    }

    /// The summary, with the ledger up to and including its own line, which will be where `own` says.
    pub(crate) fn summary(
        &self,
        schema: &SchemaDef,
        instruments: &Instruments,
        counted: Counted,
        ledger: Ledger,
        own: Taken,
    ) -> Summary {
        let in_file = u64::from(own == Taken::InFile);
        Summary {
            // Who ends the run knows these.
            outcome: None,
            duration_ns: None,
            stages: lock(&self.stages).clone(),
            events: counted.events,
            logs: counted.logs,
            cache_hits: schema.roles.cache_hits.map_or(0, |def| instruments.total(def)),
            cache_misses: schema.roles.cache_misses.map_or(0, |def| instruments.total(def)),
            unexpected: self.unexpected.load(Relaxed),
            ledger: Ledger {
                emitted: ledger.emitted + 1,
                in_file: ledger.in_file + in_file,
                in_flight: ledger.in_flight + 1 - in_file,
                ..ledger
            },
        }
    }
}
