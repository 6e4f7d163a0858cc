//! An open stage, timing or span: what its guard holds and the thread's stack points at. It knows its run, so it
//! ends where it began, whichever thread ends it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::def::{AttributeDef, LinkRule, SpanClass, SpanDef};
use crate::line::Outcome;
use crate::record::{Attributes, Link, Place, Record, SpanEnd, SpanId, SpanStart, TraceId, UnixNanos};
use crate::recorder::Recorder;
use crate::sync::lock;
use crate::value::Value;
use crate::visit::Visit;

/// A span between its start and its end.
pub(crate) struct OpenSpan {
    recorder: Arc<Recorder>,
    def: &'static SpanDef,
    trace_id: TraceId,
    span_id: SpanId,
    parent: Option<SpanId>,
    links: Vec<Link>,
    /// The visit that it belongs to, as it was tagged when the span started.
    visit: Option<Arc<Visit>>,
    /// The stage that it is, or is inside of.
    stage: Option<&'static SpanDef>,
    started: UnixNanos,
    began: Duration,
    values: Mutex<Vec<Value<'static>>>,
    added: Vec<(&'static AttributeDef, Value<'static>)>,
    open: AtomicBool,
}

/// How a span ends.
pub(crate) struct Ending<'a> {
    pub(crate) outcome: Outcome,
    /// Which error, when it failed.
    pub(crate) error_type: Option<&'static str>,
    /// The error's own words, scrubbed and clamped.
    pub(crate) message: Option<&'a str>,
    /// Why it was not needed, when it was skipped.
    pub(crate) skip_reason: Value<'a>,
}

impl Ending<'_> {
    /// With this outcome and no more words.
    pub(crate) fn of(outcome: Outcome) -> Self {
        Ending {
            outcome,
            error_type: None,
            message: None,
            skip_reason: Value::Absent,
        }
    }
}

impl OpenSpan {
    /// Starts a span under `inner`, or wherever its definition wants it.
    pub(crate) fn start(
        recorder: &Arc<Recorder>,
        inner: Option<&Arc<OpenSpan>>,
        def: &'static SpanDef,
        values: &[Value<'_>],
    ) -> Arc<OpenSpan> {
        let current = recorder.visit();
        let visit = match def.class {
            SpanClass::Stage => recorder.visit_for(def),
            _ => inner
                .filter(|_| !def.new_trace)
                .map_or(current, |inner| inner.visit.clone()),
        };
        let above = match def.class {
            SpanClass::Stage => None,
            _ => inner.map(|inner| (inner.trace_id, inner.span_id)),
        };
        let above = above
            .or(visit.as_ref().map(|visit| visit.ids()))
            .or(recorder.stay())
            .filter(|_| !def.new_trace);
        let trace_id = above.map_or_else(|| recorder.ids().trace(), |(trace_id, _)| trace_id);
        let span_id = recorder.ids().span();
        let stage = match def.class {
            SpanClass::Stage => Some(def),
            _ => inner.and_then(|inner| inner.stage),
        };
        let span = Arc::new(OpenSpan {
            recorder: Arc::clone(recorder),
            def,
            trace_id,
            span_id,
            parent: above.map(|(_, span_id)| span_id),
            links: recorder.links(def, trace_id, span_id),
            added: added(recorder, def, visit.as_deref(), stage),
            visit,
            stage,
            started: recorder.now(),
            began: recorder.steady(),
            values: Mutex::new(slots(def, values)),
            open: AtomicBool::new(true),
        });
        if def.class == SpanClass::Stage {
            recorder.counts().stage_started(def.id);
        }
        let start = SpanStart {
            def,
            trace_id,
            span_id,
            parent: span.parent,
            links: &span.links,
            attributes: span.attributes(values),
        };
        recorder.put_at(span.started, &Record::SpanStart(&start));
        span
    }

    /// Ends it, once; later calls find it ended.
    pub(crate) fn end(&self, ending: Ending<'_>) {
        if !self.open.swap(false, Ordering::AcqRel) {
            return;
        }
        let duration = self.recorder.steady().saturating_sub(self.began);
        if let Some(slow_after) = self.def.slow_after_ms.map(Duration::from_millis)
            && duration > slow_after
            && matches!(self.def.class, SpanClass::Stage | SpanClass::Timing)
        {
            self.recorder.slow_wait(self, duration, slow_after);
        }
        let duration_ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let Ending {
            outcome,
            error_type,
            message,
            skip_reason,
        } = ending;
        let mut values = lock(&self.values).clone();
        let mut added = self.added.clone();
        let reason = self.recorder.schema().roles.skip_reason;
        match self
            .def
            .attributes
            .iter()
            .position(|slot| slot.attribute.key == reason.key)
        {
            _ if skip_reason == Value::Absent => {}
            Some(slot) => values[slot] = skip_reason.into_owned(),
            None => added.push((reason, skip_reason.into_owned())),
        }
        let end = SpanEnd {
            def: self.def,
            trace_id: self.trace_id,
            span_id: self.span_id,
            parent: self.parent,
            links: &self.links,
            attributes: Attributes {
                added: &added,
                ..self.attributes(&values)
            },
            started: self.started,
            duration_ns,
            outcome,
            error_type,
            status_message: message,
        };
        self.recorder.put(&Record::SpanEnd(&end));
        if self.def.class == SpanClass::Stage {
            self.recorder
                .counts()
                .stage_ended(self.def.id, duration_ns, outcome);
        }
        self.recorder.settle();
    }

    /// Sets the value of a slot, until the span has ended.
    pub(crate) fn set(&self, slot: usize, value: Value<'_>) {
        if let Some(place) = lock(&self.values).get_mut(slot) {
            *place = value.into_owned();
        }
    }

    /// Whether it has not ended.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// The run that it belongs to.
    pub(crate) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// What it is.
    pub(crate) fn def(&self) -> &'static SpanDef {
        self.def
    }

