//! Holds the tables of `tests/README.md`: every promise has a test, and every test that is named exists.

use std::collections::BTreeSet;

/// Stands behind a test that another change brings.
const TO_COME: &str = " (to come)";

/// The rows of a table, as their cells; the table is the first one below this heading.
fn table(heading: &str) -> Vec<Vec<String>> {
    let page = std::fs::read_to_string("tests/README.md").expect("tests/README.md is there");
    let (_, below) = page.split_once(&format!("## {heading}\n")).expect(heading);
    let rows = below.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    // The head and the line below it.
    rows.skip(2).map(cells).collect()
}

/// Whether there is a test of this name in this file.
fn exists(path: &str, name: &str) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else {
        return false;
    };
    // Its attributes stand above it, up to an empty line.
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    attributes.contains("#[test]") || attributes.contains("#[tokio::test")
}

fn holds(heading: &str, at_least: usize) {
    let rows = table(heading);
    assert!(rows.len() >= at_least, "{heading}: {} rows", rows.len());
    let promises: BTreeSet<_> = rows.iter().map(|row| &row[..row.len() - 1]).collect();
    assert_eq!(promises.len(), rows.len(), "{heading}: a row stands there twice");
    for row in &rows {
        let tests = row
            .last()
            .expect("cells")
            .split(", `")
            .map(|test| test.trim_start_matches('`'));
        let mut named = 0;
        for test in tests {
            let there = test.strip_suffix(TO_COME);
            let (path, name) = there
                .unwrap_or(test)
                .trim_end_matches('`')
                .split_once("::")
                .unwrap_or_else(|| panic!("`{}` names no test but `{test}`", row[0]));
            named += 1;
            assert!(
                there.is_some() || exists(path, name),
                "`{}`: there is no {name} in {path}",
                row[0]
            );
        }
        assert!(named > 0, "`{}` is shown by nothing", row[0]);
    }
}

#[test]
fn every_sentence_about_the_backend_has_a_test_that_exists() {
    holds("The backend, sentence by sentence", 38);
}

#[test]
fn every_row_of_the_wire_table_has_a_test_that_exists() {
    holds("The wire, row by row", 10);
}
