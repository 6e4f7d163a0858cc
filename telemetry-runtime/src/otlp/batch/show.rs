//! The way out of a batch: a record is shown as it was emitted, borrowed from the lists.

use smallvec::SmallVec;

use super::{Batch, Part};
use crate::cells::Reader;
use crate::def::{AttributeDef, Slot};
use crate::otlp::row::{End, Seldom, What};
use crate::record::{Attributes, Event, Log, Point, Record, SpanEnd, SpanStart, Tags};
use crate::value::Value;

impl Batch {
    /// Shows a record as it was emitted.
    pub(crate) fn show<R>(&self, at: usize, f: impl FnOnce(&Record<'_>) -> R) -> R {
        let (head, part) = (&self.row.heads[at], &self.parts[at]);
        let (spot, tags) = &self.row.places[head.place as usize];
        let mut cells = self.row.cells.from(part.cells);
        let count = usize::from(head.values);
        match &head.what {
            What::Event(def) | What::OnSpan(def) => {
                let values = cells.take(count);
                let added = self.show_added(part, &mut cells);
                f(&Record::Event(&Event {
                    def,
                    place: spot.place(),
                    on_span: matches!(head.what, What::OnSpan(_)),
                    attributes: attributes(def.attributes, &values, &added, tags),
                }))
            }
            What::Start(def) => {
                let values = cells.take(count);
                let added = self.show_added(part, &mut cells);
                f(&Record::SpanStart(&SpanStart {
                    def,
                    trace_id: spot.trace(),
                    span_id: spot.span(),
                    parent: spot.parent(),
                    links: self.links_of(part),
                    attributes: attributes(def.attributes, &values, &added, tags),
                }))
            }
            What::End(def, outcome) => {
                let values = cells.take(count);
                let added = self.show_added(part, &mut cells);
                let End {
                    started,
                    duration_ns,
                    error_type,
                } = self.row.ends[part.end as usize];
                let message = cells.text();
                f(&Record::SpanEnd(&SpanEnd {
                    def,
                    trace_id: spot.trace(),
                    span_id: spot.span(),
                    parent: spot.parent(),
                    links: self.links_of(part),
                    attributes: attributes(def.attributes, &values, &added, tags),
                    started,
                    duration_ns,
                    outcome: *outcome,
                    error_type,
                    status_message: message.as_deref(),
                }))
            }
            What::Log(severity) => {
                let (target, body) = (cells.text().unwrap_or_default(), cells.text().unwrap_or_default());
                let fields: SmallVec<[_; 8]> = (0..count)
                    .map(|_| (cells.text().unwrap_or_default(), cells.next()))
                    .collect();
                let fields: SmallVec<[(&str, Value<'_>); 8]> = fields
                    .iter()
                    .map(|(key, value)| (&**key, value.clone()))
                    .collect();
                f(&Record::Log(&Log {
                    severity: *severity,
                    target: &target,
                    body: &body,
                    place: spot.place(),
                    fields: &fields,
                    tags: tags.as_ref(),
                }))
            }
            What::Seldom(seldom) => seldom.show(f),
        }
    }

    fn show_added<'b>(
        &'b self,
        part: &Part,
        cells: &mut Reader<'b>,
    ) -> SmallVec<[(&'static AttributeDef, Value<'b>); 4]> {
        self.added_of(part)
            .iter()
            .map(|def| (*def, cells.next()))
            .collect()
    }
}

/// What a record says of itself. One that was given no values has no slots either: a visit is only tagged.
fn attributes<'r>(
    slots: &'static [Slot],
    values: &'r [Value<'r>],
    added: &'r [(&'static AttributeDef, Value<'r>)],
    tags: &'r Option<Tags>,
) -> Attributes<'r> {
    Attributes {
        slots: if values.is_empty() { &[] } else { slots },
        values,
        added,
        tags: tags.as_ref(),
    }
}

impl Seldom {
    fn show<R>(&self, f: impl FnOnce(&Record<'_>) -> R) -> R {
        match self {
            Seldom::Run(run) => f(&Record::Run(run)),
            Seldom::Metrics(points) => {
                let points: Vec<Point<'_>> = points
                    .iter()
                    .map(|(bare, values)| Point {
                        def: bare.def,
                        values,
                        value: bare.value.clone(),
                    })
                    .collect();
                f(&Record::Metrics(&points))
            }
            Seldom::Notice(notice) => f(&Record::Notice(notice)),
            Seldom::Summary(summary) => f(&Record::Summary(summary)),
            Seldom::End(end) => f(&Record::End(end)),
        }
    }
}
