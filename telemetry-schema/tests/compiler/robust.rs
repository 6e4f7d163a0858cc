//! Whatever is thrown at it, the compiler answers: no panic, and every place is one that exists.

use proptest::prelude::*;
use telemetry_schema::draw::Colour;
use telemetry_schema::{Source, compile, render};

use super::random::{self, Choices};
use super::{MANIFEST, pages, source};

/// Compiles and looks at everything that can be looked at.
fn answers(sources: &[Source]) {
    let compiled = compile(sources);
    for diagnostic in &compiled.diagnostics {
        for label in std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary) {
            let at = &label.at;
            let source = sources.iter().find(|source| source.path == *at.file);
            let text = source.map_or("", |source| &source.text);
            let before = text
                .get(..at.bytes.start)
                .unwrap_or_else(|| panic!("{at:?} of {text:?}"));
            assert!(
                text.get(at.bytes.clone())
                    .is_some_and(|piece| !piece.contains('\n')),
                "{at:?} of {text:?}"
            );
            let line = before.rsplit('\n').next().unwrap_or_default();
            // Elsewhere line breaks are counted differently, but there nothing is to be underlined.
            if !text.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{feff}']) && source.is_some() {
                let (row, column) = (before.matches('\n').count() + 1, line.chars().count() + 1);
                assert_eq!(
                    (at.line as usize, at.column as usize),
                    (row, column),
                    "{diagnostic:?} of {text:?}"
                );
            }
        }
    }
    compiled.draw(Colour::Plain);
    compiled.draw(Colour::Ansi);
    assert_eq!(compiled.model.is_none(), compiled.has_errors());
    if let Some(model) = &compiled.model {
        render::resolved::render(model);
    }
}

/// A schema with some of its text cut, doubled, moved or replaced.
fn mutated(text: &str, bytes: &[u8]) -> String {
    const SNIPPETS: [&str; 20] = [
        "", " ", "\n", "  ", ": ", "- ", "{", "}", "[", "]", "'", "\"", "#", "&a ", "*a", "!!int ", "null",
        "1e999", "\u{0}", "ä",
    ];
    let mut choices = Choices::new(bytes);
    let mut text = text.to_owned();
    for _ in 0..1 + choices.below(6) {
        let mut place = || {
            let place = (choices.below(256) * 256 + choices.below(256)) % (text.len() + 1);
            text.floor_char_boundary(place)
        };
        let (one, other) = (place(), place());
        let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 40));
        let to = text.floor_char_boundary(to);
        match choices.below(4) {
            0 => text.replace_range(from..to, ""),
            1 => {
                let piece = text[from..to].to_owned();
                text.insert_str(from, &piece);
            }
            2 => text.insert_str(from, choices.one_of(&SNIPPETS)),
            _ => text.replace_range(from..to, choices.one_of(&SNIPPETS)),
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        answers(&[source("schema/any.yaml", &String::from_utf8_lossy(&bytes))]);
    }

    #[test]
    fn any_text_beside_a_manifest_is_answered(text in "\\PC{0,80}") {
        answers(&[source("schema/manifest.yaml", MANIFEST), source("schema/any.yaml", &text)]);
    }

    #[test]
    fn a_good_schema_that_was_damaged_is_answered(
        good in proptest::collection::vec(any::<u8>(), 0..300),
        damage in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        answers(&[source("schema/all.yaml", &mutated(&random::schema(&good), &damage))]);
    }

    #[test]
    fn a_bad_schema_that_was_damaged_is_answered(
        page in any::<prop::sample::Index>(),
        damage in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let pages = pages::all();
        let mut sources = pages[page.index(pages.len())].sources.clone();
        for source in &mut sources {
            source.text = mutated(&source.text, &damage);
        }
        answers(&sources);
    }
}

#[test]
fn roles_that_point_at_nonsense_are_answered() {
    for id in [
        "null",
        "true",
        "'\"'",
        "'a: b'",
        "\"{\"",
        "''",
        "5",
        "'demo.screen.name'",
        "cli.command.name",
    ] {
        for role in [
            "screen",
            "stage",
            "outcome",
            "navigate",
            "command",
            "cache_hits",
            "session_span",
            "session_end",
        ] {
            answers(&[source(
                "schema/manifest.yaml",
                &format!("{MANIFEST}roles: {{ {role}: {id} }}\n"),
            )]);
        }
    }
    answers(&[source(
        "schema/manifest.yaml",
        &MANIFEST.replace("namespace: demo", "namespace: '\"}: {'"),
    )]);
}

#[test]
fn deep_nesting_and_long_lines_are_answered() {
    answers(&[source("a.yaml", &"[".repeat(100_000))]);
    answers(&[source("a.yaml", &"{a: ".repeat(100_000))]);
    answers(&[source("a.yaml", &"- ".repeat(100_000))]);
    answers(&[source(
        "a.yaml",
        &format!("events:\n  {}: 1\n", "a".repeat(1_000_000)),
    )]);
    answers(&[source(
        "a.yaml",
        &format!("events: {{ a: {{ brief: \"{}\" }} }}\n", "x ".repeat(500_000)),
    )]);
}
