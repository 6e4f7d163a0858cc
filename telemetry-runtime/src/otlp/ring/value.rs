//! Reads values out of words: those of a ring, and those that an open span keeps of its start.

use std::borrow::Cow;

use super::head::{SORTS, Sort};
use super::statics::{Static, numbered};
use crate::cells::Shown;
use crate::value::Value;

/// The value of a sort, out of the words that follow. `known` are texts that were looked up before, and `bytes` are
/// memory for one that is put together. What lies aside is nothing here.
#[inline]
pub(super) fn read<'t>(
    sort: Sort,
    mut next: impl FnMut() -> u64,
    known: &mut Vec<Static>,
    bytes: &'t mut Vec<u8>,
) -> Value<'t> {
    match sort {
        Sort::Absent | Sort::Aside => Value::Absent,
        Sort::False => Value::Bool(false),
        Sort::True => Value::Bool(true),
        Sort::Int => Value::Int(next().cast_signed()),
        Sort::Double => Value::Double(f64::from_bits(next())),
        Sort::Fixed => match numbered(next() as u16, known) {
            Some(Static::Text(text)) => Value::Static(text),
            _ => Value::Absent,
        },
        Sort::Text => {
            let length = next() as usize;
            bytes.clear();
            while bytes.len() < length {
                bytes.extend_from_slice(&next().to_le_bytes());
            }
            let text = std::str::from_utf8(&bytes[..length]);
            Value::Str(Cow::Borrowed(text.unwrap_or_default()))
        }
    }
}

/// Shows the values that the words of a start say, and absent ones up to so many.
pub(crate) fn show_words<'v>(words: &[u64], count: usize, slots: usize) -> Shown<'v> {
    let mut words = words.iter().copied();
    let (mut sorts, mut known, mut bytes) = (0, Vec::new(), Vec::new());
    let mut next = || words.next().unwrap_or_default();
    let mut shown = Shown::new();
    for at in 0..count {
        sorts = if at % SORTS == 0 { next() } else { sorts >> 4 };
        let value = read(Sort::read(sorts), &mut next, &mut known, &mut bytes);
        shown.push(value.into_owned());
    }
    shown.resize_with(slots.max(count), || Value::Absent);
    shown
}
