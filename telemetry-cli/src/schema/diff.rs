//! `schema diff`: what changed since a revision, whom it hurts, and whether the manifest's version says so. The
//! compiler compares; this finds the two schemas and draws what came of it.

mod human;
mod machine;
mod markdown;

use std::io::Write;

use telemetry_schema::diff::{Bump, Change, Diff};
use telemetry_schema::model::Model;

use super::{base, colour, source};
use crate::args::{Difference, Drawing};
use crate::failure::{Failure, Verdict};
use crate::look::Look;
use crate::quantity::count;
use crate::runs::json;

pub(crate) use machine::shape;

/// Compares a schema with what it was.
pub(crate) fn diff(asked: &Difference, look: &Look, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let shown = asked.schema.display();
    let head = telemetry_schema::compile(&source::read(&asked.schema, &shown.to_string())?);
    let before = telemetry_schema::compile(&base::read(&asked.base, &asked.schema)?);
    let Some(head) = &head.model else {
        out.write_all(head.draw(colour(look)).as_bytes())?;
        writeln!(out, "\n{shown}: a schema that is wrong cannot be compared")?;
        return Ok(Verdict::Findings);
    };
    let Some(before) = &before.model else {
        let first = before
            .diagnostics
            .iter()
            .find(|found| found.code.severity().as_str() == "error");
        let first = first.map_or(String::new(), |found| {
            format!(
                ": {}, line {}: {}",
                found.primary.at.file, found.primary.at.line, found.message
            )
        });
        return Err(Failure::Asked(format!(
            "the schema of `{}` does not compile{first}",
            asked.base
        )));
    };
    let found = Found {
        diff: telemetry_schema::diff::diff(before, head),
        head,
        base: &asked.base,
    };
    match asked.format {
        Drawing::Human => human::draw(&found, look, out)?,
        Drawing::Markdown => markdown::draw(&found, out)?,
        Drawing::Json => json::write(&machine::document(&found), out)?,
    }
    Ok(if found.diff.version_is_too_low() {
        Verdict::Findings
    } else {
        Verdict::Fine
    })
}

/// What is drawn.
struct Found<'a> {
    diff: Diff,
    head: &'a Model,
    /// The base as it was typed.
    base: &'a str,
}

/// Changes belong together by what they require, the worst first.
const GROUPS: [(Bump, &str); 3] = [
    (Bump::Major, "Breaking"),
    (Bump::Minor, "Not breaking"),
    (Bump::Patch, "Words"),
];

impl Found<'_> {
    fn group(&self, bump: Bump) -> Vec<&Change> {
        self.diff
            .changes
            .iter()
            .filter(|change| change.requires() == bump)
            .collect()
    }

    /// The changes in numbers: `2 breaking changes, 1 other change`.
    fn numbers(&self) -> String {
        let number = |bump| self.group(bump).len() as u64;
        let (breaking, other) = (number(Bump::Major), number(Bump::Minor));
        let counted = [
            (breaking, "breaking change"),
            (
                other,
                if breaking > 0 {
                    "other change"
                } else {
                    "change that breaks nothing"
                },
            ),
            (number(Bump::Patch), "change of words"),
        ];
        let words = counted
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(
                |(number, thing)| match thing.split_once(' ').filter(|(first, _)| *first == "change") {
                    Some((first, rest)) => format!("{} {rest}", count(number, first)),
                    None => count(number, thing),
                },
            );
        let words: Vec<String> = words.collect();
        if words.is_empty() {
            "no change".to_owned()
        } else {
            words.join(", ")
        }
    }

    /// What the changes require, and whether the manifest has it.
    fn judgement(&self) -> String {
        let Diff { base, head, .. } = &self.diff;
        let least = self.diff.least_version();
        match (self.diff.requires(), self.diff.version_is_too_low()) {
            (None, true) => format!("version {head} is below {base}, which it was"),
            (None, false) => format!("version {head} is fine"),
            (Some(_), true) => format!("version {head} is too low: it has to be {least} at least"),
            (Some(_), false) => format!("version {head} is enough: it has to be {least} at least"),
        }
    }
}

/// Who is hurt, in words: `a call site and a reader of old files`.
fn hurt(change: &Change) -> String {
    let words: Vec<&str> = change.hurts.iter().map(|hurt| hurt.words()).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// Where the item is: `schema/events.yaml:12`.
fn place(change: &Change) -> Option<String> {
    let place = change.place.as_ref()?;
    Some(format!("{}:{}", place.file, place.line))
}
