//! Any bytes that another process writes piece by piece, cut anywhere: who follows the file sees every whole line once,
//! in order, as if it had been written at once, and never a part of one; who reads from the end sees the last of them.
//! The first byte says how long the pieces are.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use telemetry_cli::readers;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|bytes: &[u8]| {
    let Some((length, bytes)) = bytes.split_first() else { return };
    // From single bytes to pieces with several lines; not so many that a run takes long.
    let length = usize::from(*length).max(1).max(bytes.len() / 64);
    let path = FOLDER.path().join("growing.jsonl");
    let pieces: Vec<&[u8]> = bytes.chunks(length).collect();
    let followed = readers::followed(&path, &pieces).expect("a file");
    let mut whole: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    whole.pop();
    assert_eq!(followed, whole);
    for most in [0, 1, 3, usize::MAX] {
        let last = readers::last(&path, most).expect("a file");
        assert_eq!(last, whole[whole.len() - most.min(whole.len())..], "the last {most}");
    }
});
