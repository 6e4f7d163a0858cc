//! Items become one message for their signal: as many as a backend takes at once, under the run's resource and the
//! schema that declares them.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;

use crate::backend::Temporality;
use crate::def::SchemaDef;
use crate::line;
use crate::otlp::channel::Message;
use crate::otlp::encode;
use crate::otlp::form::{self, pair};
use crate::otlp::lane::{BATCH, Lane};
use crate::otlp::packed::Packed;
use crate::otlp::points::Points;
use crate::otlp::spans::Item;
use crate::record::{Record, UnixNanos};
use crate::text;

/// Longest message but for its last item; backends take 4 MiB.
const LONGEST: usize = 3 * 1024 * 1024;

/// Makes the messages of a run.
pub(crate) struct Messages {
    schema: &'static SchemaDef,
    resource: Resource,
    temporality: Temporality,
    pub(crate) points: Points,
}

impl Messages {
    pub(crate) fn new(schema: &'static SchemaDef, temporality: Temporality) -> Messages {
        Messages {
            schema,
            resource: Resource::default(),
            temporality,
            points: Points::new(temporality, 0),
        }
    }

    /// The run's first record says what is true of all others.
    pub(crate) fn begin(&mut self, time: UnixNanos, run: &line::Run) {
        let attributes = text::run(run).resource;
        self.resource.attributes = attributes
            .iter()
            .map(|(key, value)| pair(key, form::value(value)))
            .collect();
        self.points = Points::new(self.temporality, time);
    }

    /// Takes what fits into one message from the front of a lane.
    pub(crate) fn traces(&self, lane: &mut Lane) -> (Vec<Item>, Message) {
        let (items, spans) = fill(lane, |item| vec![self.span(item)], Span::encoded_len);
        (items, self.of_spans(spans))
    }

    /// The same for log records.
    pub(crate) fn logs(&self, lane: &mut Lane) -> (Vec<Item>, Message) {
        let (items, records) = fill(
            lane,
            |item| vec![self.log(&item.lead)],
            |(_, record): &(String, LogRecord)| record.encoded_len(),
        );
        (items, self.of_logs(records))
    }

    /// The same for points.
    pub(crate) fn metrics(&mut self, lane: &mut Lane) -> (Vec<Item>, Message) {
        self.points.begin();
        let points = &mut self.points;
        let made = |item: &Item| {
            item.lead.show(|record| match record {
                Record::Metrics(shown) => points.metrics(item.lead.time(), shown),
                _ => Vec::new(),
            })
        };
        let (items, metrics) = fill(lane, made, Metric::encoded_len);
        (items, self.of_metrics(metrics))
    }

    /// A message without items: whether it is answered says whether the backend is there.
    pub(crate) fn probe(signal: usize) -> Message {
        match signal {
            0 => Message::Traces(ExportTraceServiceRequest::default()),
            1 => Message::Logs(ExportLogsServiceRequest::default()),
            _ => Message::Metrics(ExportMetricsServiceRequest::default()),
        }
    }

    fn span(&self, item: &Item) -> Span {
        let event = |rider: &Packed| {
            rider.show(|record| match record {
                Record::Event(event) => Some(encode::span_event(rider.time(), event)),
                _ => None,
            })
        };
        let events = item.events().filter_map(event).collect();
        item.lead.show(|record| match record {
            Record::SpanEnd(span) => encode::span(self.schema, span, events, item.dropped_events),
            _ => Span::default(),
        })
    }

    /// A log record, and the name of its scope.
    fn log(&self, packed: &Packed) -> (String, LogRecord) {
        let (schema, time) = (self.schema, packed.time());
        packed.show(|record| match record {
            Record::Event(event) => (schema.name.to_owned(), encode::event(schema, time, event)),
            Record::Summary(summary) => (schema.name.to_owned(), encode::summary(schema, time, summary)),
            Record::Log(log) => (log.target.to_owned(), encode::log(schema, time, log)),
            Record::Notice(notice) => (
                env!("CARGO_PKG_NAME").to_owned(),
                encode::notice(schema, time, notice),
            ),
            _ => (String::new(), LogRecord::default()),
        })
    }

    /// What declares the items.
    fn scope(&self) -> InstrumentationScope {
        InstrumentationScope {
            name: self.schema.name.to_owned(),
            version: self.schema.version.to_owned(),
            ..InstrumentationScope::default()
        }
    }

    fn of_spans(&self, spans: Vec<Span>) -> Message {
        let scope_spans = vec![ScopeSpans {
            scope: Some(self.scope()),
            spans,
            schema_url: self.schema.url.to_owned(),
        }];
        Message::Traces(ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(self.resource.clone()),
                scope_spans,
                schema_url: self.schema.url.to_owned(),
            }],
        })
    }

    fn of_logs(&self, records: Vec<(String, LogRecord)>) -> Message {
        let mut scope_logs: Vec<ScopeLogs> = Vec::new();
        for (name, record) in records {
            let known = scope_logs
                .iter_mut()
                .find(|logs| logs.scope.as_ref().is_some_and(|scope| scope.name == name));
            match known {
                Some(logs) => logs.log_records.push(record),
                None if name == self.schema.name => scope_logs.push(ScopeLogs {
                    scope: Some(self.scope()),
                    log_records: vec![record],
                    schema_url: self.schema.url.to_owned(),
                }),
                // What no schema declares stands under whoever said it.
                None => scope_logs.push(ScopeLogs {
                    scope: Some(InstrumentationScope {
                        name,
                        ..InstrumentationScope::default()
                    }),
                    log_records: vec![record],
                    schema_url: String::new(),
                }),
            }
        }
        Message::Logs(ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource: Some(self.resource.clone()),
                scope_logs,
                schema_url: self.schema.url.to_owned(),
            }],
        })
    }

    fn of_metrics(&self, metrics: Vec<Metric>) -> Message {
        let scope_metrics = vec![ScopeMetrics {
            scope: Some(self.scope()),
            metrics,
            schema_url: self.schema.url.to_owned(),
        }];
        Message::Metrics(ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.resource.clone()),
                scope_metrics,
                schema_url: self.schema.url.to_owned(),
            }],
        })
    }
}

/// Takes items from the front of a lane until a message is full.
fn fill<T>(
    lane: &mut Lane,
    mut make: impl FnMut(&Item) -> Vec<T>,
    length: impl Fn(&T) -> usize,
) -> (Vec<Item>, Vec<T>) {
    let (mut items, mut made, mut bytes) = (Vec::new(), Vec::new(), 0);
    while items.len() < BATCH
        && bytes < LONGEST
        && let Some(item) = lane.pending.pop_front()
    {
        let new = make(&item);
        bytes += new.iter().map(&length).sum::<usize>();
        made.extend(new);
        items.push(item);
    }
    (items, made)
}
