//! The compiler, seen from outside: YAML in, model, diagnostics and other languages out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod changes;
mod door;
mod editor;
mod good;
mod machines;
mod mistakes;
mod pages;
mod random;
mod robust;
mod weaver;

use telemetry_schema::diagnostic::Diagnostic;
use telemetry_schema::draw::Colour;
use telemetry_schema::model::Model;
use telemetry_schema::{Compiled, Source, compile};

/// A manifest that says no more than it must.
const MANIFEST: &str = "\
schema:
  name: demo
  version: 1.0.0
  url: https://example.com/telemetry/1.0.0
  namespace: demo
";

/// Compiles one file beside [`MANIFEST`].
fn compile_beside_manifest(text: &str) -> Compiled {
    compile(&[
        source("schema/manifest.yaml", MANIFEST),
        source("schema/demo.yaml", text),
    ])
}

/// The model of one file beside [`MANIFEST`]; fails with the drawing when there is none.
fn model(text: &str) -> Model {
    let compiled = compile_beside_manifest(text);
    let drawing = compiled.draw(Colour::Plain);
    compiled.model.unwrap_or_else(|| panic!("{drawing}"))
}

/// The codes that are reported for one file beside [`MANIFEST`], in order.
fn codes(text: &str) -> Vec<&'static str> {
    compile_beside_manifest(text)
        .diagnostics
        .iter()
        .map(code)
        .collect()
}

fn code(diagnostic: &Diagnostic) -> &'static str {
    diagnostic.code.as_str()
}

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}
