//! From one good run, each rule broken in turn: which codes are found is pinned, all of them and no others, so that a
//! rule that sees a mistake where there is none shows itself here too.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{check, good_lines, order, records, text_of, trees};

/// What is done to the good run, how, and the codes that are found; the first is the rule that was broken.
pub(super) type Mutation = (&'static str, fn(&mut Vec<Value>), &'static [&'static str]);

/// The line of the first record of a kind and a name.
pub(super) fn at(lines: &[Value], record: &str, name: &str) -> usize {
    let is = |line: &Value| line["record"] == record && (name.is_empty() || line["name"] == name);
    lines
        .iter()
        .position(is)
        .unwrap_or_else(|| panic!("no {record} {name}"))
}

pub(super) fn the<'l>(lines: &'l mut [Value], record: &str, name: &str) -> &'l mut Value {
    let at = at(lines, record, name);
    &mut lines[at]
}

/// Both lines of the first span of a name.
pub(super) fn span(lines: &mut [Value], name: &str, change: impl Fn(&mut Value)) {
    let id = the(lines, "span_start", name)["span_id"].clone();
    for line in lines.iter_mut().filter(|line| line["span_id"] == id) {
        if line["record"] != "event" && line["record"] != "log" {
            change(line);
        }
    }
}

pub(super) fn without(value: &mut Value, key: &str) {
    value
        .as_object_mut()
        .and_then(|object| object.remove(key))
        .unwrap_or_else(|| panic!("no {key}"));
}

/// A metric in the one record of them.
pub(super) fn point<'l>(lines: &'l mut [Value], name: &str) -> &'l mut Value {
    let points = the(lines, "metrics", "")["points"]
        .as_array_mut()
        .expect("points");
    let found = points.iter_mut().find(|point| point["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// Puts the numbers right after a line was put in or taken out, and the ledger with them.
pub(super) fn renumber(lines: &mut [Value]) {
    for (seq, line) in lines.iter_mut().enumerate() {
        line["seq"] = json!(seq);
        if line["record"] == "summary" {
            line["ledger"] = json!({
                "emitted": seq + 1, "acknowledged": 0, "in_file": seq + 1, "dropped": 0
            });
        }
    }
}

/// The codes that are found in some lines.
fn codes(lines: &[Value]) -> BTreeSet<String> {
    let said = check(&["--format", "json"], text_of(lines).as_bytes());
    assert_ne!(said.code, Some(2), "{}", said.err);
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let errors = report["errors"].as_u64().expect("a number");
    assert_eq!(said.code, Some(i32::from(errors > 0)), "{}", said.out);
    assert_eq!(report["conforms"], json!(errors == 0));
    let counts = report["counts"].as_object().expect("counts");
    counts.keys().cloned().collect()
}

pub(super) fn all() -> impl Iterator<Item = &'static Mutation> {
    [order::MUTATIONS, records::MUTATIONS, trees::MUTATIONS]
        .into_iter()
        .flatten()
}

#[test]
fn every_code_has_a_mutation_that_is_made_for_it() {
    let source = include_str!("../../../src/check_run/code.rs");
    let declared: BTreeSet<&str> = source
        .lines()
        .filter(|line| line.ends_with(" Error") || line.ends_with(" Warning"))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    let broken: BTreeSet<&str> = all().filter_map(|(_, _, codes)| codes.first().copied()).collect();
    assert!(declared.len() > 70, "{declared:?}");
    assert_eq!(broken, declared);
}

#[test]
fn every_rule_that_is_broken_is_found_under_its_code_and_no_other_is() {
    let good = good_lines();
    assert_eq!(codes(&good), BTreeSet::new(), "the good run");
    let mut wrong = Vec::new();
    for (name, mutate, expected) in all() {
        let mut lines = good.clone();
        mutate(&mut lines);
        assert_ne!(lines, good, "{name} changes nothing");
        let found = codes(&lines);
        let wanted: BTreeSet<String> = expected.iter().map(|code| (*code).to_owned()).collect();
        if found != wanted {
            wrong.push(format!("{name}: {found:?} in the place of {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
