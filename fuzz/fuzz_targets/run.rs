//! Any bytes through the reader of run files and through the fold that makes a story of them. They may complain, with
//! the number of a line, and may not panic; what was read is written and read as the same; a file that is cut anywhere
//! has no record that the whole one had not, but for what it was cut in; and the story does not depend on how the bytes come.
#![no_main]

use std::io::BufReader;

use libfuzzer_sys::fuzz_target;
use telemetry_cli::readers;
use telemetry_runtime::reader::{self, Problem, RunReader, Trouble};

fuzz_target!(|bytes: &[u8]| {
    let (whole, foreign) = records(bytes);
    if !foreign {
        for cut in [bytes.len() / 3, bytes.len() / 2, bytes.len().saturating_sub(1), bytes.len().saturating_sub(9)] {
            let (mut part, _) = records(&bytes[..cut]);
            // Cut within a line, its beginning may be a record, and the whole of it none.
            if !whole.starts_with(&part) && bytes.get(cut) != Some(&b'\n') {
                part.pop();
            }
            assert!(whole.starts_with(&part), "cut at {cut}: a record that was not there");
        }
    }
    let story = readers::story(bytes);
    let piecemeal = readers::story(BufReader::with_capacity(7, bytes));
    if !foreign {
        assert_eq!(story, piecemeal, "seven bytes at a time");
    }
    assert_eq!(story.is_ok(), !whole.is_empty(), "{story:?}");
    // Written by us, no line that a row of the list needs is passed over: the row says what the story says.
    let own = whole.concat();
    if let Ok(text) = readers::story(&own[..]) {
        let lines = readers::skimmed(&own[..]).expect("memory is read");
        assert!(is_part_of(&lines, &own), "a line that was not there");
        let skimmed = readers::story(&lines[..]).expect("what was skimmed of a run is one");
        let (story, row) = (json(&text), json(&skimmed));
        let (runs, rows) = (story["runs"].as_array().expect("runs"), row["runs"].as_array().expect("runs"));
        assert_eq!(runs.len(), rows.len());
        for (run, row) in runs.iter().zip(rows) {
            for of in ["run", "end", "summary", "faults", "more_faults"] {
                assert_eq!(run[of], row[of], "{of}");
            }
        }
    }
});

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("a story is JSON")
}

/// Whether every line stands in the other text too, in the same order.
fn is_part_of(lines: &[u8], text: &[u8]) -> bool {
    let mut text = text.split(|byte| *byte == b'\n');
    lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).all(|line| text.any(|other| other == line))
}

/// What is read, each record as it is written again, and whether the file was refused as another's.
fn records(bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut records = Vec::new();
    let mut before = 0;
    let mut foreign = false;
    let mut input = RunReader::new(bytes);
    for line in input.by_ref() {
        match line {
            Ok(line) => {
                let mut text = serde_json::to_vec(&line).expect("what was read is written");
                let again = reader::parse(&text).expect("what was written is read");
                assert_eq!(serde_json::to_vec(&again).expect("written again"), text);
                text.push(b'\n');
                records.push(text);
            }
            Err(Problem { line, trouble }) => {
                assert!(line > before, "line {line} after line {before}");
                assert!(!trouble.to_string().is_empty());
                before = line;
                foreign |= matches!(trouble, Trouble::OtherFormat(_));
            }
        }
    }
    let reading = input.reading();
    assert_eq!(reading.records, records.len() as u64);
    let unknown: u64 = reading.unknown_records.values().sum();
    let told = reading.records + reading.bad + unknown + u64::from(reading.torn);
    assert!(foreign || reading.lines == told, "{reading:?}");
    (records, foreign)
}
