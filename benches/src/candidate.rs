//! What a careful programmer would write to put a record into the export's queue, and no more: a clock, ids, a
//! record of fixed size with its values inside, a bounded queue. Nobody is woken and nobody exports it. No place, no
//! ledger, no clamping, no scrubbing: the base of the ratios, and what the targets were measured with.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use crossbeam_channel::{Receiver, Sender, TrySendError};

use crate::peers::Parcel;

/// Records that the queue holds: as many as that of the runtime.
const CAPACITY: usize = 8192;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(&'static str),
    Owned(Box<str>),
    Number(i64),
    Truth(bool),
    Nothing,
}

/// What lies in the queue.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) name: &'static str,
    /// Nanoseconds since 1970; of a span its end.
    pub(crate) time: u64,
    /// Of a span its start.
    pub(crate) started: u64,
    pub(crate) trace: u128,
    pub(crate) span: u64,
    pub(crate) attributes: [Value; 4],
}

const NOTHING: [Value; 4] = [Value::Nothing, Value::Nothing, Value::Nothing, Value::Nothing];

/// A queue and a source of ids.
pub(crate) struct Candidate {
    queue: Sender<Record>,
    other_end: Receiver<Record>,
    random: u64,
    turned_away: u64,
    taken: u64,
}

impl Candidate {
    pub(crate) fn new() -> Self {
        let (queue, other_end) = crossbeam_channel::bounded(CAPACITY);
        Self {
            queue,
            other_end,
            random: 0x9e37_79b9_7f4a_7c15,
            turned_away: 0,
            taken: 0,
        }
    }

    /// The event: one clock, one id, one record.
    pub(crate) fn sorted(&mut self, parcel: &Parcel, number: Value) {
        let record = Record {
            name: "parcel.sorted",
            time: now(),
            started: 0,
            trace: 0,
            span: self.id(),
            attributes: attributes(parcel, number),
        };
        self.push(record);
    }

    /// The span with its event: three clocks, two ids, two records.
    pub(crate) fn route(&mut self, parcel: &Parcel) {
        let trace = u128::from(self.id()) << 64 | u128::from(self.id());
        let (span, started) = (self.id(), now());
        self.push(Record {
            name: "parcel.lifted",
            time: now(),
            started: 0,
            trace,
            span,
            attributes: NOTHING,
        });
        self.push(Record {
            name: "parcel.route",
            time: now(),
            started,
            trace,
            span,
            attributes: attributes(parcel, Value::Text(parcel.number)),
        });
    }

    /// Empties the queue.
    pub(crate) fn drain(&mut self) {
        self.taken += self.other_end.try_iter().count() as u64;
    }

    /// Checks that so many records were queued and none was turned away.
    pub(crate) fn ensure(&self, records: u64) -> Result<()> {
        ensure!(
            (self.taken, self.turned_away) == (records, 0),
            "{} records instead of {records}, {} turned away",
            self.taken,
            self.turned_away
        );
        Ok(())
    }

    fn push(&mut self, record: Record) {
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.queue.try_send(record) {
            self.turned_away += 1;
        }
    }

    fn id(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

fn attributes(parcel: &Parcel, number: Value) -> [Value; 4] {
    [
        number,
        Value::Text(parcel.hall.as_str()),
        Value::Number(parcel.weight),
        Value::Truth(parcel.express),
    ]
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_secs() * 1_000_000_000 + u64::from(now.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::PARCEL;

    #[test]
    fn the_candidate_queues_everything_that_was_told() {
        let mut candidate = Candidate::new();
        candidate.sorted(&PARCEL, Value::Owned("P-2026-0831".into()));
        candidate.route(&PARCEL);
        let records: Vec<Record> = candidate.other_end.try_iter().collect();
        let names: Vec<_> = records.iter().map(|record| record.name).collect();
        assert_eq!(names, ["parcel.sorted", "parcel.lifted", "parcel.route"]);
        let told = [
            Value::Text("P-2026-0831"),
            Value::Text("north"),
            Value::Number(1_840),
            Value::Truth(true),
        ];
        assert_eq!(records[2].attributes, told);
        assert_eq!(records[0].attributes[0], Value::Owned("P-2026-0831".into()));
        assert_eq!(
            (records[1].trace, records[1].span),
            (records[2].trace, records[2].span)
        );
        assert!(records[2].started <= records[1].time && records[1].time <= records[2].time);
    }

    #[test]
    fn a_record_that_was_turned_away_is_missed() {
        let mut candidate = Candidate::new();
        for _ in 0..=CAPACITY {
            candidate.sorted(&PARCEL, Value::Nothing);
        }
        candidate.drain();
        assert!(candidate.ensure(CAPACITY as u64 + 1).is_err());
    }
}
