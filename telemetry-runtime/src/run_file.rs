//! The run file: one line a record, written with one `write(2)` before the emitting call returns, so that a
//! killed process leaves everything that it said.
//!
//! A line is formatted before the lock is taken, with a gap in front; under the lock it gets its number and is
//! written. Trouble never reaches the program: the operator is told once, every record that is not written is
//! counted as dropped, and its number is missing in the file.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::encode;
use crate::ledger::{Book, Counted};
use crate::line::Ledger;
use crate::notice::Notices;
use crate::place_of_file::{FileError, Opened, adopt, mint};
use crate::record::{Record, UnixNanos};
use crate::sink::{Sink, Taken};
use crate::sync::lock;

/// Room in front of a line: a line end, `{"seq":`, and the twenty digits of the longest number.
const GAP: usize = 28;

/// How long the file is left alone after an error. Space may return; a write a record would not help it.
const PAUSE: Duration = Duration::from_millis(50);

/// Buffers longer than this are given back after the line that needed them.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// The buffer of this thread's lines, taken while one is made.
    static LINE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The file of one run.
pub(crate) struct RunFile {
    id: String,
    path: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    /// `None` when it could not be opened: then every record is dropped.
    file: Option<File>,
    /// Number of the next line.
    next: u64,
    /// Whether half a line stands at the end of the file, which the next one must not go on.
    torn: bool,
    /// When the file may be tried again after an error.
    paused_until: Option<Instant>,
    /// Where the one notice goes; taken by the first error.
    notices: Option<Arc<Notices>>,
    /// Whether only the run's own last records are taken.
    closed: bool,
    book: Book,
}

impl RunFile {
    /// A new file for a run whose id is still free to choose: `mint` is asked again while a file of that name
    /// exists. When there can be no file, that is told, and every record will be dropped.
    pub(crate) fn create(
        directory: &Path,
        mut mint_id: impl FnMut() -> String,
        notices: Arc<Notices>,
    ) -> RunFile {
        match mint(directory, &mut mint_id) {
            Ok(opened) => RunFile::of(opened, notices),
            Err(error) => RunFile::without(mint_id(), &error, notices),
        }
    }

    /// The file for a run whose id was given: a new one, or the existing one, which goes on.
    pub(crate) fn adopt(directory: &Path, id: &str, notices: Arc<Notices>) -> RunFile {
        match adopt(directory, id) {
            Ok(opened) => RunFile::of(opened, notices),
            Err(error) => RunFile::without(id.to_owned(), &error, notices),
        }
    }

    fn of(opened: Opened, notices: Arc<Notices>) -> RunFile {
        let Opened { id, path, file, torn } = opened;
        let state = State {
            file: Some(file),
            next: 0,
            torn,
            paused_until: None,
            notices: Some(notices),
            closed: false,
            book: Book::default(),
        };
        RunFile {
            id,
            path: Some(path),
            state: Mutex::new(state),
        }
    }

    fn without(id: String, error: &FileError, notices: Arc<Notices>) -> RunFile {
        notices.tell("file_unwritable", format!("this run is not recorded: {error}"));
        let state = State {
            file: None,
            next: 0,
            torn: false,
            paused_until: None,
            notices: None,
            closed: false,
            book: Book::default(),
        };
        RunFile {
            id,
            path: None,
            state: Mutex::new(state),
        }
    }

    /// The run's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Where the file is; `None` when there could not be one.
    #[cfg(feature = "otlp")]
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Takes a record that was numbered elsewhere: a later line has a greater number, and gaps are fine.
    #[cfg(feature = "otlp")]
    pub(crate) fn take_numbered(&self, seq: u64, time: UnixNanos, record: &Record<'_>) -> Taken {
        self.write(&mut Vec::new(), Some(seq), time, record, true)
    }

    /// Takes a record, and says what became of it.
    pub(crate) fn put(&self, time: UnixNanos, record: &Record<'_>, last: bool) -> Taken {
        // A destructor of the thread may emit after the buffer is gone: then a new one serves.
        let mut line = LINE.try_with(Cell::take).unwrap_or_default();
        let taken = self.write(&mut line, None, time, record, last);
        line.clear();
        line.shrink_to(KEPT);
        let _ = LINE.try_with(|kept| kept.set(line));
        taken
    }

