//! The second pass: every record becomes an item in the batch of its lane, and a full batch is sent by [`sending`].
//!
//! [`sending`]: super::sending

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::time::Duration;

use opentelemetry_proto::tonic::trace::v1::span::Event as SpanEvent;
use telemetry_runtime::backend::{Backend, Temporality};
use telemetry_runtime::export::Exporter;
use telemetry_runtime::line::{Line, Record, SpanStart, Why, Wire};
use telemetry_runtime::reader::RunReader;
use telemetry_runtime::timestamp;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::runs::replay::batch::{Batch, Envelope, Item, Lane};
use crate::runs::replay::items;
use crate::runs::replay::memory::Memory;
use crate::runs::replay::points::Points;
use crate::runs::replay::report::Report;
use crate::runs::replay::survey::{Part, Survey, id};

/// Most events of one span, as in a live export.
const EVENTS: usize = 1024;

/// Most events that wait for the end of their span, in all.
const HELD: usize = 64 * 1024;

/// The pass over a file.
pub(super) struct Pass<'a, W> {
    /// `None` when nothing is sent: then it is only said what would be.
    pub(super) exporter: Option<Exporter>,
    pub(super) backend: Option<&'a Backend>,
    pub(super) patience: Duration,
    pub(super) memory: Memory,
    pub(super) report: Report,
    pub(super) progress: &'a mut Progress<W>,
}

/// One run on its way.
pub(super) struct Going<'s> {
    part: &'s Part,
    wire: Wire,
    pub(super) envelope: Envelope,
    points: Points,
    open: HashMap<u64, Open>,
    pub(super) batches: [Batch; 4],
}

/// A span that has not ended yet.
struct Open {
    /// Its start, where there is no end to come: with its time and its line.
    start: Option<(SpanStart, String, u64)>,
    events: Vec<SpanEvent>,
    dropped_events: u32,
}

