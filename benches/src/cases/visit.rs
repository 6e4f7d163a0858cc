//! An operator who goes from one screen to another and back.

use std::hint::black_box;
use std::path::Path;

use anyhow::Result;
use depot::prelude::screen;
use depot::screens::{Board, Ramp};
use tracing::{Span, info, info_span};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::by_hand::ByHand;
use crate::case::{Case, Group, Prepared};
use crate::peers;

/// Into a file.
pub(crate) static FILE: Group = Group {
    name: "visit",
    title: "A visit with `navigate`, into a file",
    about: "One operation is one move: `navigate` on the screen that is left, the end of its visit, the start of \
            the next visit, linked back. Three lines.",
    base: "visit/by-hand",
    cases: &[
        Case::new(
            "visit/by-hand",
            "by hand into a reused buffer, three `write(2)`",
            by_hand,
        ),
        Case::new("visit/ours", "`screen!(Board).navigate(Ramp)`", ours),
        Case::new(
            "visit/tracing",
            "`tracing`, spans with `follows_from`, JSON layer, `File`",
            tracing,
        ),
    ],
    targets: &[],
};

/// Every record of the three has one of these, none else has.
const NAVIGATE: &str = "\"navigate\"";

fn ours(folder: &Path) -> Result<Prepared> {
    let (run, file) = peers::run(folder)?;
    screen!(Board).enter();
    let mut on_board = true;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            if black_box(on_board) {
                screen!(Board).navigate(Ramp);
            } else {
                screen!(Ramp).navigate(Board);
            }
            on_board = !on_board;
        }
    })
    .verify(move |done| peers::finish(run, &file, "\"name\":\"navigate\"", done)))
}

fn by_hand(folder: &Path) -> Result<Prepared> {
    let path = folder.join("by-hand.jsonl");
    let mut hand = ByHand::create(&path)?;
    let mut visit = hand.visit("board", None)?;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            let to = if black_box(visit.screen) == "board" {
                "ramp"
            } else {
                "board"
            };
            // A line that was not written is missed when the lines are counted.
            if let Ok(next) = hand.navigate(&visit, to) {
                visit = next;
            }
        }
    })
    .verify(move |done| peers::ensure_lines(&path, NAVIGATE, done)))
}

fn tracing(folder: &Path) -> Result<Prepared> {
    let path = peers::tracing_to_file(folder, FmtSpan::NEW | FmtSpan::CLOSE)?;
    let mut visit = open("board");
    let mut on_board = true;
    Ok(Prepared::new(move |times| {
        for _ in 0..times {
            let to = if black_box(on_board) { "ramp" } else { "board" };
            on_board = !on_board;
            visit.in_scope(|| info!(to, "navigate"));
            let next = open(to);
            next.follows_from(&visit);
            visit = next;
        }
    })
    .verify(move |done| peers::ensure_lines(&path, NAVIGATE, done)))
}

fn open(screen: &str) -> Span {
    info_span!(parent: None, "screen", name = screen)
}
