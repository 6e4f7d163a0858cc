//! Any bytes that another process writes piece by piece, cut anywhere: who follows the file sees every whole line once,
//! in order, as if it had been written at once, and never a part of one; who reads from the end sees the last of them.
//! The first byte says how long the pieces are.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use telemetry_cli::readers;
use telemetry_runtime::reader;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|bytes: &[u8]| {
    let Some((length, bytes)) = bytes.split_first() else { return };
    // From single bytes to pieces with several lines; not so many that a run takes long.
    let length = usize::from(*length).max(1).max(bytes.len() / 64);
    let path = FOLDER.path().join("growing.jsonl");
    let pieces: Vec<&[u8]> = bytes.chunks(length).collect();
    let followed = readers::followed(&path, &pieces).expect("a file");
    let mut whole: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let rest = whole.pop().unwrap_or_default();
    assert_eq!(followed, whole);
    // Who reads from the end knows that nothing comes any more: a record that lacks its end of line is one, and a mark
    // before the first line is none.
    whole.extend(reader::parse(rest).is_ok().then_some(rest));
    if let Some(first) = whole.first_mut() {
        *first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
    }
    for most in [0, 1, 3, usize::MAX] {
        let last = readers::last(&path, most).expect("a file");
        assert_eq!(last, whole[whole.len() - most.min(whole.len())..], "the last {most}");
    }
});
