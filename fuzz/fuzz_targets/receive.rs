//! Any messages of OTLP through `receive`: bytes that are none are passed over, and whatever a message says becomes run
//! files that read back without a complaint, in order, with as many records as were shown, and that every other command
//! takes. A message is a byte for its signal, two for its length, and the message.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use telemetry_cli::readers;
use telemetry_runtime::export::Signal;
use telemetry_runtime::line::Record;
use telemetry_runtime::reader::RunReader;

fuzz_target!(|bytes: &[u8]| {
    let messages = messages(bytes);
    let folder = tempfile::tempdir().expect("a folder");
    let (files, shown) = readers::received(&messages, folder.path(), true).expect("there is room");
    let mut kept = 0;
    for path in &files {
        assert_eq!(path.parent(), Some(folder.path()), "a file outside of the folder");
        let mut reader = RunReader::open(path).expect("it is there");
        let mut last: Option<u64> = None;
        for line in reader.by_ref() {
            let line = line.expect("what was kept is read");
            assert_eq!(line.seq, last.map_or(0, |last| last + 1));
            assert_eq!(line.seq == 0, matches!(line.record, Record::Run(_)));
            last = Some(line.seq);
        }
        assert!(reader.reading().remarks().is_empty(), "{:?}", reader.reading());
        kept += reader.reading().records;
        let file = &*path.to_string_lossy();
        for command in [&["runs", "show", "--all", file][..], &["runs", "replay", "--dry-run", file]] {
            let (mut out, mut words) = (Vec::new(), Vec::new());
            let code = telemetry_cli::call(command, &mut out, &mut words);
            assert_eq!(code, 0, "{command:?}: {}", String::from_utf8_lossy(&words));
        }
    }
    let shown = String::from_utf8(shown).expect("what is shown is text");
    assert_eq!(shown.lines().count() as u64, kept);
    let other = tempfile::tempdir().expect("a folder");
    let (again, _) = readers::received(&messages, other.path(), false).expect("there is room");
    assert_eq!(again.len(), files.len());
    for (one, other) in files.iter().zip(&again) {
        assert_eq!(fs::read(one).expect("a file").len(), fs::read(other).expect("a file").len());
    }
});

fn messages(mut bytes: &[u8]) -> Vec<(Signal, &[u8])> {
    let mut messages = Vec::new();
    while let [signal, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
        let (message, after) = rest.split_at(length);
        messages.push((Signal::ALL[usize::from(*signal) % 3], message));
        bytes = after;
    }
    messages
}
