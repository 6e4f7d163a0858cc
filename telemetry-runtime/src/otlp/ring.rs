//! A ring: the records of one thread on their way to the worker. Each emitting thread has one of its own, so that none
//! of them waits for another, and an ordinary record costs no locked instruction: its words are stored one by one, and
//! then that there is one more.
//!
//! A record is a [`head`] and what follows. What records of a thread have in common, their place and the tags of their
//! visit, is written when it changes; definitions are [`statics`]; what has memory of its own lies aside. Nothing else
//! is done on the emitting thread: bodies are rendered, secrets scrubbed and events counted by the worker.

mod entry;
mod head;
mod pen;
mod segment;
mod source;
mod statics;
mod value;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use self::pen::Pen;
use self::segment::{Chain, Segment, WORDS};
use self::statics::Statics;
use crate::ledger::Numbers;
use crate::otlp::spot::Spot;
use crate::record::{Tags, UnixNanos};
use crate::sink::Taken;

pub(crate) use self::entry::{Ending, Entry, Starting};
pub(crate) use self::source::{Next, Source};
pub(crate) use self::value::show_words;

/// Bytes of long texts that may wait in one ring, before it counts as full.
const LONG: u64 = 8 * 1024 * 1024;

/// The longest text that is written into a segment; a longer one has memory of its own.
const INSIDE: usize = 256;

/// In place of a number: it lies aside.
const ASIDE: u64 = u64::MAX;

/// The emitting side.
pub(crate) struct Ring {
    segment: Segment,
    /// Where the next word goes.
    at: usize,
    meter: Arc<Meter>,
    known: Known,
}

/// What the other end knows by now, and what both share.
struct Known {
    chain: Arc<Chain>,
    statics: Statics,
    /// Place and tags of the last record.
    spot: Spot,
    tags: Option<Tags>,
    /// Bytes of long texts that were ever put in.
    long: u64,
    /// The longest text that this record writes into the segment.
    inside: usize,
    /// How long a segment is, or nothing, when the next record has to look closer.
    room: usize,
}

/// What a ring has seen. Only its own thread counts, and everybody may look.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    /// Records that were put in, whole.
    entered: AtomicU64,
    /// Records that were turned away.
    turned: AtomicU64,
    /// Of both, those that were in the file already.
    in_file: AtomicU64,
    /// Of those that were turned away, the ones that are nowhere else.
    dropped: AtomicU64,
    /// Bytes of long texts that were ever taken out; the worker counts these.
    long: AtomicU64,
}

/// A record on its way in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// Whether it is lost before others are.
    pub(crate) spare: bool,
    /// Whether it is taken by a closed queue too.
    pub(crate) last: bool,
    /// What became of it elsewhere already.
    pub(crate) settled: Option<Taken>,
}

/// One more, by the only one who counts.
#[inline]
fn count(counter: &AtomicU64) {
    counter.store(counter.load(Relaxed) + 1, Release);
}

impl Meter {
    /// What became of all records at once.
    pub(crate) fn numbers(&self) -> Numbers {
        // What is settled was emitted, so that is asked for last.
        let (in_file, dropped) = (self.in_file.load(Acquire), self.dropped.load(Acquire));
        Numbers {
            emitted: self.entered.load(Acquire) + self.turned.load(Acquire),
            in_file,
            dropped,
        }
    }
}

impl Ring {
    /// A ring and its other end.
    pub(crate) fn new() -> (Ring, Source) {
        let (chain, segment) = Chain::new();
        let meter = Arc::<Meter>::default();
        let source = Source::new(segment.clone(), Arc::clone(&chain), Arc::clone(&meter));
        let ring = Ring {
            segment,
            at: 0,
            meter,
            known: Known {
                chain,
                statics: Statics::default(),
                spot: Spot::default(),
                tags: None,
                long: 0,
                inside: INSIDE,
                room: WORDS,
            },
        };
        (ring, source)
    }

    /// Whether nobody takes anything out any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.known.chain) == 1
    }

    /// Turns a record away, and counts it.
    #[cold]
    pub(crate) fn turn_away(&self, item: Item) -> Option<bool> {
        match item.settled {
            Some(Taken::InFile) => count(&self.meter.in_file),
            _ => count(&self.meter.dropped),
        };
        count(&self.meter.turned);
        None
    }

    /// Puts a record in, if there is room for it, and counts it otherwise. Says whether it is time to call the worker.
    #[inline(always)]
    pub(crate) fn push(&mut self, time: UnixNanos, entry: &mut impl Entry, item: Item) -> Option<bool> {
        let most = entry.most();
        let mut call = false;
        if self.at + most > self.known.room {
            call = self.turn(most, item)?;
        }
        let mut pen = Pen {
            words: &self.segment,
            at: self.at,
            known: &mut self.known,
            put_aside: false,
        };
        let written = entry.write(&mut pen, item, time);
        let at = pen.at;
        if written.is_none() {
            return self.turn_away(item);
        }
        self.at = at;
        if item.settled == Some(Taken::InFile) {
            count(&self.meter.in_file);
        }
        count(&self.meter.entered);
        Some(call)
    }

    /// Looks closer, and begins the next segment where this one is too short for so many words.
    #[cold]
    #[inline(never)]
    fn turn(&mut self, most: usize, item: Item) -> Option<bool> {
        if self.known.long - self.meter.long.load(Relaxed) > LONG {
            return self.turn_away(item);
        }
        // Without its texts any record is short enough.
        (self.known.inside, self.known.room) = if most > WORDS { (0, 0) } else { (INSIDE, WORDS) };
        if self.at + most.min(WORDS) <= WORDS {
            return Some(false);
        }
        let Some((next, call)) = self.known.chain.lengthen(item.spare) else {
            return self.turn_away(item);
        };
        if let Some(rest) = self.segment.get(self.at) {
            rest.store(0, Relaxed);
        }
        (self.segment, self.at) = (next, 0);
        Some(call)
    }
}