    fn write(
        &self,
        line: &mut Vec<u8>,
        seq: Option<u64>,
        time: UnixNanos,
        record: &Record<'_>,
        last: bool,
    ) -> Taken {
        line.clear();
        line.resize(GAP, 0);
        encode::rest(line, time, record);
        let seldom = matches!(
            record,
            Record::Run(_) | Record::Notice(_) | Record::Summary(_) | Record::End(_)
        );
        let mut state = lock(&self.state);
        state.next = seq.unwrap_or(state.next);
        let taken = if state.closed && !last {
            Taken::Dropped
        } else {
            match state.write(line, seldom) {
                Ok(()) => Taken::InFile,
                Err(error) => {
                    state.tell(self.path.as_deref(), &error);
                    Taken::Dropped
                }
            }
        };
        state.book.enter(record, taken);
        taken
    }
}

impl Sink for RunFile {
    fn take(&self, time: UnixNanos, record: &Record<'_>, last: bool) {
        self.put(time, record, last);
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

    /// Every record was written when `take` returned. The next one is tried, even if the file is in trouble.
    fn flush(&self) {
        lock(&self.state).paused_until = None;
    }

    /// Lets go of the file, whoever still holds the run.
    fn finish(&self) {
        let mut state = lock(&self.state);
        state.file = None;
        state.notices = None;
    }

    fn file(&self) -> Option<PathBuf> {
        self.path.clone()
    }
}

impl State {
    /// Numbers a line and writes it, whole or not at all.
    fn write(&mut self, line: &mut [u8], seldom: bool) -> io::Result<()> {
        let seq = self.next;
        self.next += 1;
        let paused = self
            .paused_until
            .is_some_and(|until| !seldom && Instant::now() < until);
        let Some(file) = self.file.as_mut().filter(|_| !paused) else {
            return Err(io::ErrorKind::StorageFull.into());
        };
        let start = number(line, seq, self.torn);
        match write_at_once(file, &line[start..]) {
            Ok(()) => {
                self.torn = false;
                self.paused_until = None;
                Ok(())
            }
            Err(Unwritten { error, torn }) => {
                self.torn |= torn;
                self.paused_until = Some(Instant::now() + PAUSE);
                Err(error)
            }
        }
    }

    fn tell(&mut self, path: Option<&Path>, error: &io::Error) {
        if let (Some(notices), Some(path)) = (self.notices.take(), path) {
            let body = format!(
                "records are lost, because the run file {} cannot be written: {error}; they are counted",
                path.display()
            );
            notices.tell("file_unwritable", body);
        }
    }
}

/// Puts the beginning of the line into its gap, and says where it begins.
fn number(line: &mut [u8], seq: u64, torn: bool) -> usize {
    let mut digits = itoa::Buffer::new();
    let parts: [&[u8]; 3] = [
        digits.format(seq).as_bytes(),
        b"{\"seq\":",
        if torn { b"\n" } else { b"" },
    ];
    let mut start = GAP;
    for part in parts {
        line[start - part.len()..start].copy_from_slice(part);
        start -= part.len();
    }
    start
}

/// A line that did not go into the file.
struct Unwritten {
    error: io::Error,
    /// Whether a part of it did, and could not be taken back.
    torn: bool,
}

/// One `write(2)`. What a full disk took of the line is cut off again, so that lines stay whole.
fn write_at_once(file: &mut File, line: &[u8]) -> Result<(), Unwritten> {
    loop {
        match file.write(line) {
            Ok(written) if written == line.len() => return Ok(()),
            Ok(written) => {
                let torn = written > 0 && take_back(file, written as u64).is_err();
                return Err(Unwritten {
                    error: io::ErrorKind::StorageFull.into(),
                    torn,
                });
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Unwritten { error, torn: false }),
        }
    }
}

/// Cuts off what was just written, unless another process has appended to the same run meanwhile.
fn take_back(file: &mut File, written: u64) -> io::Result<()> {
    let end = file.stream_position()?;
    if file.metadata()?.len() != end {
        return Err(io::ErrorKind::ResourceBusy.into());
    }
    file.set_len(end - written)
}
