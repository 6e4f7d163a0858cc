//! What stands in a run's column: a sign for how something ended, a value, how far it is from the baseline's, and a
//! mark where that is too far.

use telemetry_runtime::line::Outcome;

use crate::draw::ink;
use crate::look::{Ink, Signs};
use crate::quantity::duration;
use crate::runs::compare::{Change, Took};
use crate::sheet::Row;

/// Columns of a time with its sign.
const TIME: usize = 10;

/// Columns of a change.
const CHANGE: usize = 6;

/// A value in a run's column.
pub(super) struct Cell {
    sign: (Ink, &'static str),
    value: (Ink, String),
    change: (Ink, String),
    mark: &'static str,
}

impl Cell {
    /// What a step took.
    pub(super) fn of(took: Option<&Took>, signs: &'static Signs) -> Cell {
        let Some(took) = took else {
            return Cell::plain(Ink::Faint, "-".to_owned());
        };
        let sign = match took.outcome {
            Some(Outcome::Success) => (Ink::Plain, " "),
            None => (Ink::Warn, signs.open),
            Some(outcome) => {
                let sign = match outcome {
                    Outcome::Skipped => signs.skipped,
                    Outcome::Cancelled => signs.cancelled,
                    Outcome::Abandoned => signs.abandoned,
                    Outcome::Failure | Outcome::Success => signs.failed,
                };
                (ink(outcome), sign)
            }
        };
        if took.outcome == Some(Outcome::Skipped) {
            return Cell {
                sign,
                ..Cell::plain(Ink::Faint, "skipped".to_owned())
            };
        }
        Cell {
            sign,
            ..Cell::timed(took.total_ns, took.change, signs)
        }
    }

    /// A time, and how far it is from the baseline's.
    pub(super) fn timed(nanos: u64, change: Option<Change>, signs: &'static Signs) -> Cell {
        let mut cell = Cell::plain(Ink::Plain, duration(nanos, signs));
        if let Some(change) = change {
            cell.change = changed(change, signs);
            cell.mark = if change.regression { signs.slow } else { "" };
        }
        cell
    }

    /// A value with nothing to be said of it.
    pub(super) fn plain(ink: Ink, value: String) -> Cell {
        Cell {
            sign: (Ink::Plain, " "),
            value: (ink, value),
            change: (Ink::Plain, String::new()),
            mark: "",
        }
    }

    /// Writes it from a column on.
    pub(super) fn put(&self, row: &mut Row, column: usize) {
        row.to(column).put(self.sign.0, self.sign.1);
        row.put_ending(column + TIME, self.value.0, &self.value.1);
        row.put_ending(column + TIME + CHANGE, self.change.0, &self.change.1);
        row.put(Ink::Warn, self.mark);
    }
}

/// `+12%`, `-80%`, and `×12` of what is past 999 %.
fn changed(change: Change, signs: &Signs) -> (Ink, String) {
    let ink = match (change.regression, change.gain) {
        (true, _) => Ink::Warn,
        (_, true) => Ink::Good,
        _ => Ink::Faint,
    };
    let words = match change.percent.map(f64::round) {
        None if change.by_ns == 0 => "+0%".to_owned(),
        None => "new".to_owned(),
        Some(percent) if percent > 99_999.0 => format!("{}999+", signs.times),
        Some(percent) if percent > 999.0 => format!("{}{:.0}", signs.times, percent / 100.0 + 1.0),
        Some(percent) if percent < 0.0 => format!("{percent:.0}%"),
        Some(percent) => format!("+{:.0}%", percent.abs()),
    };
    (ink, words)
}
