//! What a check came to, for a person and for a machine: the findings in the order of the lines, the coverage of the
//! schema as a table, and what was checked, so that a verdict on nothing is seen to be one.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::args::Format;
use crate::check_run::check::{Check, Checked};
use crate::check_run::code::{Code, Level};
use crate::check_run::coverage;
use crate::check_run::finding::{self, Finding};
use crate::failure::Failure;
use crate::formats;
use crate::look::{Ink, Look};
use crate::quantity::count;
use crate::runs::json as output;
use crate::sheet::Sheet;

/// Findings of one code that a person is shown.
const SHOWN: u64 = 5;

/// How a report is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) format: Format,
    /// Name what was not seen.
    pub(super) unseen: bool,
    /// A warning is a finding too.
    pub(super) strict: bool,
}

/// Whether a run conforms.
pub(super) fn conforms(check: &Check<'_>, strict: bool) -> bool {
    check.findings.of(Level::Error) == 0 && !(strict && check.findings.of(Level::Warning) > 0)
}

/// Writes the report of one input.
pub(super) fn write(
    input: &str,
    check: &mut Check<'_>,
    wanted: Wanted,
    look: &Look,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    // Rules of a whole run find what stands on earlier lines; what is on no line comes last.
    check
        .findings
        .kept
        .sort_by_key(|finding| (finding.line == 0, finding.line, finding.code));
    match wanted.format {
        Format::Json => output::write(&document(input, check, wanted), out),
        Format::Human => Ok(drawing(input, check, wanted, &mut Sheet::new(out, look.clone()))?),
    }
}

/// A report for machines.
#[derive(Debug, Serialize, JsonSchema)]
struct Report<'c> {
    /// Version of this shape.
    format: u32,
    /// What was checked: the name of the file, `standard input`, or an address.
    input: &'c str,
    /// Whether it is what the schema says.
    conforms: bool,
    /// How many findings are errors.
    errors: u64,
    /// How many are warnings.
    warnings: u64,
    /// How many findings of each code there are.
    counts: BTreeMap<&'static str, u64>,
    /// What was found, by line; of each code the first thousand.
    findings: Vec<finding::Told<'c>>,
    /// How much was held to the rules.
    checked: Checked,
    /// How much of the schema was seen, by kind of item.
    coverage: BTreeMap<&'static str, coverage::Row>,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> Value {
    formats::shape::<Report<'_>>()
}

fn document<'c>(input: &'c str, check: &'c Check<'_>, wanted: Wanted) -> Report<'c> {
    let counts = &check.findings.counts;
    Report {
        format: 1,
        input,
        conforms: conforms(check, wanted.strict),
        errors: check.findings.of(Level::Error),
        warnings: check.findings.of(Level::Warning),
        counts: counts
            .iter()
            .map(|(code, count)| (code.as_str(), *count))
            .collect(),
        findings: check.findings.kept.iter().map(Finding::told).collect(),
        checked: check.checked,
        coverage: check.coverage.by_kind(check.names.model),
    }
}

/// What was checked: a number, its thing, and its key for machines.
fn numbers(checked: &Checked) -> [(u64, &'static str, &'static str); 10] {
    [
        (checked.runs, "run", "runs"),
        (checked.records, "record", "records"),
        (checked.spans, "span", "spans"),
        (checked.events, "event", "events"),
        (checked.logs, "log record", "logs"),
        (checked.points, "data point", "points"),
        (checked.attributes, "attribute", "attributes"),
        (checked.links, "link", "links"),
        (checked.moves, "move", "moves"),
        (checked.elsewhere, "record elsewhere", "elsewhere"),
    ]
}

