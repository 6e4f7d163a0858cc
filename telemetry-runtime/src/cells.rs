//! Values that are kept in bulk: many of them in one list, their texts in one buffer, both used again. What keeps a
//! record for later (an open span, the queue of the export) copies its values here, without an allocation once the
//! buffers have grown, and shows them as they were given.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::clamp;
use crate::value::Value;

/// Values as they are shown: so many of an item's slots have room without an allocation.
pub(crate) type Shown<'c> = SmallVec<[Value<'c>; 8]>;

/// Ends values that were shown, as [`value::done`](crate::value::done) does.
#[inline]
pub(crate) fn done(values: Shown<'_>) {
    if !values.spilled() && !values.iter().any(Value::owns) {
        std::mem::forget(values);
    }
}

/// Kept values.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Vec<Cell>,
    text: String,
}

/// One kept value; texts stand in the order of their cells.
#[derive(Debug)]
enum Cell {
    Absent,
    Bool(bool),
    Int(i64),
    Double(f64),
    Static(&'static str),
    /// So many bytes of text.
    Text(u32),
    /// Lists are seldom.
    List(Box<Value<'static>>),
}

/// A place between two cells.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mark {
    cell: u32,
    text: u32,
}

impl Cells {
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
    }

    /// Keeps a value.
    #[inline]
    pub(crate) fn push(&mut self, value: &Value<'_>) {
        let cell = match value {
            Value::Absent => Cell::Absent,
            Value::Bool(value) => Cell::Bool(*value),
            Value::Int(number) => Cell::Int(*number),
            Value::Double(number) => Cell::Double(*number),
            Value::Static(text) => Cell::Static(text),
            Value::Str(text) => return self.push_text(text),
            list => Cell::List(Box::new(list.clone().into_owned())),
        };
        self.cells.push(cell);
    }

    /// Keeps a text, as far as any encoder will look into it.
    #[inline]
    pub(crate) fn push_text(&mut self, text: &str) {
        let text = clamp::clamp(text, clamp::LOOKED_AT);
        self.text.push_str(text);
        self.cells.push(Cell::Text(text.len() as u32));
    }

    /// Reads from a place on.
    pub(crate) fn from(&self, mark: Mark) -> Reader<'_> {
        Reader {
            cells: self.cells.get(mark.cell as usize..).unwrap_or_default(),
            text: self.text.get(mark.text as usize..).unwrap_or_default(),
        }
    }
}

/// What the export needs beside that.
#[cfg(feature = "otlp")]
impl Cells {
    /// The place after the last cell.
    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            cell: self.cells.len() as u32,
            text: self.text.len() as u32,
        }
    }

    /// Bytes of text so far.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Keeps a text that lives as long as the program, or that there is none.
    #[inline]
    pub(crate) fn push_static(&mut self, text: Option<&'static str>) {
        self.cells.push(text.map_or(Cell::Absent, Cell::Static));
    }

    /// Keeps a number of 64 bits.
    #[inline]
    pub(crate) fn push_bits(&mut self, bits: u64) {
        self.cells.push(Cell::Int(bits.cast_signed()));
    }

    /// Keeps what other cells keep from one place to another.
    pub(crate) fn push_all(&mut self, other: &Cells, from: Mark, to: Mark) {
        let mut reader = other.from(from);
        for _ in from.cell..to.cell {
            self.push(&reader.next());
        }
    }
}

/// Reads kept values in their order. Beyond the last there are absent ones.
#[derive(Debug)]
pub(crate) struct Reader<'c> {
    cells: &'c [Cell],
    text: &'c str,
}

impl<'c> Reader<'c> {
    /// The next value.
    #[inline]
    pub(crate) fn next(&mut self) -> Value<'c> {
        let Some((cell, rest)) = self.cells.split_first() else {
            return Value::Absent;
        };
        self.cells = rest;
        match cell {
            Cell::Absent => Value::Absent,
            Cell::Bool(value) => Value::Bool(*value),
            Cell::Int(number) => Value::Int(*number),
            Cell::Double(number) => Value::Double(*number),
            Cell::Static(text) => Value::Static(text),
            Cell::Text(length) => {
                let (text, rest) = self.text.split_at(*length as usize);
                self.text = rest;
                Value::Str(Cow::Borrowed(text))
            }
            Cell::List(list) => (**list).clone(),
        }
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

    /// The next value, when it is a text that lives as long as the program.
    pub(crate) fn fixed(&mut self) -> Option<&'static str> {
        match self.next() {
            Value::Static(text) => Some(text),
            _ => None,
        }
    }

    /// The next value, a number of 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        match self.next() {
            Value::Int(number) => number.cast_unsigned(),
            _ => 0,
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
            Value::Ints(vec![1, 2].into()),
        ];
        let mut cells = Cells::default();
        cells.push(&Value::from("before"));
        let from = cells.mark();
        values.iter().for_each(|value| cells.push(value));
        cells.push_text(&long);
        assert_eq!(cells.from(from).take(values.len()).as_slice(), values);
        let mut reader = cells.from(from);
        reader.take(values.len());
        let text = reader.text().expect("a text");
        assert!(long.starts_with(&*text) && text.len() <= clamp::LOOKED_AT);
        assert_eq!(reader.next(), Value::Absent, "there is no more");
        let mut copy = Cells::default();
        copy.push_all(&cells, from, cells.mark());
        assert_eq!(copy.from(Mark::default()).take(values.len()).as_slice(), values);
    }
}
