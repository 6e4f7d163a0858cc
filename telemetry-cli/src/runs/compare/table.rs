//! A comparison on a terminal: a column a run where they fit side by side, else a row a run below each name.

use std::io;

use crate::draw::place;
use crate::look::{Ink, Look, Signs};
use crate::quantity::{count, duration, grouped};
use crate::runs::compare::cell::Cell;
use crate::runs::compare::{Comparison, Count, Side, Step};
use crate::sheet::Sheet;
use crate::text::columns;

/// Columns of a run: a sign, a time, a change and its mark.
const COLUMN: usize = 18;

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_>, all: &Comparison) -> io::Result<()> {
    let signs = sheet.look.signs();
    let dot = format!(" {} ", signs.dot);
    let against = &all.runs[all.baseline];
    let threshold = format!(
        "{} took over {}% and over {} longer",
        signs.slow,
        all.threshold.percent,
        duration(all.threshold.least_ns, signs)
    );
    sheet.flow(
        0,
        &dot,
        &[
            (Ink::Strong, count(all.runs.len() as u64, "run")),
            (Ink::Plain, format!("against {}, {}", against.id, all.baseline_is)),
            (Ink::Faint, threshold),
        ],
    )?;
    doubts(sheet, all)?;
    let table = Table::of(all, &sheet.look);
    sheet.blank()?;
    table.heads(sheet, all)?;
    if !all.steps.is_empty() {
        let common = common(&all.steps);
        let of = common.map_or(String::new(), |common| format!(" of {common}"));
        sheet.section(&format!("Stages{of}"), "")?;
        for step in &all.steps {
            let cells = step.values.iter().map(|took| Cell::of(took.as_ref(), signs));
            let (depth, label) = label(step, all, common, signs);
            table.row(sheet, all, depth, &label, cells.collect())?;
        }
    }
    counts(sheet, &table, all, "Errors that differ", &all.errors, 0)?;
    counts(
        sheet,
        &table,
        all,
        "Counts that differ",
        &all.counts,
        all.same_counts,
    )?;
    let words = match all.regressions {
        0 => format!("nothing took longer than {}'s by more than that", against.id),
        1 => format!("{} 1 regression", signs.slow),
        more => format!("{} {} regressions", signs.slow, grouped(more as u64)),
    };
    let ink = if all.regressions > 0 {
        Ink::Warn
    } else {
        Ink::Faint
    };
    sheet.blank()?;
    sheet.flow(0, "", &[(ink, words)])
}

/// What keeps the runs from being alike.
fn doubts(sheet: &mut Sheet<'_>, all: &Comparison) -> io::Result<()> {
    let sign = sheet.look.signs().slow;
    let mut words = Vec::new();
    if all.runs.iter().any(|side| side.command != all.runs[0].command) {
        words.push("the runs are of different commands".to_owned());
    }
    if all.more_steps > 0 {
        let more = count(all.more_steps as u64, "more name");
        words.push(format!("{more} of stages and timings left out"));
    }
    for side in &all.runs {
        if side.parts > 1 {
            words.push(format!(
                "{} is the last of {} in its file",
                side.id,
                count(side.parts as u64, "run")
            ));
        }
        if side.more_spans > 0 {
            words.push(format!(
                "{} of {} are beyond what is told apart",
                count(side.more_spans, "span"),
                side.id
            ));
        }
    }
    for words in words {
        sheet.flow(0, "", &[(Ink::Warn, format!("{sign} {words}"))])?;
    }
    Ok(())
}

/// The first part of the names of all steps, when they have the same.
fn common(steps: &[Step]) -> Option<&str> {
    let first = |step: &'_ Step| step.name.split_once('.').map(|(first, _)| first.len());
    let common = steps[0].name.get(..first(&steps[0])?)?;
    let has = |step: &Step| {
        step.name
            .split_once('.')
            .is_some_and(|(first, _)| first == common)
    };
    steps.iter().all(has).then_some(common)
}

/// A step's name below the step that it is part of, and how deep it is.
fn label(step: &Step, all: &Comparison, common: Option<&str>, signs: &Signs) -> (usize, String) {
    let within = |outer: &&Step| {
        step.name
            .strip_prefix(outer.name.as_str())
            .is_some_and(|rest| rest.starts_with('.'))
    };
    let outer = all
        .steps
        .iter()
        .filter(within)
        .max_by_key(|outer| outer.name.len());
    let prefix = outer.map(|outer| outer.name.as_str()).or(common);
    let rest = prefix.and_then(|prefix| step.name.strip_prefix(prefix)?.strip_prefix('.'));
    (
        usize::from(outer.is_some()),
        place(rest.unwrap_or(&step.name), signs),
    )
}

/// Where everything stands.
struct Table {
    label: usize,
    /// Whether a run has a column.
    wide: bool,
}

