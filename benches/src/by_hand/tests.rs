//! Holds the hand-written lines to those of the runtime, so that both sides of a ratio do the same.

use depot::prelude::screen;

use super::*;
use crate::cases::{event, span};
use crate::peers::{self, PARCEL};

/// A line without what differs from line to line: numbers, times, ids.
fn masked(line: &str) -> String {
    const CHANGING: [&str; 6] = [
        "\"seq\":",
        "\"duration_ns\":",
        "\"time\":\"",
        "\"started\":\"",
        "\"trace_id\":\"",
        "\"span_id\":\"",
    ];
    CHANGING.iter().fold(line.to_owned(), |line, key| {
        let mut parts = line.split(key);
        let mut masked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-:.".contains(c));
            masked.push_str(key);
            masked.push_str(rest);
        }
        masked
    })
}

#[test]
fn the_hand_written_lines_are_those_of_the_runtime() {
    let folder = tempfile::tempdir().expect("a folder");
    let (run, file) = peers::run(folder.path()).expect("a run");
    event::record(&PARCEL);
    span::record(&PARCEL);
    screen!(Board).enter();
    event::record(&PARCEL);
    screen!(Board)
        .navigate(depot::screens::Ramp)
        .navigate(depot::screens::Board);
    run.finish(depot::Outcome::Success);
    let ours = std::fs::read_to_string(file).expect("a run file");
    let ours: Vec<String> = ours
        .lines()
        .filter(|line| {
            ["parcel.", "\"screen\"", "navigate"]
                .iter()
                .any(|part| line.contains(part))
        })
        .filter(|line| !line.contains("summary"))
        .map(masked)
        .collect();

    let path = folder.path().join("by-hand.jsonl");
    let mut hand = ByHand::create(&path).expect("a file");
    hand.sorted(&PARCEL, None).expect("written");
    let route = hand.route_start(&PARCEL).expect("written");
    hand.loaded(route).expect("written");
    hand.route_end(&PARCEL, route).expect("written");
    let board = hand.visit("board", None).expect("written");
    hand.sorted(&PARCEL, Some(&board)).expect("written");
    let ramp = hand.navigate(&board, "ramp").expect("written");
    hand.navigate(&ramp, "board").expect("written");
    let by_hand = std::fs::read_to_string(path).expect("its file");
    let by_hand: Vec<String> = by_hand.lines().map(masked).collect();

    for (by_hand, ours) in by_hand.iter().zip(&ours) {
        assert_eq!(by_hand, ours);
    }
    // The run's last visit also ends.
    assert_eq!(by_hand.len() + 1, ours.len());
}
