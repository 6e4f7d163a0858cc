//! Roles: whether the runtime can use the items that it records by itself.

use super::Check;
use crate::diagnostic::{At, Code, Diagnostic};
use crate::lower::{Section, USE};
use crate::model::{AttributeKind, AttributeUse, Instrument, LinkRule};

/// Outcomes of a span, which a closed set of them has to have.
const OUTCOMES: [&str; 5] = ["success", "failure", "skipped", "cancelled", "abandoned"];

impl Check<'_> {
    pub(super) fn roles(&mut self) {
        for (role, attribute) in self.model.roles.attributes() {
            self.role_type_mismatch(role, attribute);
        }
        self.role_given_twice();
        self.outcome_lacks_value();
        let roles = &self.model.roles;
        let slow_wait = [roles.stage, roles.duration, roles.threshold, roles.timing];
        let panic = [
            roles.exception_message,
            roles.code_file,
            roles.code_line,
            roles.thread_name,
        ];
        let command = [roles.command_name, roles.outcome, roles.error_type];
        self.role_attributes(Section::Event, roles.navigate, "navigate", &[roles.screen_to], 1);
        self.role_attributes(Section::Event, roles.slow_wait, "slow_wait", &slow_wait, 3);
        self.role_attributes(Section::Event, roles.panic, "panic", &panic, 1);
        self.role_attributes(Section::Event, roles.summary, "summary", &[], 0);
        self.role_attributes(Section::Span, roles.command, "command", &command, 1);
        let stay = [roles.session, roles.duration, roles.outcome, roles.error_type];
        if let Some(span) = roles.session_span {
            self.role_attributes(Section::Span, span, "session_span", &stay[..1], 1);
            self.session_span_not_linked(span);
        }
        for (role, event, filled) in [
            ("session_start", roles.session_start, &stay[..1]),
            ("session_end", roles.session_end, &stay[..]),
        ] {
            if let Some(event) = event {
                self.role_attributes(Section::Event, event, role, filled, 1);
            }
        }
        for (role, metric) in [
            ("cache_hits", roles.cache_hits),
            ("cache_misses", roles.cache_misses),
        ] {
            self.cache_role_not_a_counter(role, metric);
        }
    }

    fn role_type_mismatch(&mut self, role: &str, index: usize) {
        let attribute = &self.model.attributes[index];
        let wanted: &[&str] = match role {
            "screen" | "screen_from" | "screen_to" => &["screen"],
            "stage" => &["stage"],
            "error_type" => &["error"],
            "duration" | "threshold" | "code_line" => &["int"],
            "skip_reason" | "component" | "command_name" | "outcome" => &["string", "enum"],
            _ => &["string"],
        };
        let unit = matches!(role, "duration" | "threshold").then_some("ms");
        if !wanted.contains(&attribute.kind.as_str()) {
            let at = self.role_at(role, index);
            let message = format!(
                "the runtime records `{}` as `{role}`, and cannot with this type",
                attribute.item.id
            );
            let wanted = wanted.join("` or `");
            let diagnostic = Diagnostic::new(Code::RoleMismatch, &at, message);
            self.error(diagnostic.help(format!(
                "write `type: {wanted}`, or name another attribute under `roles:`"
            )));
        } else if unit.is_some() && attribute.unit.as_deref() != unit {
            let message = format!(
                "the runtime records `{}` as `{role}`, in milliseconds",
                attribute.item.id
            );
            let diagnostic = self.at_item(Code::RoleMismatch, Section::Attribute, index, message);
            self.error(diagnostic.help("write `unit: ms`"));
        }
    }

    /// The place that gives a role its attribute: the entry under `roles`, or the attribute's type.
    fn role_at(&self, role: &str, index: usize) -> At {
        let given = self.places.roles.get(role).cloned();
        given.unwrap_or_else(|| self.places.part(Section::Attribute, index, "type", 0))
    }

    fn role_given_twice(&mut self) {
        let mut seen: Vec<(&str, usize)> = Vec::new();
        for (role, index) in self.model.roles.attributes() {
            if let Some((other, _)) = seen.iter().find(|(_, seen)| *seen == index) {
                let id = &self.model.attributes[index].item.id;
                let message = format!("the attribute `{id}` is both `{other}` and `{role}`");
                let diagnostic = Diagnostic::new(Code::RoleMismatch, &self.role_at(role, index), message);
                self.error(
                    diagnostic.help("give one of the two roles an attribute of its own, under `roles:`"),
                );
            }
            seen.push((role, index));
        }
    }

    fn outcome_lacks_value(&mut self) {
        let index = self.model.roles.outcome;
        let AttributeKind::Enum(values) = &self.model.attributes[index].kind else {
            return;
        };
        for outcome in OUTCOMES {
            if !values.iter().any(|value| value.id == outcome) {
                let id = &self.model.attributes[index].item.id;
                let message = format!("the outcomes `{id}` lack `{outcome}`");
                let diagnostic = self.at_item(Code::RoleMismatch, Section::Attribute, index, message);
                self.error(diagnostic.help(format!("add the value `{outcome}`, or write `type: string`")));
            }
        }
    }

    /// The item must have what the runtime fills, of which the first `needed` always, and require nothing else.
    fn role_attributes(
        &mut self,
        section: Section,
        index: usize,
        role: &str,
        filled: &[usize],
        needed: usize,
    ) {
        let (item, uses): (_, &[AttributeUse]) = match section {
            Section::Event => (
                &self.model.events[index].item,
                &self.model.events[index].attributes,
            ),
            _ => (&self.model.spans[index].item, &self.model.spans[index].attributes),
        };
        let name = |attribute: usize| &self.model.attributes[attribute].item.id;
        let mut found = Vec::new();
        for attribute in &filled[..needed] {
            if !uses.iter().any(|used| used.attribute == *attribute) {
                let (id, lacks) = (&item.id, name(*attribute));
                let message =
                    format!("the runtime records `{id}` as `{role}`, with `{lacks}`, which it does not have");
                let diagnostic = self.at_item(Code::RoleMismatch, section, index, message);
                found.push(diagnostic.help(format!("add `{lacks}: required` to its attributes")));
            }
        }
        for (n, used) in uses.iter().enumerate() {
            let always = filled[..needed].contains(&used.attribute);
            if used.required && !always {
                let at = self.places.part(section, index, USE, n);
                let message = format!(
                    "the runtime records `{}` by itself, and may not know `{}`",
                    item.id,
                    name(used.attribute)
                );
                found.push(Diagnostic::new(Code::RoleMismatch, &at, message).help("make it optional"));
            }
        }
        self.problems.extend(found);
    }

    /// The runtime records it so whatever it says; the page for reviewers has to say the same.
    fn session_span_not_linked(&mut self, index: usize) {
        let span = &self.model.spans[index];
        if span.new_trace && span.links == [LinkRule::Handover] {
            return;
        }
        let message = format!(
            "the runtime records `{}` as `session_span`: the root of its own trace, linked to the launch",
            span.item.id
        );
        let diagnostic = self.at_item(Code::RoleMismatch, Section::Span, index, message);
        self.error(diagnostic.help("write `trace: new` and `links: [handover]`"));
    }

    fn cache_role_not_a_counter(&mut self, role: &str, metric: Option<usize>) {
        let Some(index) = metric else { return };
        let metric = &self.model.metrics[index];
        if metric.instrument != Instrument::Counter {
            let message = format!(
                "the role `{role}` names `{}`, which is no counter",
                metric.item.id
            );
            let diagnostic = self.at_item(Code::RoleMismatch, Section::Metric, index, message);
            self.error(diagnostic.help("write `kind: counter`"));
        }
    }
}
