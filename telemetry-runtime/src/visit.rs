//! The operator's path through the screens: one visit is one span, the root of its own trace, linked to the visit
//! before it. The path belongs to the run, not to a thread; every move happens under one lock, so that links and
//! `navigate` are right whoever moves, and readers see the current visit without it.

use std::sync::Arc;

use crate::clock::SteadyNanos;
use crate::def::{AttributeDef, LinkRule, ScreenDef, SpanDef};
use crate::line::Outcome;
use crate::record::{
    Attributes, Link, Place, Record, SpanEnd, SpanId, SpanStart, Tags, TraceId, UnixNanos, shared,
};
use crate::recorder::{Recorder, values};
use crate::value::Value;

/// One stay on a screen, as readers see it: a tag makes a new one.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) def: &'static ScreenDef,
    /// What the program said about it: on the visit itself and on every later record of it.
    pub(crate) tags: Option<Tags>,
    trace_id: TraceId,
    span_id: SpanId,
    links: Vec<Link>,
    /// The screen it is, and the one that it came from.
    added: Vec<(&'static AttributeDef, Value<'static>)>,
    started: UnixNanos,
    began: SteadyNanos,
}

impl Visit {
    /// Its trace and its id.
    pub(crate) fn ids(&self) -> (TraceId, SpanId) {
        (self.trace_id, self.span_id)
    }

    /// A pointer to it.
    pub(crate) fn link(&self) -> Link {
        Link {
            trace_id: self.trace_id,
            span_id: self.span_id,
            name: self.def.span.name,
        }
    }

    fn attributes(&self) -> Attributes<'_> {
        Attributes {
            slots: &[],
            values: &[],
            added: &self.added,
            tags: self.tags.as_ref(),
        }
    }
}

/// Where the run has been.
#[derive(Default)]
pub(crate) struct Trail {
    /// The visit that opened last, ended or not.
    last: Option<Arc<Visit>>,
    /// The latest visit of each screen.
    latest: Vec<Arc<Visit>>,
    /// The latest span of each name that something links to.
    spans: Vec<Link>,
}

impl Trail {
    /// Notes that a span started; answers with the one of its name before it.
    pub(crate) fn started(&mut self, name: &'static str, link: Link) -> Option<Link> {
        match self.spans.iter_mut().find(|known| known.name == name) {
            Some(known) => Some(std::mem::replace(known, link)),
            None => {
                self.spans.push(link);
                None
            }
        }
    }
}

/// Whether two definitions are of one screen.
fn same(one: &ScreenDef, other: &ScreenDef) -> bool {
    one.span.id == other.span.id
}

impl Recorder {
    /// Opens a visit; the current one ends.
    pub(crate) fn enter(&self, screen: &'static ScreenDef) {
        self.open_visit(&mut self.trail(), screen);
    }

    /// Ends the visit of `screen`.
    pub(crate) fn leave(&self, screen: &'static ScreenDef) {
        let _trail = self.trail();
        if self.is_on(screen) {
            self.end_visit();
        } else {
            self.unexpected_call("left", screen);
        }
    }

    /// Ends the current visit, whichever it is, and leaves none.
    pub(crate) fn end_visit(&self) {
        self.put_end();
        self.show_visit(None);
    }

    /// Records the end of the current visit. Other threads go on seeing it until there is another.
    fn put_end(&self) {
        let Some(visit) = self.visit() else { return };
        let now = self.moment();
        let end = SpanEnd {
            def: &visit.def.span,
            trace_id: visit.trace_id,
            span_id: visit.span_id,
            parent: None,
            links: &visit.links,
            attributes: visit.attributes(),
            started: visit.started,
            duration_ns: now.steady.saturating_sub(visit.began),
            outcome: Outcome::Success,
            error_type: None,
            status_message: None,
        };
        self.put_at(now.wall, &Record::SpanEnd(&end));
    }

    /// Moves from one screen to another: `navigate` stands on the visit that was left.
    pub(crate) fn navigate(&self, from: &'static ScreenDef, to: &'static ScreenDef) {
        let mut trail = self.trail();
        if !self.is_on(from) {
            self.unexpected_call("left", from);
            self.open_visit(&mut trail, from);
        }
        self.move_to(&mut trail, to);
    }

