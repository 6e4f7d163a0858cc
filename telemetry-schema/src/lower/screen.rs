//! Screens, and the stages that belong to them.

use super::place::Section;
use super::{Index, Lowering};
use crate::diagnostic::Code;
use crate::model::{Screen, Stage, Timing};
use crate::name;
use crate::syntax::Document;
use crate::syntax::form::Duration;
use crate::syntax::signal as written;

impl Lowering<'_> {
    pub(super) fn screens(
        &mut self,
        document: &Document,
        attributes: &Index,
        screens: &Index,
        events: &Index,
    ) -> Vec<Screen> {
        // A screen's events are its actions, which is the word to use when one is unknown.
        let actions = Index {
            noun: "action",
            code: Code::UnknownAction,
            ids: events.ids.clone(),
            unlikely: events.unlikely.clone(),
        };
        let mut lowered = Vec::new();
        for (id, entry) in document.screens.iter().flat_map(|screens| &screens.entries) {
            let item = self.item(Section::Screen, id, &entry.key, &entry.item);
            let tags = self.uses(
                Section::Screen,
                entry.attributes.as_ref(),
                attributes,
                Err("the tags of a screen become known one by one"),
            );
            let navigates_to = entry.navigates_to.iter().flat_map(|list| &list.0);
            let navigates_to = navigates_to
                .filter_map(|to| screens.resolve(&to.value.0, &to.at, self.problems))
                .collect();
            let on_it = entry.actions.iter().flat_map(|list| &list.0);
            let actions = on_it
                .filter_map(|event| actions.resolve(&event.value.0, &event.at, self.problems))
                .collect();
            let entry = entry.entry.as_ref().is_some_and(|entry| entry.value);
            lowered.push(Screen {
                item,
                entry,
                navigates_to,
                attributes: tags,
                actions,
            });
        }
        lowered
    }

    pub(super) fn stages(&mut self, document: &Document, attributes: &Index, screens: &Index) -> Vec<Stage> {
        let screens = Index {
            noun: "screen",
            code: Code::StageOnUnknownScreen,
            ids: screens.ids.clone(),
            unlikely: Vec::new(),
        };
        let mut lowered = Vec::new();
        for (screen, group) in document.stages.iter().flat_map(|groups| &groups.entries) {
            // The stages are looked at all the same, for their own mistakes.
            let screen = screens.resolve(screen, &group.key, self.problems).unwrap_or(0);
            let slow_after_ms = group
                .slow_after
                .as_ref()
                .and_then(|duration| milliseconds(&duration.value));
            for (id, entry) in group.stages.iter().flat_map(|stages| &stages.entries) {
                lowered.push(self.stage(id, &entry.key, &entry.value, screen, slow_after_ms, attributes));
            }
        }
        lowered
    }

    fn stage(
        &mut self,
        id: &str,
        key: &crate::diagnostic::At,
        written: &written::Stage,
        screen: usize,
        slow_after_ms: Option<u64>,
        attributes: &Index,
    ) -> Stage {
        let item = self.item(Section::Stage, id, key, &written.item);
        let attributes = self.uses(
            Section::Stage,
            written.attributes.as_ref(),
            attributes,
            Err("the attributes of a stage become known on the way"),
        );
        let mut timings = Vec::new();
        for timing in written.timings.iter().flat_map(|list| &list.0) {
            self.places.last(Section::Stage).push("timings", &timing.at);
            let id = &timing.value.0;
            timings.push(Timing {
                id: id.clone(),
                rust_type: name::upper_camel(id),
                line: timing.at.line,
            });
        }
        let label = written
            .label
            .as_ref()
            .map(|label| label.value.0.clone())
            .unwrap_or_default();
        Stage {
            item,
            screen,
            label,
            slow_after_ms,
            attributes,
            timings,
        }
    }
}

fn milliseconds(duration: &Duration) -> Option<u64> {
    match duration.0.strip_suffix("ms") {
        Some(number) => number.parse().ok(),
        None => duration
            .0
            .strip_suffix('s')?
            .parse::<u64>()
            .ok()?
            .checked_mul(1000),
    }
}
