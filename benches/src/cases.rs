//! All groups, a file a subject. A further subject is a file here and a name in [`ALL`].

mod compile;
pub(crate) mod event;
mod off;
mod otlp_event;
mod otlp_span;
pub(crate) mod span;
mod visit;

use anyhow::{Context, Result};

use crate::case::{Case, Group};

/// Every group, in the order of the tables.
pub(crate) static ALL: [&Group; 10] = [
    &off::NOBODY,
    &off::QUIET,
    &event::FILE,
    &event::ON_A_SCREEN,
    &span::FILE,
    &visit::FILE,
    &otlp_event::QUEUE,
    &otlp_span::QUEUE,
    &compile::SCHEMA,
    &compile::CHECK,
];

/// The case of that name.
pub(crate) fn find(name: &str) -> Result<&'static Case> {
    ALL.into_iter()
        .flat_map(|group| group.cases)
        .find(|case| case.name == name)
        .with_context(|| format!("no case `{name}`; see `bench list`"))
}