impl Table {
    fn of(all: &Comparison, look: &Look) -> Table {
        let signs = look.signs();
        let common = if all.steps.is_empty() {
            None
        } else {
            common(&all.steps)
        };
        let steps = all.steps.iter().map(|step| {
            let (depth, label) = label(step, all, common, signs);
            columns(&label) + depth * 2 + 2
        });
        let counts = all.errors.iter().chain(&all.counts);
        let label = steps
            .chain(counts.map(|count| columns(&counted(count)) + 2))
            .max()
            .unwrap_or(0);
        let label = label.clamp(9, 36.max(look.width / 4));
        let room = look.width.saturating_sub(all.runs.len() * COLUMN);
        Table {
            label: label.min(room),
            wide: room >= label.min(18),
        }
    }

    fn heads(&self, sheet: &mut Sheet<'_>, all: &Comparison) -> io::Result<()> {
        let signs = sheet.look.signs();
        let zone = sheet.look.zone.clone();
        let when = |side: &Side| {
            side.began
                .to_zoned(zone.clone())
                .strftime("%m-%d %H:%M")
                .to_string()
        };
        let command = |side: &Side| side.command.clone().unwrap_or_else(|| "?".to_owned());
        if self.wide {
            self.facts(sheet, all, "", |side| (Ink::Strong, side.id.clone()))?;
            self.facts(sheet, all, "when", |side| (Ink::Faint, when(side)))?;
            self.facts(sheet, all, "command", |side| (Ink::Plain, command(side)))?;
            self.facts(sheet, all, "outcome", |side| {
                (side.ink.unwrap_or(Ink::Plain), side.status.to_owned())
            })?;
        } else {
            for side in &all.runs {
                let facts = [
                    (Ink::Strong, side.id.clone()),
                    (Ink::Faint, when(side)),
                    (Ink::Plain, command(side)),
                    (side.ink.unwrap_or(Ink::Plain), side.status.to_owned()),
                ];
                sheet.flow(0, &format!(" {} ", signs.dot), &facts)?;
            }
        }
        let took = all
            .runs
            .iter()
            .map(|side| Cell::timed(side.duration_ns, side.change, signs));
        let took = took.collect();
        self.row(sheet, all, 0, "took", took)
    }

    /// A fact of each run, in its column.
    fn facts(
        &self,
        sheet: &mut Sheet<'_>,
        all: &Comparison,
        name: &str,
        fact: impl Fn(&Side) -> (Ink, String),
    ) -> io::Result<()> {
        let mut row = sheet.row();
        row.put(Ink::Faint, name);
        for (index, side) in all.runs.iter().enumerate() {
            let (ink, words) = fact(side);
            row.to(self.label + index * COLUMN + 3)
                .put_at_most(ink, &words, COLUMN - 4);
        }
        sheet.put(&row)
    }

    /// A name and what each run has for it.
    fn row(
        &self,
        sheet: &mut Sheet<'_>,
        all: &Comparison,
        depth: usize,
        label: &str,
        cells: Vec<Cell>,
    ) -> io::Result<()> {
        let indent = depth * 2;
        let mut row = sheet.row();
        let most = if self.wide {
            self.label.saturating_sub(indent + 1)
        } else {
            row.room() - indent
        };
        row.to(indent).put_at_most(Ink::Plain, label, most);
        if self.wide {
            for (index, cell) in cells.iter().enumerate() {
                cell.put(&mut row, self.label + index * COLUMN);
            }
            return sheet.put(&row);
        }
        sheet.put(&row)?;
        for (side, cell) in all.runs.iter().zip(&cells) {
            let mut row = sheet.row();
            let values = row.room().saturating_sub(COLUMN).min(indent + 14);
            row.to(indent + 2)
                .put_at_most(Ink::Faint, &side.id, values.saturating_sub(indent + 3));
            cell.put(&mut row, values);
            sheet.put(&row)?;
        }
        Ok(())
    }
}

fn counted(count: &Count) -> String {
    match count.of {
        "error" => count.name.clone(),
        "records" => format!("{} records", count.name),
        of => format!("{of} {}", count.name),
    }
}

fn counts(
    sheet: &mut Sheet<'_>,
    table: &Table,
    all: &Comparison,
    title: &str,
    counts: &[Count],
    same: usize,
) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let remark = if same > 0 {
        format!("{} the same", grouped(same as u64))
    } else {
        String::new()
    };
    sheet.section(title, &remark)?;
    for count in counts {
        let ink = |value: u64| match (count.of, value) {
            ("error", 1..) => Ink::Bad,
            (_, 0) => Ink::Faint,
            _ => Ink::Plain,
        };
        let cells = count
            .values
            .iter()
            .map(|value| Cell::plain(ink(*value), grouped(*value)));
        table.row(sheet, all, 0, &counted(count), cells.collect())?;
    }
    Ok(())
}
