//! Events and logs of every severity in time, for a page that is searched. Errors are all kept; of the others, when
//! there are too many, every second, fourth, eighth, so that what is kept is spread evenly over the run.

use std::collections::BTreeMap;

use telemetry_runtime::line::Severity;

use crate::story::limits::Limits;
use crate::story::{Happening, plain};

/// Bytes that are kept of each severity, and of errors.
const BYTES: usize = 8 * 1024 * 1024;
const BYTES_OF_ERRORS: usize = 32 * 1024 * 1024;

/// Events and logs by severity.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    errors: usize,
    others: usize,
    by_severity: BTreeMap<Severity, Thinned>,
}

/// Every so-many-th of a stream.
#[derive(Debug)]
pub(crate) struct Thinned {
    /// How many there were.
    pub(crate) count: u64,
    /// One of so many is kept.
    pub(crate) stride: u64,
    /// Those that are.
    pub(crate) kept: Vec<Happening>,
    bytes: usize,
}

impl Timeline {
    /// An empty one with these bounds.
    pub(crate) fn of(limits: &Limits) -> Self {
        Timeline {
            errors: limits.errors,
            others: limits.moments,
            by_severity: BTreeMap::new(),
        }
    }

    /// Takes the next one.
    pub(crate) fn take(&mut self, happening: &Happening) {
        let (most, bytes) = match happening.severity {
            Severity::Error => (self.errors, BYTES_OF_ERRORS),
            _ => (self.others, BYTES),
        };
        if most > 0 {
            let thinned = self
                .by_severity
                .entry(happening.severity)
                .or_insert_with(Thinned::new);
            thinned.take(happening, most, bytes);
        }
    }

    /// By severity, least first.
    pub(crate) fn severities(&self) -> impl DoubleEndedIterator<Item = (Severity, &Thinned)> {
        self.by_severity
            .iter()
            .map(|(severity, thinned)| (*severity, thinned))
    }

    /// All that are kept, in time.
    pub(crate) fn in_time(&self) -> Vec<&Happening> {
        let mut all: Vec<&Happening> = self
            .by_severity
            .values()
            .flat_map(|thinned| &thinned.kept)
            .collect();
        all.sort_by_key(|happening| happening.time);
        all
    }
}

impl Thinned {
    fn new() -> Self {
        Thinned {
            count: 0,
            stride: 1,
            kept: Vec::new(),
            bytes: 0,
        }
    }

    fn take(&mut self, happening: &Happening, most: usize, bytes: usize) {
        if self.count.is_multiple_of(self.stride) {
            self.kept.push(happening.clone());
            self.bytes += size(happening);
            while self.kept.len() > 1 && (self.kept.len() > most || self.bytes > bytes) {
                let mut index = 0;
                self.kept.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
                self.bytes = self.kept.iter().map(size).sum();
            }
        }
        self.count += 1;
    }
}

/// Bytes of an event's own texts, roughly.
fn size(happening: &Happening) -> usize {
    let attributes = happening.attributes.iter();
    let attributes: usize = attributes
        .map(|(key, value)| key.len() + plain(value).len())
        .sum();
    64 + happening.body.len() + attributes
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn said(severity: Severity, second: i64, body: &str) -> Happening {
        Happening {
            time: Timestamp::from_second(second).expect("a moment"),
            severity,
            name: "said".to_owned(),
            log: false,
            body: body.to_owned(),
            screen: None,
            stage: None,
            span_id: None,
            attributes: Default::default(),
        }
    }

    #[test]
    fn errors_are_all_kept_and_the_rest_is_thinned_evenly_and_says_by_how_much() {
        let mut timeline = Timeline::of(&Limits::PAGE);
        for second in 0..90_000 {
            let severity = if second % 3 == 0 {
                Severity::Error
            } else {
                Severity::Debug
            };
            timeline.take(&said(severity, second, "x"));
        }
        let all: BTreeMap<Severity, &Thinned> = timeline.severities().collect();
        let errors = all[&Severity::Error];
        assert_eq!(
            (errors.count, errors.stride, errors.kept.len()),
            (30_000, 1, 30_000)
        );
        let debug = all[&Severity::Debug];
        assert_eq!((debug.count, debug.stride, debug.kept.len()), (60_000, 4, 15_000));
        let gaps = debug
            .kept
            .windows(2)
            .map(|pair| pair[1].time.as_second() - pair[0].time.as_second());
        assert!(gaps.into_iter().all(|gap| gap == 6));
        let times: Vec<Timestamp> = timeline.in_time().iter().map(|said| said.time).collect();
        assert!(times.len() == 45_000 && times.is_sorted());
    }

    #[test]
    fn long_words_are_thinned_by_their_bytes() {
        let mut timeline = Timeline::of(&Limits::PAGE);
        let words = "w".repeat(64 * 1024);
        for second in 0..1_000 {
            timeline.take(&said(Severity::Info, second, &words));
        }
        let (_, info) = timeline.severities().next().expect("one severity");
        assert!(
            info.kept.len() * words.len() <= BYTES && info.stride == 8,
            "{}",
            info.stride
        );
    }

    #[test]
    fn nothing_is_kept_for_a_terminal() {
        let mut timeline = Timeline::of(&Limits::TERMINAL);
        timeline.take(&said(Severity::Error, 0, "x"));
        assert!(timeline.in_time().is_empty());
    }
}
