//! Mutations of spans: of one, of a pair of lines, of the tree, of the links, and of the operator's path.

use serde_json::{Value, json};

use super::mutations::{Mutation, at, renumber, span, the, without};

/// Both lines of the n-th visit, and its start.
fn visit(lines: &mut [Value], n: usize, change: impl Fn(&mut Value)) {
    let ids: Vec<Value> = lines
        .iter()
        .filter(|line| line["record"] == "span_start" && line["kind"] == "screen")
        .map(|line| line["span_id"].clone())
        .collect();
    for line in lines.iter_mut().filter(|line| line["span_id"] == ids[n]) {
        if line["record"] != "event" && line["record"] != "log" {
            change(line);
        }
    }
}

pub(super) const MUTATIONS: &[Mutation] = &[
    (
        "a span of nobody",
        |l| span(l, "http.request", |line| line["name"] = json!("https.request")),
        &["undeclared_span"],
    ),
    (
        "a stage recorded as a span",
        |l| span(l, "launch.hardline", |line| line["kind"] = json!("span")),
        &["wrong_kind", "summary_contradicts_run"],
    ),
    (
        "another kind on the wire",
        |l| span(l, "http.request", |line| line["span_kind"] = json!("server")),
        &["wrong_span_kind"],
    ),
    (
        "an id of zeros",
        |l| span(l, "cli.command", |line| line["trace_id"] = json!("0".repeat(32))),
        &["bad_id"],
    ),
    (
        "an id in capitals",
        |l| {
            span(l, "cli.command", |line| {
                line["span_id"] = json!("ABCDEFABCDEFABCD")
            })
        },
        &["bad_id"],
    ),
    (
        "a span starts twice",
        |l| {
            let start = the(l, "span_start", "http.request").clone();
            let at = at(l, "span_start", "http.request");
            l.insert(at, start);
            renumber(l);
        },
        &["started_twice"],
    ),
    (
        "a span ends twice",
        |l| {
            let end = the(l, "span_end", "http.request").clone();
            let at = at(l, "span_end", "http.request");
            l.insert(at, end);
            renumber(l);
        },
        &["ended_twice"],
    ),
    (
        "a span ends that never started",
        |l| {
            let at = at(l, "span_start", "usage.refresh");
            l.remove(at);
            renumber(l);
        },
        &["end_without_start"],
    ),
    (
        "a span never ends",
        |l| {
            let at = at(l, "span_end", "http.request");
            l.remove(at);
            renumber(l);
        },
        &["never_ended"],
    ),
    (
        "an end in another trace than its start",
        |l| the(l, "span_end", "cli.command")["trace_id"] = json!("a".repeat(32)),
        &["end_contradicts_start"],
    ),
    (
        "an end that names another start",
        |l| the(l, "span_end", "cli.command")["started"] = l_time(0),
        &["end_contradicts_start", "wrong_duration"],
    ),
    (
        "a span ends before it starts",
        |l| {
            let early = l[0]["time"].clone();
            the(l, "span_end", "http.request")["time"] = early;
        },
        &["negative_duration"],
    ),
    (
        "a duration of another clock",
        |l| the(l, "span_end", "http.request")["duration_ns"] = json!(3_600_000_000_000_u64),
        &["wrong_duration"],
    ),
    (
        "a failure that does not say how",
        |l| without(the(l, "span_end", "launch.derived_image"), "error_type"),
        &["missing_error"],
    ),
    (
        "a failure with an error of nobody",
        |l| the(l, "span_end", "launch.derived_image")["error_type"] = json!("bad_luck"),
        &["undeclared_error"],
    ),
    (
        "a success with an error",
        |l| the(l, "span_end", "launch.derived_image")["outcome"] = json!("success"),
        &["error_of_success"],
    ),
    (
        "a guard was dropped without a word",
        |l| the(l, "span_end", "launch.hardline")["outcome"] = json!("abandoned"),
        &["abandoned"],
    ),
    (
        "a span started before its run",
        |l| {
            span(l, "cli.command", |line| {
                let key = if line["record"] == "span_start" {
                    "time"
                } else {
                    "started"
                };
                line[key] = l_time(0);
            })
        },
        &["outside_run", "wrong_duration"],
    ),
    (
        "a span ended after its run",
        |l| the(l, "span_end", "cli.command")["time"] = l_time(5),
        &["outside_run", "wrong_duration"],
    ),
    (
        "a span started before its parent",
        |l| {
            let early = the(l, "span_start", "cli.command")["time"].clone();
            span(l, "http.request", |line| {
                let key = if line["record"] == "span_start" {
                    "time"
                } else {
                    "started"
                };
                line[key] = early.clone();
            });
        },
        &["before_parent"],
    ),
    (
        "the parent of a span never started",
        |l| {
            span(l, "http.request", |line| {
                line["parent_span_id"] = json!("00000000000000aa")
            })
        },
        &["missing_parent"],
    ),
    (
        "a span in another trace than its parent",
        |l| {
            let other = json!("b".repeat(32));
            span(l, "launch.hardline", |line| line["trace_id"] = other.clone());
        },
        &["other_trace"],
    ),
    (
        "a visit has a parent",
        |l| {
            let command = the(l, "span_start", "cli.command")["span_id"].clone();
            visit(l, 0, |line| line["parent_span_id"] = command.clone());
        },
        &["root_with_parent", "other_trace"],
    ),
    (
        "two visits share a trace",
        |l| {
            let trace = the(l, "span_start", "cli.command")["trace_id"].clone();
            span(l, "usage.refresh", |line| line["trace_id"] = trace.clone());
            for line in l.iter_mut().filter(|line| line["links"].is_array()) {
                if line["name"] == "usage.refresh" {
                    line["links"][0]["trace_id"] = trace.clone();
                }
            }
        },
        &["shared_trace"],
    ),
    (
        "a visit without its link",
        |l| visit(l, 1, |line| without(line, "links")),
        &["missing_link"],
    ),
    (
        "a visit linked to the one before the one before",
        |l| {
            let first = the(l, "span_start", "list").clone();
            visit(l, 2, |line| {
                line["links"][0]["span_id"] = first["span_id"].clone();
                line["links"][0]["trace_id"] = first["trace_id"].clone();
            });
        },
        &["wrong_link"],
    ),
    (
        "a link to a span that never was",
        |l| {
            span(l, "prewarm.job", |line| {
                line["links"][0]["span_id"] = json!("00000000000000aa")
            })
        },
        &["wrong_link", "missing_link"],
    ),
    (
        "a job without its link to the visit",
        |l| span(l, "prewarm.job", |line| without(line, "links")),
        &["missing_link"],
    ),
    (
        "a round without its link to the round before",
        |l| {
            for line in l.iter_mut().filter(|line| line["name"] == "usage.refresh") {
                if line["links"].is_array() {
                    without(line, "links");
                }
            }
        },
        &["missing_link"],
    ),
    (
        "a visit that says it came from elsewhere",
        |l| {
            visit(l, 1, |line| {
                line["attributes"]["jackin.screen.from"] = json!("editor")
            })
        },
        &["wrong_place_name"],
    ),
    (
        "a visit that says it is another screen",
        |l| {
            visit(l, 1, |line| {
                line["attributes"]["jackin.screen.name"] = json!("editor")
            })
        },
        &["wrong_place_name"],
    ),
    (
        "a stage that says it is another",
        |l| {
            span(l, "launch.hardline", |line| {
                line["attributes"]["jackin.launch.stage"] = json!("network")
            })
        },
        &["wrong_place_name"],
    ),
    (
        "a timing that does not say which",
        |l| {
            span(l, "launch.derived_image.docker_build", |line| {
                without(&mut line["attributes"], "jackin.launch.timing")
            })
        },
        &["wrong_place_name"],
    ),
    (
        "a stage is no child of its screen's visit",
        |l| {
            let list = the(l, "span_start", "list").clone();
            span(l, "launch.hardline", |line| {
                line["parent_span_id"] = list["span_id"].clone();
                line["trace_id"] = list["trace_id"].clone();
            });
        },
        &["stray_stage"],
    ),
    (
        "a stage has no parent",
        |l| {
            span(l, "launch.hardline", |line| {
                without(line, "parent_span_id");
                line["trace_id"] = json!("c".repeat(32));
            })
        },
        &["stray_stage"],
    ),
    (
        "a timing is no child of its stage",
        |l| {
            let launch = the(l, "span_start", "launch")["span_id"].clone();
            span(l, "launch.derived_image.docker_build", |line| {
                line["parent_span_id"] = launch.clone()
            });
        },
        &["stray_timing"],
    ),
    (
        "the run begins on a screen that is no entry",
        |l| {
            // Everything of the first visit goes, as if the operator had begun on the second.
            let first = the(l, "span_start", "list")["span_id"].clone();
            l.retain(|line| line["span_id"] != first);
            visit(l, 0, |line| {
                without(line, "links");
                without(&mut line["attributes"], "jackin.screen.from");
            });
            let events = &mut the(l, "summary", "")["events"];
            events["navigate"] = json!(2);
            without(events, "select");
            renumber(l);
        },
        &["wrong_entry"],
    ),
    (
        "a visit begins before the one before it ends",
        |l| {
            let late = the(l, "span_start", "launch")["time"].clone();
            the(l, "span_end", "settings")["time"] = late;
        },
        &["overlapping_visits"],
    ),
    (
        "a move that the schema does not list",
        |l| the(l, "event", "navigate")["attributes"]["jackin.screen.to"] = json!("list"),
        &["unlisted_move", "move_elsewhere"],
    ),
    (
        "a move to a listed screen, and the next visit is another",
        |l| the(l, "event", "navigate")["attributes"]["jackin.screen.to"] = json!("editor"),
        &["move_elsewhere"],
    ),
    (
        "a move that is on no visit",
        |l| {
            let command = the(l, "span_start", "cli.command").clone();
            let moved = the(l, "event", "navigate");
            moved["span_id"] = command["span_id"].clone();
            moved["trace_id"] = command["trace_id"].clone();
        },
        &["move_off_visit", "silent_move"],
    ),
    (
        "the operator is moved without a word",
        |l| {
            let at = at(l, "event", "navigate");
            l.remove(at);
            the(l, "summary", "")["events"]["navigate"] = json!(2);
            renumber(l);
        },
        &["silent_move"],
    ),
    (
        "a move after which nothing comes",
        |l| {
            let launch = the(l, "span_start", "launch").clone();
            let mut moved = the(l, "event", "navigate").clone();
            moved["span_id"] = launch["span_id"].clone();
            moved["trace_id"] = launch["trace_id"].clone();
            moved["screen"] = json!("launch");
            without(&mut moved["attributes"], "jackin.workspace.name");
            let at = at(l, "span_end", "launch");
            l.insert(at, moved);
            the(l, "summary", "")["events"]["navigate"] = json!(4);
            renumber(l);
        },
        &["unlisted_move", "move_elsewhere"],
    ),
];

/// A time long before (0) or after every run.
fn l_time(digit: u8) -> Value {
    json!(format!("2{digit}00-01-01T00:00:00.000000000Z"))
}
