//! Which runs of a folder are listed: by time, before a file is opened; by command, outcome and text, of the row
//! that came out of it. What each flag left out is counted, because an empty list has to say why it is empty.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::args::{List, Status};
use crate::failure::Failure;
use crate::quantity::grouped;
use crate::runs::find::Entry;
use crate::runs::list::Row;
use crate::runs::when::{Edge, moment};

/// The flags that leave runs out, in the order in which they are asked.
const FLAGS: [&str; 5] = ["--since", "--until", "--command", "--outcome", "--text"];

/// What is asked of a run, and how many did not answer to it.
pub(super) struct Filter<'a> {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    commands: &'a [String],
    outcomes: &'a [Status],
    /// In lower case.
    text: Option<String>,
    /// By flag, as in [`FLAGS`]; of several, the first that a run did not answer to.
    left_out: [u64; FLAGS.len()],
    /// Files that are no run, of which nothing can be asked.
    no_runs: u64,
    /// Files whose first line does not say when they began, where that was asked.
    timeless: u64,
}

impl<'a> Filter<'a> {
    /// That of the flags.
    pub(super) fn new(asked: &'a List, now: Timestamp, zone: &TimeZone) -> Result<Filter<'a>, Failure> {
        let of = |flag, text: &Option<String>, edge| {
            let text = text.as_deref();
            text.map(|text| moment(flag, text, edge, now, zone)).transpose()
        };
        let since = of("--since", &asked.since, Edge::Since)?;
        let until = of("--until", &asked.until, Edge::Until)?;
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            let words = format!("no run can be in there: --since is {since}, and --until is {until}");
            return Err(Failure::Asked(words));
        }
        Ok(Filter {
            since,
            until,
            commands: &asked.command,
            outcomes: &asked.outcome,
            text: asked.text.as_deref().map(str::to_lowercase),
            left_out: [0; FLAGS.len()],
            no_runs: 0,
            timeless: 0,
        })
    }

    /// Whether more is asked of a run than its time, so that its file has to be read first.
    pub(super) fn asks_for_rows(&self) -> bool {
        !self.commands.is_empty() || !self.outcomes.is_empty() || self.text.is_some()
    }

    /// Whether a run may be listed, by when it began. The time of a file's change is no answer: a copy has a new one.
    pub(super) fn takes_time(&mut self, entry: &Entry) -> bool {
        if !entry.run && (self.since.is_some() || self.until.is_some()) {
            self.timeless += 1;
            return false;
        }
        let answers = [
            self.since.is_none_or(|since| entry.began >= since),
            self.until.is_none_or(|until| entry.began < until),
        ];
        self.count(0, &answers)
    }

    /// Whether a run is listed.
    pub(super) fn takes(&mut self, row: &Row) -> bool {
        let command = row.command.as_deref();
        let answers = [
            self.commands.is_empty() || self.commands.iter().any(|asked| Some(asked.as_str()) == command),
            self.outcomes.is_empty() || self.outcomes.iter().any(|asked| asked.word() == row.status),
            self.text
                .as_deref()
                .is_none_or(|text| row.texts().any(|of| of.to_lowercase().contains(text))),
        ];
        self.count(2, &answers)
    }

    /// Whether a file that is no run is told of.
    pub(super) fn takes_no_run(&mut self) -> bool {
        self.no_runs += u64::from(self.asks_for_rows());
        !self.asks_for_rows()
    }

    fn count(&mut self, first: usize, answers: &[bool]) -> bool {
        let refused = answers.iter().position(|answer| !answer);
        if let Some(at) = refused {
            self.left_out[first + at] += 1;
        }
        refused.is_none()
    }

    /// What was left out, in words; nothing where nothing was.
    pub(super) fn words(&self) -> Option<String> {
        let by = FLAGS.iter().zip(self.left_out).filter(|(_, number)| *number > 0);
        let mut parts: Vec<String> = by
            .map(|(flag, number)| format!("{} by {flag}", grouped(number)))
            .collect();
        for (number, what) in [
            (self.timeless, "without a time of its own"),
            (self.no_runs, "that is no run"),
        ] {
            parts.extend((number > 0).then(|| format!("{} {what}", grouped(number))));
        }
        (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
    }
}
