//! The resolved schema as JSON: the shape of the YAML, every default explicit. Since JSON is YAML it can be
//! compiled again, to the same model: that is what a property test holds it to.

use serde_json::{Value, json};

use super::tree::Tree;
use crate::model::*;

/// The whole model, pretty-printed.
///
/// Items that the compiler supplied are written like declared ones; only the error for everything else is left
/// out, because no schema can declare it.
pub fn render(model: &Model) -> String {
    let manifest = &model.manifest;
    let run = &manifest.run;
    Tree::Map(vec![
        entry(
            "schema",
            map([
                ("name", text(&manifest.name)),
                ("version", text(&manifest.version)),
                ("url", text(&manifest.url)),
                ("namespace", text(&manifest.namespace)),
            ]),
        ),
        entry("service", map([("name", text(&manifest.service))])),
        entry(
            "run",
            map([
                ("id_attributes", texts(&run.id_attributes)),
                (
                    "adopt_from",
                    map([
                        ("resource_attributes", texts(&run.adopt_resource_attributes)),
                        ("env", texts(&run.adopt_env)),
                    ]),
                ),
                ("directory", text(&run.directory)),
                (
                    "keep",
                    map([("runs", leaf(run.keep_runs)), ("days", leaf(run.keep_days))]),
                ),
                ("file_env", text(&run.file_env)),
                ("debug_env", text(&run.debug_env)),
            ]),
        ),
        entry("logs", map([("targets", texts(&manifest.log_targets))])),
        entry("roles", roles(model)),
        entry(
            "errors",
            items(
                model
                    .errors
                    .iter()
                    .filter(|e| !e.item.implicit)
                    .map(|e| (&e.item, error(e))),
            ),
        ),
        entry(
            "attributes",
            items(model.attributes.iter().map(|a| (&a.item, attribute(a)))),
        ),
        entry(
            "screens",
            items(model.screens.iter().map(|s| (&s.item, screen(model, s)))),
        ),
        entry("stages", stages(model)),
        entry(
            "events",
            items(model.events.iter().map(|e| (&e.item, event(model, e)))),
        ),
        entry(
            "spans",
            items(model.spans.iter().map(|s| (&s.item, span(model, s)))),
        ),
        entry(
            "metrics",
            items(
                model
                    .metrics
                    .iter()
                    .enumerate()
                    .map(|(i, m)| (&m.item, metric(model, i, m))),
            ),
        ),
    ])
    .to_json()
}

type Entries = Vec<(String, Tree)>;

fn entry(key: &str, value: Tree) -> (String, Tree) {
    (key.to_owned(), value)
}

fn map<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Map(
        entries
            .into_iter()
            .map(|(key, value)| entry(key, value))
            .collect(),
    )
}

fn leaf(value: impl Into<Value>) -> Tree {
    Tree::Leaf(value.into())
}

fn text(text: &str) -> Tree {
    leaf(text)
}

fn texts(texts: &[String]) -> Tree {
    Tree::List(texts.iter().map(|each| text(each)).collect())
}

/// Items by id, each with what all items have.
fn items<'a>(items: impl Iterator<Item = (&'a Item, Entries)>) -> Tree {
    Tree::Map(
        items
            .map(|(item, own)| (item.id.clone(), with_item(item, own)))
            .collect(),
    )
}

fn with_item(item: &Item, own: Entries) -> Tree {
    let mut entries = vec![entry("brief", text(&item.brief))];
    entries.extend(own);
    let optional = [
        ("note", &item.note),
        ("owner", &item.owner),
        ("issue", &item.issue),
        ("expires_in", &item.expires_in),
    ];
    for (key, value) in optional {
        entries.extend(value.as_ref().map(|value| entry(key, text(value))));
    }
    entries.extend(
        item.deprecated
            .as_ref()
            .map(|value| entry("deprecated", deprecated(value))),
    );
    if !item.renamed_from.is_empty() {
        entries.push(entry("renamed_from", texts(&item.renamed_from)));
    }
    if !item.allow.is_empty() {
        let allow = item.allow.iter().map(|(code, reason)| entry(code, text(reason)));
        entries.push(entry("allow", Tree::Map(allow.collect())));
    }
    Tree::Map(entries)
}

fn deprecated(deprecated: &Deprecated) -> Tree {
    let mut entries = vec![
        entry("since", text(&deprecated.since)),
        entry("reason", text(&deprecated.reason)),
    ];
    entries.extend(
        deprecated
            .instead
            .as_ref()
            .map(|instead| entry("use", text(instead))),
    );
    Tree::Map(entries)
}

