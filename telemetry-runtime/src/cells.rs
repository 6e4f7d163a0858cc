//! Values that are kept in bulk: many of them in a few long lists, used again. What keeps a record for later (an open
//! span, the queue of the export) copies its values here, without an allocation once the lists have grown, and shows
//! them as they were given.
//!
//! The parts of a value go to lists of their own, each written from a register. A value that is put together first
//! and then moved is read back before it has left the processor's store buffer, and that wait costs as much as
//! everything else.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::clamp;
use crate::record::{Attributes, Record, SpanEnd};
use crate::value::Value;

/// Values as they are shown: so many of an item's slots have room without an allocation.
pub(crate) type Shown<'c> = SmallVec<[Value<'c>; 8]>;

/// Ends values that were shown, as [`value::done`](crate::value::done) does.
#[inline]
fn done(values: Shown<'_>) {
    if !values.spilled() && !values.iter().any(Value::owns) {
        std::mem::forget(values);
    }
}

/// The values of an open span: in cells, or in the words in which the export wrote them when the span started, which are
/// written again when it ends.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    cells: Cells,
    /// How many values there are.
    pub(crate) count: usize,
    /// The export's words; none when the values are in cells.
    pub(crate) words: Vec<u64>,
}

impl Kept {
    pub(crate) fn clear(&mut self) {
        if self.words.is_empty() {
            self.cells.clear();
        }
        self.words.clear();
        self.count = 0;
    }

    /// Keeps values in cells.
    pub(crate) fn keep(&mut self, values: &[Value<'_>]) {
        values.iter().for_each(|value| self.cells.push(value));
        self.count = values.len();
    }

    /// The values, and absent ones up to so many.
    pub(crate) fn show(&self, slots: usize) -> Shown<'_> {
        #[cfg(feature = "otlp")]
        if !self.words.is_empty() {
            return crate::otlp::show_words(&self.words, self.count, slots);
        }
        self.cells.from(Mark::START).take(slots)
    }

    /// Shows the end of a span, which has no values of its own, with these.
    pub(crate) fn show_end(&self, end: &SpanEnd<'_>, f: impl FnOnce(&Record<'_>)) {
        let values = self.show(end.attributes.slots.len());
        let attributes = Attributes {
            values: &values,
            ..end.attributes
        };
        f(&Record::SpanEnd(&SpanEnd { attributes, ..*end }));
        done(values);
    }
}

/// Kept values.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    sorts: Vec<Sort>,
    /// A number, or the length of a text.
    words: Vec<u64>,
    texts: String,
    fixed: Vec<&'static str>,
    /// Lists are seldom.
    lists: Vec<Value<'static>>,
}

/// What a kept value is.
#[derive(Debug, Clone, Copy)]
enum Sort {
    Absent,
    False,
    True,
    Int,
    Double,
    Fixed,
    Text,
    List,
}

/// A place between two values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    value: u32,
    word: u32,
    text: u32,
    fixed: u32,
    list: u32,
}

impl Mark {
    /// Before the first value.
    pub(crate) const START: Mark = Mark {
        value: 0,
        word: 0,
        text: 0,
        fixed: 0,
        list: 0,
    };
}

impl Cells {
    pub(crate) fn clear(&mut self) {
        self.sorts.clear();
        self.words.clear();
        self.texts.clear();
        self.fixed.clear();
        self.lists.clear();
    }

    /// Keeps a value.
    #[inline(always)]
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        let sort = match value {
            Value::Absent => Sort::Absent,
            Value::Bool(false) => Sort::False,
            Value::Bool(true) => Sort::True,
            Value::Int(number) => {
                self.words.push(number.cast_unsigned());
                Sort::Int
            }
            Value::Double(number) => {
                self.words.push(number.to_bits());
                Sort::Double
            }
            Value::Static(text) => {
                self.fixed.push(text);
                Sort::Fixed
            }
            Value::Str(text) => {
                // As far as any encoder will look into it.
                let text = clamp::clamp(text, clamp::LOOKED_AT);
                self.texts.push_str(text);
                self.words.push(text.len() as u64);
                Sort::Text
            }
            list => {
                self.lists.push(list.clone().into_owned());
                Sort::List
            }
        };
        self.sorts.push(sort);
    }

    /// Reads from a place on.
    pub(crate) fn from(&self, mark: Mark) -> Reader<'_> {
        Reader {
            sorts: &self.sorts[mark.value as usize..],
            words: &self.words[mark.word as usize..],
            texts: &self.texts[mark.text as usize..],
            fixed: &self.fixed[mark.fixed as usize..],
            lists: &self.lists[mark.list as usize..],
        }
    }
}

