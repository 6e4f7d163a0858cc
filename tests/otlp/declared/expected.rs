//! What has to arrive, read off the compiler's model of `schema/`, and compared with the decoded protobuf.

use std::collections::BTreeSet;

use telemetry_schema::model::{
    AttributeIndex, AttributeUse, BodyPart, Event, EventRecord, Model, Severity, SpanKind as Declared,
};
use telemetry_schema::{compile, load};
use telemetry_testbed::proto::common::v1::KeyValue;
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::trace::v1::span::SpanKind;
use telemetry_testbed::proto::trace::v1::status::StatusCode;
use telemetry_testbed::{Testbed, attribute};

use super::super::{log, span, text};
use super::sample::{SECRET, arrives, may_be, spoken};

/// The model of `schema/`.
pub(super) struct Expected {
    pub(super) model: Model,
}

/// One span of the model: its name, kind and attributes.
struct Spans<'m> {
    name: String,
    kind: Declared,
    attributes: &'m [AttributeUse],
    /// What it says about its place.
    place: Vec<(AttributeIndex, String)>,
}

impl Expected {
    pub(super) fn of_the_schema() -> Expected {
        let sources = load::folder("schema").expect("schema/ is there");
        let model = compile(&sources).model.expect("it has no mistake");
        Expected { model }
    }

    /// Names of the items of the whole model.
    pub(super) fn are_all(&self, walked: &BTreeSet<String>) {
        let model = &self.model;
        let mut all = BTreeSet::new();
        all.extend(
            model
                .screens
                .iter()
                .map(|screen| format!("screen {}", screen.item.id)),
        );
        for stage in &model.stages {
            let name = self.name_of(stage);
            all.extend(
                stage
                    .timings
                    .iter()
                    .map(|timing| format!("timing {name}.{}", timing.id)),
            );
            all.insert(format!("stage {name}"));
        }
        all.extend(model.spans.iter().map(|span| format!("span {}", span.item.id)));
        all.extend(
            model
                .events
                .iter()
                .map(|event| format!("event {}", event.item.id)),
        );
        all.extend(
            model
                .metrics
                .iter()
                .map(|metric| format!("metric {}", metric.item.id)),
        );
        assert_eq!(*walked, all);
        assert!(all.len() > 150, "{}", all.len());
    }

    pub(super) fn name_of(&self, stage: &telemetry_schema::model::Stage) -> String {
        format!("{}.{}", self.model.screens[stage.screen].item.id, stage.item.id)
    }

    pub(super) fn events(&self, testbed: &Testbed) {
        let spans = testbed.spans();
        for event in &self.model.events {
            let id = &event.item.id;
            let logs = testbed.logs();
            let logs = logs.iter().filter(|log| log.event_name == *id).count();
            let on_spans = spans.iter().flat_map(|span| &span.item.events);
            let on_spans: Vec<_> = on_spans.filter(|on_span| on_span.name == *id).collect();
            let (log, on_span) = match event.record {
                EventRecord::Log => (1, 0),
                EventRecord::SpanEvent => (0, 1),
                EventRecord::Both => (1, 1),
            };
            assert_eq!((logs, on_spans.len()), (log, on_span), "{id}");
            if log == 1 {
                self.log_of(event, testbed);
            }
            for on_span in on_spans {
                self.all_of(id, &event.attributes, &on_span.attributes);
                assert_eq!(on_span.dropped_attributes_count, 0, "{id}");
                assert!(on_span.time_unix_nano > 0, "{id}");
            }
        }
    }

    fn log_of(&self, event: &Event, testbed: &Testbed) {
        let id = &event.item.id;
        let log = log(testbed, id);
        let severity = match event.severity {
            Severity::Trace => (1, "TRACE"),
            Severity::Debug => (5, "DEBUG"),
            Severity::Info => (9, "INFO"),
            Severity::Warn => (13, "WARN"),
            Severity::Error => (17, "ERROR"),
        };
        assert_eq!(
            (log.severity_number, log.severity_text.as_str()),
            severity,
            "{id}"
        );
        assert_eq!(log.dropped_attributes_count, 0, "{id}");
        assert!(log.time_unix_nano > 0 && log.observed_time_unix_nano > 0, "{id}");
        let body = log.body.as_ref().and_then(|body| body.value.as_ref());
        if self.is_summary(event) {
            self.some_of(id, &event.attributes, &log.attributes);
            assert!(matches!(body, Some(Any::KvlistValue(_))), "{id}: {body:?}");
            return;
        }
        self.all_of(id, &event.attributes, &log.attributes);
        let words = event.body.iter().map(|part| match part {
            BodyPart::Text(text) => text.clone(),
            BodyPart::Slot(slot) => {
                let attribute = &self.model.attributes[event.attributes[*slot].attribute];
                spoken(&arrives(&self.model, attribute))
            }
        });
        assert_eq!(body, Some(&Any::StringValue(words.collect())), "{id}");
        assert_eq!(
            (log.trace_id.len(), log.span_id.len()),
            (16, 8),
            "{id} has a place"
        );
    }

    fn is_summary(&self, event: &Event) -> bool {
        self.model.events[self.model.roles.summary].item.id == event.item.id
    }

    fn is_command(&self, name: &str) -> bool {
        self.model.spans[self.model.roles.command].item.id == name
    }

