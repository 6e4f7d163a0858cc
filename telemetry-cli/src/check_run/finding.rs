//! What a rule found: which mistake, on which line, of which record, and what the schema says where. Findings are
//! counted by code; of a mistake that a run makes on every line only the first are kept.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use telemetry_schema::model::Place;

use crate::check_run::code::{Code, Level};

/// Findings of one code that are kept; more are only counted.
const KEPT: u64 = 1000;

/// A record in the input.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'n> {
    /// Its line, from 1; 0 where the mistake is on no line.
    pub(super) line: u64,
    /// Its name.
    pub(super) name: &'n str,
}

/// What the schema says, and where.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Says {
    /// File and line of the declaration.
    #[serde(rename = "declared")]
    pub(super) place: String,
    /// What it asks for; empty where the place says enough.
    #[serde(rename = "says")]
    pub(super) text: String,
}

impl Says {
    /// What an item's declaration says.
    pub(super) fn at(place: &Place, text: impl Into<String>) -> Option<Says> {
        Says::on(place, place.line, text)
    }

    /// What a line of the file says that an item is declared in.
    pub(super) fn on(place: &Place, line: u32, text: impl Into<String>) -> Option<Says> {
        let place = match line {
            0 => "supplied by the compiler".to_owned(),
            line => format!("{}:{line}", place.file),
        };
        Some(Says {
            place,
            text: text.into(),
        })
    }
}

/// One finding.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) line: u64,
    pub(super) record: String,
    pub(super) wrong: String,
    pub(super) says: Option<Says>,
}

impl Finding {
    /// For machines.
    pub(super) fn told(&self) -> Told<'_> {
        Told {
            code: self.code.as_str(),
            severity: self.code.level(),
            line: (self.line > 0).then_some(self.line),
            record: &self.record,
            message: &self.wrong,
            schema: self.says.as_ref(),
        }
    }
}

/// One finding, for machines.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Told<'f> {
    /// Which mistake: a name that never changes its meaning.
    code: &'static str,
    /// How bad it is.
    severity: Level,
    /// Its line in the input, from 1; absent where the mistake is on no line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// Name of the record; empty where the mistake is in none.
    record: &'f str,
    /// What is wrong.
    message: &'f str,
    /// Absent where the schema has no say.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'f Says>,
}

/// Everything that was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) kept: Vec<Finding>,
    pub(super) counts: BTreeMap<Code, u64>,
}

impl Findings {
    /// Notes a mistake.
    pub(super) fn add(&mut self, code: Code, at: At<'_>, wrong: impl Into<String>, says: Option<Says>) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= KEPT {
            self.kept.push(Finding {
                code,
                line: at.line,
                record: at.name.to_owned(),
                wrong: wrong.into(),
                says,
            });
        }
    }

    /// How many there are of a level.
    pub(super) fn of(&self, level: Level) -> u64 {
        let of_level = self.counts.iter().filter(|(code, _)| code.level() == level);
        of_level.map(|(_, count)| count).sum()
    }
}
