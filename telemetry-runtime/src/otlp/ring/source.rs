//! The worker's end of a ring: records come out whole, into a row.

use std::sync::Arc;
use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed, Ordering::Release, fence};

use super::head::{self, Head, Kind, SORTS, Sort};
use super::segment::{Aside, Chain, Segment, WORDS};
use super::statics::{Static, numbered};
use super::{ASIDE, INSIDE, Meter, value};
use crate::def::{AttributeDef, ScreenDef, SpanDef};
use crate::ledger::Counter;
use crate::otlp::row::{self, End, Extra, Row, What};
use crate::otlp::spot::Spot;
use crate::record::{Link, Tags, UnixNanos};
use crate::value::Value;

/// The other end of a ring.
pub(crate) struct Source {
    segment: Segment,
    /// Where the next word is.
    at: usize,
    chain: Arc<Chain>,
    meter: Arc<Meter>,
    /// What lives as long as the program, by its number.
    statics: Vec<Static>,
    /// Place and tags of the last record.
    spot: Spot,
    tags: Option<Tags>,
    /// The bytes of a text.
    text: Vec<u8>,
    /// Records that were taken out.
    taken: u64,
    /// Records that are known to have been turned away.
    turned: u64,
    /// How many records are to be taken out now, and how many may be.
    pub(crate) due: u64,
    pub(crate) ripe: u64,
}

/// What can be told of a record while it is in a ring.
pub(crate) struct Next {
    pub(crate) time: UnixNanos,
    /// Whether it is one of the run's own last.
    pub(crate) last: bool,
}

impl Source {
    pub(super) fn new(segment: Segment, chain: Arc<Chain>, meter: Arc<Meter>) -> Source {
        Source {
            segment,
            at: 0,
            chain,
            meter,
            statics: Vec::new(),
            spot: Spot::default(),
            tags: None,
            text: Vec::with_capacity(INSIDE),
            taken: 0,
            turned: 0,
            due: 0,
            ripe: 0,
        }
    }

    pub(crate) fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// How many records wait.
    pub(crate) fn waiting(&self) -> u64 {
        self.meter.entered.load(Acquire) - self.taken
    }

    /// How many were turned away since somebody asked.
    pub(crate) fn turned_away(&mut self) -> u64 {
        let before = std::mem::replace(&mut self.turned, self.meter.turned.load(Relaxed));
        self.turned - before
    }

    /// Whether nobody puts anything in any more, and nothing is left.
    pub(crate) fn is_over(&self) -> bool {
        let is_alone = Arc::strong_count(&self.chain) == 1;
        fence(Acquire);
        is_alone && self.waiting() == 0
    }

