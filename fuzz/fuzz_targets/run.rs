//! Any bytes through the reader of run files: it may complain, it may not panic, and what it read reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(parsed) = telemetry_runtime::reader::parse(line) {
            drop(serde_json::to_string(&parsed));
        }
    }
});
