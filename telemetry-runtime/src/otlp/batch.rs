//! Records that are kept, many in one row: everything that they borrowed from the emitting calls is copied into a few
//! long lists, which are used again, so that keeping a record allocates nothing. Nothing else is done on the emitting
//! thread: bodies are rendered and secrets scrubbed later, by whoever shows a record to an encoder.

mod show;
mod spot;

use std::sync::Arc;

use crate::cells::{Cells, Mark};
use crate::clamp;
use crate::def::{AttributeDef, EventDef, Severity, SpanDef};
use crate::line::{self, Outcome};
use crate::otlp::batch::spot::Spot;
use crate::record::{Attributes, Link, Log, Point, Record, SpanEnd, SpanId, Tags, UnixNanos};
use crate::value::Value;

/// Records in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    heads: Vec<Head>,
    cells: Cells,
    added: Vec<&'static AttributeDef>,
    links: Vec<Link>,
    ends: Vec<End>,
}

/// A record, and where its parts begin in the lists.
#[derive(Debug, Clone)]
struct Head {
    emitted: Emitted,
    what: What,
    place: Spot,
    tags: Option<Tags>,
    /// How many values it has, of an item's slots or as fields.
    values: u16,
    added: u16,
    links: u16,
    cells_at: Mark,
    added_at: u32,
    links_at: u32,
}

impl Head {
    const EMPTY: Head = Head {
        emitted: Emitted {
            seq: 0,
            time: 0,
            settled: false,
        },
        what: What::Log(Severity::Trace),
        place: Spot {
            screen: None,
            stage: None,
            trace: [0; 2],
            span: 0,
            parent: 0,
        },
        tags: None,
        values: 0,
        added: 0,
        links: 0,
        cells_at: Mark::START,
        added_at: 0,
        links_at: 0,
    };
}

/// When a record was emitted, and whether its fate was known by then.
#[derive(Debug, Clone, Copy)]
struct Emitted {
    seq: u64,
    time: UnixNanos,
    settled: bool,
}

/// What only the end of a span has.
#[derive(Debug, Clone, Copy)]
struct End {
    started: UnixNanos,
    duration_ns: u64,
    error_type: Option<&'static str>,
}

