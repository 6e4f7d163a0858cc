//! Any bytes as a run file in a folder with a good one, through every command that reads runs, as they are typed. None
//! panics; each ends with 0, 1 or 2, and with 2 names the file; the good run is listed, whatever lies beside it; and
//! the commands agree on how many records there are.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tempfile::TempDir;

const GOOD: &str = include_str!("../../telemetry-cli/tests/runs/8b4766.jsonl");
const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema");

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("8b4766.jsonl"), GOOD).expect("a good run");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let folder = FOLDER.path();
    let path = folder.join("fuzzed.jsonl");
    fs::write(&path, bytes).expect("a run file");
    let (file, folder) = (&*path.to_string_lossy(), &*folder.to_string_lossy());

    let (code, listed, words) = typed(&["runs", "list", "--format", "json", "-n", "0", "-d", folder]);
    assert_eq!(code, 0, "{words}");
    let rows: Value = serde_json::from_str(&listed).expect("a list is JSON");
    let ids: Vec<_> = rows.as_array().expect("rows").iter().map(|row| &row["id"]).collect();
    assert!(ids.contains(&&"8b4766".into()), "{listed}");
    assert_eq!(typed(&["runs", "list", "-d", folder]).0, 0);

    let (code, story, words) = typed(&["runs", "show", file, "--format", "json"]);
    let records = match code {
        0 => Some(serde_json::from_str::<Value>(&story).expect("a story is JSON")["records"].clone()),
        _ => None,
    };
    refused(code, &words, file);
    assert_eq!(ids.contains(&&"fuzzed".into()), code == 0, "listed is what can be shown");
    for more in [&["--all"][..], &["--width", "30"]] {
        let (again, ..) = typed(&[&["runs", "show", file], more].concat());
        assert_eq!(again, code, "{more:?}");
    }
    let (again, _, words) = typed(&["runs", "compare", "8b4766", file, "-d", folder]);
    assert_eq!(again, code, "{words}");
    refused(again, &words, file);

    let (again, told, words) = typed(&["runs", "tail", file, "-n", "1000000", "--format", "json"]);
    refused(again, &words, file);
    if let Some(records) = &records {
        let is_record = |line: &&str| telemetry_runtime::reader::parse(line.as_bytes()).is_ok();
        assert_eq!(&Value::from(told.lines().filter(is_record).count()), records, "{told}");
    }
    assert_ne!(typed(&["runs", "tail", file]).0, 1);

    let (again, report, words) = typed(&["check-run", file, "--format", "json", "--schema", SCHEMA]);
    refused(again, &words, "fuzzed.jsonl");
    if let (true, Some(records)) = (again < 2, &records) {
        let report: Value = serde_json::from_str(&report).expect("a report is JSON");
        assert_eq!(&report["checked"]["records"], records);
    }
    typed(&["check-run", file, "--coverage", "--schema", SCHEMA]);

    for format in ["json", "human"] {
        let (again, _, words) = typed(&["runs", "replay", file, "--dry-run", "--format", format]);
        refused(again, &words, file);
    }
    let prune = ["runs", "prune", "--dry-run", "--keep", "1", "--days", "4000000", "-d", folder, "--format", "json"];
    let (again, plan, words) = typed(&prune);
    assert_eq!(again, 0, "{words}");
    let plan: Value = serde_json::from_str(&plan).expect("a plan is JSON");
    assert_eq!(plan["deleted"].as_array().map(Vec::len), Some(1), "{plan}");
    assert!(Path::new(file).exists(), "a dry run deletes nothing");
});

/// What was said to a command, and how it ended.
fn typed(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut words) = (Vec::new(), Vec::new());
    let code = telemetry_cli::call(arguments, &mut out, &mut words);
    assert!(code <= 2, "{arguments:?} ended with {code}");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    (code, text(out), text(words))
}

/// What could not be done names the file; a command that did its work says nothing of the kind.
fn refused(code: u8, words: &str, file: &str) {
    assert_eq!(code == 2, words.starts_with("telemetry: "), "{words}");
    assert!(code != 2 || words.contains(file), "{words}");
}