/// What the export needs beside that.
#[cfg(feature = "otlp")]
impl Cells {
    /// With room for a few values of each of so many records.
    pub(crate) fn with_room(records: usize) -> Cells {
        Cells {
            sorts: Vec::with_capacity(4 * records),
            words: Vec::with_capacity(3 * records),
            texts: String::with_capacity(32 * records),
            fixed: Vec::with_capacity(2 * records),
            lists: Vec::new(),
        }
    }

    /// The place so many values after another.
    pub(crate) fn after(&self, mark: Mark, values: usize) -> Mark {
        let mut after = mark;
        after.value += values as u32;
        for sort in &self.sorts[mark.value as usize..after.value as usize] {
            match sort {
                Sort::Absent | Sort::False | Sort::True => {}
                Sort::Int | Sort::Double => after.word += 1,
                Sort::Fixed => after.fixed += 1,
                Sort::Text => {
                    after.text += self.words[after.word as usize] as u32;
                    after.word += 1;
                }
                Sort::List => after.list += 1,
            }
        }
        after
    }

    /// Keeps so many of the values that other cells keep, from a place on.
    pub(crate) fn push_from(&mut self, other: &Cells, from: Mark, values: usize) {
        let mut reader = other.from(from);
        (0..values).for_each(|_| self.push(&reader.next()));
    }
}

/// Reads kept values in their order. Beyond the last there are absent ones.
#[derive(Debug)]
pub(crate) struct Reader<'c> {
    sorts: &'c [Sort],
    words: &'c [u64],
    texts: &'c str,
    fixed: &'c [&'static str],
    lists: &'c [Value<'static>],
}

impl<'c> Reader<'c> {
    /// The next value.
    #[inline]
    pub(crate) fn next(&mut self) -> Value<'c> {
        let Some(sort) = self.sorts.split_off_first() else {
            return Value::Absent;
        };
        match sort {
            Sort::Absent => Value::Absent,
            Sort::False => Value::Bool(false),
            Sort::True => Value::Bool(true),
            Sort::Int => Value::Int(self.word().cast_signed()),
            Sort::Double => Value::Double(f64::from_bits(self.word())),
            Sort::Fixed => self
                .fixed
                .split_off_first()
                .map_or(Value::Absent, |text| Value::Static(text)),
            Sort::Text => {
                let (text, rest) = self.texts.split_at(self.word() as usize);
                self.texts = rest;
                Value::Str(Cow::Borrowed(text))
            }
            Sort::List => self.lists.split_off_first().cloned().unwrap_or_default(),
        }
    }

    #[inline]
    fn word(&mut self) -> u64 {
        self.words.split_off_first().copied().unwrap_or_default()
    }

    /// The next values.
    pub(crate) fn take(&mut self, count: usize) -> Shown<'c> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// What the export needs beside that.
#[cfg(feature = "otlp")]
impl<'c> Reader<'c> {
    /// The next value, when it is a text.
    pub(crate) fn text(&mut self) -> Option<Cow<'c, str>> {
        match self.next() {
            Value::Str(text) => Some(text),
            Value::Static(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }
}

#[cfg(all(test, feature = "otlp"))]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_they_were_kept() {
        let long = "é".repeat(clamp::LOOKED_AT);
        let values = [
            Value::Absent,
            Value::Bool(true),
            Value::Int(-7),
            Value::Double(0.5),
            Value::Static("fixed"),
            Value::from("given"),
            Value::Strings(vec!["a".into(), "b".into()]),
            Value::from(""),
            Value::Static("another"),
            Value::Ints(vec![1, 2].into()),
        ];
        let mut cells = Cells::default();
        cells.push(&Value::from("before"));
        cells.push(&Value::Static("before"));
        let from = cells.after(Mark::START, 2);
        values.iter().for_each(|value| cells.push(value));
        cells.push(&Value::from(&*long));
        assert_eq!(cells.from(from).take(values.len()).as_slice(), values);
        let mut reader = cells.from(from);
        reader.take(values.len());
        let text = reader.text().expect("a text");
        assert!(long.starts_with(&*text) && text.len() <= clamp::LOOKED_AT);
        assert_eq!(reader.next(), Value::Absent, "there is no more");
        let mut copy = Cells::default();
        copy.push_from(&cells, from, values.len());
        assert_eq!(copy.from(Mark::START).take(values.len()).as_slice(), values);
    }
}
