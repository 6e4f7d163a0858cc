//! `schema check`: everything that is wrong with schemas, for a person, a script, a workflow or a collector of
//! findings. All of it is read before anything is said, so that no half of an answer passes for the whole.

pub(crate) mod github;
pub(crate) mod machine;
mod sarif;

use std::io::{Read, Write};
use std::path::Path;

use telemetry_schema::diagnostic::{At, Severity};
use telemetry_schema::model::Model;
use telemetry_schema::{Compiled, Source};

use super::{colour, source};
use crate::args::{Checked, Report};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::quantity::count;
use crate::runs::json;

/// How standard input is typed.
const STDIN: &str = "-";

/// How it is called where a file would be.
const STDIN_NAME: &str = "<stdin>";

/// Says everything that is wrong with schemas.
pub(crate) fn check(
    asked: &Checked,
    stdin: &mut dyn Read,
    look: &Look,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let schemas: Vec<Schema> = read(asked, stdin)?
        .into_iter()
        .map(|(name, sources)| Schema {
            name,
            compiled: telemetry_schema::compile(&sources),
        })
        .collect();
    match asked.format {
        Report::Human => {
            for (index, schema) in schemas.iter().enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                out.write_all(schema.compiled.draw(colour(look)).as_bytes())?;
                if !schema.compiled.diagnostics.is_empty() {
                    writeln!(out)?;
                }
                writeln!(out, "{}: {}", schema.name, schema.summary())?;
            }
        }
        Report::Json => {
            json::write(&machine::document(&schemas), out)?;
        }
        Report::Github => github::write(&schemas, out)?,
        Report::Sarif => json::write(&sarif::document(&schemas), out)?,
    }
    let fine = schemas
        .iter()
        .all(|schema| schema.compiled.diagnostics.is_empty());
    Ok(if fine { Verdict::Fine } else { Verdict::Findings })
}

/// Reads each folder as a schema, and all files together as one.
fn read(asked: &Checked, stdin: &mut dyn Read) -> Result<Vec<(String, Vec<Source>)>, Failure> {
    let mut schemas = Vec::new();
    let mut files: Vec<Source> = Vec::new();
    for (index, path) in asked.schemas.iter().enumerate() {
        let shown = path.display().to_string();
        // A file that is read twice would be a schema in which everything is declared twice.
        if asked.schemas[..index].contains(path) {
            return Err(Failure::Asked(format!("{shown} is named twice")));
        }
        if path.as_os_str() == STDIN {
            let mut text = String::new();
            stdin
                .read_to_string(&mut text)
                .map_err(|error| Failure::path("read", STDIN_NAME, error))?;
            files.push(Source {
                path: STDIN_NAME.to_owned(),
                text,
            });
        } else if path.is_file() {
            files.extend(source::read(path, &shown)?);
        } else {
            schemas.push((shown.clone(), source::folder(path, &shown)?));
        }
    }
    if let [first, rest @ ..] = files.as_slice() {
        let name = if rest.is_empty() {
            first.path.clone()
        } else {
            count(files.len() as u64, "file")
        };
        schemas.push((name, files));
    }
    Ok(schemas)
}

/// A schema that was checked.
struct Schema {
    /// As it was named.
    name: String,
    compiled: Compiled,
}

impl Schema {
    /// What is wrong in numbers; or that nothing is, and what there is.
    fn summary(&self) -> String {
        let number = |severity| {
            let found = self.compiled.diagnostics.iter();
            found.filter(|found| found.code.severity() == severity).count() as u64
        };
        match &self.compiled.model {
            Some(model) if self.compiled.diagnostics.is_empty() => format!("fine, {}", holds(model)),
            _ => {
                let found = [(Severity::Error, "error"), (Severity::Warning, "warning")];
                let found = found.map(|(severity, thing)| (number(severity), thing));
                let found = found.into_iter().filter(|(number, _)| *number > 0);
                let found: Vec<String> = found.map(|(number, thing)| count(number, thing)).collect();
                found.join(", ")
            }
        }
    }

    /// Line and column behind the last character of a marked piece, both from 1.
    fn end(&self, at: &At) -> (u32, u32) {
        let source = self
            .compiled
            .sources
            .iter()
            .find(|source| *source.path == *at.file);
        let marked = source
            .and_then(|source| source.text.get(at.bytes.clone()))
            .unwrap_or_default();
        let columns = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        match marked.rsplit_once('\n') {
            None => (at.line, at.column.saturating_add(columns(marked))),
            Some((front, last)) => {
                let lines = front.matches('\n').count() + 1;
                let lines = u32::try_from(lines).unwrap_or(u32::MAX);
                (at.line.saturating_add(lines), columns(last).saturating_add(1))
            }
        }
    }
}

/// A path as it is typed, without what says nothing.
pub(crate) fn trim(path: &str) -> &str {
    path.strip_prefix("./")
        .filter(|rest| !Path::new(rest).is_absolute())
        .unwrap_or(path)
}

/// What a schema declares, in numbers.
fn holds(model: &Model) -> String {
    let numbers = [
        (
            model
                .screens
                .iter()
                .filter(|screen| !screen.item.implicit)
                .count(),
            "screen",
        ),
        (model.stages.len(), "stage"),
        (
            model.events.iter().filter(|event| !event.item.implicit).count(),
            "event",
        ),
        (
            model.spans.iter().filter(|span| !span.item.implicit).count(),
            "span",
        ),
        (model.metrics.len(), "metric"),
        (
            model
                .attributes
                .iter()
                .filter(|attribute| !attribute.item.implicit)
                .count(),
            "attribute",
        ),
    ];
    numbers
        .map(|(number, thing)| count(number as u64, thing))
        .join(", ")
}
