//! The stages of a visit, with their timings: each as it should be, and in every other way that it can end.

use telemetry_runtime::line::{AttributeValue, Kind, Outcome, SpanKind, StageSummary};

use super::Loose;
use crate::schema::sample::moments::Place;
use crate::schema::sample::pen::{Ending, MILLISECOND, Open};
use crate::schema::sample::tour::Tour;
use crate::schema::sample::values::text;

/// How long a stage may take where the schema does not say it.
const SLOW_AFTER: u64 = 500;

impl Tour<'_> {
    /// The stages of a screen: each once as it should be, then in every other way that it can end.
    pub(super) fn stages_of(&mut self, screen: usize, place: &Place, loose: &mut Loose) {
        let stages: Vec<usize> = (0..self.model.stages.len())
            .filter(|stage| self.model.stages[*stage].screen == screen)
            .collect();
        for &stage in &stages {
            self.stage(stage, place, loose);
        }
        // The last of all gets the errors that are left, whichever it is.
        let share = match loose.next == loose.homes {
            true => self.errors.len(),
            false => self.errors.len() * stages.len() / loose.homes.max(1),
        };
        for n in 0..share.max(stages.len().min(self.errors.len())) {
            let (Some(error), Some(stage)) = (self.errors.pop(), stages.get(n % stages.len().max(1))) else {
                break;
            };
            let open = self.open_stage(*stage, place, false);
            self.pen.wait(40);
            self.close_stage(*stage, open, Ending::failure(&error), None);
        }
        if let Some(&stage) = stages.first() {
            let reason = self.model.roles.skip_reason;
            let said = self
                .values
                .of(reason)
                .map(|value| (self.values.key(reason), value));
            let open = self.open_stage(stage, place, false);
            self.close_stage(stage, open, Ending::of(Outcome::Skipped), said);
            let open = self.open_stage(stage, place, false);
            self.pen.wait(40);
            self.close_stage(stage, open, Ending::of(Outcome::Cancelled), None);
        }
    }

    fn stage(&mut self, index: usize, place: &Place, loose: &mut Loose) {
        let stage = &self.model.stages[index];
        let open = self.open_stage(index, place, true);
        let inside = Place {
            stage: Some(index),
            ..place.inside(&open)
        };
        self.pen.wait(20);
        for timing in &stage.timings {
            self.timing(index, &timing.id, &inside);
        }
        self.settle_loose(&inside, loose);
        let slow_after = stage.slow_after_ms;
        if slow_after.is_some() || loose.next == loose.homes {
            // So long that the operator would have noticed.
            let threshold = slow_after.unwrap_or(SLOW_AFTER);
            self.pen.now = self.pen.now.max(open.started + threshold * MILLISECOND);
            self.pen.wait(100);
            self.slow_wait(&open, threshold, &inside);
        }
        self.pen.wait(20);
        self.close_stage(index, open, Ending::of(Outcome::Success), None);
    }

    fn slow_wait(&mut self, open: &Open, threshold: u64, inside: &Place) {
        let roles = &self.model.roles;
        let Some(stage) = inside.stage.map(|stage| &self.model.stages[stage]) else {
            return;
        };
        let took = (self.pen.now - open.started) / MILLISECOND;
        let millis = |time: u64| AttributeValue::Int(i64::try_from(time).unwrap_or(i64::MAX));
        let known = [
            (roles.stage, text(&stage.item.id)),
            (roles.duration, millis(took)),
            (roles.threshold, millis(threshold)),
        ];
        self.event_with(roles.slow_wait, inside, false, &known);
    }

    fn open_stage(&mut self, index: usize, place: &Place, full: bool) -> Open {
        let stage = &self.model.stages[index];
        let screen = &self.model.screens[stage.screen].item.id;
        let mut attributes = place.tags.clone();
        attributes.extend(self.values.all(&stage.attributes, full).unwrap_or_default());
        attributes.insert(self.values.key(self.model.roles.screen), text(screen));
        attributes.insert(self.values.key(self.model.roles.stage), text(&stage.item.id));
        let kinds = (Kind::Stage, SpanKind::Internal);
        let name = format!("{screen}.{}", stage.item.id);
        self.pen.open(&name, kinds, place.ids(), Vec::new(), attributes)
    }

    fn close_stage(
        &mut self,
        index: usize,
        mut open: Open,
        ending: Ending,
        more: Option<(String, AttributeValue)>,
    ) {
        let id = &self.model.stages[index].item.id;
        let (outcome, took) = (ending.outcome, self.pen.now - open.started);
        match self.stages.iter_mut().find(|known| known.stage == *id) {
            Some(known) => {
                known.runs += 1;
                known.duration_ns += took;
                known.outcome = outcome;
            }
            None => self.stages.push(StageSummary {
                stage: id.clone(),
                runs: 1,
                duration_ns: took,
                outcome,
            }),
        }
        open.attributes.extend(more);
        self.pen.close(open, ending);
    }

    fn timing(&mut self, stage: usize, id: &str, inside: &Place) {
        let declared = &self.model.stages[stage];
        let roles = &self.model.roles;
        let screen = &self.model.screens[declared.screen].item.id;
        let mut attributes = inside.tags.clone();
        attributes.insert(self.values.key(roles.screen), text(screen));
        attributes.insert(self.values.key(roles.stage), text(&declared.item.id));
        attributes.insert(self.values.key(roles.timing), text(id));
        let name = format!("{screen}.{}.{id}", declared.item.id);
        let kinds = (Kind::Timing, SpanKind::Internal);
        let open = self.pen.open(&name, kinds, inside.ids(), Vec::new(), attributes);
        self.pen.wait(20);
        self.pen.close(open, Ending::of(Outcome::Success));
    }
}