    /// Makes `to` the current screen, however the program got there; nothing when it is already.
    pub(crate) fn show(&self, to: &'static ScreenDef) {
        let mut trail = self.trail();
        let Some(visit) = self.visit() else {
            self.open_visit(&mut trail, to);
            return;
        };
        if same(visit.def, to) {
            return;
        }
        if !visit.def.navigates_to.contains(&to.span.id) {
            let (from, to) = (visit.def.span.id, to.span.id);
            self.unexpected(&format!(
                "the schema has no move from screen `{from}` to screen `{to}`"
            ));
        }
        self.move_to(&mut trail, to);
    }

    /// Tags the current visit, which has to be one of `screen`.
    pub(crate) fn tag(&self, screen: &'static ScreenDef, slot: usize, value: Value<'_>) {
        let _trail = self.trail();
        let (Some(visit), Some(slot)) = (self.visit(), screen.span.attributes.get(slot)) else {
            self.unexpected_call("tagged", screen);
            return;
        };
        if !same(visit.def, screen) {
            self.unexpected_call("tagged", screen);
            return;
        }
        let others = shared(visit.tags.as_ref())
            .iter()
            .filter(|(known, _)| known.key != slot.attribute.key);
        let new = (value != Value::Absent).then(|| (slot.attribute, value.into_owned()));
        let tags: Tags = others.cloned().chain(new).collect();
        self.show_visit(Some(Arc::new(Visit {
            tags: Some(tags).filter(|tags| !tags.is_empty()),
            ..Visit::clone(&visit)
        })));
    }

    /// Notes that an action of `screen` is about to be recorded.
    pub(crate) fn act(&self, screen: &'static ScreenDef) {
        if !self.is_on(screen) {
            self.unexpected_call("acted on", screen);
        }
    }

    /// The visit that a stage is a step of: the current one, else the latest one of its screen.
    pub(crate) fn visit_for(&self, stage: &'static SpanDef) -> Option<Arc<Visit>> {
        let current = self.visit();
        let Some(screen) = stage.screen else {
            return current;
        };
        if current.as_ref().is_some_and(|visit| visit.def.span.id == screen) {
            return current;
        }
        let earlier = self
            .trail()
            .latest
            .iter()
            .find(|visit| visit.def.span.id == screen)
            .cloned();
        let (stage, now) = (stage.id, current.map_or("no screen", |visit| visit.def.span.id));
        self.unexpected(&format!(
            "stage `{stage}` of screen `{screen}` started on `{now}`"
        ));
        earlier
    }

    fn is_on(&self, screen: &ScreenDef) -> bool {
        self.visit().is_some_and(|visit| same(visit.def, screen))
    }

    fn unexpected_call(&self, what: &str, screen: &ScreenDef) {
        let (screen, now) = (
            screen.span.id,
            self.visit().map_or("no screen", |visit| visit.def.span.id),
        );
        self.unexpected(&format!(
            "screen `{screen}` was {what} while the current one is `{now}`"
        ));
    }

    fn move_to(&self, trail: &mut Trail, to: &'static ScreenDef) {
        if let Some(visit) = self.visit() {
            let roles = &self.schema().roles;
            let values = values(
                roles.navigate.attributes,
                &[(roles.screen_to.key, Value::Static(to.span.id))],
            );
            let place = Place {
                screen: Some(visit.def),
                stage: None,
                span: Some(visit.ids()),
            };
            self.event_at(place, Some(&visit), roles.navigate, &values);
        }
        self.open_visit(trail, to);
    }

    fn open_visit(&self, trail: &mut Trail, screen: &'static ScreenDef) {
        self.put_end();
        let roles = &self.schema().roles;
        let mut added = vec![(roles.screen, Value::Static(screen.span.id))];
        let mut links = Vec::new();
        if let Some(last) = &trail.last {
            added.push((roles.screen_from, Value::Static(last.def.span.id)));
            links.push(last.link());
        }
        if screen.span.links.contains(&LinkRule::Handover) {
            links.extend(self.handover());
        }
        let now = self.moment();
        let (trace_id, span_id) = self.ids().root(now.steady);
        let visit = Arc::new(Visit {
            def: screen,
            tags: None,
            trace_id,
            span_id,
            links,
            added,
            started: now.wall,
            began: now.steady,
        });
        let start = SpanStart {
            def: &screen.span,
            trace_id: visit.trace_id,
            span_id: visit.span_id,
            parent: None,
            links: &visit.links,
            attributes: visit.attributes(),
        };
        self.put_at(visit.started, &Record::SpanStart(&start));
        trail.latest.retain(|known| !same(known.def, screen));
        trail.latest.push(Arc::clone(&visit));
        trail.last = Some(Arc::clone(&visit));
        self.show_visit(Some(visit));
    }
}