    /// Its trace and its id.
    pub(crate) fn ids(&self) -> (TraceId, SpanId) {
        (self.trace_id, self.span_id)
    }

    /// The stage that it is, or is inside of.
    pub(crate) fn stage(&self) -> Option<&'static SpanDef> {
        self.stage
    }

    /// The place of what happens inside of it.
    pub(crate) fn place(&self) -> Place {
        let screen = self.visit.as_ref().map(|visit| visit.def);
        Place {
            screen,
            stage: self.stage,
            span: Some(self.ids()),
        }
    }

    /// The visit that it belongs to.
    pub(crate) fn visit(&self) -> Option<&Arc<Visit>> {
        self.visit.as_ref()
    }

    fn attributes<'r>(&'r self, values: &'r [Value<'r>]) -> Attributes<'r> {
        let tags = self.visit.as_ref().map_or(&[][..], |visit| &visit.tags);
        Attributes {
            slots: self.def.attributes,
            values,
            added: &self.added,
            tags,
        }
    }
}

/// One value a slot, to be kept: who knows none at the start may give none.
fn slots(def: &SpanDef, values: &[Value<'_>]) -> Vec<Value<'static>> {
    let mut slots: Vec<_> = values.iter().cloned().map(Value::into_owned).collect();
    slots.resize(def.attributes.len(), Value::Absent);
    slots
}

/// What the place of a span says about it.
fn added(
    recorder: &Recorder,
    def: &'static SpanDef,
    visit: Option<&Visit>,
    stage: Option<&'static SpanDef>,
) -> Vec<(&'static AttributeDef, Value<'static>)> {
    let roles = &recorder.schema().roles;
    let mut added = Vec::with_capacity(3);
    if let Some(visit) = visit {
        added.push((roles.screen, Value::Static(visit.def.span.id)));
    }
    if matches!(def.class, SpanClass::Stage | SpanClass::Timing)
        && let Some(stage) = stage.map(|stage| stage.id).or(def.stage)
    {
        added.push((roles.stage, Value::Static(stage)));
    }
    if def.class == SpanClass::Timing {
        added.push((roles.timing, Value::Static(def.id)));
    }
    // An item that declares one of these itself has said it.
    added.retain(|(known, _)| !def.attributes.iter().any(|slot| slot.attribute.key == known.key));
    added
}

impl Recorder {
    /// The links that a span starts with, as its definition wants them.
    fn links(&self, def: &'static SpanDef, trace_id: TraceId, span_id: SpanId) -> Vec<Link> {
        let mut links = Vec::new();
        for rule in def.links {
            links.extend(match rule {
                LinkRule::Handover => self.handover(),
                LinkRule::Visit => self.visit().map(|visit| visit.link()),
                LinkRule::Previous => self.trail().started(
                    def.name,
                    Link {
                        trace_id,
                        span_id,
                        name: def.name,
                    },
                ),
            });
        }
        links
    }
}
