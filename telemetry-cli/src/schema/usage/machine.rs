//! `schema usage` for machines: one JSON document, or the commands of a GitHub workflow.

use std::io::Write;

use serde_json::{Value, json};

use super::catalogue::{Catalogue, Kind};
use super::tally::{Entry, Status, Usage};
use crate::args::Denied;
use crate::failure::Failure;
use crate::runs::json;
use crate::schema::check::github::{data, property};
use crate::schema::check::trim;

/// The document: `items` with their `sites`, the `moves` that are written down, what is `raw`, what is `strange` (names
/// that the schema does not have), and what was `unread`.
pub(super) fn json(usage: &Usage, catalogue: &Catalogue<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let raw = usage.raw.iter().map(|found| {
        let mut value = json!({
            "file": found.file,
            "line": found.it.spot.line,
            "column": found.it.spot.column,
            "what": found.it.what,
        });
        if let Some(text) = &found.it.text {
            value["text"] = json!(text);
        }
        value
    });
    let strange = usage.strangers.iter().map(|found| {
        json!({
            "file": found.file,
            "line": found.it.spot.line,
            "column": found.it.spot.column,
            "macro": found.it.what,
            "name": found.it.name,
            "test": found.it.spot.test,
        })
    });
    let moves = usage.moves.iter().map(|found| {
        json!({
            "from": catalogue.shown(found.it.from),
            "to": catalogue.shown(found.it.to),
            "file": found.file,
            "line": found.it.spot.line,
            "test": found.it.spot.test,
        })
    });
    let unread = usage.unread.iter().map(|unread| {
        let mut value = json!({ "file": unread.file, "why": unread.why });
        if let Some((line, column)) = unread.at {
            value["line"] = json!(line);
            value["column"] = json!(column);
        }
        value
    });
    let document = json!({
        "format": 1,
        "files": usage.files,
        "items": usage.items.iter().map(item).collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
        "raw": raw.collect::<Vec<_>>(),
        "strange": strange.collect::<Vec<_>>(),
        "unread": unread.collect::<Vec<_>>(),
    });
    json::write(&document, out)
}

fn item(item: &Entry) -> Value {
    let sites: Vec<Value> = item
        .sites
        .iter()
        .map(|site| {
            json!({
                "file": site.file,
                "line": site.spot.line,
                "column": site.spot.column,
                "how": site.how,
                "test": site.spot.test,
            })
        })
        .collect();
    let mut value = json!({
        "kind": item.id.kind.as_str(),
        "id": item.shown,
        "file": &*item.place.file,
        "line": item.place.line,
        "status": word(&item.status),
        "sites": sites,
    });
    match &item.status {
        Status::Fed(events) => value["fed_by"] = json!(events),
        Status::Allowed(reason) => value["reason"] = json!(reason),
        _ => {}
    }
    value
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
