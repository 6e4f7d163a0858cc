//! Any text through the whole compiler: it may find mistakes, it may not panic, and what it accepts renders.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telemetry_schema::draw::Colour;
use telemetry_schema::{Source, compile};

fuzz_target!(|text: &str| {
    let compiled = compile(&[Source { path: "fuzz.yaml".to_owned(), text: text.to_owned() }]);
    let drawing = compiled.draw(Colour::Plain);
    match &compiled.model {
        Some(model) => {
            drop(telemetry_schema::render::rust::render(model));
            drop(telemetry_schema::render::weaver::render(model));
            drop(telemetry_schema::json_schema_of(model));
        }
        None => assert!(!drawing.is_empty(), "refused without a word"),
    }
});
