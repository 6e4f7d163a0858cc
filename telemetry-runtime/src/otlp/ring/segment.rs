//! The memory of a ring: segments that go from the emitting thread to the worker and back. A thread that records little
//! needs one of them, and one that records much uses the same few again and again.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use crate::otlp::row::Seldom;
use crate::record::Tags;
use crate::sync::lock;
use crate::value::Value;

/// Words of a segment. No record is longer.
pub(super) const WORDS: usize = 4096;

/// Most segments of a ring: thousands of ordinary records.
const SEGMENTS: usize = 32;

/// With so many, the worker is called.
const CALL: usize = SEGMENTS / 4;

/// Empty segments that are kept.
const FREE: usize = SEGMENTS / 4;

/// A piece of a ring. Both sides only load and store whole words, which costs no more than other memory; that a record
/// is there is told elsewhere.
pub(super) type Segment = [AtomicU64; WORDS];

/// What both sides of a ring share and seldom touch.
#[derive(Debug)]
pub(super) struct Chain(Mutex<Links>);

#[derive(Debug)]
struct Links {
    /// The oldest first, the one that is written to last.
    segments: VecDeque<Arc<Segment>>,
    free: Vec<Arc<Segment>>,
    aside: VecDeque<Aside>,
}

/// What is no words, in the order in which records want it.
#[derive(Debug)]
pub(super) enum Aside {
    Text(&'static str),
    Value(Value<'static>),
    Seldom(Arc<Seldom>),
    Tags(Option<Tags>),
}

/// A new segment. It is never on the stack, of which a thread may have little.
fn segment() -> Arc<Segment> {
    let words: Arc<[AtomicU64]> = (0..WORDS).map(|_| AtomicU64::new(0)).collect();
    words
        .try_into()
        .unwrap_or_else(|_| unreachable!("it has so many words"))
}

impl Chain {
    /// A chain with one segment, and that.
    pub(super) fn new() -> (Arc<Chain>, Arc<Segment>) {
        let first = segment();
        let links = Links {
            segments: VecDeque::from([Arc::clone(&first)]),
            free: Vec::new(),
            aside: VecDeque::new(),
        };
        (Arc::new(Chain(Mutex::new(links))), first)
    }

    /// Another segment to write to, and whether it is time to call the worker. The last quarter of them is not for spare
    /// records.
    pub(super) fn lengthen(&self, spare: bool) -> Option<(Arc<Segment>, bool)> {
        let most = if spare { SEGMENTS / 4 * 3 } else { SEGMENTS };
        let mut links = lock(&self.0);
        if links.segments.len() >= most {
            return None;
        }
        let next = links.free.pop().unwrap_or_else(segment);
        links.segments.push_back(Arc::clone(&next));
        Some((next, links.segments.len() == CALL))
    }

    /// The oldest segment is read, and comes back for its memory; the next one is what is read now.
    pub(super) fn shorten(&self) -> Option<Arc<Segment>> {
        let mut links = lock(&self.0);
        let read = links.segments.pop_front();
        let room = FREE.saturating_sub(links.free.len());
        links.free.extend(read.into_iter().take(room));
        links.segments.front().cloned()
    }

    pub(super) fn put_aside(&self, what: Aside) {
        lock(&self.0).aside.push_back(what);
    }

    pub(super) fn aside(&self) -> Option<Aside> {
        lock(&self.0).aside.pop_front()
    }
}
