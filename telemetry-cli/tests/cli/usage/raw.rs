//! What is emitted by hand, around the schema.

use serde_json::Value;

use super::{document, project};

/// `line what "text"` of each.
fn raw(source: &str) -> Vec<String> {
    let folder = project(&[("src/main.rs", source)]);
    let document = document(&folder, &["src"]);
    let raw = document["raw"].as_array().expect("what is by hand").iter();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    raw.map(|it| format!("{} {} {}", it["line"], text(&it["what"]), text(&it["text"])))
        .collect()
}

#[test]
fn macros_of_tracing_and_log_are_found_under_every_name() {
    assert_eq!(
        raw(
            "use tracing::{self, debug as note, info};\nuse log as old;\nextern crate tracing as t;\nfn run() {\n    \
             info!(target: \"x\", size = 3, \"one {}\", n);\n    note!(?value);\n    tracing::event!(Level::INFO, name = \"n\", \"two\");\n    \
             let _span = tracing::info_span!(\"three\").entered();\n    old::warn!(\"four\");\n    t::error!(\"five\");\n    \
             ::tracing::trace!(\"six\");\n    tokio::spawn(async { log::log!(log::Level::Info, \"seven\") });\n}\n"
        ),
        [
            "5 tracing::info! one {}",
            "6 tracing::debug! -",
            "7 tracing::event! two",
            "8 tracing::info_span! three",
            "9 log::warn! four",
            "10 tracing::error! five",
            "11 tracing::trace! six",
            "12 log::log! seven",
        ]
    );
}

#[test]
fn names_are_taken_from_the_module_that_they_stand_in() {
    assert_eq!(
        raw(
            "mod a {\n    use tracing::*;\n    fn run() { event!(Level::INFO, \"one\"); span!(Level::INFO, \"two\"); }\n    mod b {\n        \
             use super::*;\n        fn run() { info!(\"three\"); }\n    }\n}\nmod c {\n    use demo::prelude::*;\n    \
             fn run() { event!(Saved); span!(Upload {}); }\n    fn own() { use slog::info; info!(log, \"not ours\"); }\n}\n"
        ),
        [
            "3 tracing::event! one",
            "3 tracing::span! two",
            "6 tracing::info! three"
        ]
    );
}

#[test]
fn a_name_that_no_line_brings_in_is_by_hand_unless_the_program_defines_it() {
    let used = "fn run() { warn!(\"one\"); }\n";
    assert_eq!(raw(used), ["1 warn! one"]);
    assert_eq!(
        raw(&format!(
            "{used}macro_rules! warn {{ ($x:expr) => {{ event!(Saved) }} }}\n"
        )),
        [""; 0]
    );
}

#[test]
fn functions_that_are_instrumented_are_by_hand_too() {
    assert_eq!(
        raw(
            "use tracing::instrument;\n#[instrument(skip_all)]\nfn one() {}\n#[tracing::instrument]\nfn two() {}\n\
             #[cfg_attr(debug, tracing::instrument(name = \"x\"))]\nfn three() {}\n#[other::instrument]\nfn four() {}\n"
        ),
        [
            "2 #[tracing::instrument] -",
            "4 #[tracing::instrument] -",
            "6 #[tracing::instrument] -"
        ]
    );
}

#[test]
fn what_is_by_hand_is_denied_on_request() {
    let folder = project(&[(
        "src/main.rs",
        "fn main() { log::info!(\"x\"); }\n#[cfg(test)]\nmod t { fn f() { log::info!(\"y\"); } }",
    )]);
    let said = super::within(&folder, &["src", "--deny", "raw", "--format", "github"]);
    assert_eq!(said.code, Some(1));
    let commands: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("::error"))
        .collect();
    assert_eq!(
        commands,
        ["::error title=raw,file=src/main.rs,line=1::log::info! goes around the schema"]
    );
}
