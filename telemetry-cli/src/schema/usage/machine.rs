//! `schema usage` for machines: one JSON document, or the commands of a GitHub workflow.

use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::catalogue::{Catalogue, Kind};
use super::found::How;
use super::tally::{Entry, Status, Usage};
use crate::args::Denied;
use crate::failure::Failure;
use crate::formats;
use crate::runs::json;
use crate::schema::check::github::{data, property};
use crate::schema::check::trim;

/// Where a schema is used. `schema usage --format json` prints this.
#[derive(Debug, Serialize, JsonSchema)]
struct Document<'u> {
    /// Version of this shape.
    format: u32,
    /// Files that were read.
    files: usize,
    /// Every item, with where it is emitted.
    items: Vec<Told<'u>>,
    /// Moves between screens that are written down.
    moves: Vec<Move<'u>>,
    /// What goes around the schema.
    raw: Vec<Raw<'u>>,
    /// Names that the schema does not have.
    strange: Vec<Strange<'u>>,
    /// What could not be read.
    unread: Vec<Unread<'u>>,
}

/// An item.
#[derive(Debug, Serialize, JsonSchema)]
struct Told<'u> {
    /// As in `schema list`, and `timing`.
    kind: &'static str,
    /// Its id.
    id: &'u str,
    /// File in which it is declared.
    file: &'u str,
    /// Line of the declaration, from 1; 0 where the compiler supplied it.
    line: u32,
    /// How it stands.
    #[schemars(extend("enum" = [
        "emitted", "runtime", "fed", "only_tests", "never", "deprecated", "allowed", "unused_suppression"
    ]))]
    status: &'static str,
    /// Where it is emitted.
    sites: Vec<Site<'u>>,
    /// Events that feed it; absent but for a metric that is `fed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    fed_by: Option<&'u [String]>,
    /// Why it is not missed; absent but for what is `allowed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'u str>,
}

/// A call site.
#[derive(Debug, Serialize, JsonSchema)]
struct Site<'u> {
    /// Its file.
    file: &'u str,
    /// From 1.
    line: usize,
    /// From 1.
    column: usize,
    /// How it is emitted there.
    how: How,
    /// Whether it is in a test.
    test: bool,
}

/// A move from one screen to another.
#[derive(Debug, Serialize, JsonSchema)]
struct Move<'u> {
    /// The screen that is left.
    from: String,
    /// The screen that is entered.
    to: String,
    /// The file in which it is written.
    file: &'u str,
    /// From 1.
    line: usize,
    /// Whether it is in a test.
    test: bool,
}

/// Something that goes around the schema.
#[derive(Debug, Serialize, JsonSchema)]
struct Raw<'u> {
    /// Its file.
    file: &'u str,
    /// From 1.
    line: usize,
    /// From 1.
    column: usize,
    /// The macro or call.
    what: &'u str,
    /// What it says; absent where that is not written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'u str>,
}

/// A name that the schema does not have.
#[derive(Debug, Serialize, JsonSchema)]
struct Strange<'u> {
    /// Its file.
    file: &'u str,
    /// From 1.
    line: usize,
    /// From 1.
    column: usize,
    /// The macro that it is given to.
    r#macro: &'u str,
    /// The name.
    name: &'u str,
    /// Whether it is in a test.
    test: bool,
}

/// A file that could not be read, or a place in one.
#[derive(Debug, Serialize, JsonSchema)]
struct Unread<'u> {
    /// The file.
    file: &'u str,
    /// Why.
    why: &'u str,
    /// From 1; absent where it is all of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> Value {
    formats::shape::<Document<'_>>()
}

