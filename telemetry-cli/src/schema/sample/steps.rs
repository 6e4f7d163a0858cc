//! The path of a sample, visit by visit, with the spans on it, in every way that they can end.

mod stages;

use std::collections::HashSet;

use telemetry_runtime::line::{Attributes, Kind, Link, Outcome, SpanKind};
use telemetry_schema::model::{AttributeUse, LinkRule, SpanIndex};

use super::moments::Place;
use super::path::Step;
use super::pen::{Ending, Open};
use super::tour::{Tour, kind};
use super::values::text;

impl Tour<'_> {
    /// Walks the path; what stands on no screen comes on the way, dealt out over the stages.
    pub(super) fn walk(&mut self, path: &[Step]) {
        let on_path: HashSet<usize> = path.iter().map(|step| step.screen).collect();
        let homes = self
            .model
            .stages
            .iter()
            .filter(|stage| on_path.contains(&stage.screen))
            .count();
        let mut loose = Loose { homes, next: 0 };
        let mut seen = HashSet::new();
        for (index, step) in path.iter().enumerate() {
            let first = seen.insert(step.screen);
            let place = self.arrive(step, first);
            if first {
                self.actions(step.screen, &place);
                self.stages_of(step.screen, &place, &mut loose);
                if index == 0 && homes == 0 {
                    self.settle_loose(&place, &mut loose);
                }
            }
            self.pen.wait(40);
            match path.get(index + 1).filter(|next| next.moved) {
                Some(next) => self.depart(next.screen, &place),
                None => self.leave(),
            }
        }
        if path.is_empty() {
            self.settle_loose(&Place::default(), &mut loose);
        }
    }

    /// A visit begins, linked to the one before it; on the first of a screen everything is said about it.
    fn arrive(&mut self, step: &Step, first: bool) -> Place {
        let roles = &self.model.roles;
        let screen = &self.model.screens[step.screen];
        let mut attributes = Attributes::new();
        attributes.insert(self.values.key(roles.screen), text(&screen.item.id));
        let before = self.visit.as_ref().map(Open::link);
        if let Some(before) = &before {
            attributes.insert(self.values.key(roles.screen_from), text(&before.name));
        }
        let kinds = (Kind::Screen, SpanKind::Internal);
        let id = screen.item.id.clone();
        let mut visit = self
            .pen
            .open(&id, kinds, None, before.into_iter().collect(), attributes);
        let tags = match first {
            true => self.values.all(&screen.attributes, true).unwrap_or_default(),
            false => Attributes::new(),
        };
        let place = Place {
            screen: Some(step.screen),
            stage: None,
            span: None,
            tags: tags.clone(),
        };
        let place = place.inside(&visit);
        for (key, value) in tags {
            visit.attributes.entry(key).or_insert(value);
        }
        self.visit = Some(visit);
        self.pen.wait(40);
        place
    }

    /// The operator moves on.
    fn depart(&mut self, to: usize, place: &Place) {
        let to = text(&self.model.screens[to].item.id);
        let roles = &self.model.roles;
        self.event_with(roles.navigate, place, true, &[(roles.screen_to, to)]);
        self.leave();
    }

    fn leave(&mut self) {
        if let Some(visit) = self.visit.clone() {
            self.pen.close(visit, Ending::of(Outcome::Success));
        }
    }

    fn actions(&mut self, screen: usize, place: &Place) {
        let navigate = self.model.roles.navigate;
        for &action in &self.model.screens[screen].actions {
            if action != navigate {
                self.event(action, place);
            }
        }
    }

    /// The share of one home in what stands in no special place.
    fn settle_loose(&mut self, place: &Place, loose: &mut Loose) {
        let (home, homes) = (loose.next, loose.homes.max(1));
        loose.next += 1;
        let mut inside = place.clone();
        for index in (home..self.loose_spans.len()).step_by(homes) {
            let span = self.span(self.loose_spans[index], place);
            // Where there is no screen, something has to stand somewhere.
            if let (None, Some(span)) = (&inside.span, span) {
                inside = inside.inside(&span);
            }
        }
        for index in (home..self.loose_events.len()).step_by(homes) {
            self.event(self.loose_events[index], &inside);
        }
    }

    /// A span in every way that it can be.
    fn span(&mut self, index: SpanIndex, place: &Place) -> Option<Open> {
        let span = &self.model.spans[index];
        let has_optional = span.attributes.iter().any(|used| !used.required);
        let mut ways = vec![(true, None)];
        if has_optional {
            ways.push((false, None));
        }
        // Where there are no stages, something else has to fail.
        if self.model.stages.is_empty() || !has_optional {
            ways.push((true, self.errors.pop()));
        }
        let mut first = None;
        for (full, error) in ways {
            let Some(own) = self.of_span(&span.attributes, full) else {
                let needs = span.attributes.iter().filter(|used| used.required);
                let keys: Vec<String> = needs.map(|used| self.values.key(used.attribute)).collect();
                self.left_out(&span.item.id, keys.join("`, `"));
                return first;
            };
            let mut attributes = place.tags.clone();
            attributes.extend(own);
            if let Some(screen) = place.screen {
                let id = text(&self.model.screens[screen].item.id);
                attributes.insert(self.values.key(self.model.roles.screen), id);
            }
            let links = self.links(index);
            let above = place.ids().filter(|_| !span.new_trace);
            let open = self.pen.open(
                &span.item.id,
                (Kind::Span, kind(span.kind)),
                above,
                links,
                attributes,
            );
            self.last.insert(index, open.link());
            first = first.or_else(|| Some(open.clone()));
            self.pen.wait(30);
            let ending = error.map_or_else(|| Ending::of(Outcome::Success), |error| Ending::failure(&error));
            self.pen.close(open, ending);
        }
        first
    }

    /// Values for a span. How it ends is told by its end; what it may say of that itself is left to the runtime.
    pub(super) fn of_span(&mut self, uses: &[AttributeUse], full: bool) -> Option<Attributes> {
        let roles = &self.model.roles;
        let told =
            |used: &&AttributeUse| used.attribute == roles.outcome || used.attribute == roles.error_type;
        let mut values = self.values.all(uses, full)?;
        for used in uses.iter().filter(told).filter(|used| !used.required) {
            values.remove(&self.values.key(used.attribute));
        }
        Some(values)
    }

    /// The links that a span starts with, as its declaration wants them.
    pub(super) fn links(&mut self, index: SpanIndex) -> Vec<Link> {
        let mut links = Vec::new();
        for rule in &self.model.spans[index].links {
            match rule {
                LinkRule::Visit => links.extend(self.visit.as_ref().map(Open::link)),
                LinkRule::Previous => links.extend(self.last.get(&index).cloned()),
                // Of another process, whose names are not known here.
                LinkRule::Handover => links.push(Link {
                    name: String::new(),
                    ..match &self.visit {
                        Some(visit) => visit.link(),
                        None => Link {
                            trace_id: self.pen.hex(32),
                            span_id: self.pen.hex(16),
                            name: String::new(),
                        },
                    }
                }),
            }
        }
        links
    }
}

/// Where the things without a special place go.
struct Loose {
    /// How many places there are.
    homes: usize,
    /// Whose turn it is.
    next: usize,
}
