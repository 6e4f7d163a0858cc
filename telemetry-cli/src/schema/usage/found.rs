//! What was found in a source file, before anybody asks what it comes to.

use proc_macro2::Span;
use serde::Serialize;

use super::catalogue::{Id, Kind};

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
    /// Whether only a test comes here.
    pub(super) test: bool,
}

impl Spot {
    pub(super) fn of(span: Span, test: bool) -> Spot {
        let start = span.start();
        Spot {
            line: start.line,
            column: start.column + 1,
            test,
        }
    }
}

/// How an item is emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    /// By a macro of the prelude, or `#[stage]`.
    Macro,
    /// As the target of `.navigate(…)`.
    Navigate,
    /// As a step inside a stage: `.timing(…)`.
    Timing,
    /// By its builder: `ContainerExited::event()`.
    Builder,
    /// As a value that is told at run time: `Screen::List`, `ErrorType::DiskFull`.
    Value,
    /// By a macro of the program that passes its name on.
    Through,
    /// With an item that has it.
    With,
    /// By a setter of an open stage or span, of which only the name is known.
    Setter,
}

/// A call site of an item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sighting {
    pub(super) id: Id,
    pub(super) spot: Spot,
    pub(super) how: How,
    pub(super) doubt: Option<Doubt>,
}

/// Why a value may be one of the program's own: it may have a type of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// In this file; no line brings the name in.
    Here(&'static str),
    /// Somewhere; a path of the program's own leads to it.
    Anywhere(&'static str),
}

/// A move that is written down: `screen!(List).navigate(Settings)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub(super) from: Id,
    pub(super) to: Id,
    pub(super) spot: Spot,
}

/// Something that is emitted by hand, around the schema.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) spot: Spot,
    /// As it is written, such as `tracing::info!`.
    pub(super) what: String,
    /// The first text in it.
    pub(super) text: Option<String>,
    /// For a bare name that no line brings in: it is by hand unless the program has a macro of that name.
    pub(super) presumed: Option<String>,
}

/// A call of one of the prelude's macros that names no item of the schema.
#[derive(Debug)]
pub(super) struct Stranger {
    pub(super) spot: Spot,
    /// The macro's name.
    pub(super) what: String,
    /// What it names, or the variable that a macro puts there.
    pub(super) name: String,
    /// The macro of the program that makes the name.
    pub(super) made_by: Option<String>,
}

/// A call of some other macro, to which an item's word is passed.
#[derive(Debug)]
pub(super) struct Passed {
    pub(super) to: String,
    pub(super) word: String,
    pub(super) spot: Spot,
}

/// A module that only tests have and that is in another file.
#[derive(Debug)]
pub(super) struct TestModule {
    /// Names of the modules around it in its file, and its own.
    pub(super) path: Vec<String>,
    /// What `#[path]` says.
    pub(super) file: Option<String>,
}

/// Everything in a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) sightings: Vec<Sighting>,
    pub(super) moves: Vec<Move>,
    pub(super) raw: Vec<Raw>,
    pub(super) strangers: Vec<Stranger>,
    pub(super) passed: Vec<Passed>,
    /// Macros of the program that pass a name on to a macro of the prelude, or are one under another name.
    pub(super) forwards: Vec<(String, Kind)>,
    /// Macros that the program defines.
    pub(super) defined: Vec<String>,
    /// Types that it defines under the name of one of ours.
    pub(super) types: Vec<&'static str>,
    pub(super) test_modules: Vec<TestModule>,
}
