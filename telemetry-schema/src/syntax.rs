//! What was written: YAML text to typed values, each with its place, and every structural mistake on the way.
//! The second step of the compiler; [`lower`](crate::lower) makes of it what it means.
//!
//! A file is read in two steps. [`node`] makes a tree of whatever the YAML says, so that a bad item hides no
//! other; the types of [`manifest`], [`item`] and [`signal`] then read themselves from that tree. The same types
//! describe themselves to editors as a JSON Schema, so the two cannot disagree.

mod choice;
pub(crate) mod collection;
pub(crate) mod form;
pub(crate) mod item;
pub(crate) mod manifest;
pub(crate) mod node;
pub(crate) mod read;
mod record;
pub(crate) mod signal;

use std::sync::Arc;

use crate::Source;
use crate::diagnostic::{At, Code, Diagnostic, Problems};
use collection::Keyed;
use form::{Id, ScreenId, Word};
use item::{Attribute, ErrorType};
use manifest::{Logs, Roles, Run, Schema, Service};
use read::{Definitions, Placed, Read};
use record::record;
use signal::{Event, Metric, Screen, Span, StageGroup};

record! {
    /// A part of a telemetry schema; the files of a folder are merged by these keys.
    pub(crate) struct Document {
        /// Name, version and namespace of the vocabulary. Once in all files, and required.
        optional schema: Schema,
        /// The service that speaks.
        optional service: Service,
        /// How runs are named, found and kept.
        optional run: Run,
        /// The closed set of error types, by id.
        optional errors: Keyed<Word, ErrorType>,
        /// Renames the items that the runtime itself records.
        optional roles: Roles,
        /// Which undeclared log records are the program's own.
        optional logs: Logs,
        /// Every attribute, by id.
        optional attributes: Keyed<Id, Attribute>,
        /// Every screen, by id.
        optional screens: Keyed<Id, Screen>,
        /// Every stage, by the id of the screen that it belongs to.
        optional stages: Keyed<ScreenId, StageGroup>,
        /// Every event, by id.
        optional events: Keyed<Id, Event>,
        /// Every span that is neither screen nor stage, by id.
        optional spans: Keyed<Id, Span>,
        /// Every metric, by id.
        optional metrics: Keyed<Id, Metric>,
    }
}

/// What a file may say, for editors: the type that a file is, and the types that it is made of.
pub(crate) fn describe() -> (serde_json::Value, Definitions) {
    let mut definitions = Definitions::new();
    let file = Document::describe(&mut definitions);
    (file, definitions)
}

/// Reads all files and merges them by their top-level keys.
pub(crate) fn read(sources: &[Source], problems: &mut Problems) -> Document {
    let mut whole = Document::default();
    for source in sources {
        let file: Arc<str> = source.path.as_str().into();
        match node::parse(&file, &source.text) {
            Ok(Some(root)) => {
                if let Some(part) = Document::read(&root, "the file", problems) {
                    whole.merge(part, problems);
                }
            }
            Ok(None) => {}
            Err(diagnostic) => problems.push(*diagnostic),
        }
    }
    whole
}

impl Document {
    fn merge(&mut self, part: Document, problems: &mut Problems) {
        once("schema", &mut self.schema, part.schema, problems);
        once("service", &mut self.service, part.service, problems);
        once("run", &mut self.run, part.run, problems);
        once("roles", &mut self.roles, part.roles, problems);
        once("logs", &mut self.logs, part.logs, problems);
        append(&mut self.errors, part.errors, problems);
        append(&mut self.attributes, part.attributes, problems);
        append(&mut self.screens, part.screens, problems);
        append(&mut self.stages, part.stages, problems);
        append(&mut self.events, part.events, problems);
        append(&mut self.spans, part.spans, problems);
        append(&mut self.metrics, part.metrics, problems);
    }
}

/// A section that may stand in one file only.
fn once<T>(key: &str, whole: &mut Option<Placed<T>>, part: Option<Placed<T>>, problems: &mut Problems) {
    match (whole.as_ref(), part) {
        (None, Some(part)) => *whole = Some(part),
        (Some(first), Some(second)) => problems.push(
            Diagnostic::new(
                Code::DuplicateKey,
                &second.key,
                format!("`{key}` is given in two files"),
            )
            .also(&first.key, "first given here")
            .help("say it once"),
        ),
        (_, None) => {}
    }
}

/// A section that may be spread over files, its ids unique over all of them.
fn append<K, V>(
    whole: &mut Option<Placed<Keyed<K, V>>>,
    part: Option<Placed<Keyed<K, V>>>,
    problems: &mut Problems,
) {
    let Some(part) = part else { return };
    match whole {
        Some(whole) => whole.value.append(part.value, problems),
        None => *whole = Some(part),
    }
}

/// The place of a file's first line, for what is missing as a whole.
pub(crate) fn top(sources: &[Source]) -> At {
    let first = sources.first();
    let line = first
        .and_then(|source| source.text.lines().next())
        .unwrap_or_default();
    let file = first.map_or("", |source| source.path.as_str());
    At {
        file: file.into(),
        line: 1,
        column: 1,
        bytes: 0..line.len(),
    }
}
