//! The half of the fold that hears what happened: events, logs, and the faults that they and failed spans tell of.

use jiff::Timestamp;
use telemetry_runtime::line::{Event, Kind, Log, Record, Severity};

use crate::story::fold::{Fold, Slot, counted};
use crate::story::limits::Limits;
use crate::story::{Fault, Happening, Span, plain};

impl Fold {
    pub(super) fn event(&mut self, event: Event, time: Timestamp) {
        *self.story.severities.entry(event.severity).or_default() += 1;
        *counted(&mut self.story.event_counts, &event.name) += 1;
        if event.severity == Severity::Error {
            let place = place(event.screen.as_deref(), event.stage.as_deref());
            self.fault(time, event.name.clone(), event.body.clone(), place);
        }
        let ends = |suffix: &str| event.attributes.keys().any(|key| key.ends_with(suffix));
        if event.name == "slow.foreground.wait" || (ends(".threshold") && ends(".duration")) {
            self.mark_slow(&event);
        }
        let slot = event.span_id.as_ref().and_then(|id| self.slots.get(id)).copied();
        let on_span = event.on_span;
        let Some(happening) = Happening::of(Record::Event(event), time) else {
            return;
        };
        self.story.timeline.take(&happening);
        match slot {
            Some(Slot::Visit(index)) if on_span => {
                if let Some(visit) = self.story.visits.get_mut(index) {
                    visit.actions.push(happening);
                }
            }
            _ => self.happen(happening),
        }
    }

    pub(super) fn log(&mut self, log: Log, time: Timestamp) {
        *self.story.severities.entry(log.severity).or_default() += 1;
        self.story.logs += 1;
        if log.severity == Severity::Error {
            let place = place(log.screen.as_deref(), log.stage.as_deref());
            self.fault(time, log.target.clone(), log.body.clone(), place);
        }
        Happening::of(Record::Log(log), time)
            .into_iter()
            .for_each(|happening| {
                self.story.timeline.take(&happening);
                self.happen(happening);
            });
    }

    fn happen(&mut self, happening: Happening) {
        if happening.severity >= Severity::Info {
            self.story.events.push(happening);
        }
    }

    /// Marks the stage or timing that a slow-wait event speaks of: the span it is on, else the latest of that name.
    fn mark_slow(&mut self, event: &Event) {
        let on = event.span_id.as_ref().and_then(|id| self.slots.get(id)).copied();
        if let Some(Slot::Span(index)) = on {
            return self
                .story
                .spans
                .get_mut(index)
                .into_iter()
                .for_each(|span| span.slow = true);
        }
        let role = |suffix: &str| event.attributes.iter().find(|(key, _)| key.ends_with(suffix));
        let told = role(".timing.name")
            .or_else(|| role(".stage.name"))
            .or_else(|| role(".stage"));
        let Some(name) = told
            .map(|(_, value)| plain(value))
            .or_else(|| event.stage.clone())
        else {
            return;
        };
        let suffix = format!(".{name}");
        let named =
            |span: &&mut Span| span.kind != Kind::Span && (span.name == name || span.name.ends_with(&suffix));
        if let Some(span) = self.story.spans.iter_mut().rev().find(named) {
            span.slow = true;
        }
    }

    pub(super) fn fault(&mut self, time: Timestamp, name: String, words: String, place: Option<String>) {
        // The same words are the same fault, whoever says them.
        let key = if words.is_empty() {
            format!("\0{name}")
        } else {
            words.clone()
        };
        let known = self.faults.get(&key).copied();
        if let Some(fault) = known.and_then(|index| self.story.faults.get_mut(index)) {
            fault.times += 1;
            let new =
                place.filter(|place| fault.places.len() < Limits::PLACES && !fault.places.contains(place));
            fault.places.extend(new);
        } else if self.story.faults.len() < self.limits.faults {
            self.faults.insert(key, self.story.faults.len());
            let places = place.into_iter().collect();
            self.story.faults.push(Fault {
                time,
                name,
                words,
                places,
                times: 1,
            });
        } else {
            self.story.more_faults += 1;
        }
    }
}

impl Happening {
    /// What a record tells of an event or a log; `None` of any other record.
    pub(crate) fn of(record: Record, time: Timestamp) -> Option<Self> {
        match record {
            Record::Event(event) => Some(Happening {
                time,
                severity: event.severity,
                name: event.name,
                log: false,
                body: event.body,
                screen: event.screen,
                stage: event.stage,
                span_id: event.span_id,
                attributes: event.attributes,
            }),
            Record::Log(log) => Some(Happening {
                time,
                severity: log.severity,
                name: log.target,
                log: true,
                body: log.body,
                screen: log.screen,
                stage: log.stage,
                span_id: log.span_id,
                attributes: log.attributes,
            }),
            _ => None,
        }
    }
}

/// Where something happened, as precisely as the record says.
fn place(screen: Option<&str>, stage: Option<&str>) -> Option<String> {
    match (screen, stage) {
        (Some(screen), Some(stage)) => {
            let whole = stage
                .strip_prefix(screen)
                .is_some_and(|rest| rest.starts_with('.'));
            Some(if whole {
                stage.to_owned()
            } else {
                format!("{screen}.{stage}")
            })
        }
        (screen, stage) => screen.or(stage).map(str::to_owned),
    }
}
