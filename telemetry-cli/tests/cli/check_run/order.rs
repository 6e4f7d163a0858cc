//! Mutations of whose a run is, of the order of its lines, and of its end.

use serde_json::{Value, json};

use super::mutations::{Mutation, renumber, the, without};

pub(super) const MUTATIONS: &[Mutation] = &[
    ("nothing is there", |l| l.clear(), &["empty_input"]),
    (
        "the last line is torn",
        |l| {
            let text = l[l.len() - 1].to_string();
            let last = l.len() - 1;
            l[last] = Value::String(text[..text.len() / 2].to_owned());
        },
        &["torn_line", "missing_end"],
    ),
    (
        "a line is no JSON",
        |l| l.insert(5, Value::String("hello".to_owned())),
        &["bad_line"],
    ),
    (
        "a record of a newer kind",
        |l| {
            let last = l.len() - 1;
            l.insert(
                last,
                json!({"seq": last, "time": "2026-11-25T00:00:00.0Z", "record": "dream"}),
            );
            l[last + 1]["seq"] = json!(last);
        },
        &["unknown_record"],
    ),
    (
        "an unknown field",
        |l| l[0]["colour"] = json!("red"),
        &["unknown_field"],
    ),
    (
        "a newer format",
        |l| l[0]["format"] = json!(99),
        &["newer_format"],
    ),
    (
        "the run line is gone",
        |l| {
            l.remove(0);
            renumber(l);
        },
        &["missing_run_line"],
    ),
    (
        "another schema",
        |l| l[0]["schema"]["name"] = json!("bakery"),
        &["other_schema"],
    ),
    (
        "another version",
        |l| l[0]["schema"]["version"] = json!("0.9.0"),
        &["other_version"],
    ),
    (
        "a run id is missing",
        |l| without(&mut l[0]["resource"], "parallax.run.id"),
        &["missing_run_id"],
    ),
    (
        "a run id is another's",
        |l| l[0]["resource"]["cli.invocation.id"] = json!("abcdef"),
        &["wrong_run_id"],
    ),
    (
        "another service",
        |l| l[0]["resource"]["service.name"] = json!("bakery"),
        &["wrong_service"],
    ),
    (
        "no service",
        |l| without(&mut l[0]["resource"], "service.name"),
        &["wrong_service"],
    ),
    (
        "two numbers change places",
        |l| {
            l[3]["seq"] = json!(4);
            l[4]["seq"] = json!(3);
        },
        &["sequence_disorder", "sequence_gap"],
    ),
    (
        "a number comes twice",
        |l| l[4]["seq"] = json!(3),
        &["sequence_disorder", "sequence_gap"],
    ),
    (
        "a number is the highest there is",
        |l| l[4]["seq"] = json!(u64::MAX),
        &["sequence_gap", "sequence_disorder"],
    ),
    (
        "a record is lost",
        |l| {
            let at = l.iter().position(|line| line["record"] == "log").expect("a log");
            l.remove(at);
        },
        &[
            "sequence_gap",
            "summary_contradicts_run",
            "ledger_contradicts_file",
        ],
    ),
    (
        "a time is none",
        |l| the(l, "log", "")["time"] = json!("yesterday"),
        &["bad_time"],
    ),
    ("the run was killed", |l| drop(l.pop()), &["missing_end"]),
    (
        "a fallback file has no end",
        |l| {
            l[0]["why"] = json!("undelivered");
            l.pop();
        },
        &["end_not_in_file"],
    ),
    (
        "a fallback file with its gaps is fine but for its end",
        |l| {
            l[0]["why"] = json!("undelivered");
            l.drain(1..10);
            l.pop();
        },
        &["end_not_in_file"],
    ),
    (
        "something is recorded after the end",
        |l| {
            let at = l
                .iter()
                .position(|line| line["record"] == "metrics")
                .expect("metrics");
            let mut metrics = l[at].clone();
            metrics["seq"] = json!(l.len());
            l.push(metrics);
        },
        &["record_after_end"],
    ),
    (
        "there is no summary",
        |l| {
            l.retain(|line| line["record"] != "summary");
            renumber(l);
        },
        &["missing_summary"],
    ),
    (
        "there are no metrics",
        |l| {
            l.retain(|line| line["record"] != "metrics");
            renumber(l);
        },
        &["missing_signal"],
    ),
    (
        "there are no traces",
        |l| {
            l.retain(|line| !matches!(line["record"].as_str(), Some("span_start" | "span_end")));
            l.retain(|line| line["on_span"] != true);
            for line in l.iter_mut().filter(|line| line["span_id"].is_string()) {
                without(line, "span_id");
            }
            renumber(l);
        },
        &["missing_signal", "summary_contradicts_run"],
    ),
    (
        "there are no logs",
        |l| {
            l.retain(|line| {
                line["on_span"] == true
                    || !matches!(line["record"].as_str(), Some("event" | "log" | "summary"))
            });
            renumber(l);
        },
        &["missing_signal", "missing_summary"],
    ),
    (
        "the ledger does not add up",
        |l| the(l, "summary", "")["ledger"]["emitted"] = json!(1000),
        &["unbalanced_ledger"],
    ),
    (
        "the ledger has more records than the file",
        |l| {
            let ledger = &mut the(l, "summary", "")["ledger"];
            ledger["emitted"] = json!(1000);
            ledger["in_file"] = json!(1000);
        },
        &["ledger_contradicts_file"],
    ),
    (
        "a record was dropped",
        |l| {
            let ledger = &mut the(l, "summary", "")["ledger"];
            ledger["emitted"] = json!(ledger["emitted"].as_u64().expect("a number") + 1);
            ledger["dropped"] = json!(1);
        },
        &["records_dropped"],
    ),
    (
        "the summary counts an event that was not",
        |l| the(l, "summary", "")["events"]["select"] = json!(2),
        &["summary_contradicts_run"],
    ),
    (
        "the summary forgets a stage",
        |l| drop(the(l, "summary", "")["stages"].as_array_mut().map(Vec::pop)),
        &["summary_contradicts_run"],
    ),
    (
        "the summary counts other logs",
        |l| the(l, "summary", "")["logs"] = json!(7),
        &["summary_contradicts_run"],
    ),
    (
        "the summary counts another number of cache hits than the counter",
        |l| the(l, "summary", "")["cache_hits"] = json!(5),
        &["summary_contradicts_run"],
    ),
    (
        "the summary counts an unexpected call of which no log tells",
        |l| the(l, "summary", "")["unexpected"] = json!(1),
        &["summary_contradicts_run"],
    ),
    (
        "the end has another outcome than the summary",
        |l| the(l, "end", "")["outcome"] = json!("cancelled"),
        &["end_contradicts_summary"],
    ),
    (
        "the end has another duration than the summary",
        |l| the(l, "end", "")["duration_ns"] = json!(1),
        &["end_contradicts_summary"],
    ),
    (
        "the run failed with an error of nobody",
        |l| {
            the(l, "summary", "")["outcome"] = json!("failure");
            let end = the(l, "end", "");
            end["outcome"] = json!("failure");
            end["error_type"] = json!("bad_luck");
        },
        &["undeclared_error"],
    ),
];
