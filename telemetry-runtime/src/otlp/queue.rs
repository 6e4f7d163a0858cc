//! The bounded queue between the threads that emit and the one that exports. It knows nothing of what it carries: an
//! item has a number, is either spare or not, and writes itself into the last row of those that wait. Spare ones find
//! the queue full first. The exporter takes a whole row at once, and gives empty rows back. Rows are short, so that
//! few are enough and the same memory is used again soon, while it is still in the cache.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::ledger::{Book, Counted, Numbers};
use crate::sink::Taken;
use crate::sync::lock;

/// Bytes of text that may wait before the queue counts as full.
const BYTES: usize = 8 * 1024 * 1024;

/// Most items of a row.
pub(crate) const ROW: usize = 1024;

/// Empty rows that are kept: as many as a full queue has. Fewer are made anew over and over under load.
const ROWS: usize = 8;

/// A queue of numbered items, in rows of the type `R`.
pub(crate) struct Queue<R> {
    state: Mutex<State<R>>,
    /// Rung when an item comes while the exporter sleeps, and when there is work for a whole message.
    bell: Notify,
    capacity: usize,
    message: usize,
}

struct State<R> {
    /// Rows that are full, with the bytes of their texts, the oldest first.
    full: VecDeque<(R, usize)>,
    /// The row that is filled.
    row: R,
    /// Items in that row.
    items: usize,
    /// Bytes of its texts.
    bytes: usize,
    /// Bytes in the full ones.
    full_bytes: usize,
    empty: Vec<R>,
    next: u64,
    book: Book,
    closed: bool,
    /// Whether the exporter sleeps until somebody rings.
    asleep: bool,
}

impl<R> State<R> {
    /// Items in all rows.
    #[inline]
    fn waiting(&self) -> usize {
        self.full.len() * ROW + self.items
    }
}

impl<R: Default> State<R> {
    /// Begins another row.
    fn turn(&mut self) {
        let empty = self.empty.pop().unwrap_or_default();
        let row = std::mem::replace(&mut self.row, empty);
        self.full.push_back((row, self.bytes));
        self.full_bytes += self.bytes;
        (self.items, self.bytes) = (0, 0);
    }
}

/// Whether an item found its way into the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    In,
    Full,
    Closed,
}

/// An item on its way in.
pub(crate) struct Item {
    /// Whether it is lost before others are.
    pub(crate) spare: bool,
    /// Whether it is taken by a closed queue too.
    pub(crate) last: bool,
    /// What became of it elsewhere already.
    pub(crate) settled: Option<Taken>,
}

impl<R: Default> Queue<R> {
    /// For at most `capacity` items; the bell rings early when there are enough for a `message`.
    pub(crate) fn new(capacity: usize, message: usize) -> Queue<R> {
        Queue {
            state: Mutex::new(State {
                full: VecDeque::with_capacity(ROWS),
                row: R::default(),
                items: 0,
                bytes: 0,
                full_bytes: 0,
                empty: vec![R::default()],
                next: 0,
                book: Book::default(),
                closed: false,
                asleep: false,
            }),
            bell: Notify::new(),
            capacity,
            message,
        }
    }

    /// Numbers an item, lets it enter itself into the books and write itself into the row; it answers with the bytes
    /// of text in the row. The last quarter is not for spare items, so that they are lost before any other is. The lock
    /// is only ever held for a few moves in memory.
    #[inline]
    pub(crate) fn push(
        &self,
        item: Item,
        enter: impl FnOnce(&mut Book, Taken),
        write: impl FnOnce(&mut R, u64) -> usize,
    ) -> Pushed {
        let room = if item.spare {
            self.capacity / 4 * 3
        } else {
            self.capacity
        };
        let mut state = lock(&self.state);
        let seq = state.next;
        state.next += 1;
        let closed = state.closed && !item.last;
        if closed || state.waiting() >= room || state.full_bytes + state.bytes >= BYTES {
            enter(&mut state.book, item.settled.unwrap_or(Taken::Dropped));
            return if closed { Pushed::Closed } else { Pushed::Full };
        }
        enter(&mut state.book, item.settled.unwrap_or(Taken::Queued));
        if state.items == ROW {
            state.turn();
        }
        state.bytes = write(&mut state.row, seq);
        state.items += 1;
        let rings = state.asleep || state.waiting() == self.message;
        state.asleep = false;
        drop(state);
        if rings {
            self.bell.notify_one();
        }
        Pushed::In
    }

