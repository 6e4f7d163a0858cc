//! Which of a thread's open spans is the innermost one, whoever ends them and in which order.

use std::collections::HashMap;

use telemetry_runtime::line::{AttributeValue, Attributes, Line, Record};
use telemetry_runtime::screen::enter;
use telemetry_runtime::{Place, SpanGuard};

use crate::capture;
use crate::items::*;
use crate::vocabulary::*;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        (self.0 >> 33) as usize % sides
    }
}

fn number(attributes: &Attributes, key: &str) -> i64 {
    match attributes.get(key) {
        Some(AttributeValue::Int(number)) => *number,
        other => panic!("{key}: {other:?}"),
    }
}

/// The number of each span of work, by its id.
fn works(lines: &[Line]) -> HashMap<&str, i64> {
    let starts = lines.iter().filter_map(|line| match &line.record {
        Record::SpanStart(span) if span.name == "work" => Some(span),
        _ => None,
    });
    starts
        .map(|span| (span.span_id.as_str(), number(&span.attributes, "app.number")))
        .collect()
}

/// Spans start on this thread; each ends here, on another thread or in a place that was taken before, in any order.
#[test]
fn the_innermost_span_is_the_last_one_that_is_open_whoever_ends_the_others() {
    let mut expected = Vec::new();
    let captured = capture(|| {
        enter(&LIST);
        let mut dice = Dice(7);
        let mut open: Vec<(i64, SpanGuard)> = Vec::new();
        for turn in 0..3_000 {
            match dice.roll(5) {
                0 | 1 if open.len() < 12 => open.push((turn, work(turn))),
                choice if !open.is_empty() => {
                    let (_, ends) = open.remove(dice.roll(open.len()));
                    match choice {
                        2 => ends.done(),
                        3 => drop(std::thread::spawn(move || ends.done()).join()),
                        _ => Place::current().scope(|| ends.done()),
                    }
                }
                _ => {}
            }
            tick(turn, 0);
            expected.push((turn, open.last().map(|(number, _)| *number)));
        }
    });
    let works = works(captured.lines());
    let ticks = captured.lines().iter().filter_map(|line| match &line.record {
        Record::Event(event) => Some(event),
        _ => None,
    });
    let told: Vec<_> = ticks
        .map(|event| {
            let span = event.span_id.as_deref().and_then(|span| works.get(span));
            (number(&event.attributes, "app.number"), span.copied())
        })
        .collect();
    assert_eq!(told, expected);
}

/// The memory of an ended span, and its place among the open ones, are used again by one of another visit.
#[test]
fn a_span_belongs_to_the_visit_that_it_started_on() {
    let captured = capture(|| {
        for turn in 0..6 {
            enter(if turn % 2 == 0 { &LIST } else { &SETTINGS });
            let outer = work(turn);
            work(turn).done();
            tick(turn, 0);
            outer.done();
        }
    });
    let screens: Vec<_> = captured
        .lines()
        .iter()
        .filter_map(|line| match &line.record {
            Record::SpanStart(span) if span.name == "work" => match span.attributes.get("app.screen.name") {
                Some(AttributeValue::String(screen)) => Some(screen.as_str()),
                other => panic!("{other:?}"),
            },
            _ => None,
        })
        .collect();
    let expected: Vec<_> = (0..6)
        .flat_map(|turn| [["list", "settings"][turn % 2]; 2])
        .collect();
    assert_eq!(screens, expected);
}
