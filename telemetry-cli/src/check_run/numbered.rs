//! An input that knows on which line it is: the reader of run files tells the number of a line only where it is none
//! of its records, and a finding is about those that are.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// The number of the line that was read last; empty lines count.
#[derive(Debug, Clone, Default)]
pub(super) struct Number(Rc<Cell<(u64, bool)>>);

impl Number {
    /// 1 for the first line.
    pub(super) fn of_line(&self) -> u64 {
        let (ends, inside) = self.0.get();
        ends + u64::from(inside)
    }
}

/// The input.
#[derive(Debug)]
pub(super) struct Numbered<R> {
    input: R,
    number: Number,
}

impl<R: BufRead> Numbered<R> {
    pub(super) fn new(input: R) -> (Numbered<R>, Number) {
        let number = Number::default();
        let numbered = Numbered {
            input,
            number: number.clone(),
        };
        (numbered, number)
    }
}

impl<R: BufRead> Read for Numbered<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(bytes)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Numbered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is still in the buffer, so that this reads nothing.
        if let (1.., Ok(buffer)) = (amount, self.input.fill_buf()) {
            let taken = &buffer[..amount.min(buffer.len())];
            let (ends, _) = self.number.0.get();
            let more = memchr::memchr_iter(b'\n', taken).count() as u64;
            self.number.0.set((ends + more, taken.last() != Some(&b'\n')));
        }
        self.input.consume(amount);
    }
}
