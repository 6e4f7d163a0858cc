//! The sink of a capture: it keeps the lines that a run file would hold, written by the same encoder, so that a
//! test sees what a reader would see.

use std::sync::Mutex;

use crate::encode;
use crate::ledger::{Book, Counted};
use crate::line::Ledger;
use crate::record::{Record, UnixNanos};
use crate::sink::{Sink, Taken};
use crate::sync::lock;

/// The lines of one capture.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    book: Book,
    closed: bool,
    bytes: Vec<u8>,
}

impl Memory {
    /// Everything so far, as a run file would hold it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        lock(&self.state).bytes.clone()
    }
}

impl Sink for std::sync::Arc<Memory> {
    fn take(&self, time: UnixNanos, record: &Record<'_>, last: bool) {
        let mut state = lock(&self.state);
        let State { book, closed, bytes } = &mut *state;
        if *closed && !last {
            return book.enter(record, Taken::Dropped);
        }
        encode::line(bytes, book.numbers().in_file, time, record);
        book.enter(record, Taken::InFile);
    }

    fn close(&self) {
        lock(&self.state).closed = true;
    }

    fn ledger(&self) -> Ledger {
        lock(&self.state).book.ledger()
    }

    fn counted(&self) -> Counted {
        lock(&self.state).book.counted()
    }

    fn flush(&self) {}

    fn finish(&self) {}

    fn file(&self) -> Option<std::path::PathBuf> {
        None
    }
}
