//! The memory of a ring: segments that go from the emitting thread to the worker and back. A thread that records little
//! has one of them. One that records more has all, and uses those first that were used last: memory that was never
//! written to costs nothing.

use std::alloc::{Layout, handle_alloc_error};
use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use zerocopy::FromZeros;

use crate::otlp::row::Seldom;
use crate::record::Tags;
use crate::sync::lock;
use crate::value::Value;

/// Words of a segment. No record is longer.
pub(super) const WORDS: usize = 4096;

/// Most segments of a ring: thousands of ordinary records.
const SEGMENTS: usize = 32;

/// With so many, the worker is called.
const CALL: usize = SEGMENTS / 2;

/// The words of a segment. Both sides only load and store whole ones, which costs no more than other memory; that a record
/// is there is told elsewhere.
pub(super) type Words = [AtomicU64; WORDS];

/// A piece of a ring.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    block: Arc<Box<[Words]>>,
    /// Which one of the block.
    at: usize,
}

impl Deref for Segment {
    type Target = Words;

    #[inline(always)]
    fn deref(&self) -> &Words {
        &self.block[self.at]
    }
}

impl Segment {
    /// New ones, in one piece of memory that is zero and, as the system has it, there only where it is touched. `None` when
    /// there is no memory.
    fn some(many: usize) -> Option<impl DoubleEndedIterator<Item = Segment>> {
        let block = Arc::new(<[Words]>::new_box_zeroed_with_elems(many).ok()?);
        Some((0..many).map(move |at| Segment {
            block: Arc::clone(&block),
            at,
        }))
    }
}

/// What both sides of a ring share and seldom touch.
#[derive(Debug)]
pub(super) struct Chain(Mutex<Links>);

#[derive(Debug)]
struct Links {
    /// The oldest first, the one that is written to last.
    segments: VecDeque<Segment>,
    free: Vec<Segment>,
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

impl Chain {
    /// A chain with one segment, and that.
    pub(super) fn new() -> (Arc<Chain>, Segment) {
        let first = Segment::some(1).and_then(|mut first| first.next());
        let first = first.unwrap_or_else(|| handle_alloc_error(Layout::new::<Words>()));
        let links = Links {
            segments: VecDeque::from([first.clone()]),
            free: Vec::new(),
            aside: VecDeque::new(),
        };
        (Arc::new(Chain(Mutex::new(links))), first)
    }

    /// Another segment to write to, and whether it is time to call the worker. The last quarter of them is not for spare
    /// records.
    pub(super) fn lengthen(&self, spare: bool) -> Option<(Segment, bool)> {
        let most = if spare { SEGMENTS / 4 * 3 } else { SEGMENTS };
        let mut links = lock(&self.0);
        let links = &mut *links;
        if links.segments.len() >= most {
            return None;
        }
        if links.free.is_empty() {
            // All others at once: it happens once.
            links.free.extend(Segment::some(SEGMENTS - 1)?.rev());
        }
        let next = links.free.pop()?;
        links.segments.push_back(next.clone());
        Some((next, links.segments.len() == CALL))
    }

    /// The oldest segment is read, and is there to be written to again; the next one is what is read now.
    pub(super) fn shorten(&self) -> Option<Segment> {
        let mut links = lock(&self.0);
        let links = &mut *links;
        links.free.extend(links.segments.pop_front());
        links.segments.front().cloned()
    }

    pub(super) fn put_aside(&self, what: Aside) {
        lock(&self.0).aside.push_back(what);
    }

    pub(super) fn aside(&self) -> Option<Aside> {
        lock(&self.0).aside.pop_front()
    }
}
