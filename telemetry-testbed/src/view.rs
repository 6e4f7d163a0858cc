//! The flat lists: every kept span, log record and data point beside the resource and the scope that it came
//! under. They are computed from the requests, so that there is one truth.

use std::ops::Deref;
use std::sync::Arc;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
    SummaryDataPoint, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::received::{Body, Received};

/// An item with where it stood in its message. It derefs to the item, so `placed.name` works.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// The resource; an empty one when the message had none.
    pub resource: Arc<Resource>,
    /// The instrumentation scope; an empty one when the message had none.
    pub scope: Arc<InstrumentationScope>,
    /// The span, log record or data point.
    pub item: T,
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T> Placed<T> {
    /// The value of a resource attribute.
    pub fn resource_attribute(&self, key: &str) -> Option<&Value> {
        attribute(&self.resource.attributes, key)
    }
}

/// The value of the first attribute with this key; `None` also when it has no value.
pub fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    found.value.as_ref()?.value.as_ref()
}

/// One data point with what its metric says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricPoint {
    /// Name of the metric.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its unit, in UCUM.
    pub unit: String,
    /// The point itself, by the kind of the metric.
    pub data: PointData,
}

/// A data point by the kind of its metric. Temporalities are those of the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum PointData {
    /// A value at one instant.
    Gauge(NumberDataPoint),
    /// A sum.
    Sum {
        /// The point.
        point: NumberDataPoint,
        /// Whether it counts from the start or from the point before.
        temporality: AggregationTemporality,
        /// Whether it only grows: a counter.
        monotonic: bool,
    },
    /// A histogram with explicit bounds.
    Histogram {
        /// The point.
        point: HistogramDataPoint,
        /// Whether it counts from the start or from the point before.
        temporality: AggregationTemporality,
    },
    /// A histogram with exponential bounds.
    ExponentialHistogram {
        /// The point.
        point: ExponentialHistogramDataPoint,
        /// Whether it counts from the start or from the point before.
        temporality: AggregationTemporality,
    },
    /// Quantiles, which only older clients send.
    Summary(SummaryDataPoint),
}

impl MetricPoint {
    /// Its attributes.
    pub fn attributes(&self) -> &[KeyValue] {
        match &self.data {
            PointData::Gauge(point) | PointData::Sum { point, .. } => &point.attributes,
            PointData::Histogram { point, .. } => &point.attributes,
            PointData::ExponentialHistogram { point, .. } => &point.attributes,
            PointData::Summary(point) => &point.attributes,
        }
    }

    /// The value of a gauge or a sum, in the metric's unit; `None` for the other kinds.
    pub fn number(&self) -> Option<f64> {
        let (PointData::Gauge(point) | PointData::Sum { point, .. }) = &self.data else {
            return None;
        };
        point.value.map(|value| match value {
            number_data_point::Value::AsDouble(value) => value,
            number_data_point::Value::AsInt(value) => value as f64,
        })
    }
}

impl Received {
    /// Every span that was kept, in the order of arrival.
    pub fn spans(&self) -> Vec<Placed<Span>> {
        self.kept(|body| match body {
            Body::Traces(body) => spans(body).map(Placed::owned).collect(),
            _ => Vec::new(),
        })
    }

    /// Every log record that was kept, in the order of arrival.
    pub fn logs(&self) -> Vec<Placed<LogRecord>> {
        self.kept(|body| match body {
            Body::Logs(body) => logs(body).map(Placed::owned).collect(),
            _ => Vec::new(),
        })
    }

    /// Every data point that was kept, in the order of arrival.
    pub fn metric_points(&self) -> Vec<Placed<MetricPoint>> {
        self.kept(|body| match body {
            Body::Metrics(body) => points(body),
            _ => Vec::new(),
        })
    }

