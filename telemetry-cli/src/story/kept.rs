//! The first and the last of a long stream, and how many there were: what a person wants of ten thousand events
//! is how it began, how it ended, and to be told that there was more.

use std::collections::VecDeque;

use serde::Serialize;

/// A bounded sample of a stream.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Kept<T> {
    /// How many there were.
    pub(crate) count: u64,
    /// The first ones.
    pub(crate) first: Vec<T>,
    /// The last ones, those of `first` aside.
    pub(crate) last: VecDeque<T>,
    #[serde(skip)]
    half: usize,
}

impl<T> Kept<T> {
    /// Keeps this many from each end.
    pub(crate) fn of(half: usize) -> Self {
        Kept {
            count: 0,
            first: Vec::new(),
            last: VecDeque::new(),
            half,
        }
    }

    /// Takes the next one.
    pub(crate) fn push(&mut self, item: T) {
        self.count += 1;
        if self.first.len() < self.half {
            self.first.push(item);
            return;
        }
        if self.last.len() == self.half {
            self.last.pop_front();
        }
        if self.half > 0 {
            self.last.push_back(item);
        }
    }

    /// Those that were kept, in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.first.iter().chain(&self.last)
    }

    /// How many were not.
    pub(crate) fn lost(&self) -> u64 {
        self.count - self.first.len() as u64 - self.last.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn the_first_and_the_last_stay_and_the_rest_is_counted() {
        let mut kept = Kept::of(2);
        (1..=7).for_each(|n| kept.push(n));
        assert_eq!(kept.iter().copied().collect::<Vec<_>>(), [1, 2, 6, 7]);
        assert_eq!((kept.count, kept.lost()), (7, 3));
    }

    #[test]
    fn a_short_stream_is_kept_whole_and_in_order() {
        let mut kept = Kept::of(2);
        (1..=3).for_each(|n| kept.push(n));
        assert_eq!(kept.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(kept.lost(), 0);
    }
}
