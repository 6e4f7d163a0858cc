//! Makes a comparison of stories: which one is the baseline, what each step took in each run, what was counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use telemetry_runtime::line::{Kind, Outcome, Severity};

use crate::args::Baseline;
use crate::runs::compare::{Change, Comparison, Count, Side, Step, Threshold, Took};
use crate::story::Story;

/// Steps that are told apart; a run of many more is no run that a person compares.
const STEPS: usize = 500;

/// Holds runs against one of them.
pub(super) fn compare(
    mut sides: Vec<Side>,
    stories: &[Story],
    asked: Baseline,
    threshold: Threshold,
) -> Comparison {
    let (baseline, baseline_is) = baseline(&sides, asked);
    let whole = sides[baseline].duration_ns;
    for (index, side) in sides.iter_mut().enumerate() {
        let succeeded = side.status == "success";
        side.change = (index != baseline).then(|| change(whole, side.duration_ns, succeeded, threshold));
    }
    let (steps, more_steps) = steps(stories, baseline, threshold);
    let (counts, same_counts) = differing(counts(stories, &steps));
    let (errors, _) = differing(errors(stories));
    let whole_runs = sides.iter().filter_map(|side| side.change);
    let changes = steps.iter().flat_map(|step| &step.values).flatten();
    let regressions = changes
        .filter_map(|took| took.change)
        .chain(whole_runs)
        .filter(|change| change.regression)
        .count();
    Comparison {
        format: 1,
        baseline,
        baseline_is,
        threshold,
        runs: sides,
        steps,
        more_steps,
        errors,
        counts,
        same_counts,
        regressions,
    }
}

/// A run that was killed in its first second is not the fastest: those that succeeded come first.
fn baseline(sides: &[Side], asked: Baseline) -> (usize, &'static str) {
    let fastest = |succeeded: bool| {
        let of = sides.iter().enumerate();
        let of = of.filter(|(_, side)| !succeeded || side.status == "success");
        of.min_by_key(|(_, side)| side.duration_ns)
            .map(|(index, _)| index)
    };
    let succeeded = sides.iter().filter(|side| side.status == "success").count();
    match asked {
        Baseline::First => (0, "the first"),
        Baseline::Fastest if succeeded == sides.len() => (fastest(true).unwrap_or(0), "the fastest"),
        Baseline::Fastest => match fastest(true) {
            Some(index) if succeeded == 1 => (index, "the only one that succeeded"),
            Some(index) => (index, "the fastest that succeeded"),
            None => (fastest(false).unwrap_or(0), "the shortest: none succeeded"),
        },
    }
}

fn change(baseline: u64, took: u64, succeeded: bool, threshold: Threshold) -> Change {
    let by = i128::from(took) - i128::from(baseline);
    let percent = (baseline > 0).then(|| by as f64 * 100.0 / baseline as f64);
    // From nothing to something is more than any percentage.
    let beyond = percent.is_none_or(|percent| percent.abs() > threshold.percent)
        && by.unsigned_abs() > u128::from(threshold.least_ns);
    Change {
        by_ns: i64::try_from(by).unwrap_or(if by > 0 { i64::MAX } else { i64::MIN }),
        percent,
        regression: beyond && by > 0,
        gain: beyond && by < 0 && succeeded,
    }
}

/// Every stage and timing of every run, and how many more names there are. A name that an earlier run has not goes behind the one that it came after.
fn steps(stories: &[Story], baseline: usize, threshold: Threshold) -> (Vec<Step>, usize) {
    let mut more: BTreeSet<&str> = BTreeSet::new();
    let mut names: Vec<(String, Kind)> = Vec::new();
    let order = [&stories[baseline]].into_iter().chain(stories);
    for story in order {
        let mut after = 0;
        for span in story.spans.iter().filter(|span| span.kind != Kind::Span) {
            match names.iter().position(|(name, _)| *name == span.name) {
                Some(at) => after = at + 1,
                None if names.len() == STEPS => {
                    more.insert(&span.name);
                }
                None => {
                    names.insert(after, (span.name.clone(), span.kind));
                    after += 1;
                }
            }
        }
    }
    let took: Vec<HashMap<&str, Took>> = stories.iter().map(took).collect();
    let step = |(name, kind): (String, Kind)| {
        let of = |run: &HashMap<&str, Took>| run.get(name.as_str()).copied();
        let from = of(&took[baseline]).filter(ran);
        let values = took.iter().enumerate().map(|(index, run)| {
            let mut took = of(run)?;
            took.change = from.filter(|_| index != baseline && ran(&took)).map(|from| {
                let succeeded = took.outcome == Some(Outcome::Success);
                change(from.total_ns, took.total_ns, succeeded, threshold)
            });
            Some(took)
        });
        let values = values.collect();
        Step { name, kind, values }
    };
    (names.into_iter().map(step).collect(), more.len())
}

