//! A [`Story`] on a terminal, in the order in which an operator asks: what was it and how did it end, what went
//! wrong, where was the operator, where did the time go, what happened, what did it use.

use std::io;

use telemetry_runtime::line::{Kind, Outcome};

use crate::look::{Ink, Signs};
use crate::sheet::Sheet;
use crate::story::{RunFile, Span, Story};

pub(crate) mod bar;
pub(crate) mod doubts;
pub(crate) mod events;
pub(crate) mod faults;
pub(crate) mod header;
pub(crate) mod open;
pub(crate) mod path;
pub(crate) mod resources;
pub(crate) mod spans;
pub(crate) mod waterfall;

/// How a run stands that wrote no `end` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unended {
    /// Its writer still holds the file.
    Running,
    /// Nobody writes it any more.
    Killed,
}

/// What is shown of a run beside the story itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'s> {
    /// The file, with the first of its runs: what is to be doubted of it as a whole.
    pub(crate) file: Option<&'s RunFile>,
    /// Of a run without an `end` line.
    pub(crate) unended: Unended,
    /// Which of how many runs in the file, from 1.
    pub(crate) part: (usize, usize),
    /// Whether long lists are shown whole.
    pub(crate) all: bool,
}

/// Draws one run.
pub(crate) fn run(sheet: &mut Sheet<'_>, story: &Story, view: View<'_>) -> io::Result<()> {
    header::draw(sheet, story, view)?;
    doubts::draw(sheet, &view.file.map(doubts::of_file).unwrap_or_default())?;
    doubts::draw(sheet, &doubts::of_run(story))?;
    faults::draw(sheet, story, view)?;
    open::draw(sheet, story, view)?;
    path::draw(sheet, story, view)?;
    waterfall::draw(sheet, story, view)?;
    spans::draw(sheet, story)?;
    resources::draw(sheet, story, view)?;
    events::draw(sheet, story, view)
}

/// A span's name as a place: `launch › derived_image › docker_build`.
pub(crate) fn place(name: &str, signs: &Signs) -> String {
    name.replace('.', &format!(" {} ", signs.within))
}

/// A span's name as a place, unless it is neither visit nor stage: its dots are not places then.
pub(crate) fn place_of(span: &Span, signs: &Signs) -> String {
    if span.kind == Kind::Span {
        span.name.clone()
    } else {
        place(&span.name, signs)
    }
}

/// How something ended, in a word.
pub(crate) fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failed",
        Outcome::Skipped => "skipped",
        Outcome::Cancelled => "cancelled",
        Outcome::Abandoned => "abandoned",
    }
}

/// How something ended, in a colour.
pub(crate) fn ink(outcome: Outcome) -> Ink {
    match outcome {
        Outcome::Success => Ink::Good,
        Outcome::Failure => Ink::Bad,
        Outcome::Skipped | Outcome::Cancelled => Ink::Faint,
        Outcome::Abandoned => Ink::Warn,
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::look::Look;
    use crate::story::file::read;
    use crate::text::{columns, steers};

    const RUNS: [&str; 3] = [
        include_str!("../tests/runs/8b4766.jsonl"),
        include_str!("../tests/runs/8c01f2.jsonl"),
        include_str!("../tests/runs/3fa9d0.jsonl"),
    ];

    /// Reads and draws whatever it is given, and looks at the drawing.
    fn survive(text: &[u8], width: usize, all: bool) -> Result<(), TestCaseError> {
        let Ok(file) = read(text) else { return Ok(()) };
        let look = Look {
            width,
            color: false,
            ascii: width.is_multiple_of(2),
            zone: TimeZone::UTC,
        };
        for story in &file.runs {
            let mut out = Vec::new();
            let view = View {
                file: Some(&file),
                unended: Unended::Killed,
                part: (1, 2),
                all,
            };
            run(&mut Sheet::new(&mut out, look.clone()), story, view).expect("a vector takes everything");
            for line in String::from_utf8(out).expect("text").lines() {
                prop_assert!(columns(line) <= width, "{line:?}");
                prop_assert!(!line.chars().any(steers), "{line:?}");
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_and_drawn_without_a_panic(text in prop::collection::vec(any::<u8>(), 0..400)) {
            survive(&text, 60, false)?;
        }

        #[test]
        fn a_run_with_any_of_its_pieces_changed_is_drawn_within_its_width(
            run in 0..RUNS.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, "[0-9a-z\"\u{1b}漢,{}:.-]{0,12}"), 1..12),
            order in any::<bool>(), width in 30usize..150, all in any::<bool>(),
        ) {
            let mut lines: Vec<String> = RUNS[run].lines().map(str::to_owned).collect();
            for (place, length, text) in &changes {
                let line = place.index(lines.len());
                let ends: Vec<usize> = lines[line].char_indices().map(|(at, _)| at).collect();
                if ends.is_empty() { continue }
                let from = place.index(ends.len());
                let to = ends.get(from + length).copied().unwrap_or(lines[line].len());
                lines[line].replace_range(ends[from]..to, text);
            }
            if order { lines.reverse() }
            survive(lines.join("\n").as_bytes(), width, all)?;
        }

        #[test]
        fn a_run_with_any_numbers_is_drawn_within_its_width(
            run in 0..RUNS.len(), numbers in prop::collection::vec(any::<u64>(), 8), width in 30usize..150,
        ) {
            let mut numbers = numbers.iter().cycle();
            let text = RUNS[run].split("\"duration_ns\":").enumerate().map(|(n, piece)| {
                if n == 0 { return piece.to_owned() }
                let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("\"duration_ns\":{}{rest}", numbers.next().copied().unwrap_or(0))
            }).collect::<String>();
            survive(text.as_bytes(), width, true)?;
        }
    }
}