fn roles(model: &Model) -> Tree {
    let roles = &model.roles;
    let mut entries: Entries = roles
        .attributes()
        .map(|(role, index)| entry(role, text(&model.attributes[index].item.id)))
        .collect();
    let events = [
        ("navigate", roles.navigate),
        ("slow_wait", roles.slow_wait),
        ("panic", roles.panic),
        ("summary", roles.summary),
    ];
    entries.extend(events.map(|(role, index)| entry(role, text(&model.events[index].item.id))));
    entries.push(entry("command", text(&model.spans[roles.command].item.id)));
    entries.extend(
        roles
            .session_span
            .map(|index| entry("session_span", text(&model.spans[index].item.id))),
    );
    let caches = [
        ("cache_hits", roles.cache_hits),
        ("cache_misses", roles.cache_misses),
    ];
    for (role, metric) in caches {
        entries.extend(metric.map(|index| entry(role, text(&model.metrics[index].item.id))));
    }
    Tree::Map(entries)
}

fn error(error: &ErrorType) -> Entries {
    error.code.iter().map(|code| entry("code", text(code))).collect()
}

fn attribute(attribute: &Attribute) -> Entries {
    let mut entries = vec![entry("type", text(attribute.kind.as_str()))];
    if let AttributeKind::Enum(values) = &attribute.kind {
        entries.push(entry(
            "values",
            Tree::Map(
                values
                    .iter()
                    .map(|value| entry(&value.id, enum_value(value)))
                    .collect(),
            ),
        ));
    }
    if matches!(attribute.kind, AttributeKind::String | AttributeKind::Strings) {
        entries.push(entry("max_length", leaf(attribute.max_length)));
        entries.push(entry("scrub", leaf(attribute.scrub)));
    }
    entries.extend(attribute.unit.as_ref().map(|unit| entry("unit", text(unit))));
    let sensitivity = match attribute.sensitivity {
        Sensitivity::Public => "public",
        Sensitivity::Identifying => "identifying",
        Sensitivity::Secret => "secret",
    };
    entries.push(entry("sensitivity", text(sensitivity)));
    entries.push(entry("examples", texts(&attribute.examples)));
    entries.push(entry("standard", leaf(attribute.standard)));
    entries.push(entry("short_name", text(&attribute.item.rust_name)));
    entries
}

fn enum_value(value: &EnumValue) -> Tree {
    let mut entries = vec![entry("brief", text(&value.brief))];
    entries.extend(
        value
            .deprecated
            .as_ref()
            .map(|value| entry("deprecated", deprecated(value))),
    );
    if !value.renamed_from.is_empty() {
        entries.push(entry("renamed_from", texts(&value.renamed_from)));
    }
    Tree::Map(entries)
}

fn uses(model: &Model, uses: &[AttributeUse]) -> (String, Tree) {
    let need = |used: &AttributeUse| text(if used.required { "required" } else { "optional" });
    let id = |used: &AttributeUse| model.attributes[used.attribute].item.id.clone();
    entry(
        "attributes",
        Tree::Map(uses.iter().map(|used| (id(used), need(used))).collect()),
    )
}

fn screen(model: &Model, screen: &Screen) -> Entries {
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
fn stages(model: &Model) -> Tree {
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

fn stage(model: &Model, stage: &Stage) -> Entries {
    let timings = stage.timings.iter().map(|timing| text(&timing.id)).collect();
    vec![
        entry("label", text(&stage.label)),
        uses(model, &stage.attributes),
        entry("timings", Tree::List(timings)),
    ]
}

fn event(model: &Model, event: &Event) -> Entries {
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

fn body(model: &Model, event: &Event) -> String {
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

fn span(model: &Model, span: &Span) -> Entries {
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

fn metric(model: &Model, index: MetricIndex, metric: &Metric) -> Entries {
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

fn observes(observed: Observed) -> &'static str {
    match observed {
        Observed::ProcessCpuUtilization => "process_cpu_utilization",
        Observed::ProcessMemoryUsage => "process_memory_usage",
        Observed::TokioWorkers => "tokio_workers",
        Observed::TokioAliveTasks => "tokio_alive_tasks",
        Observed::TokioGlobalQueueDepth => "tokio_global_queue_depth",
    }
}
