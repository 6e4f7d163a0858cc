//! Bounds: what there may be only so many of, only once, or only in order.

use std::collections::HashMap;

use super::Check;
use crate::diagnostic::{At, Code, Diagnostic};
use crate::lower::{Section, USE};

/// Most attributes of a record; the runtime drops what goes beyond.
const ATTRIBUTES: usize = 64;

impl Check<'_> {
    pub(super) fn bounds(&mut self) {
        self.too_many_attributes();
        self.buckets_not_ascending();
        self.timing_used_twice();
    }

    fn too_many_attributes(&mut self) {
        for (section, index, item) in self.items() {
            let count = self.uses(section, index).len();
            if count > ATTRIBUTES {
                let at = self.places.part(section, index, USE, ATTRIBUTES);
                let message = format!("{} `{}` has {count} attributes", section.noun(), item.id);
                self.error(
                    Diagnostic::new(Code::TooManyAttributes, &at, message)
                        .label(format!("the first beyond {ATTRIBUTES}"))
                        .help(format!(
                            "a record has at most {ATTRIBUTES}; say it with two events, or with a list"
                        )),
                );
            }
        }
    }

    fn buckets_not_ascending(&mut self) {
        for (index, metric) in self.model.metrics.iter().enumerate() {
            let unordered = metric.buckets.windows(2).position(|pair| pair[0] >= pair[1]);
            if let Some(n) = unordered {
                let (here, before) = (
                    self.places.part(Section::Metric, index, "buckets", n + 1),
                    self.places.part(Section::Metric, index, "buckets", n),
                );
                let message = format!("the buckets of `{}` do not ascend", metric.item.id);
                self.error(
                    Diagnostic::new(Code::BucketsNotAscending, &here, message)
                        .label("not greater than the one before")
                        .also(&before, "the one before")
                        .help("sort them, each bound once"),
                );
            }
        }
    }

    fn timing_used_twice(&mut self) {
        let mut seen: HashMap<&str, (&str, At)> = HashMap::new();
        let stages = &self.model.stages;
        for (index, stage) in stages.iter().enumerate() {
            for (n, timing) in stage.timings.iter().enumerate() {
                let at = self.places.part(Section::Stage, index, "timings", n);
                if let Some((other, there)) = seen.get(timing.id.as_str()) {
                    let message = format!("the timing `{}` stands in two stages", timing.id);
                    let diagnostic = Diagnostic::new(Code::TimingUsedTwice, &at, message)
                        .also(there, format!("already a timing of `{other}`"))
                        .help("a timing belongs to one stage; give one of the two another name");
                    self.problems.push(diagnostic);
                } else {
                    seen.insert(&timing.id, (&stage.item.id, at));
                }
            }
        }
    }
}