    /// Takes the oldest row, and says whether it was the last; `None` when nothing waits.
    pub(crate) fn take(&self) -> Option<(R, bool)> {
        let mut state = lock(&self.state);
        if state.waiting() == 0 {
            return None;
        }
        if state.full.is_empty() && state.empty.is_empty() {
            // Nobody waits while its room is made.
            drop(state);
            let new = R::default();
            state = lock(&self.state);
            state.empty.push(new);
        }
        if state.full.is_empty() {
            state.turn();
        }
        let (row, bytes) = state.full.pop_front()?;
        state.full_bytes -= bytes;
        Some((row, state.waiting() == 0))
    }

    /// Gives an empty row back, for its room.
    pub(crate) fn give_back(&self, row: R) {
        let mut state = lock(&self.state);
        if state.empty.len() < ROWS {
            state.empty.push(row);
        }
    }

    /// How many items wait. When it is none, the next one rings the bell.
    pub(crate) fn sleep(&self) -> usize {
        let mut state = lock(&self.state);
        let waiting = state.waiting();
        state.asleep = waiting == 0;
        waiting
    }

    /// The number that the next item will have.
    pub(crate) fn next(&self) -> u64 {
        lock(&self.state).next
    }

    /// Takes no more items but the last ones.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
    }

    /// Gives up all rows: nobody takes items any more.
    pub(crate) fn abandon(&self) -> Vec<R> {
        lock(&self.state).closed = true;
        let left = std::iter::from_fn(|| self.take()).map(|(row, _)| row).collect();
        lock(&self.state).empty = Vec::new();
        left
    }

    /// What became of all items at once.
    pub(crate) fn numbers(&self) -> Numbers {
        lock(&self.state).book.numbers()
    }

    /// What was counted of them.
    pub(crate) fn counted(&self) -> Counted {
        lock(&self.state).book.counted()
    }

    /// Waits for the bell.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(queue: &Queue<Vec<u64>>, spare: bool) -> Pushed {
        let item = Item {
            spare,
            last: false,
            settled: None,
        };
        queue.push(item, enter, |row, seq| {
            row.push(seq);
            0
        })
    }

    /// What is carried here is counted as notices.
    fn enter(book: &mut Book, taken: Taken) {
        let notice = crate::line::Notice {
            code: String::new(),
            body: String::new(),
        };
        book.enter(&crate::record::Record::Notice(&notice), taken);
    }

    #[test]
    fn a_full_queue_turns_spare_items_away_before_others() {
        let queue = Queue::new(8, 4);
        let taken = |spare| (0..8).filter(|_| push(&queue, spare) == Pushed::In).count();
        assert_eq!((taken(true), taken(false)), (6, 2));
        assert_eq!(
            queue.take(),
            Some((vec![0, 1, 2, 3, 4, 5, 8, 9], true)),
            "an item that is turned away has a number too"
        );
        let numbers = queue.numbers();
        assert_eq!((numbers.emitted, numbers.dropped), (16, 8));
    }

    #[test]
    fn items_come_out_in_their_order_however_many_rows_they_fill() {
        let queue = Queue::new(4 * ROW, 4);
        let mut out = Vec::new();
        let mut put = |items: usize| {
            (0..items).for_each(|_| assert_eq!(push(&queue, false), Pushed::In));
            let (waiting, (row, last)) = (queue.sleep(), queue.take().expect("a row"));
            assert!(row.len() <= ROW);
            out.extend_from_slice(&row);
            assert_eq!(queue.sleep(), waiting - row.len());
            assert_eq!(last, waiting == row.len());
        };
        put(3);
        put(2 * ROW + 5);
        put(0);
        put(ROW);
        put(0);
        let expected: Vec<u64> = (0..out.len() as u64).collect();
        assert_eq!((out.len(), out), (3 * ROW + 8, expected));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn a_closed_queue_takes_the_last_items_only() {
        let queue = Queue::new(8, 4);
        queue.close();
        assert_eq!(push(&queue, false), Pushed::Closed);
        let last = Item {
            spare: false,
            last: true,
            settled: None,
        };
        let taken = queue.push(last, enter, |row: &mut Vec<u64>, seq| {
            row.push(seq);
            0
        });
        assert_eq!((taken, queue.take()), (Pushed::In, Some((vec![1], true))));
    }
}
