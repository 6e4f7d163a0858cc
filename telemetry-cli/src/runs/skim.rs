//! The lines of a run file that a row of the list needs, as a stream of bytes like the file itself. Most lines of a
//! long run are passed over without being parsed; what is not recognised at a glance is let through.

use std::io::{self, BufRead, Cursor, Read};

use memchr::memmem;
use telemetry_runtime::reader::parse;

/// Reads a run file with most lines left out: what stays is the first record, runs, stages, failures, errors, the
/// summary, the end, and the last line, which says when the run last spoke.
pub(crate) struct Skim<R> {
    lines: R,
    line: Cursor<Vec<u8>>,
    /// The latest line, when it was passed over and is whole.
    passed: Vec<u8>,
    /// Whether there was a record: all is let through before, since a run whose beginning is lost starts with the first.
    begun: bool,
}

impl<R: BufRead> Skim<R> {
    /// Skims these lines.
    pub(crate) fn new(lines: R) -> Self {
        Skim {
            lines,
            line: Cursor::default(),
            passed: Vec::new(),
            begun: false,
        }
    }
}

impl<R: BufRead> Read for Skim<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.line.position() == self.line.get_ref().len() as u64 {
            self.line.set_position(0);
            let line = self.line.get_mut();
            line.clear();
            if self.lines.read_until(b'\n', line)? == 0 {
                std::mem::swap(line, &mut self.passed);
                if line.is_empty() {
                    return Ok(0);
                }
            } else if !line.ends_with(b"\n") {
                // The last line, which may be torn: the one before it says when the run last spoke.
                self.passed.append(line);
                std::mem::swap(line, &mut self.passed);
            } else if !self.begun || needed(line) {
                self.begun = self.begun || parse(line).is_ok();
                self.passed.clear();
            } else {
                std::mem::swap(line, &mut self.passed);
                line.clear();
            }
        }
        self.line.read(buffer)
    }
}

/// Whether a line may say something that a row tells. The needles hold bare quotes, so they cannot be found inside
/// a string, where quotes are escaped.
fn needed(line: &[u8]) -> bool {
    const KIND: &[u8] = b"\"record\":\"";
    // The writer puts the kind into the first hundred bytes; a line of another writer is let through.
    let Some(at) = memmem::find(&line[..line.len().min(120)], KIND) else {
        return true;
    };
    let kind = &line[at + KIND.len()..];
    let says = |needle: &[u8]| memmem::find(kind, needle).is_some();
    if kind.starts_with(b"span_") {
        says(b"\"kind\":\"stage\"") || says(b"\"outcome\":\"failure\"")
    } else if kind.starts_with(b"event\"") || kind.starts_with(b"log\"") {
        says(b"\"severity\":\"error\"")
    } else {
        !kind.starts_with(b"metrics\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skimmed(text: &str) -> String {
        let mut left = String::new();
        Skim::new(text.as_bytes())
            .read_to_string(&mut left)
            .expect("memory can be read");
        left
    }

    #[test]
    fn lines_that_no_row_needs_are_left_out_but_for_the_last() {
        let line = |record: &str, rest: &str| {
            format!("{{\"seq\":1,\"time\":\"t\",\"record\":\"{record}\"{rest}}}\n")
        };
        let run = line("notice", ",\"code\":\"c\",\"body\":\"b\"");
        let debug = line(
            "event",
            ",\"severity\":\"debug\",\"body\":\"\\\"severity\\\":\\\"error\\\"\"",
        );
        let error = line("log", ",\"severity\":\"error\"");
        let stage = line("span_end", ",\"kind\":\"stage\"");
        let command = line("span_end", ",\"kind\":\"span\",\"outcome\":\"success\"");
        let failed = line("span_end", ",\"kind\":\"span\",\"outcome\":\"failure\"");
        let other = "{\"record\": \"event\"}\n";
        let text = [
            run.as_str(),
            &debug,
            &error,
            &stage,
            &command,
            &failed,
            other,
            &debug,
        ]
        .concat();
        assert_eq!(
            skimmed(&text),
            [run.as_str(), &error, &stage, &failed, other, &debug].concat()
        );
        let torn = &command[..30];
        assert_eq!(
            skimmed(&[run.as_str(), &debug, torn].concat()),
            [run.as_str(), &debug, torn].concat()
        );
    }

    #[test]
    fn a_run_whose_beginning_is_lost_starts_with_its_first_record() {
        let start = "{\"seq\":1,\"time\":\"t\",\"record\":\"metrics\",\"points\":[]}\n";
        let bad = "{\"seq\":1,\"time\":7,\"record\":\"metrics\",\"points\":[]}\n";
        let next = "{\"seq\":0,\"time\":\"t\",\"record\":\"run\"}\n";
        let text = ["half a line\n", bad, start, start, bad, next, start, next].concat();
        let left = ["half a line\n", bad, start, next, next].concat();
        assert_eq!(skimmed(&text), left);
    }
}
