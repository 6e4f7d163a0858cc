//! What is put into a ring, each kind of it by a way of its own: the emitting thread never asks what a record is.

use super::pen::Pen;
use super::{INSIDE, Item};
use crate::cells::Kept;
use crate::record::{Attributes, Event, Link, Record, SpanEnd, SpanStart, UnixNanos};

/// Most words of a record beside its values, links and texts.
const FRAME: usize = 16;

/// Most words of a value with its sort.
const VALUE: usize = 2 + INSIDE / 8 + 1;

/// What is put into a ring.
pub(crate) trait Entry {
    /// How many words it takes at the most, without a look at its values.
    fn most(&self) -> usize;

    /// Writes it; `None` when it cannot be written.
    fn write(&mut self, pen: &mut Pen<'_>, item: Item, time: UnixNanos) -> Option<()>;

    /// What it is.
    fn record(&self) -> Record<'_>;
}

/// The start of a span, and where the words are kept in which its values are written.
pub(crate) struct Starting<'s>(pub(crate) &'s SpanStart<'s>, pub(crate) &'s mut Kept);

/// The end of a span, which has no values of its own, but those that were kept.
pub(crate) struct Ending<'s>(pub(crate) &'s SpanEnd<'s>, pub(crate) &'s Kept);

/// Most words of the attributes and links of a span.
#[inline(always)]
fn span(attributes: &Attributes<'_>, links: &[Link]) -> usize {
    attributes.values.len() * VALUE + attributes.added.len() * (1 + VALUE) + links.len() * 4
}

impl Entry for &Event<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        FRAME + self.attributes.values.len() * VALUE
    }

    #[inline(always)]
    fn write(&mut self, pen: &mut Pen<'_>, item: Item, time: UnixNanos) -> Option<()> {
        pen.event(item, time, self)
    }

    fn record(&self) -> Record<'_> {
        Record::Event(self)
    }
}

impl Entry for Starting<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        FRAME + span(&self.0.attributes, self.0.links)
    }

    #[inline(always)]
    fn write(&mut self, pen: &mut Pen<'_>, item: Item, time: UnixNanos) -> Option<()> {
        pen.start(item, time, self.0, Some(self.1))
    }

    fn record(&self) -> Record<'_> {
        Record::SpanStart(self.0)
    }
}

impl Entry for Ending<'_> {
    #[inline(always)]
    fn most(&self) -> usize {
        FRAME + VALUE + span(&self.0.attributes, self.0.links) + self.1.words.len()
    }

    #[inline(always)]
    fn write(&mut self, pen: &mut Pen<'_>, item: Item, time: UnixNanos) -> Option<()> {
        pen.end(item, time, self.0, Some(self.1))
    }

    fn record(&self) -> Record<'_> {
        Record::SpanEnd(self.0)
    }
}

/// Anything, with values of its own.
impl Entry for &Record<'_> {
    fn most(&self) -> usize {
        FRAME
            + match self {
                Record::Event(event) => event.attributes.values.len() * VALUE,
                Record::SpanStart(start) => span(&start.attributes, start.links),
                Record::SpanEnd(end) => VALUE + span(&end.attributes, end.links),
                Record::Log(log) => (2 + 2 * log.fields.len().min(u8::MAX.into())) * VALUE,
                _ => 0,
            }
    }

    fn write(&mut self, pen: &mut Pen<'_>, item: Item, time: UnixNanos) -> Option<()> {
        match self {
            Record::Event(event) => pen.event(item, time, event),
            Record::SpanStart(start) => pen.start(item, time, start, None),
            Record::SpanEnd(end) => pen.end(item, time, end, None),
            Record::Log(log) => pen.log(item, time, log),
            seldom => pen.seldom(item, time, seldom),
        }
    }

    fn record(&self) -> Record<'_> {
        **self
    }
}