    pub(super) fn spans(&self, testbed: &Testbed) {
        for declared in self.all_spans() {
            let name = declared.name.as_str();
            let span = span(testbed, name);
            let kind = match declared.kind {
                Declared::Internal => SpanKind::Internal,
                Declared::Client => SpanKind::Client,
                Declared::Server => SpanKind::Server,
                Declared::Producer => SpanKind::Producer,
                Declared::Consumer => SpanKind::Consumer,
            };
            assert_eq!(span.kind(), kind, "{name}");
            if self.is_command(name) {
                self.some_of(name, declared.attributes, &span.attributes);
                let status = span.status.as_ref().map(|status| status.code());
                assert_eq!(status, Some(StatusCode::Error), "{name} failed");
            } else {
                self.all_of(name, declared.attributes, &span.attributes);
                assert!(span.status.is_none(), "{name}: {:?}", span.status);
            }
            for (index, value) in &declared.place {
                let key = &self.model.attributes[*index].item.id;
                assert_eq!(text(&span.attributes, key), Some(value.as_str()), "{name}");
            }
            assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8), "{name}");
            assert_eq!(span.dropped_attributes_count, 0, "{name}");
            assert_eq!(
                (span.dropped_events_count, span.dropped_links_count),
                (0, 0),
                "{name}"
            );
        }
        self.traces_and_links(testbed);
    }

    fn all_spans(&self) -> Vec<Spans<'_>> {
        let (model, roles) = (&self.model, &self.model.roles);
        let mut all = Vec::new();
        let of = |name: &str, kind, attributes, place| Spans {
            name: name.to_owned(),
            kind,
            attributes,
            place,
        };
        for screen in &model.screens {
            let id = &screen.item.id;
            let place = vec![(roles.screen, id.clone())];
            all.push(of(id, Declared::Internal, &screen.attributes[..], place));
        }
        for stage in &model.stages {
            let (name, screen) = (self.name_of(stage), model.screens[stage.screen].item.id.clone());
            let place = vec![(roles.screen, screen), (roles.stage, stage.item.id.clone())];
            for timing in &stage.timings {
                let mut place = place.clone();
                place.push((roles.timing, timing.id.clone()));
                all.push(of(
                    &format!("{name}.{}", timing.id),
                    Declared::Internal,
                    &[],
                    place,
                ));
            }
            all.push(of(&name, Declared::Internal, &stage.attributes[..], place));
        }
        for span in &model.spans {
            all.push(of(&span.item.id, span.kind, &span.attributes[..], Vec::new()));
        }
        all
    }

    /// Nothing is there under any other name, and no attribute that is not declared.
    pub(super) fn nothing_else(&self, testbed: &Testbed) {
        let (spans, logs) = (testbed.spans(), testbed.logs());
        let names: BTreeSet<_> = self.all_spans().into_iter().map(|span| span.name).collect();
        let events: BTreeSet<_> = self
            .model
            .events
            .iter()
            .map(|event| event.item.id.as_str())
            .collect();
        for span in &spans {
            assert!(names.contains(&span.name), "{}", span.name);
            self.only_declared(&span.name, &span.attributes);
            for event in &span.item.events {
                assert!(events.contains(event.name.as_str()), "{}", event.name);
                self.only_declared(&event.name, &event.attributes);
            }
        }
        for log in &logs {
            assert!(events.contains(log.event_name.as_str()), "{log:?}");
            self.only_declared(&log.event_name, &log.attributes);
        }
        for point in testbed.metric_points() {
            self.only_declared(&point.name, point.attributes());
        }
        let points = testbed.metric_points().len();
        assert_eq!([spans.len(), logs.len(), points], self.counts());
        let messages = format!("{:?}", testbed.requests());
        assert!(!messages.contains(SECRET), "a secret left the program");
    }

    /// How many spans, log records and points there are when everything arrived once.
    pub(super) fn counts(&self) -> [usize; 3] {
        let model = &self.model;
        let logs = model
            .events
            .iter()
            .filter(|event| event.record != EventRecord::SpanEvent);
        [self.all_spans().len(), logs.count(), model.metrics.len()]
    }

    /// All of these attributes are there, once each, with the values that were given.
    pub(super) fn all_of(&self, item: &str, declared: &[AttributeUse], there: &[KeyValue]) {
        for used in declared {
            let declared = &self.model.attributes[used.attribute];
            let key = &declared.item.id;
            let value = attribute(there, key);
            assert_eq!(value, Some(&arrives(&self.model, declared)), "{item}: {key}");
            let times = there.iter().filter(|attribute| attribute.key == *key).count();
            assert_eq!(times, 1, "{item}: {key}");
        }
        self.only_declared(item, there);
    }

    /// All of these are there, with values that the runtime found by itself.
    fn some_of(&self, item: &str, declared: &[AttributeUse], there: &[KeyValue]) {
        for used in declared {
            let key = &self.model.attributes[used.attribute].item.id;
            assert!(attribute(there, key).is_some(), "{item}: {key}");
        }
        self.only_declared(item, there);
    }

    /// Whatever is there is declared, with this type.
    fn only_declared(&self, item: &str, there: &[KeyValue]) {
        for KeyValue { key, .. } in there {
            let mut all = self.model.attributes.iter();
            let declared = all.find(|attribute| attribute.item.id == *key);
            let declared = declared.unwrap_or_else(|| panic!("{item} has {key}, which is not declared"));
            let value = attribute(there, key).unwrap_or_else(|| panic!("{item}: {key} has no value"));
            assert!(may_be(&self.model, declared, value), "{item}: {key} is {value:?}");
        }
    }
}