    /// The next record, of those that may be taken out.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Next> {
        if self.ripe == 0 {
            return None;
        }
        let head = self.peek()?;
        Some(Next {
            time: self.word(self.at + 1),
            last: head.last,
        })
    }

    /// Takes the next record out, into a row.
    pub(crate) fn take(&mut self, seq: u64, row: &mut Row, counter: &mut Counter) {
        let Some(head) = self.peek() else {
            return;
        };
        self.at += 1;
        let time = self.read();
        let def = self.known(head.def);
        self.place(head);
        match (head.kind, def) {
            (Kind::Event, Some(Static::Event(def))) => {
                counter.event(def, false);
                self.item(row, seq, head, time, What::Event(def));
            }
            (Kind::OnSpan, Some(Static::Event(def))) => {
                counter.event(def, true);
                self.item(row, seq, head, time, What::OnSpan(def));
            }
            (Kind::Start, Some(Static::Span(def))) => self.item(row, seq, head, time, What::Start(def)),
            (Kind::End, Some(Static::Span(def))) => self.end(row, seq, head, time, def),
            (Kind::Log, _) => {
                counter.log();
                self.log(row, seq, head, time);
            }
            (Kind::Seldom, _) => {
                if let Some(Aside::Seldom(seldom)) = self.chain.aside() {
                    self.item(row, seq, head, time, What::Seldom(seldom));
                }
            }
            _ => debug_assert!(false, "a record without its definition"),
        }
        self.taken += 1;
        self.due = self.due.saturating_sub(1);
        self.ripe = self.ripe.saturating_sub(1);
    }

    fn begin(&self, row: &mut Row, seq: u64, head: Head, time: UnixNanos, what: What) {
        let place = row.place(&self.spot, self.tags.as_ref());
        row.begin(
            seq,
            row::Head {
                what,
                time,
                place,
                values: head.values.into(),
                extra: head.added > 0 || head.links > 0,
                settled: head.settled,
            },
        );
    }

    fn item(&mut self, row: &mut Row, seq: u64, head: Head, time: UnixNanos, what: What) {
        self.begin(row, seq, head, time, what);
        let mut sorts = 0;
        for at in 0..usize::from(head.values) {
            sorts = if at % SORTS == 0 { self.read() } else { sorts >> 4 };
            self.value(row, Sort::read(sorts));
        }
        if head.added > 0 || head.links > 0 {
            self.extra(row, head);
        }
    }

    fn extra(&mut self, row: &mut Row, head: Head) {
        let before = row.added.len();
        for _ in 0..head.added {
            let number = self.read() as u16;
            match self.attribute(number) {
                Some(def) => {
                    row.added.push(def);
                    self.one(row);
                }
                // It had no number, and has a value all the same.
                None => self.one(&mut Row::empty()),
            }
        }
        row.extras.push(Extra {
            added: (row.added.len() - before) as u16,
            links: head.links.into(),
        });
        for _ in 0..head.links {
            let spot = Spot {
                trace: [self.read(), self.read()],
                span: self.read(),
                ..Spot::default()
            };
            row.links.push(Link {
                trace_id: spot.trace(),
                span_id: spot.span(),
                name: self.fixed(),
            });
        }
    }

    fn end(&mut self, row: &mut Row, seq: u64, head: Head, time: UnixNanos, def: &'static SpanDef) {
        let (started, duration_ns) = (self.read(), self.read());
        self.item(row, seq, head, time, What::End(def, head::outcome(head.detail)));
        let error_type = head.failed.then(|| self.fixed());
        row.ends.push(End {
            started,
            duration_ns,
            error_type,
        });
        if head.explained {
            self.one(row);
        } else {
            row.cells.push(&Value::Absent);
        }
    }

    fn log(&mut self, row: &mut Row, seq: u64, head: Head, time: UnixNanos) {
        self.begin(row, seq, head, time, What::Log(head::severity(head.detail)));
        // The target and the body, then each value with its key.
        (0..2 + 2 * u16::from(head.values)).for_each(|_| self.one(row));
    }

    /// Notes place and tags where they changed.
    fn place(&mut self, head: Head) {
        if head.moved {
            let scene = self.read();
            self.spot = Spot {
                screen: self.screen(scene as u16),
                stage: self.span((scene >> 16) as u16),
                trace: [self.read(), self.read()],
                span: self.read(),
                parent: self.read(),
            };
        }
        if head.tagged
            && let Some(Aside::Tags(tags)) = self.chain.aside()
        {
            self.tags = tags;
        }
    }

    /// A value with its sort.
    fn one(&mut self, row: &mut Row) {
        let sort = Sort::read(self.read());
        self.value(row, sort);
    }

    fn value(&mut self, row: &mut Row, sort: Sort) {
        if sort == Sort::Aside {
            return self.aside(row);
        }
        let (segment, at) = (&self.segment, &mut self.at);
        let next = || {
            let word = segment[*at % WORDS].load(Relaxed);
            *at += 1;
            word
        };
        row.cells
            .push(&value::read(sort, next, &mut self.statics, &mut self.text));
    }

    fn aside(&mut self, row: &mut Row) {
        let Some(Aside::Value(value)) = self.chain.aside() else {
            return;
        };
        if let Value::Str(text) = &value {
            let taken = self.meter.long.load(Relaxed) + text.len() as u64;
            self.meter.long.store(taken, Release);
        }
        row.cells.push(&value);
    }

    /// A text that lives as long as the program.
    fn fixed(&mut self) -> &'static str {
        match self.read() {
            ASIDE => match self.chain.aside() {
                Some(Aside::Text(text)) => text,
                _ => "",
            },
            number => match self.known(number as u16) {
                Some(Static::Text(text)) => text,
                _ => "",
            },
        }
    }

    /// What has this number.
    #[inline]
    fn known(&mut self, number: u16) -> Option<Static> {
        numbered(number, &mut self.statics)
    }

    fn span(&mut self, number: u16) -> Option<&'static SpanDef> {
        match self.known(number)? {
            Static::Span(def) => Some(def),
            _ => None,
        }
    }

    fn screen(&mut self, number: u16) -> Option<&'static ScreenDef> {
        match self.known(number)? {
            Static::Screen(def) => Some(def),
            _ => None,
        }
    }

    fn attribute(&mut self, number: u16) -> Option<&'static AttributeDef> {
        match self.known(number)? {
            Static::Attribute(def) => Some(def),
            _ => None,
        }
    }

    /// The head of the next record, which may be in the next segment.
    #[inline]
    fn peek(&mut self) -> Option<Head> {
        if self.at < WORDS
            && let Some(head) = Head::read(self.word(self.at))
        {
            return Some(head);
        }
        self.segment = self.chain.shorten()?;
        self.at = 0;
        Head::read(self.word(0))
    }

    #[inline]
    fn word(&self, at: usize) -> u64 {
        self.segment[at % WORDS].load(Relaxed)
    }

    #[inline]
    fn read(&mut self) -> u64 {
        let word = self.word(self.at);
        self.at += 1;
        word
    }
}
