//! A file that another process appends to: its last lines, then those that come. A line without its end is awaited;
//! a file that gets shorter, as when its writer takes back a line that found no room, is read on from its new end.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use telemetry_runtime::reader::{LONGEST_LINE, parse};

/// Bytes that are read at once.
const CHUNK: u64 = 256 * 1024;

/// Bytes that are read before what they hold is shown, unless they hold no whole line.
const MOST: u64 = 4 * 1024 * 1024;

/// The file.
pub(crate) struct Watch {
    file: File,
    /// Up to where it was read.
    offset: u64,
    /// A line that has no end yet.
    torn: Vec<u8>,
    /// Whether that line is too long, so that the rest of it is passed over.
    too_long: bool,
}

impl Watch {
    /// Opens a file that nothing was read of.
    pub(crate) fn open(path: &Path) -> io::Result<Watch> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Watch {
            file,
            offset: 0,
            torn: Vec::new(),
            too_long: false,
        })
    }

    /// The last lines, of which so many are shown, and what stands between them. Reads from the end.
    pub(crate) fn last(&mut self, most: usize, is_shown: impl Fn(&[u8]) -> bool) -> io::Result<Vec<Vec<u8>>> {
        let end = self.file.metadata()?.len();
        let mut size = CHUNK;
        loop {
            let start = end.saturating_sub(size);
            self.file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            self.file.by_ref().take(end - start).read_to_end(&mut bytes)?;
            self.offset = start + bytes.len() as u64;
            // Some editors put a mark before the first line.
            let text = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
                Some(text) if start == 0 => text,
                _ => &bytes,
            };
            let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
            // A last record that lacks only its end of line is not torn.
            let torn = lines.pop_if(|last| parse(last).is_err()).unwrap_or_default();
            // The first may begin before what was read.
            let whole = if start > 0 {
                lines.get(1..)
            } else {
                Some(&lines[..])
            };
            let whole = whole.unwrap_or_default();
            let mut shown = 0;
            let mut from = whole.len();
            while shown < most && from > 0 {
                from -= 1;
                shown += usize::from(is_shown(whole[from]));
            }
            if shown == most || start == 0 {
                self.torn = torn.to_vec();
                return Ok(whole[from..].iter().map(|line| line.to_vec()).collect());
            }
            size = size.saturating_mul(4);
        }
    }

    /// The lines that came since, as far as they are whole.
    pub(crate) fn more(&mut self) -> io::Result<Vec<Vec<u8>>> {
        let length = self.file.metadata()?.len();
        if length < self.offset {
            let gone = usize::try_from(self.offset - length).unwrap_or(usize::MAX);
            self.torn.truncate(self.torn.len().saturating_sub(gone));
            self.offset = length;
        }
        let mut lines = Vec::new();
        let mut read = 0;
        self.file.seek(SeekFrom::Start(self.offset))?;
        while read < MOST || lines.is_empty() {
            let mut bytes = Vec::new();
            let now = self.file.by_ref().take(CHUNK).read_to_end(&mut bytes)? as u64;
            if now == 0 {
                break;
            }
            read += now;
            self.offset += now;
            self.take(&bytes, &mut lines);
        }
        Ok(lines)
    }

    fn take(&mut self, bytes: &[u8], lines: &mut Vec<Vec<u8>>) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, whole) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            self.too_long |= self.torn.len() + text.len() > LONGEST_LINE;
            if self.too_long {
                self.torn.clear();
            } else {
                self.torn.extend_from_slice(text);
            }
            if whole {
                let line = std::mem::take(&mut self.torn);
                if !std::mem::take(&mut self.too_long) {
                    lines.push(line);
                }
            }
        }
    }

    /// A last record that lacks only its end of line, which will not come any more.
    pub(crate) fn rest(&mut self) -> Option<Vec<u8>> {
        parse(&self.torn).is_ok().then(|| std::mem::take(&mut self.torn))
    }

    /// Whether something stands behind the last end of line: its writer was stopped in the middle of it.
    pub(crate) fn is_torn(&self) -> bool {
        !self.torn.is_empty()
    }

    /// Whether somebody holds the writers' lock; `None` on a file system that has no locks.
    pub(crate) fn is_written(&self) -> Option<bool> {
        match self.file.try_lock() {
            Ok(()) => {
                let _ = self.file.unlock();
                Some(false)
            }
            Err(TryLockError::WouldBlock) => Some(true),
            Err(TryLockError::Error(_)) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn text(lines: Vec<Vec<u8>>) -> Vec<String> {
        let text = |line| String::from_utf8(line).expect("text");
        lines.into_iter().map(text).collect()
    }

    #[test]
    fn a_line_is_shown_when_it_is_whole_and_one_that_is_taken_back_never() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut writer = OpenOptions::new()
            .append(true)
            .open(file.path())
            .expect("it is there");
        let mut write = |text: &str| writer.write_all(text.as_bytes()).expect("there is room");
        write("one\ntwo\nthr");
        let mut watch = Watch::open(file.path()).expect("it is there");
        assert_eq!(text(watch.last(1, |_| true).expect("it is read")), ["two"]);
        assert!(text(watch.more().expect("it is read")).is_empty());
        assert!(watch.is_torn());
        write("ee\nfour\nfi");
        assert_eq!(text(watch.more().expect("it is read")), ["three", "four"]);
        file.as_file()
            .set_len("one\ntwo\nthree\nfour\n".len() as u64)
            .expect("it is cut");
        assert!(text(watch.more().expect("it is read")).is_empty());
        write("six\n");
        assert_eq!(text(watch.more().expect("it is read")), ["six"]);
        assert_eq!(watch.is_written(), Some(false));
        file.as_file().lock_shared().expect("a lock");
        assert_eq!(watch.is_written(), Some(true));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_last_lines_of_a_long_file_are_those_of_the_whole(
            lengths in prop::collection::vec(0..60_000_usize, 1..40), most in 0..12_usize, torn in any::<bool>(),
        ) {
            let lines: Vec<String> = lengths.iter().enumerate().map(|(n, length)| format!("{n}{}", "x".repeat(*length))).collect();
            let end = if torn { "\n7" } else { "\n" };
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), lines.join("\n") + end).expect("it is written");
            // Every other line has a row.
            let is_shown = |line: &[u8]| line.len().is_multiple_of(2);
            let mut watch = Watch::open(file.path()).expect("it is there");
            let last = text(watch.last(most, is_shown).expect("it is read"));
            prop_assert!(lines.ends_with(&last));
            let shown = |of: &[String]| of.iter().filter(|line| is_shown(line.as_bytes())).count();
            prop_assert_eq!(shown(&last), most.min(shown(&lines)));
            prop_assert!(watch.more().expect("it is read").is_empty());
        }
    }
}
