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
    view.file.map_or(Ok(()), |file| doubts::of_file(sheet, file))?;
    doubts::of_run(sheet, story)?;
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
