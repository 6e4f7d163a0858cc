//! What `diff` says of a change: a table, written from the side of whoever has a call site, a stored query or an
//! old run file. Each row is an edit of one schema, with the verdict that it must get.

mod table;

use telemetry_schema::diagnostic::Severity;
use telemetry_schema::diff::{Change, Diff, Kind, diff};
use telemetry_schema::{Source, compile};

use crate::source;
use table::{BASE, CHANGES};

/// An edit, and what must be said of it.
struct Row {
    /// What happened, as a developer would put it.
    what: &'static str,
    /// The YAML before, which stands once in [`BASE`], and after; one pair for each place that is edited.
    edits: &'static [(&'static str, &'static str)],
    /// `verdict kind id: hurt, hurt`, one a line; nothing after the colon hurts nobody.
    says: &'static [&'static str],
    /// Least version after 1.4.2.
    least: &'static str,
}

fn compare(before: &str, after: &str) -> Diff {
    let model = |text: &str| {
        let sources = [Source {
            path: "schema/all.yaml".to_owned(),
            text: text.to_owned(),
        }];
        let mut compiled = compile(&sources);
        compiled
            .diagnostics
            .retain(|diagnostic| diagnostic.code.severity() == Severity::Error);
        let drawing = compiled.draw(telemetry_schema::draw::Colour::Plain);
        compiled.model.unwrap_or_else(|| panic!("{drawing}"))
    };
    diff(&model(before), &model(after))
}

fn line(change: &Change) -> String {
    let hurts: Vec<&str> = change.hurts.iter().map(|hurt| hurt.as_str()).collect();
    let line = format!(
        "{} {} {}: {}",
        change.verdict.as_str(),
        change.kind.as_str(),
        change.id,
        hurts.join(", ")
    );
    line.trim_end().to_owned()
}

fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = BASE.to_owned();
    for (before, after) in edits {
        assert_eq!(
            BASE.matches(before).count(),
            1,
            "not once in the schema: {before}"
        );
        text = text.replace(before, after);
    }
    text
}

#[test]
fn every_change_gets_its_verdict_and_names_who_is_hurt() {
    let mut wrong = Vec::new();
    for row in CHANGES {
        let diff = compare(BASE, &edited(row.edits));
        let says: Vec<String> = diff.changes.iter().map(line).collect();
        let least = diff.least_version();
        // The edits leave the version alone.
        let too_low = diff.version_is_too_low() == (row.least != "1.4.2");
        if says != row.says || least != row.least || !too_low {
            let words: Vec<&str> = diff.changes.iter().map(|change| change.says.as_str()).collect();
            wrong.push(format!("{}: {least} {says:#?} {words:#?}", row.what));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        CHANGES.len(),
        wrong.join("\n")
    );
    assert!(CHANGES.len() >= 40);
}

#[test]
fn a_schema_does_not_differ_from_itself() {
    let diff = compare(BASE, BASE);
    assert_eq!((diff.changes.as_slice(), diff.requires()), (&[][..], None));
    assert_eq!(
        (diff.least_version().as_str(), diff.version_is_too_low()),
        ("1.4.2", false)
    );
}

#[test]
fn the_order_of_files_and_items_is_no_change() {
    let (front, back) = BASE.split_once("screens:\n").expect("the schema has screens");
    let apart = compile(&[
        Source {
            path: "schema/z.yaml".to_owned(),
            text: front.to_owned(),
        },
        Source {
            path: "schema/a.yaml".to_owned(),
            text: format!("screens:\n{back}"),
        },
    ]);
    let whole = compile(&[Source {
        path: "all.yaml".to_owned(),
        text: BASE.to_owned(),
    }]);
    let diff = diff(&whole.model.expect("compiles"), &apart.model.expect("compiles"));
    assert_eq!(diff.changes, []);
}

/// So that what a release has published can be the base where there is no repository.
#[test]
fn a_schema_does_not_differ_from_what_it_resolves_to() {
    let model = compile(&[source("all.yaml", BASE)]).model.expect("compiles");
    let resolved = telemetry_schema::render::resolved::render(&model);
    let again = compile(&[source("resolved.json", &resolved)])
        .model
        .expect("compiles");
    assert_eq!(diff(&model, &again).changes, []);
    assert_eq!(diff(&again, &model).changes, []);
}

#[test]
fn a_change_is_found_where_the_item_is_declared() {
    let after = edited(&[("brief: What was picked.", "brief: What the operator picked.")]);
    let diff = compare(BASE, &after);
    let place = diff.changes[0].place.as_ref().expect("it is declared");
    let line = after.lines().nth(place.line as usize - 1);
    assert_eq!((&*place.file, line), ("schema/all.yaml", Some("  demo.item:")));
}

/// Versions before 1.0.0 promise less: the first number that is not zero is the one that counts.
#[test]
fn the_least_version_follows_the_rules_of_versions() {
    let breaking = edited(&[("demo-service", "demo-server")]);
    let adding = edited(&[("slow: Later. }", "slow: Later., never: No. }")]);
    let words = edited(&[("brief: What was picked.", "brief: What the operator picked.")]);
    for (version, after, least) in [
        ("1.4.2", &breaking, "2.0.0"),
        ("1.4.2", &adding, "1.5.0"),
        ("1.4.2", &words, "1.4.3"),
        ("0.4.2", &breaking, "0.5.0"),
        ("0.4.2", &adding, "0.4.3"),
        ("0.4.2", &words, "0.4.3"),
        ("0.0.2", &breaking, "0.0.3"),
        ("0.0.2", &words, "0.0.3"),
    ] {
        let at = |text: &str, version: &str| text.replace("1.4.2", version);
        let same = compare(&at(BASE, version), &at(after, version));
        assert_eq!(
            (same.least_version().as_str(), same.version_is_too_low()),
            (least, true),
            "{version}"
        );
        let risen = compare(&at(BASE, version), &at(after, least));
        assert!(!risen.version_is_too_low(), "{version} to {least}");
    }
    let fallen = compare(BASE, &BASE.replace("1.4.2", "1.4.1"));
    assert!(fallen.changes.is_empty() && fallen.version_is_too_low());
}

#[test]
fn two_versions_of_everything_can_be_compared_either_way() {
    for row in CHANGES {
        let after = edited(row.edits);
        let (there, back) = (compare(BASE, &after), compare(&after, BASE));
        assert!(
            !there.changes.is_empty() && !back.changes.is_empty(),
            "{}",
            row.what
        );
        assert!(
            back.changes.iter().all(|change| change.kind != Kind::Manifest)
                || row.says[0].contains("manifest")
        );
    }
}
