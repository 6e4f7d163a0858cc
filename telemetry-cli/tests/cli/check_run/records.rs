//! Mutations of single records: events, logs, metrics, and what any record carries.

use serde_json::{Value, json};

use super::mutations::{Mutation, point, renumber, span, the, without};

/// Renames an event, and what the summary says of it.
fn rename(lines: &mut [Value], from: &str, to: &str) {
    the(lines, "event", from)["name"] = json!(to);
    let events = &mut the(lines, "summary", "")["events"];
    without(events, from);
    events[to] = json!(1);
}

pub(super) const MUTATIONS: &[Mutation] = &[
    (
        "an event of nobody",
        |l| the(l, "event", "cache.hit")["name"] = json!("cache.hot"),
        &["undeclared_event", "summary_contradicts_run"],
    ),
    (
        "a required attribute is missing",
        |l| {
            without(
                &mut the(l, "event", "container.exited")["attributes"],
                "process.exit.code",
            )
        },
        &["missing_attribute"],
    ),
    (
        "a required attribute of a span is missing",
        |l| {
            span(l, "http.request", |line| {
                without(&mut line["attributes"], "server.address")
            })
        },
        &["missing_attribute"],
    ),
    (
        "a required attribute of a metric is missing",
        |l| {
            without(
                &mut point(l, "container.exits")["attributes"],
                "process.exit.code",
            )
        },
        &["missing_attribute"],
    ),
    (
        "an attribute of nobody",
        |l| the(l, "event", "launch.ready")["attributes"]["jackin.colour"] = json!("red"),
        &["undeclared_attribute"],
    ),
    (
        "an attribute of nobody on a span",
        |l| {
            span(l, "launch.hardline", |line| {
                line["attributes"]["jackin.colour"] = json!("red")
            })
        },
        &["undeclared_attribute"],
    ),
    (
        "an attribute of other items",
        |l| the(l, "event", "launch.ready")["attributes"]["jackin.key.class"] = json!("letter"),
        &["foreign_attribute", "undeclared_value"],
    ),
    (
        "a tag of another screen",
        |l| the(l, "event", "navigate")["attributes"]["jackin.role.name"] = json!("dev"),
        &["foreign_attribute"],
    ),
    (
        "a string for an int",
        |l| the(l, "event", "container.exited")["attributes"]["process.exit.code"] = json!("0"),
        &["wrong_type"],
    ),
    (
        "a double for an int",
        |l| the(l, "event", "launch.ready")["attributes"]["jackin.duration"] = json!(0.5),
        &["wrong_type"],
    ),
    (
        "an int for a string",
        |l| {
            span(l, "http.request", |line| {
                line["attributes"]["server.address"] = json!(7)
            })
        },
        &["wrong_type"],
    ),
    (
        "a list for a string",
        |l| the(l, "event", "confirm")["attributes"]["jackin.action.target"] = json!(["a", "b"]),
        &["wrong_type"],
    ),
    (
        "a value outside of a closed set",
        |l| the(l, "event", "cache.hit")["attributes"]["jackin.cache.name"] = json!("pantry"),
        &["undeclared_value"],
    ),
    (
        "a reason to skip that is none",
        |l| the(l, "span_end", "launch.workspace")["attributes"]["jackin.skip.reason"] = json!("bored"),
        &["undeclared_value"],
    ),
    (
        "a string that is too long",
        |l| {
            the(l, "event", "container.exited")["attributes"]["jackin.container.name"] =
                json!("x".repeat(5000))
        },
        &["too_long"],
    ),
    (
        "an event on a screen of nobody",
        |l| the(l, "event", "cache.hit")["screen"] = json!("attic"),
        &["wrong_place_name"],
    ),
    (
        "a log in a stage of nobody",
        |l| the(l, "log", "")["stage"] = json!("lunch"),
        &["wrong_place_name"],
    ),
    (
        "a secret that can be read",
        |l| {
            the(l, "event", "env.variable.resolved")["attributes"]["jackin.env.reference"] =
                json!("op://vault/token")
        },
        &["secret_shown"],
    ),
    (
        "another severity",
        |l| the(l, "event", "container.exited")["severity"] = json!("error"),
        &["wrong_severity"],
    ),
    (
        "a log record on a span",
        |l| the(l, "event", "cache.hit")["on_span"] = json!(true),
        &["not_a_span_event"],
    ),
    (
        "an event of a span as a log record",
        |l| without(the(l, "event", "confirm"), "on_span"),
        &["not_a_log_record"],
    ),
    (
        "debug detail without debug",
        |l| {
            // There is an event of that tier in the run.
            l[0]["debug"] = json!(false);
        },
        &["debug_detail"],
    ),
    (
        "a log of the debug tier without debug",
        |l| {
            l.retain(|line| line["name"] != "env.variable.resolved");
            without(&mut the(l, "summary", "")["events"], "env.variable.resolved");
            l[0]["debug"] = json!(false);
            the(l, "log", "")["severity"] = json!("debug");
            renumber(l);
        },
        &["debug_detail"],
    ),
    (
        "an action that its screen does not list",
        |l| rename(l, "confirm", "save"),
        &["unlisted_action"],
    ),
    (
        "an event on a span that never was",
        |l| the(l, "event", "cache.hit")["span_id"] = json!("00000000000000aa"),
        &["record_off_span"],
    ),
    (
        "an event in another trace than its span",
        |l| the(l, "event", "cache.hit")["trace_id"] = json!("000000000000000000000000000000aa"),
        &["record_off_span"],
    ),
    (
        "a log on a span that never was",
        |l| the(l, "log", "")["span_id"] = json!("00000000000000aa"),
        &["record_off_span"],
    ),
    (
        "a log of a dependency",
        |l| the(l, "log", "")["target"] = json!("hyper::client"),
        &["foreign_target"],
    ),
    (
        "a call that the runtime did not expect",
        |l| {
            the(l, "log", "")["attributes"]["telemetry.unexpected"] = json!(true);
            the(l, "summary", "")["unexpected"] = json!(1);
        },
        &["unexpected_call"],
    ),
    (
        "a metric of nobody",
        |l| point(l, "jackin.cache.hits")["name"] = json!("jackin.cache.hots"),
        &["undeclared_metric", "summary_contradicts_run"],
    ),
    (
        "another instrument",
        |l| point(l, "process.cpu.utilization")["kind"] = json!("counter"),
        &["wrong_instrument"],
    ),
    (
        "another unit",
        |l| point(l, "process.memory.usage")["unit"] = json!("KiBy"),
        &["wrong_unit"],
    ),
    (
        "a fraction of a hit",
        |l| point(l, "jackin.cache.hits")["value"] = json!(0.5),
        &["wrong_number", "summary_contradicts_run"],
    ),
    (
        "a number for a histogram",
        |l| point(l, "jackin.launch.duration")["value"] = json!(1200),
        &["wrong_number"],
    ),
    (
        "a histogram for a number",
        |l| {
            let state = point(l, "jackin.launch.duration")["value"].clone();
            point(l, "process.memory.usage")["value"] = state;
        },
        &["wrong_number"],
    ),
    (
        "other buckets",
        |l| point(l, "jackin.launch.duration")["value"]["bounds"][0] = json!(499.0),
        &["wrong_buckets"],
    ),
    (
        "values in no bucket",
        |l| point(l, "jackin.launch.duration")["value"]["count"] = json!(2),
        &["wrong_buckets"],
    ),
    (
        "a counter below nothing",
        |l| point(l, "jackin.cache.hits")["value"] = json!(-1),
        &["falling_counter", "summary_contradicts_run"],
    ),
    (
        "an attribute of nobody on a metric",
        |l| point(l, "process.memory.usage")["attributes"]["jackin.colour"] = json!("red"),
        &["undeclared_attribute"],
    ),
];
