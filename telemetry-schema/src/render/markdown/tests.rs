//! The page of a small vocabulary, whole, and what only shows when that vocabulary is changed a little.

use expect_test::expect_file;

use super::small::small;
use crate::model::*;

#[test]
fn the_page_shows_every_item_with_its_source() {
    expect_file!["small.md"].assert_eq(&super::render(&small()));
}

#[test]
fn the_page_of_an_empty_vocabulary_says_none() {
    let model = Model {
        screens: vec![],
        stages: vec![],
        events: vec![],
        spans: vec![],
        metrics: vec![],
        ..small()
    };
    let page = super::render(&Model {
        attributes: vec![],
        ..model
    });
    assert_eq!(page.matches("\nNone.\n").count(), 7, "{page}");
    assert!(page.ends_with("None.\n"), "{page}");
}

#[test]
fn a_secret_is_redacted_in_the_example() {
    let mut model = small();
    model.attributes[1].sensitivity = Sensitivity::Secret;
    let page = super::render(&model);
    assert!(page.contains(r#""demo.user":"[redacted]""#), "{page}");
    assert!(!page.contains(r#""demo.user":"ada""#), "{page}");
}

#[test]
fn an_event_of_both_kinds_shows_both_records() {
    let mut model = small();
    model.events[1].record = EventRecord::Both;
    let page = super::render(&model);
    let records = page
        .lines()
        .filter(|line| line.contains(r#""name":"saved""#))
        .count();
    assert_eq!(records, 2, "{page}");
}

#[test]
fn a_bar_in_a_brief_does_not_break_its_table() {
    let mut model = small();
    model.metrics[0].item.brief = "Either | or.".to_owned();
    assert!(super::render(&model).contains("Either \\| or."));
}

#[test]
fn a_failure_shows_the_last_example() {
    let mut model = small();
    model.events[1].severity = Severity::Error;
    let page = super::render(&model);
    assert!(page.contains(r#""body":"a`b saved""#), "{page}");
}