/// What kind of record it is.
#[derive(Debug, Clone)]
enum What {
    Event(&'static EventDef),
    OnSpan(&'static EventDef),
    Start(&'static SpanDef),
    /// With its place in the list of ends.
    End(&'static SpanDef, Outcome, u32),
    Log(Severity),
    Seldom(Arc<Seldom>),
}

/// What a run records seldom, and what may allocate.
#[derive(Debug)]
enum Seldom {
    Run(Box<line::Run>),
    Metrics(Vec<(Point<'static>, Vec<Value<'static>>)>),
    Notice(line::Notice),
    Summary(line::Summary),
    End(line::End),
}

/// What can be told of a record without showing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Run,
    Start,
    End,
    /// An event on its span.
    OnSpan,
    Metrics,
    /// The last record of a run.
    Last,
    Summary,
    /// Another log record: an event, an undeclared record, a notice.
    Told,
}

impl Batch {
    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Forgets the records and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.heads.clear();
        self.cells.clear();
        self.added.clear();
        self.links.clear();
        self.ends.clear();
    }

    /// Keeps a record. Returns the bytes of text that are kept by now.
    #[inline]
    pub(crate) fn push(&mut self, seq: u64, time: UnixNanos, record: &Record<'_>, settled: bool) -> usize {
        let emitted = Emitted { seq, time, settled };
        match *record {
            Record::Event(event) => {
                let what = if event.on_span { What::OnSpan } else { What::Event };
                self.keep(
                    emitted,
                    what(event.def),
                    Spot::of(&event.place),
                    &event.attributes,
                    &[],
                    None,
                );
            }
            Record::SpanStart(span) => {
                let spot = Spot::on(span.trace_id, span.span_id, span.parent);
                self.keep(
                    emitted,
                    What::Start(span.def),
                    spot,
                    &span.attributes,
                    span.links,
                    None,
                );
            }
            Record::SpanEnd(span) => self.keep_end(emitted, span, None),
            Record::Log(log) => self.keep_log(emitted, log),
            Record::Run(run) => self.keep_seldom(emitted, Seldom::Run(Box::new(run.clone()))),
            Record::Metrics(points) => {
                self.keep_seldom(emitted, Seldom::Metrics(points.iter().map(keep).collect()));
            }
            Record::Notice(notice) => self.keep_seldom(emitted, Seldom::Notice(notice.clone())),
            Record::Summary(summary) => self.keep_seldom(emitted, Seldom::Summary(summary.clone())),
            Record::End(end) => self.keep_seldom(emitted, Seldom::End(end.clone())),
        }
        self.cells.bytes()
    }

    /// Keeps an item of the schema. It has fewer attributes and links than 16 bits count, because they are bounded.
    #[inline(always)]
    fn keep(
        &mut self,
        emitted: Emitted,
        what: What,
        place: Spot,
        attributes: &Attributes<'_>,
        links: &[Link],
        kept: Option<&Cells>,
    ) {
        let (cells_at, added_at, links_at) = (self.cells.mark(), self.added.len(), self.links.len());
        let head = self.new_head();
        head.emitted = emitted;
        head.what = what;
        head.place = place;
        if let Some(tags) = attributes.tags {
            head.tags = Some(Tags::clone(tags));
        }
        head.values = kept.map_or(attributes.values.len(), Cells::len) as u16;
        head.added = attributes.added.len() as u16;
        head.links = links.len() as u16;
        head.cells_at = cells_at;
        head.added_at = added_at as u32;
        head.links_at = links_at as u32;
        match kept {
            Some(values) => self.cells.extend(values),
            None => attributes.values.iter().for_each(|value| self.cells.push(value)),
        }
        for (def, value) in attributes.added {
            self.added.push(def);
            self.cells.push(value);
        }
        if !links.is_empty() {
            self.links.extend_from_slice(links);
        }
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
        let emitted = Emitted {
            seq,
            time,
            settled: false,
        };
        self.keep_end(emitted, span, Some(values));
        self.cells.bytes()
    }

    #[inline]
    fn keep_end(&mut self, emitted: Emitted, span: &SpanEnd<'_>, kept: Option<&Cells>) {
        let spot = Spot::on(span.trace_id, span.span_id, span.parent);
        let what = What::End(span.def, span.outcome, self.ends.len() as u32);
        self.keep(emitted, what, spot, &span.attributes, span.links, kept);
        self.ends.push(End {
            started: span.started,
            duration_ns: span.duration_ns,
            error_type: span.error_type,
        });
        self.cells.push_text(span.status_message);
    }

    fn keep_log(&mut self, emitted: Emitted, log: &Log<'_>) {
        let fields = &log.fields[..log.fields.len().min(usize::from(u16::MAX))];
        let cells_at = self.cells.mark();
        let head = self.new_head();
        head.emitted = emitted;
        head.what = What::Log(log.severity);
        head.place = Spot::of(&log.place);
        head.tags = log.tags.cloned();
        head.values = fields.len() as u16;
        head.cells_at = cells_at;
        self.cells
            .push_text(Some(clamp::clamp(log.target, clamp::ATTRIBUTE)));
        self.cells.push_text(Some(log.body));
        for (key, value) in fields {
            self.cells.push_text(Some(clamp::clamp(key, clamp::ATTRIBUTE)));
            self.cells.push(value);
        }
    }

    #[cold]
    fn keep_seldom(&mut self, emitted: Emitted, seldom: Seldom) {
        let cells_at = self.cells.mark();
        let head = self.new_head();
        head.emitted = emitted;
        head.what = What::Seldom(Arc::new(seldom));
        head.cells_at = cells_at;
    }

    /// A head to be filled where it stands: one that is made elsewhere and moved here costs as much as the clock.
    #[inline]
    fn new_head(&mut self) -> &mut Head {
        let at = self.heads.len();
        self.heads.push(Head::EMPTY);
        &mut self.heads[at]
    }

    /// A batch of one of its records alone, so that a record that is kept long does not keep all others.
    pub(crate) fn alone(&self, at: usize) -> Batch {
        let mut alone = Batch::default();
        let Some(head) = self.heads.get(at) else {
            return alone;
        };
        let to = self
            .heads
            .get(at + 1)
            .map_or(self.cells.mark(), |next| next.cells_at);
        alone.cells.push_from(&self.cells, head.cells_at, to);
        alone.added.extend_from_slice(self.added_of(head));
        alone.links.extend_from_slice(self.links_of(head));
        let mut what = head.what.clone();
        if let What::End(_, _, end) = &mut what {
            alone.ends.push(self.ends[*end as usize]);
            *end = 0;
        }
        alone.heads.push(Head {
            what,
            cells_at: Mark::START,
            added_at: 0,
            links_at: 0,
            ..head.clone()
        });
        alone
    }

    fn added_of(&self, head: &Head) -> &[&'static AttributeDef] {
        &self.added[head.added_at as usize..][..usize::from(head.added)]
    }

    fn links_of(&self, head: &Head) -> &[Link] {
        &self.links[head.links_at as usize..][..usize::from(head.links)]
    }

    pub(crate) fn seq(&self, at: usize) -> u64 {
        self.heads[at].emitted.seq
    }

    pub(crate) fn time(&self, at: usize) -> UnixNanos {
        self.heads[at].emitted.time
    }

    /// Whether its fate was known when it came: then it is in the run file, and counted.
    pub(crate) fn is_settled(&self, at: usize) -> bool {
        self.heads[at].emitted.settled
    }

    pub(crate) fn sort(&self, at: usize) -> Sort {
        match &self.heads[at].what {
            What::Start(_) => Sort::Start,
            What::End(..) => Sort::End,
            What::OnSpan(_) => Sort::OnSpan,
            What::Event(_) | What::Log(_) => Sort::Told,
            What::Seldom(seldom) => match **seldom {
                Seldom::Run(_) => Sort::Run,
                Seldom::Metrics(_) => Sort::Metrics,
                Seldom::End(_) => Sort::Last,
                Seldom::Summary(_) => Sort::Summary,
                Seldom::Notice(_) => Sort::Told,
            },
        }
    }

    /// The span that a record opens or closes, or where it happened.
    pub(crate) fn span(&self, at: usize) -> SpanId {
        SpanId(self.heads[at].place.span)
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
