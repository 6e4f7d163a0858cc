//! Numbers as Markdown: where they come from, a table for each group, and whether its promises are kept.

use std::fmt::Write;

use crate::case::{Group, Target};
use crate::machine::{self, Machine};
use crate::quantity::{count, digits, time};
use crate::rounds::{Effort, Rounds};
use crate::valgrind::Counts;

/// A group with what was measured of it, in the order of its cases.
pub(crate) type Measured = (&'static Group, Vec<Rounds>, Vec<Counts>);

/// The tables of all groups.
pub(crate) fn run_time(machine: &Machine, effort: Effort, measured: &[Measured]) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail, so nothing is lost with these results.
    let _ = writeln!(
        page,
        "{}",
        place(machine, "cargo run --release --manifest-path benches/Cargo.toml")
    );
    let _ = writeln!(
        page,
        "\nMedians of {} interleaved rounds of {} ms. Files are written to {}.",
        effort.turns,
        effort.round.as_millis(),
        machine.file_system
    );
    if measured
        .iter()
        .any(|(_, _, counts)| counts.iter().any(Option::is_none))
    {
        let _ = writeln!(
            page,
            "\nvalgrind was not installed: allocations and instructions were skipped."
        );
    }
    for (group, rounds, counts) in measured {
        let _ = writeln!(page, "\n### {}\n\n{}\n", group.title, group.about);
        page.push_str(&table(group, rounds, counts));
        page.push_str(&promises(group, rounds, counts));
    }
    page
}

/// Machine, compiler, crates, command and date.
pub(crate) fn place(machine: &Machine, command: &str) -> String {
    format!(
        "Made by `{command}` on {}. Machine: {}; load before: {}. Compiler: {}. Crates: {}.",
        machine.date,
        machine.hardware,
        machine.load,
        machine::rustc(),
        machine::crates()
    )
}

fn table(group: &Group, rounds: &[Rounds], counts: &[Counts]) -> String {
    let mut table = String::from(
        "| way | time | 10th to 90th percentile | ratio | processor time | allocations | instructions |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for ((case, rounds), counts) in group.cases.iter().zip(rounds).zip(counts) {
        let (allocations, instructions) = counts.map_or_else(
            || ("skipped".to_owned(), "skipped".to_owned()),
            |counts| (count(counts.allocations), count(counts.instructions)),
        );
        let _ = writeln!(
            table,
            "| {} | {} | {} to {} | {} | {} | {allocations} | {instructions} |",
            case.what,
            time(rounds.clock.median),
            time(rounds.clock.low),
            time(rounds.clock.high),
            digits(rounds.ratio),
            time(rounds.processors),
        );
    }
    table
}

/// One line a target: what was promised, what was measured, and the word.
fn promises(group: &Group, rounds: &[Rounds], counts: &[Counts]) -> String {
    let at = |name: &str| group.cases.iter().position(|case| case.name == name);
    let word = |kept: bool| if kept { "kept" } else { "**missed**" };
    let mut lines = String::new();
    for target in group.targets {
        let line = match *target {
            Target::Nanoseconds(name, limit) => at(name).map(|n| {
                let median = rounds[n].clock.median;
                (
                    n,
                    format!("at most {}", time(limit)),
                    time(median),
                    word(median <= limit),
                )
            }),
            Target::Ratio(name, limit) => at(name).map(|n| {
                let ratio = rounds[n].ratio;
                (
                    n,
                    format!("at most {limit} times the base"),
                    digits(ratio),
                    word(ratio <= limit),
                )
            }),
            Target::NanosecondsOrRatio(name, limit, times) => at(name).map(|n| {
                let (median, ratio) = (rounds[n].clock.median, rounds[n].ratio);
                (
                    n,
                    format!("at most {} or {times} times the base", time(limit)),
                    format!("{} and {}", time(median), digits(ratio)),
                    word(median <= limit || ratio <= times),
                )
            }),
            Target::Faster(name, other, times) => at(name).zip(at(other)).map(|(n, other)| {
                let found = rounds[other].times(&rounds[n]);
                (
                    n,
                    format!("{times} times as fast as {}", group.cases[other].what),
                    format!("{} times", digits(found)),
                    word(found >= times),
                )
            }),
            Target::Ahead(name, others) => at(name).map(|n| {
                let times = others.iter().filter_map(|other| at(other));
                let times = times.map(|other| (rounds[other].times(&rounds[n]), group.cases[other].what));
                let (found, nearest) = times
                    .min_by(|a, b| a.0.total_cmp(&b.0))
                    .unwrap_or((0.0, "nobody"));
                (
                    n,
                    "ahead of everybody else who is no hand-written code".to_owned(),
                    format!("{} times as fast as the nearest, {nearest}", digits(found)),
                    word(found > 1.0),
                )
            }),
            Target::NoAllocation(name) => at(name).map(|n| match counts[n] {
                Some(counts) => {
                    // A buffer that grows once belongs to no operation, and would show as zero.
                    let kept = counts.allocations < 0.005;
                    (
                        n,
                        "no allocation".to_owned(),
                        count(counts.allocations),
                        word(kept),
                    )
                }
                None => (n, "no allocation".to_owned(), "not counted".to_owned(), "skipped"),
            }),
        };
        if let Some((n, promise, found, word)) = line {
            let _ = writeln!(
                lines,
                "\nTarget for {}: {promise}. Measured: {found}: {word}.",
                group.cases[n].what
            );
        }
    }
    lines
}
