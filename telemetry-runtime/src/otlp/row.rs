//! Records that wait, many in one row: everything that they borrowed from the emitting calls is copied into a few long
//! lists, which are used again, so that keeping a record allocates nothing. Nothing else is done on the emitting
//! thread: bodies are rendered and secrets scrubbed later, by whoever shows a record to an encoder.
//!
//! A row travels to the thread that exports and back, and each of its cache lines with it, which costs the emitting
//! thread more than filling them. So a record takes as few bytes as it can: nothing is kept here that can be counted
//! out later ([`Batch`](super::batch::Batch) does), and what records have in common is kept once.

mod spot;

use std::sync::Arc;

use crate::cells::Cells;
use crate::clamp;
use crate::def::{AttributeDef, EventDef, Severity, SpanDef};
use crate::line::{self, Outcome};
use crate::otlp::queue::ROW;
use crate::otlp::row::spot::Spot;
use crate::record::{Attributes, Link, Log, Point, Record, SpanEnd, Tags, UnixNanos};
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

    /// Keeps a record. Returns the bytes of text that are kept by now.
    #[inline]
    pub(crate) fn push(&mut self, seq: u64, time: UnixNanos, record: &Record<'_>, settled: bool) -> usize {
        self.number(seq);
        match *record {
            Record::Event(event) => {
                let what = if event.on_span { What::OnSpan } else { What::Event };
                let place = self.place(Spot::of(&event.place), event.attributes.tags);
                self.keep(
                    what(event.def),
                    time,
                    place,
                    settled,
                    &event.attributes,
                    &[],
                    None,
                );
            }
            Record::SpanStart(span) => {
                let spot = Spot::on(span.trace_id, span.span_id, span.parent);
                let place = self.place(spot, span.attributes.tags);
                let what = What::Start(span.def);
                self.keep(what, time, place, settled, &span.attributes, span.links, None);
            }
            Record::SpanEnd(span) => self.keep_end(time, span, settled, None),
            Record::Log(log) => self.keep_log(time, log, settled),
            Record::Run(run) => self.keep_seldom(time, Seldom::Run(Box::new(run.clone())), settled),
            Record::Metrics(points) => {
                let points = points.iter().map(keep).collect();
                self.keep_seldom(time, Seldom::Metrics(points), settled);
            }
            Record::Notice(notice) => self.keep_seldom(time, Seldom::Notice(notice.clone()), settled),
            Record::Summary(summary) => self.keep_seldom(time, Seldom::Summary(summary.clone()), settled),
            Record::End(end) => self.keep_seldom(time, Seldom::End(end.clone()), settled),
        }
        self.cells.bytes()
    }

    /// Keeps the end of a span whose values are kept elsewhere: they are copied in bulk.
    #[inline]
    pub(crate) fn push_end(
        &mut self,
        seq: u64,
        time: UnixNanos,
        span: &SpanEnd<'_>,
        values: &Cells,
    ) -> usize {
        self.number(seq);
        self.keep_end(time, span, false, Some(values));
        self.cells.bytes()
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
    fn place(&mut self, spot: Spot, tags: Option<&Tags>) -> u32 {
        let same = |(last, tagged): &(Spot, Option<Tags>)| {
            last.is(&spot) && tagged.as_ref().map(Arc::as_ptr) == tags.map(Arc::as_ptr)
        };
        if !self.places.last().is_some_and(same) {
            self.places.push((spot, tags.cloned()));
        }
        self.places.len() as u32 - 1
    }

    /// Keeps an item of the schema. It has fewer attributes and links than 16 bits count, because they are bounded.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "each stays in a register")]
    fn keep(
        &mut self,
        what: What,
        time: UnixNanos,
        place: u32,
        settled: bool,
        attributes: &Attributes<'_>,
        links: &[Link],
        kept: Option<&Cells>,
    ) {
        let extra = !attributes.added.is_empty() || !links.is_empty();
        self.heads.push(Head {
            what,
            time,
            place,
            values: kept.map_or(attributes.values.len(), Cells::len) as u16,
            extra,
            settled,
        });
        match kept {
            Some(values) => self.cells.extend(values),
            None => attributes.values.iter().for_each(|value| self.cells.push(value)),
        }
        if extra {
            self.extras.push(Extra {
                added: attributes.added.len() as u16,
                links: links.len() as u16,
            });
            for (def, value) in attributes.added {
                self.added.push(def);
                self.cells.push(value);
            }
            self.links.extend_from_slice(links);
        }
    }

    #[inline]
    fn keep_end(&mut self, time: UnixNanos, span: &SpanEnd<'_>, settled: bool, kept: Option<&Cells>) {
        let spot = Spot::on(span.trace_id, span.span_id, span.parent);
        let place = self.place(spot, span.attributes.tags);
        let what = What::End(span.def, span.outcome);
        self.keep(what, time, place, settled, &span.attributes, span.links, kept);
        self.ends.push(End {
            started: span.started,
            duration_ns: span.duration_ns,
            error_type: span.error_type,
        });
        self.cells.push_text(span.status_message);
    }

    fn keep_log(&mut self, time: UnixNanos, log: &Log<'_>, settled: bool) {
        let fields = &log.fields[..log.fields.len().min(usize::from(u16::MAX))];
        let place = self.place(Spot::of(&log.place), log.tags);
        self.heads.push(Head {
            what: What::Log(log.severity),
            time,
            place,
            values: fields.len() as u16,
            extra: false,
            settled,
        });
        self.cells
            .push_text(Some(clamp::clamp(log.target, clamp::ATTRIBUTE)));
        self.cells.push_text(Some(log.body));
        for (key, value) in fields {
            self.cells.push_text(Some(clamp::clamp(key, clamp::ATTRIBUTE)));
            self.cells.push(value);
        }
    }

    #[cold]
    fn keep_seldom(&mut self, time: UnixNanos, seldom: Seldom, settled: bool) {
        let place = self.place(Spot::default(), None);
        self.heads.push(Head {
            what: What::Seldom(Arc::new(seldom)),
            time,
            place,
            values: 0,
            extra: false,
            settled,
        });
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

fn keep(point: &Point<'_>) -> (Point<'static>, Vec<Value<'static>>) {
    let bare = Point {
        def: point.def,
        values: &[],
        value: point.value.clone(),
    };
    (bare, point.values.to_vec())
}
