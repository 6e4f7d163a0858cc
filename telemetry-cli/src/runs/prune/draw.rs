//! What was deleted, or would be, as a person reads it.

use std::io;

use jiff::Timestamp;

use super::{Found, Report, Rule};
use crate::look::Ink;
use crate::quantity::{bytes, count, grouped};
use crate::sheet::Sheet;
use crate::text::columns;

impl Rule {
    fn words(self) -> String {
        match (self.keep, self.days) {
            (0, None) => "to stay: active runs".to_owned(),
            (keep, None) => format!("to stay: the latest {}", count(keep as u64, "run")),
            (keep, Some(days)) => format!(
                "to stay: the latest {} of the last {}",
                count(keep as u64, "run"),
                count(u64::from(days), "day")
            ),
        }
    }
}

pub(super) fn draw(sheet: &mut Sheet<'_>, report: &Report) -> io::Result<()> {
    let signs = sheet.look.signs();
    sheet.flow(0, "", &[(Ink::Faint, report.rule.words())])?;
    let number = report.deleted.len() as u64;
    let head = match (number, report.dry_run) {
        (0, true) => "nothing would be deleted".to_owned(),
        (0, false) => "nothing was deleted".to_owned(),
        (_, true) => format!("would delete {}", count(number, "run")),
        (_, false) => format!("deleted {}", count(number, "run")),
    };
    let size = (number > 0).then(|| bytes(report.deleted_bytes as f64));
    let pieces = [(Ink::Strong, head), (Ink::Plain, size.unwrap_or_default())];
    sheet.flow(0, &format!(" {} ", signs.dot), &pieces)?;
    runs(sheet, &report.deleted)?;
    if !report.active.is_empty() {
        let words = match report.active.len() {
            1 => "1 run is due too, but still goes on and stays:".to_owned(),
            more => format!(
                "{} runs are due too, but still go on and stay:",
                grouped(more as u64)
            ),
        };
        let words = format!("{} {words}", signs.slow);
        sheet.flow(0, "", &[(Ink::Warn, words)])?;
        runs(sheet, &report.active)?;
    }
    for failed in &report.failed {
        let words = format!(
            "{} cannot delete {}: {}",
            signs.failed,
            failed.path.display(),
            failed.error
        );
        sheet.flow(0, "", &[(Ink::Bad, words)])?;
    }
    let stay = match (report.kept, report.dry_run) {
        (0, true) => "no run would be left".to_owned(),
        (0, false) => "no run is left".to_owned(),
        (kept, true) => format!("{} would be left", count(kept as u64, "run")),
        (1, false) => "1 run is left".to_owned(),
        (kept, false) => format!("{} runs are left", grouped(kept as u64)),
    };
    let size = (report.kept > 0).then(|| bytes(report.kept_bytes as f64));
    let pieces = [(Ink::Plain, stay), (Ink::Plain, size.unwrap_or_default())];
    sheet.flow(0, &format!(" {} ", signs.dot), &pieces)
}

/// A row a run: when, id, size, sidecars.
fn runs(sheet: &mut Sheet<'_>, runs: &[Found]) -> io::Result<()> {
    let zone = sheet.look.zone.clone();
    let ids = runs.iter().map(|run| columns(&run.id)).max().unwrap_or(0);
    for run in runs {
        let began: Timestamp = run.began;
        let when = began.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
        let mut row = sheet.row();
        row.to(2).put(Ink::Faint, &when.to_string()).to(20);
        let most = row.room().saturating_sub(11);
        row.put_at_most(Ink::Strong, &run.id, most);
        let end = 20 + ids.min(most) + 11;
        row.put_ending(end, Ink::Plain, &bytes(run.bytes as f64));
        let sidecars: Vec<String> = run
            .sidecars
            .iter()
            .map(|file| format!("and {}, {}", file.name, bytes(file.bytes as f64)))
            .collect();
        let words = sidecars.join("; ");
        if columns(&words) + 2 <= row.room() {
            row.to(end + 2).put(Ink::Faint, &words);
            sheet.put(&row)?;
        } else {
            sheet.put(&row)?;
            sheet.flow(4, "", &[(Ink::Faint, words)])?;
        }
    }
    Ok(())
}
