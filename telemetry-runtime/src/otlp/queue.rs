//! The bounded queue between the threads that emit and the one that exports. It knows nothing of what it carries:
//! an item has a number, and is either spare or not; spare ones find the queue full first.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::sync::lock;

/// A queue of numbered items.
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    /// Rung when the first item comes, and when there is work for a whole batch.
    bell: Notify,
    capacity: usize,
    batch: usize,
}

struct State<T> {
    items: VecDeque<(u64, T)>,
    next: u64,
}

impl<T> Queue<T> {
    /// For at most `capacity` items; the bell rings early when there are `batch` of them.
    pub(crate) fn new(capacity: usize, batch: usize) -> Queue<T> {
        let items = VecDeque::with_capacity(capacity);
        Queue {
            state: Mutex::new(State { items, next: 0 }),
            bell: Notify::new(),
            capacity,
            batch,
        }
    }

    /// Numbers an item and queues it; says whether there was room. The last quarter is not for spare items, so that
    /// they are lost before any other is. The lock is only ever held for a few moves in memory.
    pub(crate) fn push(&self, spare: bool, item: T) -> bool {
        let room = if spare {
            self.capacity / 4 * 3
        } else {
            self.capacity
        };
        let mut state = lock(&self.state);
        let seq = state.next;
        state.next += 1;
        let queued = state.items.len();
        if queued >= room {
            return false;
        }
        state.items.push_back((seq, item));
        drop(state);
        if queued == 0 || queued + 1 == self.batch {
            self.bell.notify_one();
        }
        true
    }

    /// Takes at most `most` items, the oldest first.
    pub(crate) fn take(&self, most: usize) -> Vec<(u64, T)> {
        let mut state = lock(&self.state);
        let taken = most.min(state.items.len());
        let items = state.items.drain(..taken).collect();
        // What is left rings the bell again, or nobody would: pushes only ring for the first item.
        if !state.items.is_empty() {
            self.bell.notify_one();
        }
        items
    }

    /// The number that the next item will have.
    pub(crate) fn next(&self) -> u64 {
        lock(&self.state).next
    }

    /// Waits for the bell.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_turns_spare_items_away_before_others() {
        let queue = Queue::new(8, 4);
        let spare = (0..8).filter(|_| queue.push(true, ())).count();
        let others = (0..8).filter(|_| queue.push(false, ())).count();
        assert_eq!((spare, others), (6, 2));
        let numbers: Vec<u64> = queue.take(9).into_iter().map(|(seq, ())| seq).collect();
        assert_eq!(
            numbers,
            [0, 1, 2, 3, 4, 5, 8, 9],
            "an item that is turned away has a number too"
        );
    }
}
