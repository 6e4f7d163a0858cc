//! An open stage, timing or span: what its guard holds. It knows its run, so it ends where it began, whichever thread
//! ends it.

mod ended;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::cells::Kept;
use crate::clock::SteadyNanos;
use crate::def::{AttributeDef, LinkRule, SpanClass, SpanDef};
use crate::inner::Inner;
use crate::line::Outcome;
use crate::record::{Attributes, Link, Record, SpanEnd, SpanId, SpanStart, TraceId, UnixNanos};
use crate::recorder::Recorder;
use crate::sync::lock;
use crate::value::Value;
use crate::visit::Visit;

/// What the place of a span says about it.
type Added = Vec<(&'static AttributeDef, Value<'static>)>;

/// A span between its start and its end.
pub(crate) struct OpenSpan {
    recorder: Arc<Recorder>,
    inner: Inner,
    parent: Option<SpanId>,
    links: Vec<Link>,
    started: UnixNanos,
    began: SteadyNanos,
    /// One value a slot, as far as they were known at the start.
    values: Kept,
    added: Added,
    /// What was learned on the way.
    learned: Mutex<Vec<(usize, Value<'static>)>>,
    has_learned: AtomicBool,
}

/// How a span ends.
pub(crate) struct Ending<'a> {
    pub(crate) outcome: Outcome,
    /// Which error, when it failed.
    pub(crate) error_type: Option<&'static str>,
    /// The error's own words, scrubbed and clamped.
    pub(crate) message: Option<&'a str>,
    /// Why it was not needed, when it was skipped.
    pub(crate) skip_reason: Option<&'a Value<'a>>,
}

impl Ending<'_> {
    /// With this outcome and no more words.
    pub(crate) fn of(outcome: Outcome) -> Self {
        Ending {
            outcome,
            error_type: None,
            message: None,
            skip_reason: None,
        }
    }
}

