//! Screens, stages, events, spans and metrics.

use serde_json::json;

use super::item::items;
use super::{Entries, entry, leaf, map, text};
use crate::model::*;
use crate::render::tree::Tree;

pub(super) fn uses(model: &Model, uses: &[AttributeUse]) -> (String, Tree) {
    let need = |used: &AttributeUse| text(if used.required { "required" } else { "optional" });
    let id = |used: &AttributeUse| model.attributes[used.attribute].item.id.clone();
    entry(
        "attributes",
        Tree::Map(uses.iter().map(|used| (id(used), need(used))).collect()),
    )
}

pub(super) fn screen(model: &Model, screen: &Screen) -> Entries {
    let to = screen
        .navigates_to
        .iter()
        .map(|&index| text(&model.screens[index].item.id))
        .collect();
    let actions = screen
        .actions
        .iter()
        .map(|&index| text(&model.events[index].item.id))
        .collect();
    vec![
        entry("entry", leaf(screen.entry)),
        entry("navigates_to", Tree::List(to)),
        uses(model, &screen.attributes),
        entry("actions", Tree::List(actions)),
    ]
}

/// Stages are written under their screens.
pub(super) fn stages(model: &Model) -> Tree {
    let mut groups: Entries = Vec::new();
    for group in model.stages.chunk_by(|one, next| one.screen == next.screen) {
        let mut entries = Vec::new();
        entries.extend(
            group[0]
                .slow_after_ms
                .map(|ms| entry("slow_after", text(&format!("{ms}ms")))),
        );
        entries.push(entry(
            "stages",
            items(group.iter().map(|s| (&s.item, stage(model, s)))),
        ));
        groups.push((model.screens[group[0].screen].item.id.clone(), Tree::Map(entries)));
    }
    Tree::Map(groups)
}

pub(super) fn stage(model: &Model, stage: &Stage) -> Entries {
    let timings = stage.timings.iter().map(|timing| text(&timing.id)).collect();
    vec![
        entry("label", text(&stage.label)),
        uses(model, &stage.attributes),
        entry("timings", Tree::List(timings)),
    ]
}

pub(super) fn event(model: &Model, event: &Event) -> Entries {
    let severity = match event.severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    };
    let record = match event.record {
        EventRecord::Log => "log",
        EventRecord::SpanEvent => "span_event",
        EventRecord::Both => "both",
    };
    let mut entries = vec![
        entry("severity", text(severity)),
        entry("body", text(&body(model, event))),
        entry("record", text(record)),
        uses(model, &event.attributes),
    ];
    let counted = event.feeds.iter().find(|feed| feed.value.is_none());
    entries.extend(counted.map(|feed| entry("counts", text(&model.metrics[feed.metric].item.id))));
    entries
}

pub(super) fn body(model: &Model, event: &Event) -> String {
    let mut template = String::new();
    for part in &event.body {
        match part {
            BodyPart::Text(text) => template.push_str(&text.replace('{', "{{").replace('}', "}}")),
            BodyPart::Slot(slot) => {
                template.push('{');
                template.push_str(&model.attributes[event.attributes[*slot].attribute].item.id);
                template.push('}');
            }
        }
    }
    template
}

pub(super) fn span(model: &Model, span: &Span) -> Entries {
    let kind = match span.kind {
        SpanKind::Internal => "internal",
        SpanKind::Client => "client",
        SpanKind::Server => "server",
        SpanKind::Producer => "producer",
        SpanKind::Consumer => "consumer",
    };
    let link = |link: &LinkRule| match link {
        LinkRule::Handover => "handover",
        LinkRule::Visit => "visit",
        LinkRule::Previous => "previous",
    };
    vec![
        entry("kind", text(kind)),
        entry("trace", text(if span.new_trace { "new" } else { "child" })),
        entry(
            "links",
            Tree::List(span.links.iter().map(|each| text(link(each))).collect()),
        ),
        uses(model, &span.attributes),
    ]
}

pub(super) fn metric(model: &Model, index: MetricIndex, metric: &Metric) -> Entries {
    let kind = match metric.instrument {
        Instrument::Counter => "counter",
        Instrument::UpDownCounter => "up_down_counter",
        Instrument::Gauge => "gauge",
        Instrument::Histogram => "histogram",
    };
    let mut entries = vec![
        entry("kind", text(kind)),
        entry("value", text(if metric.double { "double" } else { "int" })),
        entry("unit", text(&metric.unit)),
        uses(model, &metric.attributes),
    ];
    if metric.instrument == Instrument::Histogram {
        entries.push(entry(
            "buckets",
            Tree::List(metric.buckets.iter().map(|bound| leaf(json!(bound))).collect()),
        ));
    }
    entries.extend(
        metric
            .observes
            .map(|observed| entry("observes", text(observes(observed)))),
    );
    for event in &model.events {
        let feed = event.feeds.iter().find(|feed| feed.metric == index);
        if let Some(slot) = feed.and_then(|feed| feed.value) {
            let value = &model.attributes[event.attributes[slot].attribute].item.id;
            entries.push(entry(
                "fed_by",
                map([("event", text(&event.item.id)), ("value", text(value))]),
            ));
        }
    }
    entries
}

pub(super) fn observes(observed: Observed) -> &'static str {
    match observed {
        Observed::ProcessCpuUtilization => "process_cpu_utilization",
        Observed::ProcessMemoryUsage => "process_memory_usage",
        Observed::TokioWorkers => "tokio_workers",
        Observed::TokioAliveTasks => "tokio_alive_tasks",
        Observed::TokioGlobalQueueDepth => "tokio_global_queue_depth",
    }
}
