//! How far a long piece of work has come: one row on standard error that is written over, and only when a person is
//! there to see it. Work that takes less than a second shows none.

use std::io::{self, Read, Write};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use crate::quantity::bytes;
use crate::text::{clean, cut};

/// Work that is done before shows nothing.
const SHORT: Duration = Duration::from_secs(1);

/// The row is written over at most so often.
const EVERY: Duration = Duration::from_millis(100);

/// Columns of the row where nobody says how many there are.
const USUAL_WIDTH: usize = 80;

/// The row.
pub(crate) struct Progress<W> {
    out: W,
    /// Whether somebody sees it.
    seen: bool,
    /// Columns of the terminal.
    width: usize,
    begun: Instant,
    written: Option<Instant>,
    /// Whether the row stands there.
    stands: bool,
}

impl<W: Write> Progress<W> {
    /// Work that begins now; `seen` when the output is a terminal, which has so many columns.
    pub(crate) fn new(out: W, seen: bool, columns: Option<usize>) -> Self {
        Progress {
            out,
            seen,
            width: columns.filter(|columns| *columns > 0).unwrap_or(USUAL_WIDTH),
            begun: Instant::now(),
            written: None,
            stands: false,
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
            self.stands = true;
            let words = words();
            // In the last column a terminal would go to the next row.
            let room = self.width.saturating_sub(1);
            // Nobody is worse off when the row cannot be written.
            let _ = write!(self.out, "\r\x1b[K{}", cut(&clean(&words), room, "…"));
            let _ = self.out.flush();
        }
    }

    /// Takes the row away, before anything else is written.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.stands) {
            let _ = write!(self.out, "\r\x1b[K");
            let _ = self.out.flush();
        }
    }

    /// A source of which it says how far it was read; `size` where that is known.
    pub(crate) fn reading<R: Read>(
        &mut self,
        source: R,
        name: String,
        size: Option<u64>,
    ) -> Reading<'_, R, W> {
        Reading {
            source,
            name,
            size,
            read: 0,
            progress: self,
        }
    }

    /// Does work that says nothing of itself, such as waiting for an answer, and says meanwhile what is waited for.
    pub(crate) fn during<T: Send>(
        &mut self,
        words: impl Fn() -> String,
        work: impl FnOnce() -> T + Send,
    ) -> T {
        if !self.seen {
            return work();
        }
        std::thread::scope(|scope| {
            let (done, ended) = sync_channel::<()>(1);
            let working = scope.spawn(move || {
                let came = work();
                drop(done);
                came
            });
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                self.at(&words);
            }
            working
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

/// A source that is being read. The row goes with it.
pub(crate) struct Reading<'p, R, W: Write> {
    source: R,
    name: String,
    size: Option<u64>,
    read: u64,
    progress: &'p mut Progress<W>,
}

impl<R: Read, W: Write> Read for Reading<'_, R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.read += read as u64;
        let far = self.read;
        self.progress.at(|| match self.size.filter(|size| *size > 0) {
            Some(size) => format!("{} % of {}", far.min(size) * 100 / size, self.name),
            None => format!("{} of {}", bytes(far as f64), self.name),
        });
        Ok(read)
    }
}

impl<R, W: Write> Drop for Reading<'_, R, W> {
    fn drop(&mut self) {
        self.progress.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seen: bool, since: Duration, columns: usize) -> String {
        let mut out = Vec::new();
        let mut progress = Progress::new(&mut out, seen, Some(columns));
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
        assert_eq!(shown(true, Duration::ZERO, 80), "");
        assert_eq!(shown(false, SHORT, 80), "");
        let whole = "\r\x1b[K7 of 9\\u{1b}[2J\r\x1b[K";
        assert_eq!(shown(true, SHORT, 80), whole);
        assert_eq!(
            shown(true, SHORT, 0),
            whole,
            "a terminal that does not know its columns"
        );
        assert_eq!(shown(true, SHORT, 6), "\r\x1b[K7 of…\r\x1b[K");
    }
}