/// What was skipped took no time that could be compared.
fn ran(took: &Took) -> bool {
    took.outcome != Some(Outcome::Skipped)
}

fn took(story: &Story) -> HashMap<&str, Took> {
    let mut steps: HashMap<&str, Took> = HashMap::new();
    for span in story.spans.iter().filter(|span| span.kind != Kind::Span) {
        let took = steps.entry(&span.name).or_insert(Took {
            times: 0,
            total_ns: 0,
            outcome: span.outcome,
            change: None,
        });
        took.times += 1;
        took.total_ns = took.total_ns.saturating_add(span.duration_by(story.last));
        took.outcome = span.outcome;
    }
    steps
}

/// Everything that a run counts: events, spans by name, steps that ran more than once, records, the cache.
fn counts(stories: &[Story], steps: &[Step]) -> Vec<Count> {
    let mut counts = Vec::new();
    let by = |values: &dyn Fn(&Story) -> u64| stories.iter().map(values).collect::<Vec<u64>>();
    let dropped = |story: &Story| story.summary.as_ref().map_or(0, |summary| summary.ledger.dropped);
    for (name, values) in [
        ("error", by(&|story| severity(story, Severity::Error))),
        ("warn", by(&|story| severity(story, Severity::Warn))),
        ("undeclared", by(&|story| story.logs)),
        ("dropped", by(&dropped)),
    ] {
        counts.push(Count {
            of: "records",
            name: name.to_owned(),
            values,
        });
    }
    for (name, values) in [
        ("hits", by(&|story| story.cache().0)),
        ("misses", by(&|story| story.cache().1)),
    ] {
        counts.push(Count {
            of: "cache",
            name: name.to_owned(),
            values,
        });
    }
    let events: BTreeSet<&String> = stories
        .iter()
        .flat_map(|story| story.event_counts.keys())
        .collect();
    counts.extend(events.into_iter().map(|name| Count {
        of: "event",
        name: name.clone(),
        values: by(&|story| story.event_counts.get(name).copied().unwrap_or(0)),
    }));
    // A step that one run has and another has not stands among the steps already.
    let once = |name: &str| {
        let step = steps.iter().find(|step| step.name == name);
        step.is_some_and(|step| step.values.iter().flatten().all(|took| took.times <= 1))
    };
    let visits: BTreeSet<&str> = stories
        .iter()
        .flat_map(|story| &story.visits)
        .map(|visit| visit.span.name.as_str())
        .collect();
    let names = stories.iter().flat_map(|story| story.tallies.keys());
    let spans: BTreeSet<&String> = names.filter(|name| !once(name)).collect();
    let spans = spans.into_iter().map(|name| Count {
        of: if visits.contains(name.as_str()) {
            "screen"
        } else {
            "span"
        },
        name: name.clone(),
        values: by(&|story| story.tallies.get(name).map_or(0, |tally| tally.count)),
    });
    let (screens, others): (Vec<Count>, Vec<Count>) = spans.partition(|count| count.of == "screen");
    counts.extend(screens.into_iter().chain(others));
    counts
}

fn severity(story: &Story, severity: Severity) -> u64 {
    story.severities.get(&severity).copied().unwrap_or(0)
}

/// What went wrong, by name: the words hold what differs from run to run anyway.
fn errors(stories: &[Story]) -> Vec<Count> {
    let mut by_name: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (index, story) in stories.iter().enumerate() {
        for fault in &story.faults {
            let values = by_name
                .entry(&fault.name)
                .or_insert_with(|| vec![0; stories.len()]);
            values[index] += fault.times;
        }
    }
    let errors = by_name.into_iter().map(|(name, values)| Count {
        of: "error",
        name: name.to_owned(),
        values,
    });
    errors.collect()
}

/// Those that differ, and how many do not.
fn differing(counts: Vec<Count>) -> (Vec<Count>, usize) {
    let (same, differing): (Vec<Count>, Vec<Count>) = counts
        .into_iter()
        .partition(|count| count.values.iter().all(|value| *value == count.values[0]));
    (differing, same.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regression_is_over_both_thresholds_and_not_at_them() {
        let threshold = Threshold {
            percent: 10.0,
            least_ns: 100,
        };
        let table = [
            (1000, 1000, false, false),
            (1000, 1100, false, false),
            (1000, 1101, true, false),
            (500, 600, false, false),
            (500, 601, true, false),
            (2000, 2150, false, false),
            (10, 100, false, false),
            (0, 100, false, false),
            (0, 101, true, false),
            (1101, 1000, false, false),
            (1200, 1000, false, true),
            (1000, 0, false, true),
        ];
        for (from, to, regression, gain) in table {
            let change = change(from, to, true, threshold);
            assert_eq!(
                (change.regression, change.gain),
                (regression, gain),
                "{from} {to}"
            );
        }
    }
}