    fn kept<T>(&self, items: impl Fn(&Body) -> Vec<T>) -> Vec<T> {
        let with_items = self.requests.iter().filter(|request| request.kept > 0);
        with_items
            .flat_map(|request| items(&request.body).into_iter().take(request.kept as usize))
            .collect()
    }
}

impl<T: Clone> Placed<T> {
    fn owned((resource, scope, item): (Arc<Resource>, Arc<InstrumentationScope>, &T)) -> Placed<T> {
        Placed {
            resource,
            scope,
            item: item.clone(),
        }
    }
}

/// Writes the walk over `resource -> scope -> item`, which is the same for the three signals in all but names.
macro_rules! walk {
    ($name:ident, $request:ty, $resources:ident, $scopes:ident, $items:ident, $item:ty) => {
        pub(crate) fn $name(
            request: &$request,
        ) -> impl Iterator<Item = (Arc<Resource>, Arc<InstrumentationScope>, &$item)> {
            request.$resources.iter().flat_map(|of_resource| {
                let resource = Arc::new(of_resource.resource.clone().unwrap_or_default());
                of_resource.$scopes.iter().flat_map(move |of_scope| {
                    let scope = Arc::new(of_scope.scope.clone().unwrap_or_default());
                    let resource = resource.clone();
                    let items = of_scope.$items.iter();
                    items.map(move |item| (resource.clone(), scope.clone(), item))
                })
            })
        }
    };
}

walk!(
    spans,
    ExportTraceServiceRequest,
    resource_spans,
    scope_spans,
    spans,
    Span
);
walk!(
    logs,
    ExportLogsServiceRequest,
    resource_logs,
    scope_logs,
    log_records,
    LogRecord
);
walk!(
    metrics,
    ExportMetricsServiceRequest,
    resource_metrics,
    scope_metrics,
    metrics,
    Metric
);

fn points(request: &ExportMetricsServiceRequest) -> Vec<Placed<MetricPoint>> {
    let mut points = Vec::new();
    for (resource, scope, metric) in metrics(request) {
        points.extend(data_of(metric).into_iter().map(|data| Placed {
            resource: resource.clone(),
            scope: scope.clone(),
            item: MetricPoint {
                name: metric.name.clone(),
                description: metric.description.clone(),
                unit: metric.unit.clone(),
                data,
            },
        }));
    }
    points
}

fn data_of(metric: &Metric) -> Vec<PointData> {
    match metric.data.clone() {
        None => Vec::new(),
        Some(Data::Gauge(of)) => of.data_points.into_iter().map(PointData::Gauge).collect(),
        Some(Data::Sum(of)) => {
            let (temporality, monotonic) = (of.aggregation_temporality(), of.is_monotonic);
            let sum = |point| PointData::Sum {
                point,
                temporality,
                monotonic,
            };
            of.data_points.into_iter().map(sum).collect()
        }
        Some(Data::Histogram(of)) => {
            let temporality = of.aggregation_temporality();
            let histogram = |point| PointData::Histogram { point, temporality };
            of.data_points.into_iter().map(histogram).collect()
        }
        Some(Data::ExponentialHistogram(of)) => {
            let temporality = of.aggregation_temporality();
            let histogram = |point| PointData::ExponentialHistogram { point, temporality };
            of.data_points.into_iter().map(histogram).collect()
        }
        Some(Data::Summary(of)) => of.data_points.into_iter().map(PointData::Summary).collect(),
    }
}

/// How many data points there are, without copying them.
pub(crate) fn count_points(request: &ExportMetricsServiceRequest) -> usize {
    let count = |metric: &Metric| match &metric.data {
        None => 0,
        Some(Data::Gauge(of)) => of.data_points.len(),
        Some(Data::Sum(of)) => of.data_points.len(),
        Some(Data::Histogram(of)) => of.data_points.len(),
        Some(Data::ExponentialHistogram(of)) => of.data_points.len(),
        Some(Data::Summary(of)) => of.data_points.len(),
    };
    metrics(request).map(|(_, _, metric)| count(metric)).sum()
}