/// Writes the document.
pub(super) fn json(usage: &Usage, catalogue: &Catalogue<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let raw = usage.raw.iter().map(|found| Raw {
        file: &found.file,
        line: found.it.spot.line,
        column: found.it.spot.column,
        what: &found.it.what,
        text: found.it.text.as_deref(),
    });
    let strange = usage.strangers.iter().map(|found| Strange {
        file: &found.file,
        line: found.it.spot.line,
        column: found.it.spot.column,
        r#macro: &found.it.what,
        name: &found.it.name,
        test: found.it.spot.test,
    });
    let moves = usage.moves.iter().map(|found| Move {
        from: catalogue.shown(found.it.from),
        to: catalogue.shown(found.it.to),
        file: &found.file,
        line: found.it.spot.line,
        test: found.it.spot.test,
    });
    let unread = usage.unread.iter().map(|unread| Unread {
        file: &unread.file,
        why: &unread.why,
        line: unread.at.map(|(line, _)| line),
        column: unread.at.map(|(_, column)| column),
    });
    let document = Document {
        format: 1,
        files: usage.files,
        items: usage.items.iter().map(item).collect(),
        moves: moves.collect(),
        raw: raw.collect(),
        strange: strange.collect(),
        unread: unread.collect(),
    };
    json::write(&document, out)
}

fn item(item: &Entry) -> Told<'_> {
    let sites = item.sites.iter().map(|site| Site {
        file: &site.file,
        line: site.spot.line,
        column: site.spot.column,
        how: site.how,
        test: site.spot.test,
    });
    Told {
        kind: item.id.kind.as_str(),
        id: &item.shown,
        file: &item.place.file,
        line: item.place.line,
        status: word(&item.status),
        sites: sites.collect(),
        fed_by: match &item.status {
            Status::Fed(events) => Some(events),
            _ => None,
        },
        reason: match &item.status {
            Status::Allowed(reason) => Some(reason),
            _ => None,
        },
    }
}

fn word(status: &Status) -> &'static str {
    match status {
        Status::Emitted => "emitted",
        Status::Runtime => "runtime",
        Status::Fed(_) => "fed",
        Status::OnlyTests => "only_tests",
        Status::Never => "never",
        Status::Deprecated => "deprecated",
        Status::Allowed(_) => "allowed",
        Status::NeedlesslyAllowed => "unused_suppression",
    }
}

/// What is denied as errors; where nothing is, all of it as notices. What could not be read always is an error.
pub(super) fn github(usage: &Usage, denied: &[Denied], out: &mut dyn Write) -> Result<(), Failure> {
    let level = if denied.is_empty() { "notice" } else { "error" };
    let told = |what| denied.is_empty() || denied.contains(&what);
    let mut say = |level: &str, title: &str, file: &str, line: usize, text: &str| {
        let (title, file) = (property(title), property(trim(file)));
        writeln!(
            out,
            "::{level} title={title},file={file},line={line}::{}",
            data(text)
        )
    };
    let unused = usage.items.iter().filter(|item| item.status.is_unused());
    for item in unused.filter(|_| told(Denied::Unused)) {
        let thing = format!("{} `{}`", item.id.kind.as_str(), item.shown);
        let (title, text) = match item.status {
            Status::OnlyTests => ("never_emitted", format!("only tests emit the {thing}")),
            Status::NeedlesslyAllowed => (
                "unused_suppression",
                format!("the {thing} is emitted, and `never_emitted` is suppressed here"),
            ),
            _ => ("never_emitted", format!("nothing emits the {thing}")),
        };
        let line = item.place.line as usize;
        say(level, title, &item.place.file, line, &text)?;
    }
    for found in usage.raw.iter().filter(|_| told(Denied::Raw)) {
        let text = format!("{} goes around the schema", found.it.what);
        say(level, "raw", &found.file, found.it.spot.line, &text)?;
    }
    for unread in &usage.unread {
        let line = unread.at.map_or(1, |(line, _)| line);
        say("error", "unread", &unread.file, line, &unread.why)?;
    }
    let of = |kind| usage.items.iter().filter(move |item| item.id.kind == kind);
    for kind in Kind::ALL.into_iter().filter(|kind| of(*kind).count() > 0) {
        let unused = of(kind).filter(|item| item.status.is_unused()).count();
        writeln!(
            out,
            "{}s: {} declared, {unused} not emitted",
            kind.as_str(),
            of(kind).count()
        )?;
    }
    Ok(())
}
