//! What the end-of-run summary is made of, counted while the run goes on. Events are counted without a lock: a
//! schema's events are known when the run starts, so each has its counter from the beginning.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::def::{EventDef, SchemaDef};
use crate::line::{Ledger, Outcome, StageSummary, Summary};
use crate::metrics::Instruments;
use crate::sink::Taken;
use crate::sync::lock;

/// Counters of one run.
pub(crate) struct Counts {
    /// One a declared event, found by the address of its definition: a table of at least twice as many places.
    events: Box<[Option<Counter>]>,
    /// Events of other schemas, which a program made of several crates may have.
    foreign: Mutex<BTreeMap<&'static str, u64>>,
    stages: Mutex<Vec<StageSummary>>,
    logs: AtomicU64,
    unexpected: AtomicU64,
}

struct Counter {
    def: &'static EventDef,
    times: AtomicU64,
}

impl Counts {
    pub(crate) fn new(schema: &'static SchemaDef) -> Counts {
        let places = (2 * schema.events.len() + 1).next_power_of_two();
        let mut events: Box<[Option<Counter>]> = (0..places).map(|_| None).collect();
        for def in schema.events {
            let free = places_of(def, places).find(|place| events[*place].is_none());
            if let Some(place) = free {
                events[place] = Some(Counter {
                    def,
                    times: AtomicU64::new(0),
                });
            }
        }
        Counts {
            events,
            foreign: Mutex::default(),
            stages: Mutex::default(),
            logs: AtomicU64::new(0),
            unexpected: AtomicU64::new(0),
        }
    }

    /// An event happened.
    #[inline]
    pub(crate) fn event(&self, def: &'static EventDef) {
        for place in places_of(def, self.events.len()) {
            match &self.events[place] {
                Some(counter) if std::ptr::eq(counter.def, def) => {
                    counter.times.fetch_add(1, Relaxed);
                    return;
                }
                Some(_) => {}
                None => break,
            }
        }
        *lock(&self.foreign).entry(def.name).or_default() += 1;
    }

    /// An undeclared record came.
    pub(crate) fn log(&self) {
        self.logs.fetch_add(1, Relaxed);
    }

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
        ledger: Ledger,
        own: Taken,
    ) -> Summary {
        let in_file = u64::from(own == Taken::InFile);
        let declared = self
            .events
            .iter()
            .flatten()
            .map(|counter| (counter.def.name, counter.times.load(Relaxed)));
        let mut events = BTreeMap::new();
        for (name, count) in declared.chain(lock(&self.foreign).iter().map(|(name, count)| (*name, *count))) {
            if count > 0 {
                *events.entry(name.to_owned()).or_default() += count;
            }
        }
        Summary {
            // Who ends the run knows these.
            outcome: None,
            duration_ns: None,
            stages: lock(&self.stages).clone(),
            events,
            logs: self.logs.load(Relaxed),
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

/// Where the counter of an event may be, in a table of so many places (a power of two).
#[inline]
fn places_of(def: &'static EventDef, places: usize) -> impl Iterator<Item = usize> {
    // Addresses of definitions differ in their middle bits; the multiplication spreads those.
    let address = std::ptr::from_ref(def).addr() as u64;
    let first = (address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize;
    (0..places).map(move |step| (first + step) & (places - 1))
}