impl<W: Write> Pass<'_, W> {
    /// Goes through the file from its beginning.
    pub(super) fn run(&mut self, survey: &Survey, input: impl BufRead) -> Result<(), Failure> {
        let mut reader = RunReader::new(input);
        let mut parts = survey.parts.iter();
        let mut going: Option<Going<'_>> = None;
        let mut held = 0;
        while let Some(line) = reader.next() {
            let number = reader.reading().lines;
            self.progress
                .at(|| format!("line {number} of {}", survey.reading.lines));
            let Ok(line) = line else { continue };
            if matches!(line.record, Record::Run(_)) {
                self.end(going.take())?;
                held = 0;
                going = parts.next().and_then(|part| self.begin(part));
            } else if let Some(going) = &mut going {
                self.take(going, &mut held, number, line)?;
            }
        }
        self.end(going)?;
        self.report.close(&self.memory);
        Ok(())
    }

    /// A part that the backend may have is left out, unless that was asked for.
    fn begin<'s>(&mut self, part: &'s Part) -> Option<Going<'s>> {
        if part.may_be_there() && !self.memory.again {
            self.report.left_out(part);
            return None;
        }
        let asked = self
            .backend
            .map(|backend| backend.temporality)
            .unwrap_or_default();
        let deltas = asked != Temporality::Cumulative;
        // What a later point that was delivered already holds would count twice as a delta.
        let exact = part.run.why != Why::Undelivered;
        if deltas && !exact {
            self.report.not_as_deltas();
        }
        let wire = part.run.wire.clone();
        Some(Going {
            part,
            wire: wire.unwrap_or_else(|| Wire::by_convention(&part.run.schema.name)),
            envelope: Envelope::of(&part.run),
            points: Points::new(part.began, deltas && exact),
            open: HashMap::new(),
            batches: Default::default(),
        })
    }

    fn take(
        &mut self,
        going: &mut Going<'_>,
        held: &mut usize,
        number: u64,
        line: Line,
    ) -> Result<(), Failure> {
        let Some(time) = timestamp::parse(&line.time) else {
            self.report.unsendable += 1;
            return Ok(());
        };
        let (wire, schema) = (&going.wire, going.envelope.schema().to_owned());
        let (lane, item) = match line.record {
            Record::SpanStart(start) => {
                if let Some(id) = id(&start.span_id) {
                    let kept = going.part.unended.contains(&id);
                    let open = Open {
                        start: kept.then_some((start, line.time, number)),
                        events: Vec::new(),
                        dropped_events: 0,
                    };
                    going.open.insert(id, open);
                }
                return Ok(());
            }
            Record::SpanEnd(end) => {
                let open = id(&end.span_id).and_then(|id| going.open.remove(&id));
                let (events, dropped) =
                    open.map_or((Vec::new(), 0), |open| (open.events, open.dropped_events));
                *held = held.saturating_sub(events.len());
                let span = items::span(wire, &end, events, dropped);
                (Lane::Spans, span.map(|span| Item::Span(Box::new(span))))
            }
            Record::Event(event) => {
                let span = event.span_id.as_deref().and_then(id);
                let span = span
                    .filter(|_| event.on_span)
                    .and_then(|id| going.open.get_mut(&id));
                if let Some(open) = span {
                    if open.events.len() < EVENTS && *held < HELD {
                        *held += 1;
                        open.events.push(items::span_event(time, &event));
                    } else {
                        open.dropped_events += 1;
                        self.report.dropped_events += 1;
                    }
                    return Ok(());
                }
                // An event whose span is not open is a log record, as in a live export.
                let record = items::event(wire, time, &event);
                (
                    Lane::Logs,
                    record.map(|record| Item::Log(schema, Box::new(record))),
                )
            }
            Record::Log(log) => {
                let record = items::log(wire, time, &log);
                (
                    Lane::Logs,
                    record.map(|record| Item::Log(log.target, Box::new(record))),
                )
            }
            Record::Notice(notice) => {
                let record = items::notice(time, &notice);
                let scope = going.envelope.runtime.clone();
                (Lane::Logs, Some(Item::Log(scope, Box::new(record))))
            }
            Record::Summary(summary) => {
                let record = items::summary(wire, time, &summary);
                (Lane::Logs, Some(Item::Log(schema, Box::new(record))))
            }
            Record::Metrics(metrics) => {
                let metrics = going.points.metrics(wire, time, &metrics.points);
                (Lane::Points, Some(Item::Metrics(metrics)))
            }
            // The end of a run has no form of its own on the wire: it is in the command's span.
            Record::Run(_) | Record::End(_) => return Ok(()),
        };
        match item {
            Some(item) => self.put(going, lane, number, item),
            None => {
                self.report.unsendable += 1;
                Ok(())
            }
        }
    }

    fn put(&mut self, going: &mut Going<'_>, lane: Lane, number: u64, item: Item) -> Result<(), Failure> {
        if self.memory.has(lane, number) {
            self.report.of(lane.signal()).before += item.count();
            return Ok(());
        }
        if going.batches[lane as usize].is_full_for(&item) {
            self.send(going, lane)?;
        }
        going.batches[lane as usize].push(number, item);
        Ok(())
    }

    /// The last record of a run was read: what never ended did so when the run last spoke.
    fn end(&mut self, going: Option<Going<'_>>) -> Result<(), Failure> {
        let Some(mut going) = going else { return Ok(()) };
        let mut unended: Vec<_> = going
            .open
            .drain()
            .filter_map(|(_, open)| Some((open.start?, open.events, open.dropped_events)))
            .collect();
        unended.sort_unstable_by_key(|((_, _, number), ..)| *number);
        for ((start, started, number), events, dropped) in unended {
            let end = items::abandoned(start, started, going.part.last);
            match items::span(&going.wire, &end, events, dropped) {
                Some(span) => {
                    self.report.abandoned += 1;
                    self.put(&mut going, Lane::Unended, number, Item::Span(Box::new(span)))?;
                }
                None => self.report.unsendable += 1,
            }
        }
        Lane::ALL
            .into_iter()
            .try_for_each(|lane| self.send(&mut going, lane))
    }
}
