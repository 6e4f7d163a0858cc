//! Checks recorded lines against the schema that they claim to follow: what the compiler of a typed call site
//! guarantees for one record, and what only a whole run can show. What a program's own tests ask of what they captured;
//! `telemetry check-run` knows the whole schema and more rules, and finds in a file whatever is found here.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::def::{SchemaDef, Slot, SpanClass, SpanDef, ValueKind};
use crate::events::UNEXPECTED;
use crate::line::{AttributeValue, Attributes, Event, Kind, Line, Log, Outcome, Record, SpanEnd, SpanStart};

/// Error types that every schema has: what no schema names, as in OpenTelemetry.
const OTHER: &str = "_OTHER";

/// Everything that `lines` do against the schema, a sentence each, in their order.
pub fn findings(schema: &'static SchemaDef, lines: &[Line]) -> Vec<String> {
    let mut check = Check {
        schema,
        open: HashMap::new(),
        ended: HashSet::new(),
        found: Vec::new(),
    };
    for line in lines {
        match &line.record {
            Record::SpanStart(span) => check.start(span),
            Record::SpanEnd(span) => check.end(span),
            Record::Event(event) => check.event(event),
            Record::Log(log) => check.log(log),
            _ => {}
        }
    }
    check.left_open();
    check.found
}

struct Check<'l> {
    schema: &'static SchemaDef,
    open: HashMap<&'l str, &'l SpanStart>,
    ended: HashSet<&'l str>,
    found: Vec<String>,
}

impl<'l> Check<'l> {
    fn start(&mut self, span: &'l SpanStart) {
        self.open.insert(&span.span_id, span);
        if let Some(parent) = &span.parent_span_id
            && !self.open.contains_key(parent.as_str())
            && !self.ended.contains(parent.as_str())
        {
            self.found
                .push(format!("span `{}` has a parent that never started", span.name));
        }
        // Timings are declared inside of their stages; what is known of them are their attributes.
        if span.kind == Kind::Timing {
            return;
        }
        let Some(def) = self.span_def(&span.name, span.kind) else {
            self.found.push(format!("span `{}` is not declared", span.name));
            return;
        };
        if let (SpanClass::Stage, Some(screen), None) = (def.class, def.screen, &span.parent_span_id) {
            self.found.push(format!(
                "stage `{}` ran without a visit of screen `{screen}`",
                def.id
            ));
        }
    }

    fn end(&mut self, span: &'l SpanEnd) {
        if self.open.remove(span.span_id.as_str()).is_none() {
            self.found
                .push(format!("span `{}` ended without having started", span.name));
        }
        self.ended.insert(&span.span_id);
        let slots = self
            .span_def(&span.name, span.kind)
            .map_or(&[][..], |def| def.attributes);
        self.attributes(&format!("span `{}`", span.name), slots, &span.attributes);
        match (&span.error_type, span.outcome) {
            (Some(error), _) if !self.is_error(error) => {
                self.found.push(format!(
                    "span `{}` failed with `{error}`, which is no declared error",
                    span.name
                ));
            }
            (None, Outcome::Failure) => {
                self.found
                    .push(format!("span `{}` failed and does not say how", span.name));
            }
            (_, Outcome::Abandoned) if span.name != self.schema.roles.command.name => {
                self.found.push(format!(
                    "span `{}` was abandoned: its guard was dropped without a word",
                    span.name
                ));
            }
            _ => {}
        }
    }

    fn event(&mut self, event: &Event) {
        let roles = &self.schema.roles;
        let own = [roles.navigate, roles.slow_wait, roles.panic, roles.summary];
        let known = self.schema.events.iter().copied().chain(own);
        let Some(def) = known.into_iter().find(|def| def.name == event.name) else {
            self.found.push(format!("event `{}` is not declared", event.name));
            return;
        };
        self.attributes(
            &format!("event `{}`", event.name),
            def.attributes,
            &event.attributes,
        );
    }

    fn log(&mut self, log: &Log) {
        if log.attributes.contains_key(UNEXPECTED) {
            self.found.push(log.body.clone());
        }
    }

    fn left_open(&mut self) {
        let names: BTreeSet<_> = self.open.values().map(|span| span.name.as_str()).collect();
        self.found.extend(
            names
                .into_iter()
                .map(|name| format!("span `{name}` is open at the end")),
        );
    }

    fn attributes(&mut self, whose: &str, slots: &[Slot], attributes: &Attributes) {
        for slot in slots.iter().filter(|slot| slot.required) {
            let key = slot.attribute.key;
            if !attributes.contains_key(key) {
                self.found.push(format!("{whose} lacks the attribute `{key}`"));
            }
        }
        for (key, value) in attributes {
            let known = slots
                .iter()
                .map(|slot| slot.attribute)
                .chain(self.schema.attributes.iter().copied());
            let Some(def) = known.into_iter().find(|def| def.key == key) else {
                self.found.push(format!(
                    "{whose} has the attribute `{key}`, which is not declared"
                ));
                continue;
            };
            if !fits(def.kind, value) {
                self.found.push(format!(
                    "{whose} has the attribute `{key}` with a value of another type"
                ));
            }
            if let AttributeValue::String(text) = value
                && !def.values.is_empty()
                && !def.values.contains(&text.as_str())
            {
                self.found.push(format!(
                    "{whose} has the attribute `{key}` with the undeclared value `{text}`"
                ));
            }
        }
    }

    fn span_def(&self, name: &str, kind: Kind) -> Option<&'static SpanDef> {
        let roles = &self.schema.roles;
        let known = match kind {
            Kind::Screen => {
                return self
                    .schema
                    .screens
                    .iter()
                    .map(|def| &def.span)
                    .find(|def| def.name == name);
            }
            Kind::Timing => return None,
            Kind::Stage => self.schema.stages,
            Kind::Span => self.schema.spans,
        };
        let own = [Some(roles.command), roles.session_span].into_iter().flatten();
        known.iter().copied().chain(own).find(|def| def.name == name)
    }

    fn is_error(&self, error: &str) -> bool {
        error == OTHER || self.schema.errors.iter().any(|def| def.id == error)
    }
}

fn fits(kind: ValueKind, value: &AttributeValue) -> bool {
    match (kind, value) {
        (ValueKind::String, AttributeValue::String(_))
        | (ValueKind::Bool, AttributeValue::Bool(_))
        | (ValueKind::Int, AttributeValue::Int(_))
        | (ValueKind::Double, AttributeValue::Double(_) | AttributeValue::Int(_))
        | (ValueKind::Strings, AttributeValue::Strings(_))
        | (ValueKind::Ints, AttributeValue::Ints(_))
        | (ValueKind::Doubles, AttributeValue::Doubles(_) | AttributeValue::Ints(_))
        | (ValueKind::Bools, AttributeValue::Bools(_)) => true,
        // What is not finite is a string in JSON, and an empty list has lost its type.
        (ValueKind::Double, AttributeValue::String(text)) => {
            matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity")
        }
        (ValueKind::Strings | ValueKind::Ints | ValueKind::Doubles, AttributeValue::Bools(list)) => {
            list.is_empty()
        }
        _ => false,
    }
}
