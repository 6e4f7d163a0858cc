//! What lives as long as the program (definitions, members of closed sets) goes through a ring as a number: the
//! emitting thread knows it by its address, and the worker looks it up. What was written into one ring can be written
//! into another as it is.

use std::sync::Mutex;

use crate::def::{AttributeDef, EventDef, ScreenDef, SpanDef};
use crate::sync::lock;

/// Texts that get a number; further ones are written out.
const TEXTS: usize = 4 * 1024;

/// Most numbers. No program has as many definitions.
const MOST: usize = u16::MAX as usize;

/// Something that lives as long as the program.
#[derive(Debug, Clone, Copy)]
pub(super) enum Static {
    Event(&'static EventDef),
    Span(&'static SpanDef),
    Screen(&'static ScreenDef),
    Attribute(&'static AttributeDef),
    Text(&'static str),
}

/// Everything of this process that has a number: what is first has number one.
static ALL: Mutex<Vec<Static>> = Mutex::new(Vec::new());

/// The numbers that an emitting thread knows.
#[derive(Debug, Default)]
pub(super) struct Statics {
    /// A power of two of places, at least half of them free: address, what is there, number.
    places: Box<[(usize, usize, u16)]>,
    known: usize,
}

impl Static {
    /// Where it is, and what: the length of a text, which others may begin with, or the kind of a definition, which may
    /// begin with another one.
    #[inline(always)]
    fn key(self) -> (usize, usize) {
        match self {
            Static::Event(def) => (std::ptr::from_ref(def).addr(), usize::MAX),
            Static::Span(def) => (std::ptr::from_ref(def).addr(), usize::MAX - 1),
            Static::Screen(def) => (std::ptr::from_ref(def).addr(), usize::MAX - 2),
            Static::Attribute(def) => (std::ptr::from_ref(def).addr(), usize::MAX - 3),
            Static::Text(text) => (text.as_ptr().addr(), text.len()),
        }
    }
}

impl Statics {
    /// The number of something; zero when there are too many.
    #[inline(always)]
    pub(super) fn number(&mut self, of: Static) -> u16 {
        let key = of.key();
        match self.places.get(self.place(key.0, 0)) {
            Some((address, what, number)) if (*address, *what) == key => *number,
            _ => self.search(of),
        }
    }

    #[inline(always)]
    fn place(&self, address: usize, after: usize) -> usize {
        // Addresses differ in their middle bits; the multiplication spreads those.
        let spread = (address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        (spread as usize).wrapping_add(after) & self.places.len().wrapping_sub(1)
    }

    #[cold]
    fn search(&mut self, of: Static) -> u16 {
        let key = of.key();
        for after in 0..self.places.len() {
            match self.places[self.place(key.0, after)] {
                (0, ..) => break,
                (address, what, number) if (address, what) == key => return number,
                _ => {}
            }
        }
        let number = first_seen(of);
        if number == 0 {
            return 0;
        }
        if self.places.len() <= 2 * self.known {
            let larger = vec![(0, 0, 0); (4 * self.known).max(64)].into_boxed_slice();
            for known in std::mem::replace(&mut self.places, larger) {
                if known.0 != 0 {
                    self.put(known);
                }
            }
        }
        self.known += 1;
        self.put((key.0, key.1, number));
        number
    }

    fn put(&mut self, known: (usize, usize, u16)) {
        let places = 0..self.places.len();
        let mut free = places.map(|after| self.place(known.0, after));
        if let Some(free) = free.find(|at| self.places[*at].0 == 0) {
            self.places[free] = known;
        }
    }
}

/// The number of something that a thread sees for the first time. There is little of it, so that a look at all of it is
/// soon done.
fn first_seen(of: Static) -> u16 {
    let mut all = lock(&ALL);
    if let Some(at) = all.iter().position(|known| known.key() == of.key()) {
        return at as u16 + 1;
    }
    let most = match of {
        Static::Text("") => 0,
        Static::Text(_) => TEXTS,
        _ => MOST,
    };
    if all.len() >= most {
        return 0;
    }
    all.push(of);
    all.len() as u16
}

/// What has this number. `known` are those that were looked up before.
#[inline]
pub(super) fn numbered(number: u16, known: &mut Vec<Static>) -> Option<Static> {
    let at = usize::from(number).checked_sub(1)?;
    if at >= known.len() {
        known.extend_from_slice(&lock(&ALL)[known.len()..]);
    }
    known.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_number_of_its_own_until_there_are_too_many() {
        let all: &'static str = "x".repeat(TEXTS + 10).leak();
        let (mut one, mut other, mut known) = (Statics::default(), Statics::default(), Vec::new());
        let mut given = 0;
        for length in 1..all.len() {
            let text = Static::Text(&all[..length]);
            let number = one.number(text);
            assert_eq!((one.number(text), other.number(text)), (number, number));
            if number > 0 {
                given += 1;
                let back = numbered(number, &mut known);
                assert!(matches!(back, Some(Static::Text(text)) if text.len() == length));
            }
        }
        // Other tests of this process have some too.
        assert!(given > TEXTS - 100 && given <= TEXTS, "{given}");
        assert_eq!(one.number(Static::Text("")), 0);
        let def = crate::tests::SCHEMA.events[0];
        let number = one.number(Static::Event(def));
        assert!(number > 0, "definitions still have numbers");
        assert_eq!(other.number(Static::Event(def)), number);
    }
}