fn drawing(input: &str, check: &Check<'_>, wanted: Wanted, sheet: &mut Sheet<'_>) -> io::Result<()> {
    findings(check, sheet)?;
    coverage(check, wanted.unseen, sheet)?;
    let dot = format!(" {} ", sheet.look.signs().dot);
    let mut pieces = vec![(Ink::Faint, "checked".to_owned())];
    let told = numbers(&check.checked);
    for (number, thing, key) in told.into_iter().filter(|(number, ..)| *number > 0) {
        let words = match key {
            // Not an error: a fallback file holds what the backend did not take.
            "elsewhere" => format!("{} at the backend, unchecked", count(number, "record")),
            _ => count(number, thing),
        };
        pieces.push((Ink::Plain, words));
    }
    if check.checked.records == 0 {
        pieces.push((Ink::Bad, "nothing".to_owned()));
    }
    sheet.blank()?;
    sheet.flow(0, &dot, &pieces)?;
    let (errors, warnings) = (check.findings.of(Level::Error), check.findings.of(Level::Warning));
    let mut pieces = match conforms(check, wanted.strict) {
        true => vec![(Ink::Good, "conforms".to_owned())],
        false => vec![(Ink::Bad, "does not conform".to_owned())],
    };
    if errors > 0 {
        pieces.push((Ink::Bad, count(errors, "error")));
    }
    if warnings > 0 {
        pieces.push((Ink::Warn, count(warnings, "warning")));
    }
    pieces.insert(0, (Ink::Strong, input.to_owned()));
    sheet.flow(0, &dot, &pieces)
}

fn findings(check: &Check<'_>, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let mut shown: BTreeMap<Code, u64> = BTreeMap::new();
    for finding in &check.findings.kept {
        let times = shown.entry(finding.code).or_default();
        *times += 1;
        if *times <= SHOWN {
            one(finding, sheet)?;
        }
    }
    for (code, all) in &check.findings.counts {
        if *all > SHOWN {
            let words = format!(
                "{} {} more {} of {}",
                sheet.look.signs().more,
                all - SHOWN,
                if all - SHOWN == 1 { "finding" } else { "findings" },
                code.as_str()
            );
            sheet.flow(0, "", &[(Ink::Faint, words)])?;
        }
    }
    Ok(())
}

fn one(finding: &Finding, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let level = finding.code.level();
    let ink = match level {
        Level::Error => Ink::Bad,
        Level::Warning => Ink::Warn,
    };
    let place = match finding.line {
        0 => String::new(),
        line => format!("line {line}: "),
    };
    let record = match finding.record.as_str() {
        "" => String::new(),
        name => format!("{name}: "),
    };
    let pieces = [
        (ink, format!("{}[{}]", level.as_str(), finding.code.as_str())),
        (Ink::Plain, format!("{place}{record}{}", finding.wrong)),
    ];
    sheet.flow(0, " ", &pieces)?;
    match &finding.says {
        Some(says) if says.text.is_empty() => sheet.flow(4, "", &[(Ink::Faint, says.place.clone())]),
        Some(says) => sheet.flow(4, "", &[(Ink::Faint, format!("{}: {}", says.place, says.text))]),
        None => Ok(()),
    }
}

fn coverage(check: &Check<'_>, unseen: bool, sheet: &mut Sheet<'_>) -> io::Result<()> {
    let rows = check.coverage.rows(check.names.model);
    if check.findings.kept.is_empty() {
        sheet.flow(0, "", &[(Ink::Strong, "coverage of the schema".to_owned())])?;
    } else {
        sheet.section("coverage of the schema", "")?;
    }
    for found in rows {
        let mut row = sheet.row();
        row.to(2).put(Ink::Plain, found.kind);
        row.put_ending(14, Ink::Plain, &found.seen.to_string());
        row.put(Ink::Faint, " of ")
            .put_ending(22, Ink::Plain, &found.declared.to_string());
        sheet.put(&row)?;
        if unseen && !found.unseen.is_empty() {
            let words = format!("unseen: {}", found.unseen.join(", "));
            sheet.flow(4, "", &[(Ink::Faint, words)])?;
        }
    }
    Ok(())
}
