//! What changed in screens, stages and events: where one may go, what may happen there, and how it is recorded.

use super::Differ;
use super::change::{Hurt, Kind, Subject, Verdict};
use super::pair::{Pair, pairs};
use crate::model::{BodyPart, Event, EventRecord, Item, Model, Screen, Severity, Stage, Timing};

impl<'m> Differ<'m> {
    pub(super) fn screen(&self, before: &'m Screen, after: &'m Screen, subject: &mut Subject) {
        match (before.entry, after.entry) {
            (true, false) => {
                let says = "a run may no longer begin on it";
                subject.say(Verdict::Narrowed, &[Hurt::CallSite, Hurt::OldFile], says);
            }
            (false, true) => subject.say(Verdict::Widened, &[], "a run may begin on it"),
            _ => {}
        }
        let gone = &[Hurt::CallSite, Hurt::OldFile];
        let screens = before
            .navigates_to
            .iter()
            .map(|&index| &self.base.screens[index].item);
        let now: Vec<String> = after
            .navigates_to
            .iter()
            .map(|&index| self.head.screens[index].item.id.clone())
            .collect();
        subject.set("leads to", &self.known(Kind::Screen, screens), &now, gone);
        let events = before.actions.iter().map(|&index| &self.base.events[index].item);
        let now: Vec<String> = after
            .actions
            .iter()
            .map(|&index| self.head.events[index].item.id.clone())
            .collect();
        subject.set("has the action", &self.known(Kind::Event, events), &now, gone);
        self.uses(&before.attributes, &after.attributes, subject);
    }

