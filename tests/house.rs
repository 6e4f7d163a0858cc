//! The shape of the house: who may know whom, and how large a room may grow. Crate edges are held by Cargo;
//! this reads the rest off the source files.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a source file at the most.
const LINES: usize = 500;

/// Every Rust file below `folder`, as path and text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no Rust");
    found
}

/// The part of a file before its tests.
fn product(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// Files of `folder` that hold one of `words` outside comments, but for those whose name begins with one of `allowed`.
fn holding(folder: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let holds = |text: &str| {
        let code = product(text)
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.into_iter()
            .any(|line| words.iter().any(|word| line.contains(word)))
    };
    let is_allowed = |path: &Path| {
        let relative = path
            .strip_prefix(folder)
            .expect("below the folder")
            .to_string_lossy()
            .into_owned();
        allowed.iter().any(|prefix| relative.starts_with(prefix))
    };
    sources(folder)
        .into_iter()
        .filter(|(path, text)| !is_allowed(path) && holds(text))
        .map(|(path, _)| path.display().to_string())
        .collect()
}

fn assert_nowhere(folder: &str, words: &[&str], allowed: &[&str], rule: &str) {
    let found = holding(folder, words, allowed);
    assert!(found.is_empty(), "{rule}: {words:?} in {found:#?}");
}

#[test]
fn no_file_outgrows_its_room() {
    let folders = [
        "src",
        "telemetry-schema/src",
        "telemetry-macros/src",
        "telemetry-runtime/src",
        "telemetry-cli/src",
        "examples",
    ];
    for (path, text) in folders.iter().flat_map(|folder| sources(folder)) {
        let lines = text.lines().count();
        assert!(
            lines <= LINES,
            "{} has {lines} lines, {LINES} is the most",
            path.display()
        );
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        assert!(
            !["mod", "utils", "common", "core", "helpers", "imp"].contains(&name.as_str()),
            "{}: a name that says nothing",
            path.display()
        );
        assert!(
            text.trim_start().starts_with("//!"),
            "{} does not say what it is for",
            path.display()
        );
    }
}

#[test]
fn the_files_of_a_page_are_short_and_say_what_they_are_for() {
    let folder = "telemetry-cli/src/report/page";
    for entry in fs::read_dir(folder).expect("the page's folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("UTF-8");
        assert!(text.lines().count() <= LINES, "{} is too long", path.display());
        let markup = path.extension().is_some_and(|extension| extension == "html");
        assert!(
            markup || text.starts_with("// ") || text.starts_with("/* "),
            "{} does not say what it is for",
            path.display()
        );
    }
}

#[test]
fn renderers_see_the_model_and_never_the_syntax() {
    assert_nowhere(
        "telemetry-schema/src/render",
        &["syntax::"],
        &["json_schema"],
        "only `lower` sees both worlds",
    );
}

#[test]
fn a_diff_compares_models_and_never_sees_the_syntax() {
    assert_nowhere(
        "telemetry-schema/src/diff",
        &["syntax::", "lower::"],
        &[],
        "only `lower` sees both worlds",
    );
}

#[test]
fn macros_read_no_files() {
    assert_nowhere(
        "telemetry-macros/src",
        &["std::fs", "std::env", "include_str"],
        &[],
        "a macro reads no schema",
    );
}

#[test]
fn the_runtime_does_not_know_the_compiler_or_jackin() {
    assert_nowhere(
        "telemetry-runtime/src",
        &["telemetry_schema", "jackin"],
        &[],
        "the runtime knows static definitions only",
    );
}

#[test]
fn only_config_reads_the_environment() {
    assert_nowhere(
        "telemetry-runtime/src",
        &["env::var", "env::vars"],
        &["config"],
        "only `config` reads the environment",
    );
}

#[test]
fn sinks_never_look_upstream_of_records() {
    for sink in ["encode.rs", "run_file.rs", "json.rs", "clamp.rs", "scrub.rs"] {
        let text =
            fs::read_to_string(Path::new("telemetry-runtime/src").join(sink)).expect("the sink is there");
        for upstream in [
            "crate::run::",
            "crate::emit",
            "crate::screen",
            "crate::guard",
            "crate::ambient",
            "crate::context",
        ] {
            assert!(!product(&text).contains(upstream), "{sink} knows {upstream}");
        }
    }
}
