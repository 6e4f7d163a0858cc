//! What lives as long as the program (definitions, members of closed sets) goes through a ring as a number: the
//! emitting thread knows it by its address, the worker by the order in which they first came.

use crate::def::{AttributeDef, EventDef, ScreenDef, SpanDef};

/// Texts that get a number; further ones are written out.
const TEXTS: usize = 8 * 1024;

/// Something that lives as long as the program.
#[derive(Debug, Clone, Copy)]
pub(super) enum Static {
    Event(&'static EventDef),
    Span(&'static SpanDef),
    Screen(&'static ScreenDef),
    Attribute(&'static AttributeDef),
    Text(&'static str),
}

/// The numbers that an emitting thread gave; none is zero.
#[derive(Debug, Default)]
pub(super) struct Statics {
    /// A power of two of places, at least half of them free: address, what is there, number.
    places: Box<[(usize, usize, u16)]>,
    given: u16,
}

/// A number, and whether it is a new one.
pub(super) enum Number {
    Known(u16),
    New(u16),
    /// There are too many.
    None,
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
    /// The number of something.
    #[inline(always)]
    pub(super) fn number(&mut self, of: Static) -> Number {
        let key = of.key();
        let first = self.place(key.0, 0);
        match self.places.get(first) {
            Some((address, what, number)) if (*address, *what) == key => Number::Known(*number),
            _ => self.search(key, matches!(of, Static::Text(_))),
        }
    }

    #[inline(always)]
    fn place(&self, address: usize, after: usize) -> usize {
        // Addresses differ in their middle bits; the multiplication spreads those.
        let spread = (address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        (spread as usize).wrapping_add(after) & self.places.len().wrapping_sub(1)
    }

    #[cold]
    fn search(&mut self, key: (usize, usize), is_text: bool) -> Number {
        for after in 0..self.places.len() {
            match self.places[self.place(key.0, after)] {
                (0, ..) => break,
                (address, what, number) if (address, what) == key => return Number::Known(number),
                _ => {}
            }
        }
        let used = usize::from(self.given);
        if is_text && (used >= TEXTS || key.1 == 0) || self.given == u16::MAX {
            return Number::None;
        }
        if self.places.len() <= 2 * used {
            let larger = vec![(0, 0, 0); (4 * used).max(64)].into_boxed_slice();
            for known in std::mem::replace(&mut self.places, larger) {
                if known.0 != 0 {
                    self.put(known);
                }
            }
        }
        self.given += 1;
        self.put((key.0, key.1, self.given));
        Number::New(self.given)
    }

    fn put(&mut self, known: (usize, usize, u16)) {
        let places = 0..self.places.len();
        let mut free = places.map(|after| self.place(known.0, after));
        if let Some(free) = free.find(|at| self.places[*at].0 == 0) {
            self.places[free] = known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_a_number_of_its_own_until_there_are_too_many() {
        let all: &'static str = "x".repeat(TEXTS + 10).leak();
        let mut statics = Statics::default();
        for turn in 0..2 {
            for length in 1..=TEXTS {
                match statics.number(Static::Text(&all[..length])) {
                    Number::New(number) => assert_eq!((turn, usize::from(number)), (0, length)),
                    Number::Known(number) => assert_eq!((turn, usize::from(number)), (1, length)),
                    Number::None => panic!("{length}"),
                }
            }
        }
        assert!(matches!(statics.number(Static::Text(all)), Number::None));
        assert!(matches!(statics.number(Static::Text("")), Number::None));
        let def = crate::tests::SCHEMA.events[0];
        assert!(matches!(statics.number(Static::Event(def)), Number::New(_)));
        assert!(matches!(statics.number(Static::Event(def)), Number::Known(_)));
    }
}
