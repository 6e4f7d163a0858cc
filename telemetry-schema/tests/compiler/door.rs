//! The door for build scripts, walked through as cargo does it: in a process of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use telemetry_schema::build;

use super::MANIFEST;

/// Says that this process is the build script.
const INSIDE: &str = "TELEMETRY_SCHEMA_TEST_DOOR";

#[test]
fn inside() {
    if std::env::var_os(INSIDE).is_some() {
        build::compile("schema");
    }
}

/// Runs a build script over a schema folder with this file in it.
fn build(folder: &Path, text: &str) -> Output {
    fs::create_dir_all(folder.join("schema")).unwrap();
    fs::write(folder.join("schema/all.yaml"), text).unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["door::inside", "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .env("CARGO_MANIFEST_DIR", folder)
        .env("OUT_DIR", folder)
        .output()
        .unwrap()
}

#[test]
fn a_good_schema_becomes_rust_and_cargo_is_told_what_to_watch() {
    let folder = tempfile::tempdir().unwrap();
    let output = build(
        folder.path(),
        &format!("{MANIFEST}attributes:\n  demo.a: {{ type: int, brief: A number. }}\n"),
    );
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("cargo::rerun-if-changed=schema\n"), "{said}");
    assert!(
        said.contains("cargo::warning=warning[unused_attribute]: nothing uses the attribute `demo.a`\n"),
        "{said}"
    );
    let rust = fs::read_to_string(folder.path().join("telemetry.rs")).unwrap();
    assert!(rust.contains("pub enum ErrorType"), "{rust}");
}

#[test]
fn a_bad_schema_stops_the_build_with_the_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let output = build(folder.path(), &format!("{MANIFEST}events: {{ saved: {{}} }}\n"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("error[missing_brief]: `saved` has no `brief`\n --> schema/all.yaml:6:11\n"),
        "{said}"
    );
    assert!(!folder.path().join("telemetry.rs").exists());
}

#[test]
fn a_folder_that_is_not_there_stops_the_build_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = build(&folder.path().join("elsewhere"), MANIFEST);
    assert!(output.status.success());
    fs::remove_dir_all(folder.path().join("elsewhere/schema")).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["door::inside", "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .env("CARGO_MANIFEST_DIR", folder.path().join("elsewhere"))
        .env("OUT_DIR", folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("schema"),
        "{output:?}"
    );
}
