//! Any bytes through the reader of run files: it may complain, it may not panic, and what it read reads back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telemetry_runtime::reader::{self, RunReader};

fuzz_target!(|bytes: &[u8]| {
    for line in RunReader::new(bytes).flatten() {
        let text = serde_json::to_vec(&line).expect("what was read is written");
        let again = reader::parse(&text).expect("what was written is read");
        assert_eq!(serde_json::to_vec(&again).expect("written again"), text);
    }
});
