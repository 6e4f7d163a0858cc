//! Two sets of rules hold a run to its schema: `conform` what a program's tests captured, with the definitions that were
//! compiled in, and `check-run` a file, with the schema's folder. Whatever the first refuses the second finds, rule by
//! rule, over the same mutations.

use std::collections::BTreeSet;

use jackin_telemetry::Jackin;
use telemetry_runtime::Vocabulary;
use telemetry_runtime::conform::findings;
use telemetry_runtime::line::Line;
use telemetry_runtime::reader::parse;

use super::mutations::all;
use super::{good_lines, text_of};

/// A rule of `conform` by its words, and the codes of `check-run`, which tells more mistakes apart, for the same.
const RULES: &[(&str, &[&str])] = &[
    ("has a parent that never started", &["missing_parent"]),
    ("span `{}` is not declared", &["undeclared_span", "wrong_kind"]),
    ("ran without a visit of screen", &["stray_stage"]),
    (
        "ended without having started",
        &["end_without_start", "ended_twice"],
    ),
    ("which is no declared error", &["undeclared_error"]),
    ("failed and does not say how", &["missing_error"]),
    ("was abandoned", &["abandoned"]),
    ("event `{}` is not declared", &["undeclared_event"]),
    // What the runtime itself met is told in its own words, as the record has them.
    (UNEXPECTED, &["unexpected_call"]),
    ("is open at the end", &["never_ended"]),
    ("lacks the attribute", &["missing_attribute"]),
    ("which is not declared", &["undeclared_attribute"]),
    ("with a value of another type", &["wrong_type"]),
    ("with the undeclared value", &["undeclared_value"]),
];

/// In the place of words that are the record's own.
const UNEXPECTED: &str = "(what the runtime met)";

/// Whether a finding is one of a rule.
fn is_of(finding: &str, rule: &str) -> bool {
    rule.split("{}").all(|words| finding.contains(words))
}

fn captured(lines: &[serde_json::Value]) -> Vec<String> {
    let text = text_of(lines);
    let lines: Vec<Line> = text
        .lines()
        .filter_map(|line| parse(line.as_bytes()).ok())
        .collect();
    findings(Jackin::SCHEMA, &lines)
}

#[test]
fn what_is_refused_when_it_is_captured_is_found_in_the_file() {
    let good = good_lines();
    assert_eq!(captured(&good), Vec::<String>::new(), "the good run");
    let mut broken = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, mutate, codes) in all() {
        let mut lines = good.clone();
        mutate(&mut lines);
        // The file of what a backend did not take lacks what it took; what is captured is never one.
        if codes.contains(&"end_not_in_file") {
            continue;
        }
        for finding in captured(&lines) {
            let told = RULES.iter().find(|(words, _)| is_of(&finding, words));
            let (words, same) = told.copied().unwrap_or((UNEXPECTED, &["unexpected_call"]));
            broken.insert(words);
            // That these codes are found, and no others, is held by the test of the mutations.
            if !same.iter().any(|code| codes.contains(code)) {
                wrong.push(format!("{name}: `{finding}`, and check-run finds {codes:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let known: BTreeSet<&str> = RULES.iter().map(|(words, _)| *words).collect();
    assert_eq!(broken, known, "a rule of `conform` that no mutation breaks");
}

#[test]
fn every_rule_of_the_captured_has_a_code() {
    let source = include_str!("../../../../telemetry-runtime/src/conform.rs");
    // Without blanks and line ends, as the formatter may break them anywhere.
    let source: String = source.split_whitespace().collect();
    let rules = source.matches(".found.push(").count() + source.matches(".found.extend(").count();
    assert_eq!(rules, RULES.len());
}
