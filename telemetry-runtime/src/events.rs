//! What a run records at one instant: declared events, undeclared logs, and its own words about slow waits and about
//! what the schema does not foresee. It finds the place of each and feeds the metrics that hang on it.

use std::time::Duration;

use crate::def::{EventDef, Severity, SpanClass};
use crate::inner::Inner;
use crate::record::{Attributes, Event, Log, Place, Record};
use crate::recorder::{Recorder, values};
use crate::value::Value;
use crate::visit::Visit;

/// Marks the log record of something that the schema does not foresee.
pub(crate) const UNEXPECTED: &str = "telemetry.unexpected";

impl Recorder {
    /// Records a declared event that happened inside of `inner`, or else on the current visit.
    pub(crate) fn event(&self, inner: Option<&Inner>, def: &'static EventDef, values: &[Value<'_>]) {
        if def.severity < self.least() {
            return;
        }
        self.with_visit(|visit| {
            let visit = visit.map(|visit| &**visit);
            self.happen(&mut Event {
                def,
                place: self.place(visit, inner, def.action),
                on_span: false,
                attributes: attributes(visit, def, values),
            });
        });
    }

    /// Records a declared event at a known place.
    pub(crate) fn event_at(
        &self,
        place: Place,
        visit: Option<&Visit>,
        def: &'static EventDef,
        values: &[Value<'_>],
    ) {
        if def.severity >= self.least() {
            self.happen(&mut Event {
                def,
                place,
                on_span: false,
                attributes: attributes(visit, def, values),
            });
        }
    }

    /// Records an event in the ways that its definition asks for.
    fn happen(&self, event: &mut Event<'_>) {
        let def = event.def;
        for feed in def.feeds {
            self.instruments()
                .feed(feed, event.attributes.values, self.notices());
        }
        // An event of a span that has no span to stand on is still told, as a log record.
        let stands = def.span_event && event.place.span.is_some();
        let time = self.now();
        if def.log || !stands {
            self.put_event(time, event);
        }
        if stands {
            event.on_span = true;
            self.put_event(time, event);
        }
    }

    /// Records what came through `tracing`.
    pub(crate) fn log(
        &self,
        inner: Option<&Inner>,
        severity: Severity,
        target: &str,
        body: &str,
        fields: &[(&str, Value<'_>)],
    ) {
        if severity < self.least() {
            return;
        }
        self.with_visit(|visit| {
            let visit = visit.map(|visit| &**visit);
            self.put(&Record::Log(&Log {
                severity,
                target,
                body,
                place: self.place(visit, inner, false),
                fields,
                tags: visit.and_then(|visit| visit.tags.as_ref()),
            }));
        });
    }

    /// Counts something that the schema does not foresee, and says what it was.
    pub(crate) fn unexpected(&self, body: &str) {
        self.counts().unexpected();
        let fields = [(UNEXPECTED, Value::Bool(true))];
        self.log(None, Severity::Warn, self.schema().service, body, &fields);
    }

    /// Records that a stage or timing took longer than it should.
    pub(crate) fn slow_wait(&self, span: &Inner, took: Duration, slow_after: Duration) {
        let roles = &self.schema().roles;
        let millis = |time: Duration| Value::Int(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        let stage = span.stage.map(|stage| stage.id).or(span.def.stage);
        let timing = (span.def.class == SpanClass::Timing).then_some(span.def.id);
        let values = values(
            roles.slow_wait.attributes,
            &[
                (roles.stage.key, stage.map_or(Value::Absent, Value::Static)),
                (roles.timing.key, timing.map_or(Value::Absent, Value::Static)),
                (roles.duration.key, millis(took)),
                (roles.threshold.key, millis(slow_after)),
            ],
        );
        self.event_at(
            span.place(),
            span.visit().map(|visit| &**visit),
            roles.slow_wait,
            &values,
        );
    }

    /// Whether a `tracing` event of this severity and target is to be recorded.
    pub(crate) fn takes_log(&self, severity: Severity, target: &str) -> bool {
        severity >= self.least() && self.allows_target(target)
    }

    /// Whether the `tracing` events and spans of this target are part of the run's story.
    pub(crate) fn allows_target(&self, target: &str) -> bool {
        self.targets().allow(target)
    }

    /// The innermost span, else the visit, else the session; the screen is always the one that the operator is on. An
    /// action belongs to the visit, whatever it happened inside of.
    #[inline]
    fn place(&self, visit: Option<&Visit>, inner: Option<&Inner>, is_action: bool) -> Place {
        let span = match inner {
            Some(inner) if !is_action => Some(inner.ids()),
            _ => visit.map(Visit::ids).or_else(|| self.stay()),
        };
        Place {
            screen: visit.map(|visit| visit.def),
            stage: inner.and_then(|inner| inner.stage),
            span,
        }
    }
}

#[inline]
fn attributes<'e>(
    visit: Option<&'e Visit>,
    def: &'static EventDef,
    values: &'e [Value<'e>],
) -> Attributes<'e> {
    Attributes {
        slots: def.attributes,
        values,
        added: &[],
        tags: visit.and_then(|visit| visit.tags.as_ref()),
    }
}
