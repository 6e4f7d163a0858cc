//! What changed in spans and metrics, and in which events feed which metric.

use super::Differ;
use super::change::{ALL, Hurt, Kind, Subject, Verdict};
use crate::model::{Event, Feed, Instrument, LinkRule, Metric, Model, Observed, Span, SpanKind};

const QUERY: &[Hurt] = &[Hurt::StoredQuery];

impl<'m> Differ<'m> {
    pub(super) fn span(&self, before: &'m Span, after: &'m Span, subject: &mut Subject) {
        subject.changed("its kind", span_kind(before.kind), span_kind(after.kind), QUERY);
        let root = |new| {
            if new {
                "a trace of its own"
            } else {
                "the trace of its place"
            }
        };
        subject.changed("its trace", root(before.new_trace), root(after.new_trace), QUERY);
        let links =
            |span: &Span| -> Vec<String> { span.links.iter().map(|&rule| link(rule).to_owned()).collect() };
        let was: Vec<(String, bool)> = links(before).into_iter().map(|rule| (rule, false)).collect();
        subject.set("links to", &was, &links(after), QUERY);
        self.uses(&before.attributes, &after.attributes, subject);
    }

    pub(super) fn metric(&self, before: &'m Metric, after: &'m Metric, subject: &mut Subject) {
        subject.changed(
            "its kind",
            instrument(before.instrument),
            instrument(after.instrument),
            ALL,
        );
        match (before.double, after.double) {
            (false, true) => {
                let says = "its values are of type `double`, were `int`";
                subject.say(Verdict::Widened, &[Hurt::CallSite, Hurt::StoredQuery], says);
            }
            (true, false) => subject.say(
                Verdict::Narrowed,
                ALL,
                "its values are of type `int`, were `double`",
            ),
            _ => {}
        }
        let quoted = |unit: &str| format!("`{unit}`");
        subject.changed("its unit", &quoted(&before.unit), &quoted(&after.unit), ALL);
        // With the instrument its buckets come and go.
        if before.instrument == after.instrument {
            buckets(&before.buckets, &after.buckets, subject);
        }
        match (before.observes, after.observes) {
            (None, Some(what)) => {
                subject.say(Verdict::Widened, &[], format!("is observed: {}", observed(what)));
            }
            (Some(what), None) => {
                let says = format!("is no longer observed, was {}", observed(what));
                subject.say(Verdict::Narrowed, QUERY, says);
            }
            (Some(was), Some(is)) => subject.changed("what it observes", observed(was), observed(is), QUERY),
            (None, None) => {}
        }
        self.uses(&before.attributes, &after.attributes, subject);
    }

    /// A metric that an event no longer feeds stops where it is.
    pub(super) fn feeds(&self, before: &Event, after: &Event, subject: &mut Subject) {
        let fed = |model: &'m Model, event: &Event, feed: &Feed| {
            let value = feed.value.map(|slot| {
                let id = model.attributes[event.attributes[slot].attribute]
                    .item
                    .id
                    .as_str();
                self.today(Kind::Attribute, id).to_owned()
            });
            (
                self.today(Kind::Metric, &model.metrics[feed.metric].item.id)
                    .to_owned(),
                value,
            )
        };
        let of = |(metric, value): &(String, Option<String>)| match value {
            Some(value) => format!("{metric}` with `{value}"),
            None => metric.clone(),
        };
        let was: Vec<(String, bool)> = before
            .feeds
            .iter()
            .map(|feed| {
                let announced = self.base.metrics[feed.metric].item.deprecated.is_some();
                (of(&fed(self.base, before, feed)), announced)
            })
            .collect();
        let now: Vec<String> = after
            .feeds
            .iter()
            .map(|feed| of(&fed(self.head, after, feed)))
            .collect();
        subject.set("feeds", &was, &now, QUERY);
    }
}

/// Finer buckets answer every question that coarser ones did.
fn buckets(before: &[f64], after: &[f64], subject: &mut Subject) {
    if before == after {
        return;
    }
    if before.iter().all(|bound| after.contains(bound)) {
        subject.say(Verdict::Widened, &[], "its buckets are finer");
    } else {
        subject.say(
            Verdict::Narrowed,
            QUERY,
            format!("its buckets are {after:?}, were {before:?}"),
        );
    }
}

fn span_kind(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Internal => "internal",
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    }
}

fn link(rule: LinkRule) -> &'static str {
    match rule {
        LinkRule::Handover => "handover",
        LinkRule::Visit => "visit",
        LinkRule::Previous => "previous",
    }
}

fn instrument(instrument: Instrument) -> &'static str {
    match instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up_down_counter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    }
}

fn observed(what: Observed) -> &'static str {
    match what {
        Observed::ProcessCpuUtilization => "process_cpu_utilization",
        Observed::ProcessMemoryUsage => "process_memory_usage",
        Observed::TokioWorkers => "tokio_workers",
        Observed::TokioAliveTasks => "tokio_alive_tasks",
        Observed::TokioGlobalQueueDepth => "tokio_global_queue_depth",
    }
}
