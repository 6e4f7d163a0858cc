//! The half of the fold that keeps spans: visits, stages, timings and the rest, each up to a limit of its own.

use jiff::Timestamp;
use telemetry_runtime::line::{Kind, Outcome, SpanEnd, SpanStart};

use crate::story::fold::{Fold, Slot, counted};
use crate::story::kept::Kept;
use crate::story::limits::Limits;
use crate::story::{Span, Visit};

impl Fold {
    pub(super) fn open(&mut self, start: SpanStart, time: Timestamp) {
        self.keep(Span {
            name: start.name,
            kind: start.kind,
            trace_id: start.trace_id,
            span_id: start.span_id,
            parent_span_id: start.parent_span_id,
            links: start.links,
            started: time,
            duration_ns: None,
            outcome: None,
            error_type: None,
            status_message: None,
            attributes: start.attributes,
            slow: false,
        });
    }

    pub(super) fn close(&mut self, end: SpanEnd, time: Timestamp) {
        let tally = counted(&mut self.story.tallies, &end.name);
        tally.count += 1;
        tally.failed += u64::from(end.outcome == Outcome::Failure);
        tally.total_ns = tally.total_ns.saturating_add(end.duration_ns);
        tally.longest_ns = tally.longest_ns.max(end.duration_ns);
        if end.outcome == Outcome::Failure {
            let name = end.error_type.clone().unwrap_or_else(|| "failure".to_owned());
            let words = end.status_message.clone().unwrap_or_default();
            self.fault(time, name, words, Some(end.name.clone()));
        }
        if let Some(mut span) = self.past_limit.remove(&end.span_id) {
            span.end(end);
            if span.kind == Kind::Screen {
                return;
            }
            self.late.take(span, self.limits.errors, self.limits.late);
            return;
        }
        // A file that took over from a backend may hold an end whose start was delivered.
        if !self.slots.contains_key(&end.span_id) {
            let started = end.started.parse().unwrap_or(time);
            self.keep(Span {
                name: end.name.clone(),
                kind: end.kind,
                trace_id: end.trace_id.clone(),
                span_id: end.span_id.clone(),
                parent_span_id: end.parent_span_id.clone(),
                links: end.links.clone(),
                started,
                duration_ns: None,
                outcome: None,
                error_type: None,
                status_message: None,
                attributes: Default::default(),
                slow: false,
            });
            self.past_limit.remove(&end.span_id);
        }
        if let Some(span) = self.span(&end.span_id) {
            span.end(end);
        }
    }

    /// Keeps a new span if there is room.
    fn keep(&mut self, span: Span) {
        let used = match span.kind {
            Kind::Screen => self.story.visits.len(),
            Kind::Stage | Kind::Timing => self.stages,
            Kind::Span => self.others,
        };
        let room = used
            < match span.kind {
                Kind::Screen => self.limits.visits,
                Kind::Stage | Kind::Timing => self.limits.stages,
                Kind::Span => self.limits.spans,
            };
        match span.kind {
            Kind::Screen if room => {
                self.slots
                    .insert(span.span_id.clone(), Slot::Visit(self.story.visits.len()));
                self.story.visits.push(Visit {
                    span,
                    actions: Kept::of(self.limits.actions),
                });
            }
            kind if room => {
                *(if kind == Kind::Span {
                    &mut self.others
                } else {
                    &mut self.stages
                }) += 1;
                self.slots
                    .insert(span.span_id.clone(), Slot::Span(self.story.spans.len()));
                self.story.spans.push(span);
            }
            kind => {
                match kind {
                    Kind::Screen => self.story.more_visits += 1,
                    Kind::Stage | Kind::Timing => {
                        self.story.more_stages += 1;
                        self.story.more_spans += 1;
                    }
                    Kind::Span => self.story.more_spans += 1,
                }
                if self.past_limit.len() < Limits::OPEN {
                    self.past_limit.insert(span.span_id.clone(), span);
                }
            }
        }
    }

    fn span(&mut self, id: &str) -> Option<&mut Span> {
        match *self.slots.get(id)? {
            Slot::Visit(index) => self.story.visits.get_mut(index).map(|visit| &mut visit.span),
            Slot::Span(index) => self.story.spans.get_mut(index),
        }
    }
}

impl Span {
    /// What its end tells.
    fn end(&mut self, end: SpanEnd) {
        self.duration_ns = Some(end.duration_ns);
        self.outcome = Some(end.outcome);
        self.error_type = end.error_type;
        self.status_message = end.status_message;
        self.attributes = end.attributes;
    }
}
