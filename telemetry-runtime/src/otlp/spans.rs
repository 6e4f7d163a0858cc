//! What goes to the backend as one item: a span carries its start and the events on it, because the protocol knows
//! only spans that ended. They wait here for the end, and share its fate; whatever is in the run file meanwhile is
//! counted there.

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::otlp::batch::{Batch, Sort};
use crate::otlp::packed::Packed;

/// Most records that wait for the end of their span, in all.
const HELD: usize = 16 * 1024;

/// Most events of one span.
const EVENTS: usize = 1024;

/// A record on its way, with those that go along with it. Thousands of them wait in a lane, most of them alone.
pub(crate) struct Item {
    pub(crate) lead: Packed,
    with: Option<Box<Riders>>,
}

/// What goes along with the end of a span.
#[derive(Default)]
struct Riders {
    /// Most spans have their start, and an event or none.
    records: SmallVec<[Packed; 2]>,
    /// Events of the span that were too many.
    dropped_events: u32,
}

impl Item {
    pub(crate) fn alone(lead: Packed) -> Item {
        Item { lead, with: None }
    }

    /// What goes along, the oldest first.
    pub(crate) fn riders(&self) -> &[Packed] {
        self.with.as_ref().map_or(&[], |with| &with.records)
    }

    /// Events of the span that were too many.
    pub(crate) fn dropped_events(&self) -> u32 {
        self.with.as_ref().map_or(0, |with| with.dropped_events)
    }

    /// Everything in it, the oldest first.
    pub(crate) fn into_records(self) -> impl Iterator<Item = Packed> {
        let riders = self.with.map(|with| with.records).unwrap_or_default();
        riders.into_iter().chain([self.lead])
    }

    /// The events on the span.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Packed> {
        self.riders().iter().filter(|rider| rider.sort() == Sort::OnSpan)
    }

    /// The records whose fate is not known yet.
    pub(crate) fn unsettled(&self) -> impl Iterator<Item = &Packed> {
        self.riders()
            .iter()
            .chain([&self.lead])
            .filter(|record| !record.settled)
    }
}

/// The spans that have not ended.
#[derive(Default)]
pub(crate) struct Spans {
    open: HashMap<u64, Box<Riders>>,
    held: usize,
    /// Spans with records that came with the last batch.
    new: Vec<u64>,
}

/// What becomes of a record of a span.
pub(crate) enum Next {
    /// It waits.
    Waits,
    /// It goes on its way.
    Goes(Item),
    /// There is no room for it.
    Lost(Packed),
}

impl Spans {
    /// Takes a record of a span. An event whose span is not open goes on its way as a log record.
    pub(crate) fn take(&mut self, record: Packed) -> Next {
        let Some(span) = record.span() else {
            return Next::Goes(Item::alone(record));
        };
        match record.sort() {
            Sort::End => {
                let item = Item {
                    lead: record,
                    with: self.open.remove(&span.0),
                };
                self.held -= item.riders().len();
                Next::Goes(item)
            }
            Sort::Start if self.held < HELD => {
                self.held += 1;
                self.new.push(span.0);
                self.open.entry(span.0).or_default().records.push(record);
                Next::Waits
            }
            Sort::Start => Next::Lost(record),
            _ => match self.open.get_mut(&span.0) {
                None => Next::Goes(Item::alone(record)),
                Some(open) if self.held < HELD && open.records.len() <= EVENTS => {
                    self.held += 1;
                    self.new.push(span.0);
                    open.records.push(record);
                    Next::Waits
                }
                Some(open) => {
                    open.dropped_events += 1;
                    Next::Lost(record)
                }
            },
        }
    }

    /// Lets what still waits go of the batch that it came with.
    pub(crate) fn part(&mut self, batch: &Arc<Batch>) {
        for span in self.new.drain(..) {
            if let Some(open) = self.open.get_mut(&span) {
                open.records.iter_mut().for_each(|record| record.part(batch));
            }
        }
    }

    /// Everything that waits.
    pub(crate) fn records_mut(&mut self) -> impl Iterator<Item = &mut Packed> {
        self.open.values_mut().flat_map(|open| &mut open.records)
    }

    /// The records of the spans that will not end any more.
    pub(crate) fn give_up(&mut self) -> Vec<Packed> {
        self.held = 0;
        self.open.drain().flat_map(|(_, open)| open.records).collect()
    }
}
