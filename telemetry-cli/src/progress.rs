//! How far a long piece of work has come: one row on standard error that is written over, and only when a person is
//! there to see it. Work that takes less than a second shows none.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::text::{clean, cut};

/// Work that is done before shows nothing.
const SHORT: Duration = Duration::from_secs(1);

/// The row is written over at most so often.
const EVERY: Duration = Duration::from_millis(100);

/// Columns of the row.
const WIDTH: usize = 78;

/// The row.
pub(crate) struct Progress<W> {
    out: W,
    /// Whether somebody sees it.
    seen: bool,
    begun: Instant,
    written: Option<Instant>,
}

impl<W: Write> Progress<W> {
    /// Work that begins now; `seen` when the output is a terminal.
    pub(crate) fn new(out: W, seen: bool) -> Self {
        Progress {
            out,
            seen,
            begun: Instant::now(),
            written: None,
        }
    }

    /// Says how far it has come. Words are only made when they are shown.
    pub(crate) fn at(&mut self, words: impl FnOnce() -> String) {
        let due = match self.written {
            Some(at) => at.elapsed() >= EVERY,
            None => self.begun.elapsed() >= SHORT,
        };
        if self.seen && due {
            self.written = Some(Instant::now());
            let words = words();
            // Nobody is worse off when the row cannot be written.
            let _ = write!(self.out, "\r\x1b[K{}", cut(&clean(&words), WIDTH, "…"));
            let _ = self.out.flush();
        }
    }

    /// Takes the row away, before anything else is written.
    pub(crate) fn clear(&mut self) {
        if self.written.take().is_some() {
            let _ = write!(self.out, "\r\x1b[K");
            let _ = self.out.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seen: bool, since: Duration) -> String {
        let mut out = Vec::new();
        let mut progress = Progress::new(&mut out, seen);
        progress.begun = Instant::now()
            .checked_sub(since)
            .expect("the machine is up longer");
        progress.at(|| "7 of 9\u{1b}[2J".to_owned());
        progress.at(|| "8 of 9".to_owned());
        progress.clear();
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn only_long_work_that_somebody_sees_shows_a_row() {
        assert_eq!(shown(true, Duration::ZERO), "");
        assert_eq!(shown(false, SHORT), "");
        assert_eq!(shown(true, SHORT), "\r\x1b[K7 of 9\\u{1b}[2J\r\x1b[K");
    }
}
