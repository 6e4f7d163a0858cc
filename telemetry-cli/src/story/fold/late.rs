//! Spans that came when there was no more room and ended: of those the ones that failed are kept, and the longest,
//! because nobody looks for a short one that went well.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use telemetry_runtime::line::Outcome;

use crate::story::Span;

/// The worst of many spans.
#[derive(Debug, Default)]
pub(super) struct Late {
    failed: Vec<Span>,
    longest: BinaryHeap<Reverse<Long>>,
}

/// A span by its duration; of two that took as long the earlier is the longer.
#[derive(Debug)]
struct Long(Span);

impl Long {
    fn key(&self) -> (u64, Reverse<jiff::Timestamp>) {
        (self.0.duration_ns.unwrap_or(0), Reverse(self.0.started))
    }
}

impl Ord for Long {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Long {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Long {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Long {}

impl Late {
    /// Takes one that ended; at most so many that failed stay, and so many of the rest.
    pub(super) fn take(&mut self, span: Span, failed: usize, most: usize) {
        if span.outcome == Some(Outcome::Failure) && self.failed.len() < failed {
            self.failed.push(span);
            return;
        }
        let span = Long(span);
        if self.longest.len() < most {
            self.longest.push(Reverse(span));
        } else if let Some(mut shortest) = self.longest.peek_mut()
            && span > shortest.0
        {
            *shortest = Reverse(span);
        }
    }

    /// Those that stayed.
    pub(super) fn spans(&mut self) -> impl Iterator<Item = Span> {
        let longest = std::mem::take(&mut self.longest).into_iter();
        std::mem::take(&mut self.failed)
            .into_iter()
            .chain(longest.map(|Reverse(Long(span))| span))
    }
}