    /// Items of the base by today's ids, each with whether its going was announced.
    pub(super) fn known<'i>(&self, kind: Kind, items: impl Iterator<Item = &'i Item>) -> Vec<(String, bool)>
    where
        'm: 'i,
    {
        items
            .map(|item| (self.today(kind, &item.id).to_owned(), item.deprecated.is_some()))
            .collect()
    }

    /// Stages, which are paired under today's name of their screen: their spans are named after both.
    pub(super) fn stages(&mut self) {
        let name = |model: &Model, stage: &Stage| {
            format!("{}.{}", model.screens[stage.screen].item.id, stage.item.id)
        };
        let (base, head) = (self.base, self.head);
        let pairs = pairs(
            &base.stages,
            &head.stages,
            |stage| {
                let screen = self.today(Kind::Screen, &base.screens[stage.screen].item.id);
                format!("{screen}.{}", stage.item.id)
            },
            |stage| name(head, stage),
            |stage| {
                let screen = &head.screens[stage.screen].item.id;
                stage
                    .item
                    .renamed_from
                    .iter()
                    .map(|id| format!("{screen}.{id}"))
                    .collect()
            },
        );
        let subject = |model, stage: &Stage| {
            Subject::called(Kind::Stage, name(model, stage), Some(stage.item.place.clone()))
        };
        for pair in pairs {
            let mut changes = match pair {
                Pair::New(stage) => {
                    let mut subject = subject(head, stage);
                    subject.added();
                    subject.changes
                }
                Pair::Gone(stage) => {
                    let mut subject = subject(base, stage);
                    let screen = &base.screens[stage.screen].item;
                    subject.removed(stage.item.deprecated.as_ref().or(screen.deprecated.as_ref()));
                    subject.changes
                }
                Pair::Kept(before, after) | Pair::Merged(before, after) => {
                    let mut subject = subject(head, after);
                    let (was, is) = (name(base, before), name(head, after));
                    if was != is {
                        let screens = (
                            &base.screens[before.screen].item,
                            &head.screens[after.screen].item,
                        );
                        let word = before.item.rust_name != after.item.rust_name
                            || screens.0.rust_name != screens.1.rust_name;
                        subject.renamed_to(
                            word.then_some(Hurt::CallSite),
                            before.item.deprecated.as_ref(),
                            format!("was `{was}`"),
                        );
                    } else {
                        subject.renamed(&before.item, &after.item);
                    }
                    if matches!(pair, Pair::Kept(..)) {
                        self.stage(before, after, &mut subject);
                        subject.item(&before.item, &after.item);
                    }
                    subject.changes
                }
            };
            self.changes.append(&mut changes);
        }
    }

    fn stage(&self, before: &'m Stage, after: &'m Stage, subject: &mut Subject) {
        match (before.slow_after_ms, after.slow_after_ms) {
            (Some(_), None) => {
                let says = "is never slow any more";
                subject.say(Verdict::Narrowed, &[Hurt::StoredQuery], says);
            }
            (None, Some(ms)) => subject.say(Verdict::Widened, &[], format!("is slow after {ms} ms")),
            // Each record says its threshold, so that a query can tell.
            (Some(was), Some(is)) if was != is => {
                let verdict = if is > was {
                    Verdict::Narrowed
                } else {
                    Verdict::Widened
                };
                subject.say(verdict, &[], format!("is slow after {is} ms, was {was} ms"));
            }
            _ => {}
        }
        self.uses(&before.attributes, &after.attributes, subject);
        let id = |timing: &Timing| timing.id.clone();
        for pair in pairs(&before.timings, &after.timings, id, id, |_| Vec::new()) {
            match pair {
                Pair::New(timing) => {
                    subject.say(Verdict::Added, &[], format!("timing `{}` is new", timing.id));
                }
                Pair::Gone(timing) => {
                    let says = format!("timing `{}` is gone", timing.id);
                    subject.say(Verdict::Removed, super::change::ALL, says);
                }
                Pair::Kept(..) | Pair::Merged(..) => {}
            }
        }
        subject.words(&[("label", before.label != after.label)]);
    }

    pub(super) fn event(&self, before: &'m Event, after: &'m Event, subject: &mut Subject) {
        severity(before.severity, after.severity, subject);
        record(before.record, after.record, subject);
        self.uses(&before.attributes, &after.attributes, subject);
        self.feeds(before, after, subject);
        if !after.item.implicit {
            let same = self.body(self.base, before) == self.body(self.head, after);
            subject.words(&[("body", !same)]);
        }
    }

    /// The body as written, with today's ids.
    fn body(&self, model: &Model, event: &Event) -> String {
        let part = |part: &BodyPart| match part {
            BodyPart::Text(text) => text.clone(),
            BodyPart::Slot(slot) => {
                let id = &model.attributes[event.attributes[*slot].attribute].item.id;
                // An id of the head is nobody's former id.
                let today = self.renamed.get(&(Kind::Attribute, id.as_str())).copied();
                format!("{{{}}}", today.unwrap_or(id))
            }
        };
        event.body.iter().map(part).collect()
    }
}

/// A query for what is bad finds less when something is called less bad.
fn severity(before: Severity, after: Severity, subject: &mut Subject) {
    let word = |severity| match severity {
        Severity::Trace => "trace",
        Severity::Debug => "debug",
        Severity::Info => "info",
        Severity::Warn => "warn",
        Severity::Error => "error",
    };
    if before == after {
        return;
    }
    let mut says = format!("is of severity {}, was {}", word(after), word(before));
    if after < Severity::Info && before >= Severity::Info {
        says.push_str(", and so recorded with the debug tier only");
    }
    if after < before {
        subject.say(Verdict::Narrowed, &[Hurt::StoredQuery], says);
    } else {
        subject.say(Verdict::Widened, &[], says);
    }
}

fn record(before: EventRecord, after: EventRecord, subject: &mut Subject) {
    let words = |record| match record {
        EventRecord::Log => "a log record",
        EventRecord::SpanEvent => "an event on its span",
        EventRecord::Both => "a log record and an event on its span",
    };
    if before == after {
        return;
    }
    if after == EventRecord::Both {
        let says = format!("becomes {}, was {}", words(after), words(before));
        subject.say(Verdict::Widened, &[], says);
    } else {
        subject.changed("its record", words(before), words(after), &[Hurt::StoredQuery]);
    }
}
