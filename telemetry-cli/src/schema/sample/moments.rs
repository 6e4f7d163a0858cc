//! Events of a sample: at a place, with all of their attributes or only those that they need.

use telemetry_runtime::line::{AttributeValue, Attributes, Event, Record, Severity};
use telemetry_schema::model::{self, AttributeIndex, BodyPart, EventIndex, EventRecord, ScreenIndex};

use super::pen::Open;
use super::tour::Tour;
use crate::story::plain;

/// Where something happens.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) screen: Option<ScreenIndex>,
    pub(super) stage: Option<usize>,
    /// Trace and id of the innermost span, or of the visit.
    pub(super) span: Option<(String, String)>,
    /// Tags of the visit.
    pub(super) tags: Attributes,
}

impl Place {
    /// Inside of a span here.
    pub(super) fn inside(&self, open: &Open) -> Place {
        Place {
            span: Some((open.trace_id.clone(), open.span_id.clone())),
            ..self.clone()
        }
    }

    /// The same as borrowed ids.
    pub(super) fn ids(&self) -> Option<(&str, &str)> {
        self.span
            .as_ref()
            .map(|(trace, span)| (trace.as_str(), span.as_str()))
    }
}

impl Tour<'_> {
    /// An event in every way that it can be: with all attributes, and, where that is less, with those it needs.
    pub(super) fn event(&mut self, index: EventIndex, place: &Place) {
        let event = &self.model.events[index];
        let has_optional = event.attributes.iter().any(|used| !used.required);
        for full in [true, false].into_iter().take(1 + usize::from(has_optional)) {
            self.event_with(index, place, full, &[]);
        }
    }

    /// An event, some of whose values are known.
    pub(super) fn event_with(
        &mut self,
        index: EventIndex,
        place: &Place,
        full: bool,
        known: &[(AttributeIndex, AttributeValue)],
    ) {
        let event = &self.model.events[index];
        let mut values: Vec<Option<AttributeValue>> = Vec::new();
        for used in &event.attributes {
            let known = known.iter().find(|(index, _)| *index == used.attribute);
            let value = match known {
                Some((_, value)) => Some(value.clone()),
                None if full || used.required => self.values.of(used.attribute),
                None => None,
            };
            if value.is_none() && used.required {
                self.left_out(&event.item.id, self.values.key(used.attribute));
                return;
            }
            values.push(value);
        }
        for feed in &event.feeds {
            self.points.feed(feed, &values);
        }
        let mut attributes = place.tags.clone();
        for (used, value) in event.attributes.iter().zip(&values) {
            let key = self.values.key(used.attribute);
            attributes.extend(value.clone().map(|value| (key, value)));
        }
        *self.events.entry(event.item.id.clone()).or_default() += 1;
        self.put_event(event, place, &body(event, &values), &attributes);
    }

    fn put_event(&mut self, event: &model::Event, place: &Place, body: &str, attributes: &Attributes) {
        let screen = place
            .screen
            .map(|screen| self.model.screens[screen].item.id.clone());
        let stage = place.stage.map(|stage| self.model.stages[stage].item.id.clone());
        let record = |on_span| {
            Record::Event(Event {
                name: event.item.id.clone(),
                severity: severity(event.severity),
                body: body.to_owned(),
                screen: screen.clone(),
                stage: stage.clone(),
                trace_id: place.ids().map(|(trace, _)| trace.to_owned()),
                span_id: place.ids().map(|(_, span)| span.to_owned()),
                on_span,
                attributes: attributes.clone(),
                dropped_attributes: 0,
            })
        };
        let on_span = event.record != EventRecord::Log && place.span.is_some();
        if event.record != EventRecord::SpanEvent || !on_span {
            self.pen.put(record(false));
        }
        if on_span {
            self.pen.put(record(true));
        }
        self.pen.wait(5);
    }
}

fn body(event: &model::Event, values: &[Option<AttributeValue>]) -> String {
    let part = |part: &BodyPart| match part {
        BodyPart::Text(text) => text.clone(),
        BodyPart::Slot(slot) => values
            .get(*slot)
            .and_then(Option::as_ref)
            .map(plain)
            .unwrap_or_default(),
    };
    event.body.iter().map(part).collect()
}

pub(super) fn severity(severity: model::Severity) -> Severity {
    match severity {
        model::Severity::Trace => Severity::Trace,
        model::Severity::Debug => Severity::Debug,
        model::Severity::Info => Severity::Info,
        model::Severity::Warn => Severity::Warn,
        model::Severity::Error => Severity::Error,
    }
}
