//! jackin's vocabulary as a reviewer meets it: it compiles without a warning, its pages say what it says, and
//! severities are what they should be.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect_file;
use telemetry_runtime::line::Line;
use telemetry_schema::model::{AttributeKind, Model, Severity};
use telemetry_schema::{compile, draw::Colour, load, render::markdown};

fn model() -> Model {
    let sources = load::folder("schema").expect("schema/ is there");
    let compiled = compile(&sources);
    assert!(
        compiled.diagnostics.is_empty(),
        "{}",
        compiled.draw(Colour::Plain)
    );
    compiled.model.expect("a schema without a mistake has a model")
}

/// `UPDATE_EXPECT=1` writes the page anew, as `telemetry schema docs` does.
#[test]
fn the_reviewers_page_is_fresh() {
    expect_file!["../docs/telemetry.md"].assert_eq(&markdown::render(&model()));
}

#[test]
fn every_example_record_on_the_page_is_a_line_of_a_run_file() {
    let page = markdown::render(&model());
    let records: Vec<_> = page.lines().filter(|line| line.starts_with("{\"seq\"")).collect();
    assert!(records.len() >= model().events.len(), "{} records", records.len());
    for record in records {
        let line: Line = serde_json::from_str(record).unwrap_or_else(|error| panic!("{error}: {record}"));
        let read = serde_json::to_value(&line).expect("a line has a JSON form");
        let shown: serde_json::Value = serde_json::from_str(record).expect("it was read once");
        assert_eq!(read, shown, "the reader lost something");
    }
}

#[test]
fn nothing_that_failed_is_recorded_as_if_it_had_not() {
    let bad = ["failed", "crashed", "exhausted", "unavailable", "panic"];
    let model = model();
    let mut seen = 0;
    for event in &model.events {
        if event.item.id.split('.').any(|word| bad.contains(&word)) {
            seen += 1;
            assert!(
                event.severity >= Severity::Warn,
                "`{}` is recorded as {:?}",
                event.item.id,
                event.severity
            );
        }
    }
    assert!(seen >= 20, "{seen} events say that something failed");
}

#[test]
fn there_is_no_kind_for_anything_else() {
    let catch_all = [
        "warning", "warn", "error", "debug", "log", "info", "message", "status", "other",
    ];
    for event in &model().events {
        assert!(
            !catch_all.contains(&event.item.id.as_str()),
            "`{}` says nothing",
            event.item.id
        );
    }
}

#[test]
fn an_attribute_that_holds_text_of_others_is_scrubbed_and_never_public() {
    let model = model();
    for id in [
        "jackin.error.message",
        "exception.message",
        "jackin.output.line",
        "jackin.container.log_tail",
    ] {
        let attribute = model
            .attributes
            .iter()
            .find(|attribute| attribute.item.id == id)
            .expect(id);
        assert!(attribute.scrub, "`{id}` is not scrubbed");
        assert_ne!(
            attribute.sensitivity,
            telemetry_schema::model::Sensitivity::Public,
            "`{id}` is public"
        );
    }
}

#[test]
fn the_page_of_old_kinds_names_all_76_and_sends_each_to_something_declared() {
    let declared = declared(&model());
    let rows = old_kinds();
    assert_eq!(rows.len(), 76, "{:?}", rows.keys());
    for (kind, now) in rows {
        let unknown: Vec<_> = now.iter().filter(|word| !declared.contains(*word)).collect();
        assert!(
            unknown.is_empty(),
            "`{kind}` became {unknown:?}, which no file declares"
        );
    }
}

/// What the table's second column puts in code, by the kind in its first.
fn old_kinds() -> BTreeMap<String, BTreeSet<String>> {
    let page = std::fs::read_to_string("docs/vocabulary.md").expect("docs/vocabulary.md is there");
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with("The 76 kinds"))
        .expect("the table");
    let table = section.split("\n### ").next().unwrap_or_default();
    let mut rows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = row.trim_matches('|').split(" | ");
        let (kinds, now) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let mut family = String::new();
        for kind in code(kinds) {
            // `_done` stands beside `x_started` for `x_done`.
            let kind = if kind.starts_with('_') {
                format!("{family}{kind}")
            } else {
                kind
            };
            family = kind.trim_end_matches("_started").to_owned();
            rows.entry(kind).or_default().extend(code(now));
        }
    }
    rows
}

/// The words between backticks.
fn code(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Ids of all items, values of all closed sets, and the run file's own record names.
fn declared(model: &Model) -> BTreeSet<String> {
    let own = ["run", "notice", "span_start", "span_end", "summary", "log"].map(str::to_owned);
    let mut ids: BTreeSet<String> = own.into();
    ids.extend(model.screens.iter().map(|screen| screen.item.id.clone()));
    ids.extend(model.events.iter().map(|event| event.item.id.clone()));
    ids.extend(model.spans.iter().map(|span| span.item.id.clone()));
    ids.extend(model.metrics.iter().map(|metric| metric.item.id.clone()));
    for stage in &model.stages {
        ids.insert(stage.item.id.clone());
        ids.extend(stage.timings.iter().map(|timing| timing.id.clone()));
    }
    for attribute in &model.attributes {
        ids.insert(attribute.item.id.clone());
        if let AttributeKind::Enum(values) = &attribute.kind {
            ids.extend(values.iter().map(|value| value.id.clone()));
        }
    }
    ids
}
