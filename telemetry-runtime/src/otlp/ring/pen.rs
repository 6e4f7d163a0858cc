//! Writes a record into a segment, word by word.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::head::{Head, Kind, SORTS, Sort};
use super::segment::{Aside, WORDS, Words};
use super::statics::Static;
use super::{ASIDE, Item, Known};
use crate::cells::Kept;
use crate::clamp;
use crate::def::AttributeDef;
use crate::otlp::row::Seldom;
use crate::otlp::spot::{Spot, halves};
use crate::record::{Attributes, Event, Link, Log, Record, SpanEnd, SpanStart, Tags, UnixNanos};
use crate::value::Value;

/// An attribute that the place of a span added.
type Added<'p> = (&'static AttributeDef, Value<'p>);

/// A record while it is written.
pub(crate) struct Pen<'r> {
    pub(super) words: &'r Words,
    pub(super) at: usize,
    pub(super) known: &'r mut Known,
    /// Whether a value lies aside.
    pub(super) put_aside: bool,
}

impl Pen<'_> {
    #[inline(always)]
    fn set(&self, at: usize, word: u64) {
        self.words[at % WORDS].store(word, Relaxed);
    }

    #[inline(always)]
    fn put(&mut self, word: u64) {
        self.set(self.at, word);
        self.at += 1;
    }

    #[inline(always)]
    fn copy(&mut self, words: &[u64]) {
        let place = self.words.get(self.at..self.at + words.len()).unwrap_or_default();
        place
            .iter()
            .zip(words)
            .for_each(|(place, word)| place.store(*word, Relaxed));
        self.at += words.len();
    }

    /// The number of something that lives as long as the program; zero when there are too many.
    #[inline(always)]
    fn number(&mut self, of: Static) -> u16 {
        self.known.statics.number(of)
    }

    /// The number of a definition; without one its record cannot be written.
    #[inline(always)]
    fn def(&mut self, of: Static) -> Option<u16> {
        Some(self.number(of)).filter(|number| *number != 0)
    }

    /// Head, time and place, which is left out where that of the record before says what this one needs.
    #[inline(always)]
    fn head(&mut self, head: Head, item: Item, time: UnixNanos, spot: Option<Spot>, tags: Option<&Tags>) {
        let thin = |tags: &Tags| Arc::as_ptr(tags).cast::<()>();
        let tagged = self.known.tags.as_ref().map(thin) != tags.map(thin);
        let head = Head {
            last: item.last,
            settled: item.settled.is_some(),
            moved: spot.is_some(),
            tagged,
            ..head
        };
        self.put(head.word());
        self.put(time);
        if let Some(spot) = spot {
            let screen = spot.screen.map_or(0, |def| self.number(Static::Screen(def)));
            let stage = spot.stage.map_or(0, |def| self.number(Static::Span(def)));
            self.put(u64::from(screen) | u64::from(stage) << 16);
            self.put(spot.trace[0]);
            self.put(spot.trace[1]);
            self.put(spot.span);
            self.put(spot.parent);
            self.known.spot = spot;
        }
        if tagged {
            self.known.tags = tags.cloned();
            self.known.chain.put_aside(Aside::Tags(tags.cloned()));
        }
    }

    #[inline(always)]
    pub(super) fn event(&mut self, item: Item, time: UnixNanos, event: &Event<'_>) -> Option<()> {
        let values = bounded(event.attributes.values);
        let def = self.def(Static::Event(event.def))?;
        let head = Head {
            kind: if event.on_span { Kind::OnSpan } else { Kind::Event },
            values: values.len() as u8,
            def,
            ..Head::of(Kind::Event)
        };
        let spot = self.known.spot.next_place(&event.place);
        self.head(head, item, time, spot, event.attributes.tags);
        self.values(values);
        Some(())
    }

    #[inline(always)]
    pub(super) fn start(
        &mut self,
        item: Item,
        time: UnixNanos,
        span: &SpanStart<'_>,
        keep: Option<&mut Kept>,
    ) -> Option<()> {
        let def = self.def(Static::Span(span.def))?;
        let spot = (self.known.spot).next_span(span.trace_id, span.span_id, span.parent);
        let (own, added, links) = parts(&span.attributes, span.links);
        let head = Head {
            values: own.len() as u8,
            added: added.len() as u8,
            links: links.len() as u8,
            def,
            ..Head::of(Kind::Start)
        };
        self.head(head, item, time, spot, span.attributes.tags);
        let from = self.at;
        self.put_aside = false;
        self.values(own);
        if let Some(kept) = keep
            && !self.put_aside
        {
            let words = self.words.get(from..self.at).unwrap_or_default();
            kept.words.extend(words.iter().map(|word| word.load(Relaxed)));
            kept.count = own.len();
        }
        self.extra(added, links);
        Some(())
    }

    #[inline(always)]
    pub(super) fn end(
        &mut self,
        item: Item,
        time: UnixNanos,
        span: &SpanEnd<'_>,
        kept: Option<&Kept>,
    ) -> Option<()> {
        let def = self.def(Static::Span(span.def))?;
        let spot = (self.known.spot).next_span(span.trace_id, span.span_id, span.parent);
        let (own, added, links) = parts(&span.attributes, span.links);
        let head = Head {
            failed: span.error_type.is_some(),
            explained: span.status_message.is_some(),
            detail: span.outcome as u8,
            values: kept.map_or(own.len(), |kept| kept.count) as u8,
            added: added.len() as u8,
            links: links.len() as u8,
            def,
            ..Head::of(Kind::End)
        };
        self.head(head, item, time, spot, span.attributes.tags);
        self.put(span.started);
        self.put(span.duration_ns);
        match kept {
            Some(kept) => self.copy(&kept.words),
            None => self.values(own),
        }
        self.extra(added, links);
        if let Some(error) = span.error_type {
            self.fixed(error);
        }
        if let Some(message) = span.status_message {
            self.one(&Value::from(message));
        }
        Some(())
    }

    pub(super) fn log(&mut self, item: Item, time: UnixNanos, log: &Log<'_>) -> Option<()> {
        let fields = bounded(log.fields);
        let head = Head {
            detail: log.severity as u8,
            values: fields.len() as u8,
            ..Head::of(Kind::Log)
        };
        let spot = self.known.spot.next_place(&log.place);
        self.head(head, item, time, spot, log.tags);
        self.one(&Value::from(clamp::clamp(log.target, clamp::ATTRIBUTE)));
        self.one(&Value::from(log.body));
        for (key, value) in fields {
            self.one(&Value::from(clamp::clamp(key, clamp::ATTRIBUTE)));
            self.one(value);
        }
        Some(())
    }

    #[cold]
    pub(super) fn seldom(&mut self, item: Item, time: UnixNanos, record: &Record<'_>) -> Option<()> {
        let seldom = Seldom::of(record)?;
        self.head(Head::of(Kind::Seldom), item, time, None, None);
        self.known.chain.put_aside(Aside::Seldom(Arc::new(seldom)));
        Some(())
    }

    /// What the place of a span added, and its links.
    #[inline(always)]
    fn extra(&mut self, added: &[Added<'_>], links: &[Link]) {
        if !added.is_empty() || !links.is_empty() {
            self.some_extra(added, links);
        }
    }

    #[inline(never)]
    fn some_extra(&mut self, added: &[Added<'_>], links: &[Link]) {
        for (def, value) in added {
            let def = self.number(Static::Attribute(def));
            self.put(def.into());
            self.one(value);
        }
        for link in links {
            let trace = halves(link.trace_id);
            self.put(trace[0]);
            self.put(trace[1]);
            self.put(link.span_id.0);
            self.fixed(link.name);
        }
    }

    /// Values: their sorts, some in a word, each word before its values.
    #[inline(always)]
    fn values(&mut self, values: &[Value<'_>]) {
        for values in values.chunks(SORTS) {
            let at = self.at;
            self.at += 1;
            let mut sorts = 0;
            for (place, value) in values.iter().enumerate() {
                sorts |= (self.value(value) as u64) << (4 * place);
            }
            self.set(at, sorts);
        }
    }

    /// A text that lives as long as the program, and has to come out as that.
    fn fixed(&mut self, text: &'static str) {
        let number = match self.number(Static::Text(text)) {
            0 if text.is_empty() => 0,
            0 => {
                self.known.chain.put_aside(Aside::Text(text));
                ASIDE
            }
            number => number.into(),
        };
        self.put(number);
    }

    /// A value with its sort.
    #[inline]
    fn one(&mut self, value: &Value<'_>) {
        self.values(std::slice::from_ref(value));
    }

    #[inline(always)]
    fn value(&mut self, value: &Value<'_>) -> Sort {
        match value {
            Value::Absent => Sort::Absent,
            Value::Bool(false) => Sort::False,
            Value::Bool(true) => Sort::True,
            Value::Int(number) => {
                self.put(number.cast_unsigned());
                Sort::Int
            }
            Value::Double(number) => {
                self.put(number.to_bits());
                Sort::Double
            }
            Value::Static(text) => match self.number(Static::Text(text)) {
                0 => self.text(text),
                number => {
                    self.put(number.into());
                    Sort::Fixed
                }
            },
            Value::Str(text) => self.text(text),
            list => self.aside(list),
        }
    }

    /// A text, as far as any encoder will look into it.
    #[inline(always)]
    fn text(&mut self, text: &str) -> Sort {
        if text.len() > self.known.inside {
            return self.long(text);
        }
        self.put(text.len() as u64);
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        words.iter().for_each(|word| self.put(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            self.put(match text.as_bytes().last_chunk::<8>() {
                // The last eight bytes, without those that were written.
                Some(last) => u64::from_le_bytes(*last) >> (8 * (8 - rest.len())),
                None => few(rest),
            });
        }
        Sort::Text
    }

    #[cold]
    fn long(&mut self, text: &str) -> Sort {
        let text = clamp::clamp(text, clamp::LOOKED_AT);
        self.known.long += text.len() as u64;
        self.known.room = 0;
        self.aside(&Value::from(text))
    }

    #[cold]
    fn aside(&mut self, value: &Value<'_>) -> Sort {
        self.put_aside = true;
        self.known
            .chain
            .put_aside(Aside::Value(value.clone().into_owned()));
        Sort::Aside
    }
}

/// As many as a head can count. No schema has more.
#[inline(always)]
fn bounded<T>(all: &[T]) -> &[T] {
    all.get(..u8::MAX.into()).unwrap_or(all)
}

/// Values, what the place added, and links.
#[inline(always)]
fn parts<'p>(
    attributes: &Attributes<'p>,
    links: &'p [Link],
) -> (&'p [Value<'p>], &'p [Added<'p>], &'p [Link]) {
    (
        bounded(attributes.values),
        bounded(attributes.added),
        bounded(links),
    )
}

/// Fewer than eight bytes in a word.
#[inline]
fn few(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            u64::from(first) | u64::from(last) << (8 * (bytes.len() - 4))
        }
        _ => bytes
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}
