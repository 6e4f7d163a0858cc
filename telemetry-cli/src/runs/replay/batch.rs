//! Items wait here until they make one message: as many as a backend takes at once, under the resource of their run
//! and the schema that declares them.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use serde::{Deserialize, Serialize};
use telemetry_runtime::export::{Export, Signal};
use telemetry_runtime::line::{self, SchemaName};

use crate::runs::replay::items::attributes;
use crate::story::plain;

/// Most items of a message.
const ITEMS: usize = 512;

/// Longest message; backends take 4 MiB. One item that is longer goes alone.
const LONGEST: usize = 3 * 1024 * 1024;

/// What is sent in the order of the file, each kind for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lane {
    /// Spans, at the line of their end.
    Spans,
    /// Spans that never ended, at the line of their start.
    Unended,
    /// Log records.
    Logs,
    /// Data points.
    Points,
}

impl Lane {
    /// All of them.
    pub(super) const ALL: [Lane; 4] = [Lane::Spans, Lane::Unended, Lane::Logs, Lane::Points];

    /// Where it goes.
    pub(super) fn signal(self) -> Signal {
        match self {
            Lane::Spans | Lane::Unended => Signal::Traces,
            Lane::Logs => Signal::Logs,
            Lane::Points => Signal::Metrics,
        }
    }
}

/// What goes to the backend as one: its fate is the fate of its line.
pub(super) enum Item {
    Span(Box<Span>),
    /// A log record, and the name of its scope.
    Log(String, Box<LogRecord>),
    Metrics(Vec<Metric>),
}

impl Item {
    fn length(&self) -> usize {
        match self {
            Item::Span(span) => span.encoded_len(),
            Item::Log(_, record) => record.encoded_len(),
            Item::Metrics(metrics) => metrics.iter().map(Metric::encoded_len).sum(),
        }
    }

    /// How many spans, log records or data points it is.
    pub(super) fn count(&self) -> u64 {
        match self {
            Item::Span(_) | Item::Log(..) => 1,
            Item::Metrics(metrics) => metrics.len() as u64,
        }
    }
}

/// A message in the making.
#[derive(Default)]
pub(super) struct Batch {
    items: Vec<Item>,
    bytes: usize,
    /// The first and the last of its lines.
    pub(super) lines: Option<(u64, u64)>,
    /// How many spans, log records or data points there are in it.
    pub(super) count: u64,
}

impl Batch {
    /// Whether an item has to wait for the next message.
    pub(super) fn is_full_for(&self, item: &Item) -> bool {
        !self.items.is_empty() && (self.items.len() >= ITEMS || self.bytes + item.length() > LONGEST)
    }

    pub(super) fn push(&mut self, line: u64, item: Item) {
        self.bytes += item.length();
        self.count += item.count();
        let (from, to) = self.lines.unwrap_or((line, line));
        self.lines = Some((from.min(line), to.max(line)));
        self.items.push(item);
    }
}

/// What is true of everything that a run sends.
pub(super) struct Envelope {
    resource: Resource,
    schema: SchemaName,
    /// The scope of what the runtime itself says.
    pub(super) runtime: String,
}

impl Envelope {
    pub(super) fn of(run: &line::Run) -> Envelope {
        let sdk = run.resource.get("telemetry.sdk.name").map(plain);
        Envelope {
            resource: Resource {
                attributes: attributes(&run.resource),
                ..Resource::default()
            },
            schema: run.schema.clone(),
            runtime: sdk.unwrap_or_else(|| "telemetry-runtime".to_owned()),
        }
    }

    /// The scope of what the schema declares.
    pub(super) fn schema(&self) -> &str {
        &self.schema.name
    }

    /// Makes the message of a batch.
    pub(super) fn seal(&self, signal: Signal, batch: Batch) -> Export {
        let resource = Some(self.resource.clone());
        let schema_url = self.schema.url.clone();
        let (mut spans, mut metrics, mut scope_logs) = (Vec::new(), Vec::new(), Vec::new());
        for item in batch.items {
            match item {
                Item::Span(span) => spans.push(*span),
                Item::Metrics(more) => metrics.extend(more),
                Item::Log(scope, record) => self.put(&mut scope_logs, &scope, *record),
            }
        }
        match signal {
            Signal::Traces => Export::Traces(ExportTraceServiceRequest {
                resource_spans: vec![ResourceSpans {
                    resource,
                    scope_spans: vec![ScopeSpans {
                        scope: Some(self.scope()),
                        spans,
                        schema_url: schema_url.clone(),
                    }],
                    schema_url,
                }],
            }),
            Signal::Logs => Export::Logs(ExportLogsServiceRequest {
                resource_logs: vec![ResourceLogs {
                    resource,
                    scope_logs,
                    schema_url,
                }],
            }),
            Signal::Metrics => Export::Metrics(ExportMetricsServiceRequest {
                resource_metrics: vec![ResourceMetrics {
                    resource,
                    scope_metrics: vec![ScopeMetrics {
                        scope: Some(self.scope()),
                        metrics,
                        schema_url: schema_url.clone(),
                    }],
                    schema_url,
                }],
            }),
        }
    }

    fn scope(&self) -> InstrumentationScope {
        InstrumentationScope {
            name: self.schema.name.clone(),
            version: self.schema.version.clone(),
            ..InstrumentationScope::default()
        }
    }

    /// Puts a log record under its scope. What no schema declares stands under whoever said it.
    fn put(&self, all: &mut Vec<ScopeLogs>, name: &str, record: LogRecord) {
        let is = |logs: &&mut ScopeLogs| logs.scope.as_ref().is_some_and(|scope| scope.name == name);
        if let Some(known) = all.iter_mut().find(is) {
            known.log_records.push(record);
            return;
        }
        let declared = name == self.schema.name;
        all.push(ScopeLogs {
            scope: Some(match declared {
                true => self.scope(),
                false => InstrumentationScope {
                    name: name.to_owned(),
                    ..InstrumentationScope::default()
                },
            }),
            log_records: vec![record],
            schema_url: if declared {
                self.schema.url.clone()
            } else {
                String::new()
            },
        });
    }
}
