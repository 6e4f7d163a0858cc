//! Any text through the whole compiler: it may find mistakes, it may not panic, what it refuses it refuses with a word
//! and a line, and what it accepts renders. Two texts, with a line of dashes and a form feed between, are two versions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telemetry_schema::draw::Colour;
use telemetry_schema::model::Model;
use telemetry_schema::{Compiled, Source, compile, diff, render};

/// Between a version and the one before it.
const BETWEEN: &str = "---\u{c}\n";

fuzz_target!(|text: &str| {
    let (head, base) = text.split_once(BETWEEN).unwrap_or((text, ""));
    let head = compiled(head);
    let Some(model) = &head.model else { return };
    let unchanged = diff::diff(model, model);
    assert!(unchanged.changes.is_empty(), "{:?}", unchanged.changes);
    assert!(!unchanged.version_is_too_low());
    if let Some(base) = &compiled(base).model {
        let there = diff::diff(base, model);
        let back = diff::diff(model, base);
        assert_eq!(there.changes.is_empty(), back.changes.is_empty(), "{there:?}\n{back:?}");
        assert_eq!((&there.base, &there.head), (&back.head, &back.base));
    }
    rendered(model);
});

fn compiled(text: &str) -> Compiled {
    let compiled = compile(&[Source { path: "fuzz.yaml".to_owned(), text: text.to_owned() }]);
    let drawing = compiled.draw(Colour::Plain);
    assert_eq!(compiled.model.is_none(), compiled.has_errors());
    if compiled.model.is_none() {
        assert!(drawing.contains("fuzz.yaml:"), "refused without a place: {drawing}");
    }
    compiled
}

fn rendered(model: &Model) {
    drop(render::rust::render(model));
    drop(render::weaver::render(model));
    drop(render::markdown::render(model));
    let resolved = render::resolved::render(model);
    serde_json::from_str::<serde_json::Value>(&resolved).expect("the resolved schema is JSON");
    let for_editors = telemetry_schema::json_schema_of(model);
    serde_json::from_str::<serde_json::Value>(&for_editors).expect("the JSON Schema is JSON");
}
