//! The sink of a capture: it keeps the lines that a run file would hold, written by the same encoder, so that a
//! test sees what a reader would see.

use std::sync::Mutex;

use crate::encode;
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
    next: u64,
    bytes: Vec<u8>,
}

impl Memory {
    /// Everything so far, as a run file would hold it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        lock(&self.state).bytes.clone()
    }
}

impl Sink for std::sync::Arc<Memory> {
    fn take(&self, time: UnixNanos, record: &Record<'_>) -> Taken {
        let mut state = lock(&self.state);
        let State { next, bytes } = &mut *state;
        encode::line(bytes, *next, time, record);
        *next += 1;
        Taken::InFile
    }

    fn flush(&self) {}

    fn file(&self) -> Option<std::path::PathBuf> {
        None
    }
}
