//! Records in the worker's hands, many in one row: their parts are in a few long lists, which are used again, so that
//! keeping a record allocates nothing. A record takes as few bytes as it can: nothing is kept here that can be counted
//! out later ([`Batch`](super::batch::Batch) does), and what records have in common is kept once.

use std::sync::Arc;

use crate::cells::Cells;
use crate::def::{AttributeDef, EventDef, Severity, SpanDef};
use crate::line::{self, Outcome};
use crate::otlp::queue::ROW;
use crate::otlp::spot::Spot;
use crate::record::{Link, Point, Record, Tags, UnixNanos};
use crate::value::Value;

/// Records in the order in which they came.
#[derive(Debug)]
pub(crate) struct Row {
    pub(super) heads: Vec<Head>,
    /// Where numbers do not follow each other: which record, and its number.
    pub(super) numbers: Vec<(u32, u64)>,
    /// The number of the next record, if it follows.
    next: u64,
    /// Each with the tags of its visit.
    pub(super) places: Vec<(Spot, Option<Tags>)>,
    pub(super) cells: Cells,
    pub(super) extras: Vec<Extra>,
    pub(super) added: Vec<&'static AttributeDef>,
    pub(super) links: Vec<Link>,
    pub(super) ends: Vec<End>,
}

/// A record: where its parts are in the lists follows from those before it.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) what: What,
    pub(super) time: UnixNanos,
    /// Which place it has.
    pub(super) place: u32,
    /// How many values it has, of an item's slots or as fields.
    pub(super) values: u16,
    /// Whether it has added attributes or links.
    pub(super) extra: bool,
    /// Whether its fate was known when it came.
    pub(super) settled: bool,
}

/// How many added attributes and links a record has that has some.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extra {
    pub(super) added: u16,
    pub(super) links: u16,
}

/// What only the end of a span has.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) started: UnixNanos,
    pub(super) duration_ns: u64,
    pub(super) error_type: Option<&'static str>,
}

/// What kind of record it is.
#[derive(Debug, Clone)]
pub(super) enum What {
    Event(&'static EventDef),
    OnSpan(&'static EventDef),
    Start(&'static SpanDef),
    End(&'static SpanDef, Outcome),
    Log(Severity),
    Seldom(Arc<Seldom>),
}

/// What a run records seldom, and what may allocate.
#[derive(Debug)]
pub(super) enum Seldom {
    Run(Box<line::Run>),
    Metrics(Vec<(Point<'static>, Vec<Value<'static>>)>),
    Notice(line::Notice),
    Summary(line::Summary),
    End(line::End),
}

impl Default for Row {
    /// With room for ordinary records: events with a few attributes that happen one after another at one place.
    fn default() -> Row {
        Row {
            heads: Vec::with_capacity(ROW),
            places: Vec::with_capacity(ROW / 4),
            cells: Cells::with_room(ROW),
            ends: Vec::with_capacity(ROW / 8),
            ..Row::empty()
        }
    }
}

impl Row {
    /// Without room.
    pub(super) fn empty() -> Row {
        Row {
            heads: Vec::new(),
            numbers: Vec::new(),
            next: 0,
            places: Vec::new(),
            cells: Cells::default(),
            extras: Vec::new(),
            added: Vec::new(),
            links: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Forgets the records and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.heads.clear();
        self.numbers.clear();
        self.places.clear();
        self.cells.clear();
        self.extras.clear();
        self.added.clear();
        self.links.clear();
        self.ends.clear();
    }

    /// A record comes: its number, and what it is.
    #[inline]
    pub(super) fn begin(&mut self, seq: u64, head: Head) {
        self.number(seq);
        self.heads.push(head);
    }

    /// Notes the number of the record that comes.
    #[inline]
    fn number(&mut self, seq: u64) {
        if seq != self.next || self.heads.is_empty() {
            self.numbers.push((self.heads.len() as u32, seq));
        }
        self.next = seq + 1;
    }

    /// Which place this is. Most records have the place of the one before.
    #[inline]
    pub(super) fn place(&mut self, spot: &Spot, tags: Option<&Tags>) -> u32 {
        let same = |(last, tagged): &(Spot, Option<Tags>)| {
            last.is(spot) && tagged.as_ref().map(Arc::as_ptr) == tags.map(Arc::as_ptr)
        };
        if !self.places.last().is_some_and(same) {
            self.places.push((*spot, tags.cloned()));
        }
        self.places.len() as u32 - 1
    }
}

impl Head {
    /// How many cells it has.
    pub(super) fn cells(&self, extra: Extra) -> usize {
        let values = usize::from(self.values);
        match self.what {
            // The target and the body; a key for each value.
            What::Log(_) => 2 + 2 * values,
            // The status message.
            What::End(..) => values + usize::from(extra.added) + 1,
            _ => values + usize::from(extra.added),
        }
    }
}

impl Seldom {
    /// What a record says that a run records seldom.
    pub(super) fn of(record: &Record<'_>) -> Option<Seldom> {
        Some(match *record {
            Record::Run(run) => Seldom::Run(Box::new(run.clone())),
            Record::Metrics(points) => Seldom::Metrics(points.iter().map(keep).collect()),
            Record::Notice(notice) => Seldom::Notice(notice.clone()),
            Record::Summary(summary) => Seldom::Summary(summary.clone()),
            Record::End(end) => Seldom::End(end.clone()),
            Record::SpanStart(_) | Record::SpanEnd(_) | Record::Event(_) | Record::Log(_) => return None,
        })
    }
}

fn keep(point: &Point<'_>) -> (Point<'static>, Vec<Value<'static>>) {
    let bare = Point {
        def: point.def,
        values: &[],
        value: point.value.clone(),
    };
    (bare, point.values.to_vec())
}