impl OpenSpan {
    /// Starts a span under `inner`, or wherever its definition wants it.
    #[inline]
    pub(crate) fn start(
        recorder: &Arc<Recorder>,
        inner: Option<&Inner>,
        def: &'static SpanDef,
        values: &[Value<'_>],
    ) -> Box<OpenSpan> {
        match def.class {
            SpanClass::Stage => {
                let visit = recorder.visit_for(def);
                OpenSpan::start_on(recorder, inner, visit.as_ref(), def, values)
            }
            _ => match inner.filter(|_| !def.new_trace) {
                Some(above) => OpenSpan::start_on(recorder, inner, above.visit(), def, values),
                None => recorder.with_visit(|visit| OpenSpan::start_on(recorder, inner, visit, def, values)),
            },
        }
    }

    fn start_on(
        recorder: &Arc<Recorder>,
        inner: Option<&Inner>,
        visit: Option<&Arc<Visit>>,
        def: &'static SpanDef,
        values: &[Value<'_>],
    ) -> Box<OpenSpan> {
        let now = recorder.moment();
        let is_stage = def.class == SpanClass::Stage;
        let above = inner.filter(|_| !is_stage).map(|inner| inner.ids());
        let above = above
            .or(visit.map(|visit| visit.ids()))
            .or(recorder.stay())
            .filter(|_| !def.new_trace);
        let (trace_id, span_id) = match above {
            Some((trace_id, _)) => (trace_id, recorder.ids().span(now.steady)),
            None => recorder.ids().root(now.steady),
        };
        let stage = if is_stage {
            Some(def)
        } else {
            inner.and_then(|inner| inner.stage)
        };
        if is_stage {
            recorder.counts().stage_started(def.id);
        }
        let mut open = OpenSpan::vacant(recorder, visit, def);
        let span = &mut *open;
        span.inner.trace_id = trace_id;
        span.inner.span_id = span_id;
        span.inner.stage = stage;
        span.parent = above.map(|(_, span_id)| span_id);
        span.started = now.wall;
        span.began = now.steady;
        if !def.links.is_empty() {
            recorder.add_links(&mut span.links, def, trace_id, span_id);
        }
        add(&mut span.added, recorder, def, visit.map(|visit| &**visit), stage);
        let start = SpanStart {
            def,
            trace_id,
            span_id,
            parent: span.parent,
            links: &span.links,
            attributes: Attributes {
                slots: def.attributes,
                values,
                added: &span.added,
                tags: visit.and_then(|visit| visit.tags.as_ref()),
            },
        };
        recorder.put_start(now.wall, &start, &mut span.values);
        open
    }

    /// Ends it. Its guard does so once.
    #[inline]
    pub(crate) fn end(&mut self, ending: Ending<'_>) {
        let def = self.inner.def;
        self.inner.end();
        let now = self.recorder.moment();
        let duration_ns = now.steady.saturating_sub(self.began);
        if let Some(slow_after) = def.slow_after_ms.map(Duration::from_millis)
            && let took = Duration::from_nanos(duration_ns)
            && took > slow_after
            && matches!(def.class, SpanClass::Stage | SpanClass::Timing)
        {
            self.recorder.slow_wait(&self.inner, took, slow_after);
        }
        let Ending {
            outcome,
            error_type,
            message,
            skip_reason,
        } = ending;
        let end = SpanEnd {
            def,
            trace_id: self.inner.trace_id,
            span_id: self.inner.span_id,
            parent: self.parent,
            links: &self.links,
            attributes: Attributes {
                slots: def.attributes,
                values: &[],
                added: &self.added,
                tags: self.inner.visit().and_then(|visit| visit.tags.as_ref()),
            },
            started: self.started,
            duration_ns,
            outcome,
            error_type,
            status_message: message,
        };
        if *self.has_learned.get_mut() || skip_reason.is_some() {
            self.put_learned(now.wall, &end, skip_reason);
        } else {
            self.recorder.put_kept_end(now.wall, &end, &self.values);
        }
        if def.class == SpanClass::Stage {
            self.recorder.counts().stage_ended(def.id, duration_ns, outcome);
        }
        self.recorder.settle();
    }

    /// Records the end of a span that says more than its start did.
    fn put_learned(&self, time: UnixNanos, end: &SpanEnd<'_>, skip_reason: Option<&Value<'_>>) {
        let slots = self.inner.def.attributes;
        let learned = lock(&self.learned);
        let mut values = self.values.show(slots.len());
        for (slot, value) in learned.iter() {
            values[*slot] = value.clone();
        }
        let mut added = self.added.clone();
        if let Some(skip_reason) = skip_reason {
            let reason = self.recorder.schema().roles.skip_reason;
            match slots.iter().position(|slot| slot.attribute.key == reason.key) {
                Some(slot) => values[slot] = skip_reason.clone(),
                None => added.push((reason, skip_reason.clone().into_owned())),
            }
        }
        let attributes = Attributes {
            values: &values,
            added: &added,
            ..end.attributes
        };
        let end = SpanEnd { attributes, ..*end };
        self.recorder.put_at(time, &Record::SpanEnd(&end));
    }

    /// Sets the value of a slot, until the span has ended.
    pub(crate) fn set(&self, slot: usize, value: Value<'_>) {
        if slot < self.inner.def.attributes.len() {
            let mut learned = lock(&self.learned);
            learned.retain(|(known, _)| *known != slot);
            learned.push((slot, value.into_owned()));
            self.has_learned.store(true, Ordering::Release);
        }
    }

    /// The run that it belongs to.
    pub(crate) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// It, as what is inside of it sees it.
    #[inline]
    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }
}

/// What the place of a span says about it.
fn add(
    added: &mut Added,
    recorder: &Recorder,
    def: &'static SpanDef,
    visit: Option<&Visit>,
    stage: Option<&'static SpanDef>,
) {
    let roles = &recorder.schema().roles;
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
    if added.is_empty() {
        return;
    }
    // An item that declares one of these itself has said it.
    added.retain(|(known, _)| !def.attributes.iter().any(|slot| slot.attribute.key == known.key));
}

impl Recorder {
    /// The links that a span starts with, as its definition wants them.
    fn add_links(&self, links: &mut Vec<Link>, def: &'static SpanDef, trace_id: TraceId, span_id: SpanId) {
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
    }
}
