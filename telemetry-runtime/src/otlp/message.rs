//! Items become one message for their signal: as many as a backend takes at once, under the run's resource and the
//! schema that declares them.

use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::backend::Temporality;
use crate::def::SchemaDef;
use crate::line;
use crate::otlp::channel::Message;
use crate::otlp::encode;
use crate::otlp::form::{self, pair};
use crate::otlp::lane::{BATCH, Lane};
use crate::otlp::packed::Packed;
use crate::otlp::points::Points;
use crate::otlp::protobuf::Fields;
use crate::otlp::spans::Item;
use crate::record::{Record, UnixNanos};
use crate::text;

/// Longest message but for its last item; backends take 4 MiB.
const LONGEST: usize = 3 * 1024 * 1024;

/// Field of an item within its scope: a span, a log record or a metric.
const ITEM: u32 = 2;

/// Field of an event within its span.
const EVENT: u32 = 11;

/// Bytes that an item takes, roughly.
const USUAL: usize = 256;

/// Makes the messages of a run.
pub(crate) struct Messages {
    frame: Frame,
    temporality: Temporality,
    pub(crate) points: Points,
}

/// What all messages have around their items.
struct Frame {
    schema: &'static SchemaDef,
    resource: Resource,
}

/// Items that no schema declares, under whoever said them.
struct Section {
    /// Name of the scope.
    name: String,
    items: Fields,
}

impl Messages {
    pub(crate) fn new(schema: &'static SchemaDef, temporality: Temporality) -> Messages {
        Messages {
            frame: Frame {
                schema,
                resource: Resource::default(),
            },
            temporality,
            points: Points::new(temporality, 0),
        }
    }

    /// The run's first record says what is true of all others.
    pub(crate) fn begin(&mut self, time: UnixNanos, run: &line::Run) {
        let attributes = text::run(run).resource;
        self.frame.resource.attributes = attributes
            .iter()
            .map(|(key, value)| pair(key, form::value(value)))
            .collect();
        self.points = Points::new(self.temporality, time);
    }

    /// Takes what fits into one message from the front of a lane.
    pub(crate) fn traces(&self, lane: &mut Lane) -> (Vec<Item>, Message) {
        let schema = self.frame.schema;
        let (items, request) = self
            .frame
            .request(lane, |out, _, item| write_span(out, schema, item));
        (items, Message::Traces(request))
    }

    /// The same for log records.
    pub(crate) fn logs(&self, lane: &mut Lane) -> (Vec<Item>, Message) {
        let schema = self.frame.schema;
        let (items, request) = self.frame.request(lane, |out, others, item| {
            write_log(out, others, schema, &item.lead)
        });
        (items, Message::Logs(request))
    }

    /// The same for points.
    pub(crate) fn metrics(&mut self, lane: &mut Lane) -> (Vec<Item>, Message) {
        self.points.begin();
        let points = &mut self.points;
        let (items, request) = self.frame.request(lane, |out, _, item| {
            item.lead.show(|record| {
                if let Record::Metrics(shown) = record {
                    let metrics = points.metrics(item.lead.time(), shown);
                    metrics.iter().for_each(|metric| out.whole(ITEM, metric));
                }
            });
        });
        (items, Message::Metrics(request))
    }

    /// A message without items: whether it is answered says whether the backend is there.
    pub(crate) fn probe(signal: usize) -> Message {
        match signal {
            0 => Message::Traces(Vec::new()),
            1 => Message::Logs(Vec::new()),
            _ => Message::Metrics(Vec::new()),
        }
    }
}

impl Frame {
    /// The request of a service, and its items: those of all three signals have the same fields down to the items.
    /// `write` writes an item, or puts it into the section of somebody else than the schema.
    fn request(
        &self,
        lane: &mut Lane,
        mut write: impl FnMut(&mut Fields, &mut Vec<Section>, &Item),
    ) -> (Vec<Item>, Vec<u8>) {
        let (schema, count) = (self.schema, lane.pending.len().min(BATCH));
        let (mut items, mut others) = (Vec::with_capacity(count), Vec::new());
        let guess = USUAL * count;
        let mut out = Fields::with_capacity(guess + 16 * USUAL);
        out.long_message(1, guess, |out| {
            out.whole(1, &self.resource);
            let before = out.len();
            let mut declared = false;
            out.long_message(2, guess, |out| {
                scope(out, schema.name, schema.version);
                let empty = out.len();
                while items.len() < BATCH
                    && length(out, &others) < LONGEST
                    && let Some(item) = lane.pending.pop_front()
                {
                    write(out, &mut others, &item);
                    items.push(item);
                }
                declared = out.len() > empty;
                out.text(3, schema.url);
            });
            if !declared {
                out.truncate(before);
            }
            // What no schema declares stands under whoever said it.
            for other in &others {
                out.long_message(2, other.items.len(), |out| {
                    scope(out, &other.name, "");
                    out.append(&other.items);
                });
            }
            out.text(3, schema.url);
        });
        (items, out.into_bytes())
    }
}

/// Bytes of a message with the sections that it will have.
fn length(out: &Fields, others: &[Section]) -> usize {
    out.len() + others.iter().map(|other| other.items.len()).sum::<usize>()
}

fn scope(out: &mut Fields, name: &str, version: &str) {
    out.message(1, |out| {
        out.text(1, name);
        out.text(2, version);
    });
}

fn write_span(out: &mut Fields, schema: &SchemaDef, item: &Item) {
    let events = |out: &mut Fields| {
        for rider in item.events() {
            rider.show(|record| {
                if let Record::Event(event) = record {
                    out.message(EVENT, |out| encode::span_event(out, rider.time(), event));
                }
            });
        }
    };
    item.lead.show(|record| {
        if let Record::SpanEnd(span) = record {
            out.long_message(ITEM, USUAL, |out| {
                encode::span(out, schema, span, events, item.dropped_events());
            });
        }
    });
}

/// Writes what the schema declares, and the rest into the section of whoever said it.
fn write_log(out: &mut Fields, others: &mut Vec<Section>, schema: &SchemaDef, packed: &Packed) {
    let time = packed.time();
    packed.show(|record| match record {
        Record::Event(event) => out.long_message(ITEM, USUAL, |out| encode::event(out, schema, time, event)),
        Record::Summary(summary) => out.whole(ITEM, &encode::summary(schema, time, summary)),
        Record::Log(log) => section(out, others, schema, log.target)
            .long_message(ITEM, USUAL, |out| encode::log(out, schema, time, log)),
        Record::Notice(notice) => {
            section(out, others, schema, env!("CARGO_PKG_NAME")).whole(ITEM, &encode::notice(time, notice))
        }
        _ => {}
    });
}

/// Where the items of this name are written. A program may log under the name of its schema.
fn section<'s>(
    out: &'s mut Fields,
    others: &'s mut Vec<Section>,
    schema: &SchemaDef,
    name: &str,
) -> &'s mut Fields {
    if name == schema.name {
        return out;
    }
    let known = others.iter().position(|other| other.name == name);
    let at = known.unwrap_or_else(|| {
        others.push(Section {
            name: name.to_owned(),
            items: Fields::default(),
        });
        others.len() - 1
    });
    &mut others[at].items
}
