//! Mistakes beyond the one a page: that one hides no other, and where the rules end.

use telemetry_schema::diagnostic::Code;
use telemetry_schema::draw::Colour;
use telemetry_schema::{compile, draw};

use super::{codes, compile_beside_manifest, source};

#[test]
fn all_mistakes_of_all_files_are_found_in_one_pass_in_the_order_of_the_files() {
    let compiled = compile(&[
        source(
            "schema/a.yaml",
            "events:\n  saved: { brief: 1, sevrity: warn, severity: bad }\n  Bad: nonsense\n",
        ),
        source("schema/b.yaml", "screens: [list\n"),
        source(
            "schema/c.yaml",
            "screens:\n  list: { brief: The list., navigates_to: [nowhere], entry: 1 }\n",
        ),
    ]);
    let found: Vec<(&str, &str, u32)> = compiled
        .diagnostics
        .iter()
        .map(|diagnostic| {
            (
                &*diagnostic.primary.at.file,
                diagnostic.code.as_str(),
                diagnostic.primary.at.line,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("schema/a.yaml", "wrong_type", 2),
            ("schema/a.yaml", "unknown_key", 2),
            ("schema/a.yaml", "unknown_value", 2),
            ("schema/a.yaml", "bad_id", 3),
            ("schema/a.yaml", "wrong_type", 3),
            ("schema/b.yaml", "syntax_error", 1),
            ("schema/c.yaml", "unknown_screen", 2),
            ("schema/c.yaml", "wrong_type", 2),
        ]
    );
    assert!(compiled.model.is_none());
}

#[test]
fn a_bad_item_is_still_there_for_those_who_refer_to_it() {
    let found = codes(
        "screens:\n  list: { brief: The list., entry: true, actions: [Select] }\nevents:\n  Select: { brief: 5 }\n",
    );
    assert_eq!(found, ["bad_id", "bad_id", "wrong_type"]);
}

#[test]
fn a_misspelt_reference_does_not_make_its_target_look_unused() {
    let found = codes(
        "attributes:\n  demo.path: { type: string, brief: A path. }\n\
         events:\n  saved: { brief: It was saved., attributes: { demo.pat: required } }\n",
    );
    assert_eq!(found, ["unknown_attribute"]);
}

#[test]
fn a_suppressed_warning_is_gone_and_an_error_cannot_be_suppressed() {
    let unused = "attributes:\n  demo.path:\n    type: string\n    brief: A path.\n    allow: { %: For the next release. }\n";
    assert!(codes(&unused.replace('%', "unused_attribute")).is_empty());
    assert_eq!(
        codes(&unused.replace('%', "unknown_key")),
        ["unused_attribute", "unknown_lint"]
    );
    assert_eq!(
        codes(&unused.replace('%', "uses_deprecated")),
        ["unused_attribute", "unused_suppression"]
    );
}

/// For each warning, a schema that has it; `%` is in the item that may suppress it.
const WARNINGS: [(&str, &str); 5] = [
    (
        "unused_attribute",
        "attributes:\n  demo.path: { type: string, brief: A path.% }\n",
    ),
    (
        "unreachable_screen",
        "screens:\n  list: { brief: A list., entry: true }\n  lost: { brief: Lost.% }\n",
    ),
    (
        "uses_deprecated",
        "attributes:\n  demo.path: { type: string, brief: A path., deprecated: { since: 1.0.0, reason: Long. } }\n\
         events:\n  saved: { brief: Saved., attributes: { demo.path: required }% }\n",
    ),
    (
        "unmarked_standard",
        "attributes:\n  process.exit.code: { type: int, brief: A code.% }\n\
         events:\n  exited: { brief: Ended., attributes: { process.exit.code: required } }\n",
    ),
    (
        "deprecated_standard",
        "attributes:\n  error.message: { type: string, standard: true, brief: Words.% }\n\
         events:\n  failed: { brief: Failed., attributes: { error.message: required } }\n",
    ),
];

#[test]
fn every_warning_can_be_suppressed_on_its_item_with_a_reason_and_not_in_vain() {
    let known = Code::ALL
        .iter()
        .filter(|code| code.is_suppressible())
        .map(|code| code.as_str());
    let shown: Vec<&str> = WARNINGS.iter().map(|(code, _)| *code).collect();
    assert_eq!(known.collect::<Vec<_>>(), shown, "a warning without a row here");
    for (code, text) in WARNINGS {
        let with = |allow: &str| codes(&text.replace('%', allow));
        assert_eq!(with(""), [code]);
        assert_eq!(
            with(&format!(", allow: {{ {code}: There is a reason. }}")),
            [""; 0],
            "{code}"
        );
        assert!(
            with(&format!(", allow: {{ {code}: '' }}")).contains(&"empty_text"),
            "{code}"
        );
        for (other, _) in WARNINGS.iter().filter(|(other, _)| *other != code) {
            let found = with(&format!(", allow: {{ {code}: A reason., {other}: Another. }}"));
            assert_eq!(found, ["unused_suppression"], "{code} and {other}");
        }
        // Whether an item is emitted is not known here, so that this is right.
        let both = with(&format!(
            ", allow: {{ {code}: A reason., never_emitted: Another. }}"
        ));
        assert_eq!(both, [""; 0], "{code}");
    }
}

#[test]
fn anchors_aliases_merge_keys_tags_and_second_documents_are_refused() {
    for text in [
        "events: &all\n",
        "events: *all\n",
        "events:\n  <<: { saved: { brief: It was saved. } }\n",
        "events: !!python/object x\n",
        "---\nevents:\n---\nscreens:\n",
    ] {
        assert_eq!(codes(text), ["syntax_error"], "{text}");
    }
}

#[test]
fn a_schema_of_nothing_says_that_the_manifest_is_missing() {
    for sources in [
        vec![],
        vec![source("schema/a.yaml", "")],
        vec![source("schema/a.yaml", "# later\n")],
    ] {
        let compiled = compile(&sources);
        let drawing = compiled.draw(Colour::Plain);
        assert!(drawing.contains("no file has the key `schema`"), "{drawing}");
        assert_eq!(compiled.diagnostics.len(), 1);
    }
}

#[test]
fn a_yes_is_text_and_not_a_boolean() {
    assert_eq!(
        codes("screens:\n  list: { brief: The list., entry: yes }\n"),
        ["wrong_type"]
    );
}

#[test]
fn an_id_is_bounded_in_length() {
    let long = "a".repeat(128);
    assert!(codes(&format!("events:\n  {long}: {{ brief: It was saved. }}\n")).is_empty());
    assert_eq!(
        codes(&format!("events:\n  {long}a: {{ brief: It was saved. }}\n")),
        ["bad_id"]
    );
}

#[test]
fn names_that_meet_at_call_sites_must_differ_and_others_need_not() {
    let set = "attributes:\n  demo.%:\n    type: enum\n    brief: A set.\n    values: { a: One. }\n    allow: { unused_attribute: Only its name matters. }\n";
    let screens = "screens:\n  list: { brief: The list., entry: true }\n";
    let stages =
        "stages:\n  list:\n    stages:\n      build: { label: build, brief: It builds., timings: [fetch] }\n";
    let events = "events:\n  saved: { brief: It was saved. }\n";
    let whole = |name: &str| format!("{}{screens}{stages}{events}", set.replace('%', name));
    for taken in ["list", "build", "fetch", "saved"] {
        assert_eq!(codes(&whole(taken)), ["duplicate_rust_name"], "{taken}");
    }
    assert_eq!(codes(&whole("outcome")), ["taken_name"]);
    assert!(codes(&whole("mode")).is_empty());
    // Each macro looks in a module of its own.
    let same = "screens:\n  launch: { brief: The launch., entry: true, actions: [launch] }\n\
                stages:\n  launch:\n    stages:\n      launch: { label: launch, brief: It launches. }\n\
                events:\n  launch: { brief: Launched. }\nspans:\n  launch: { brief: A launch. }\n";
    assert!(codes(same).is_empty());
}

#[test]
fn two_attributes_may_share_a_word_unless_one_item_uses_both() {
    let attributes = "attributes:\n  demo.plan.reason: { type: string, short_name: reason, brief: Why. }\n  \
                      demo.skip.cause: { type: string, short_name: reason, brief: Why not. }\n";
    let apart = "events:\n  planned: { brief: Planned., attributes: { demo.plan.reason: required } }\n  \
                 skipped: { brief: Skipped., attributes: { demo.skip.cause: required } }\n";
    let together = "events:\n  planned: { brief: Planned., attributes: { demo.plan.reason: required, demo.skip.cause: optional } }\n";
    assert!(codes(&format!("{attributes}{apart}")).is_empty());
    assert_eq!(codes(&format!("{attributes}{together}")), ["duplicate_rust_name"]);
}

#[test]
fn what_a_call_site_cannot_write_is_refused() {
    let attribute = |id: &str| {
        format!(
            "attributes:\n  {id}: {{ type: string, brief: It. }}\n\
             events:\n  saved: {{ brief: Saved., attributes: {{ {id}: optional }} }}\n"
        )
    };
    for keyword in ["type", "self", "crate", "gen", "async", "2fa"] {
        assert_eq!(
            codes(&attribute(&format!("demo.{keyword}"))),
            ["rust_keyword"],
            "{keyword}"
        );
    }
    assert_eq!(codes(&attribute("demo.emit")), ["taken_name"]);
    assert_eq!(codes("events:\n  demo.2fa: { brief: It. }\n"), ["rust_keyword"]);
}

#[test]
fn a_placeholder_is_underlined_at_its_own_column_also_behind_wide_characters() {
    let text = "events:\n  saved:\n    brief: Saved.\n    body: 'ä {x} {demo.y}'\n";
    let compiled = compile_beside_manifest(text);
    let places: Vec<(u32, &str)> = compiled
        .diagnostics
        .iter()
        .map(|diagnostic| {
            (
                diagnostic.primary.at.column,
                &text[diagnostic.primary.at.bytes.clone()],
            )
        })
        .collect();
    assert_eq!(places, [(15, "x"), (19, "demo.y")]);
}

#[test]
fn a_drawing_has_colours_only_when_asked() {
    let compiled = compile_beside_manifest("events: 1\n");
    let plain = compiled.draw(Colour::Plain);
    let coloured = compiled.draw(Colour::Ansi);
    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'));
    assert_eq!(
        draw::one(&compiled.diagnostics[0], &compiled.sources, Colour::Plain),
        plain
    );
}

#[test]
fn a_version_decides_what_has_expired_and_not_its_text() {
    let event = |due: &str| format!("events:\n  saved: {{ brief: Saved., expires_in: {due} }}\n");
    assert_eq!(codes(&event("1.0.0")), ["expired"]);
    assert_eq!(codes(&event("0.9.0")), ["expired"]);
    assert!(codes(&event("1.0.1")).is_empty());
    assert!(codes(&event("10.0.0")).is_empty());
}
