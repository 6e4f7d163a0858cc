//! Any bytes as the files that stand beside a good run: what the backend has of it (`.delivered`) and what replays sent
//! (`.replayed`). A replay that is only planned says what it would send, never more than the run holds, and what it
//! cannot read it names; listing, showing and pruning do not mind either.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tempfile::TempDir;

const GOOD: &str = include_str!("../../telemetry-cli/tests/runs/8b4766.jsonl");

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("8b4766.jsonl"), GOOD).expect("a good run");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let ending = if kind % 2 == 0 { "replayed" } else { "delivered" };
    let folder = FOLDER.path();
    let beside = folder.join(format!("8b4766.{ending}"));
    fs::write(&beside, bytes).expect("a file beside it");
    let (run, folder) = (folder.join("8b4766.jsonl"), folder.to_string_lossy().into_owned());
    let run = &*run.to_string_lossy();
    let (mut out, mut words) = (Vec::new(), Vec::new());
    let code = telemetry_cli::call(["runs", "replay", run, "--dry-run", "--format", "json"], &mut out, &mut words);
    match code {
        0 => {
            let plan: Value = serde_json::from_slice(&out).expect("a plan is JSON");
            let again: Vec<&str> = vec!["runs", "replay", run, "--dry-run", "--again", "--format", "json"];
            let (mut whole, mut words) = (Vec::new(), Vec::new());
            assert_eq!(telemetry_cli::call(again, &mut whole, &mut words), 0);
            let whole: Value = serde_json::from_slice(&whole).expect("a plan is JSON");
            assert!(sum(&whole) > 0 && sum(&plan) <= sum(&whole), "{plan}\n{whole}");
        }
        _ => {
            assert_eq!(code, 2);
            let words = String::from_utf8(words).expect("text");
            assert!(words.contains(&*beside.to_string_lossy()), "{words}");
        }
    }
    for command in [
        &["runs", "list", "-d", &folder][..],
        &["runs", "show", run],
        &["runs", "prune", "--dry-run", "--all", "-d", &folder],
    ] {
        let (mut out, mut words) = (Vec::new(), Vec::new());
        assert_eq!(telemetry_cli::call(command, &mut out, &mut words), 0, "{command:?}");
    }
    fs::remove_file(&beside).expect("it was there");
});

/// Everything that would be sent.
fn sum(plan: &Value) -> u64 {
    let signals = plan["signals"].as_array().map_or(&[][..], Vec::as_slice);
    signals.iter().filter_map(|signal| signal["would"].as_u64()).sum()
}
