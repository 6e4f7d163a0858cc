//! Values on their way into a line: each attribute is made fit for a record here, by what its def says, and
//! nowhere else. `encode` calls it for attributes and bodies.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

use crate::clamp::{self, REDACTED};
use crate::def::{AttributeDef, BodyPart, EventDef, Slot};
use crate::json;
use crate::line::{self, AttributeValue};
use crate::record::{Attributes, Tags, shared};
use crate::scrub;
use crate::value::Value;

/// Longer bodies than this give their room back.
const KEPT: usize = 16 * 1024;

thread_local! {
    /// Where a body is put together before it is cut and escaped; taken meanwhile.
    static BODY: Cell<String> = const { Cell::new(String::new()) };
}

/// Writes the member `attributes`, and how many there were too many.
pub(crate) fn attributes(out: &mut Vec<u8>, attributes: &Attributes<'_>) {
    object(out, attributes.iter(), |out, (def, value)| {
        json::word(out, def.key);
        out.push(b':');
        declared(out, def, value);
    });
}

/// Writes the attributes of a metric's point.
pub(crate) fn slots(out: &mut Vec<u8>, slots: &'static [Slot], values: &[Value<'_>]) {
    attributes(
        out,
        &Attributes {
            slots,
            values,
            added: &[],
            tags: None,
        },
    );
}

/// Writes the fields of an undeclared record, and the tags that it has no field for.
pub(crate) fn fields(out: &mut Vec<u8>, fields: &[(&str, Value<'_>)], tags: Option<&Tags>) {
    let tags = shared(tags)
        .iter()
        .filter(|(def, _)| !fields.iter().any(|(key, _)| *key == def.key));
    let tags = tags.map(|(def, value)| (def.key, Some(*def), value));
    let all = fields.iter().map(|(key, value)| (*key, None, value)).chain(tags);
    object(
        out,
        all.filter(|(_, _, value)| !matches!(value, Value::Absent)),
        |out, (key, def, value)| {
            json::string(out, clamp::clamp(key, clamp::ATTRIBUTE));
            out.push(b':');
            match def {
                Some(def) => declared(out, def, value),
                None => self::value(out, value, Rule::FREE),
            }
        },
    );
}

fn object<T>(out: &mut Vec<u8>, all: impl Iterator<Item = T>, mut each: impl FnMut(&mut Vec<u8>, T)) {
    out.extend_from_slice(b",\"attributes\":{");
    let mut met = 0;
    // `for_each`, because a chain of iterators steps through its parts slowly from outside.
    all.for_each(|attribute| {
        if met < clamp::ATTRIBUTES {
            if met > 0 {
                out.push(b',');
            }
            each(out, attribute);
        }
        met += 1;
    });
    out.push(b'}');
    if met > clamp::ATTRIBUTES {
        out.extend_from_slice(b",\"dropped_attributes\":");
        json::count(out, (met - clamp::ATTRIBUTES) as u64);
    }
}

/// What an attribute's def asks of its text.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    scrub: bool,
    max: usize,
}

impl Rule {
    /// For text that no schema declares.
    pub(crate) const FREE: Rule = Rule {
        scrub: true,
        max: clamp::ATTRIBUTE,
    };

    /// What this def asks.
    pub(crate) fn of(def: &AttributeDef) -> Rule {
        Rule {
            scrub: def.scrub,
            max: def.max_length,
        }
    }

    /// Text of the program's own: there is no secret to find in it.
    pub(crate) fn fit_static(self, text: &'static str) -> &'static str {
        clamp::clamp(text, self.max)
    }

    /// A list is often a command line, where a secret follows its flag as a string of its own.
    pub(crate) fn fit_list<'t>(self, list: &'t [Cow<'_, str>]) -> impl Iterator<Item = Cow<'t, str>> {
        let mut after_flag = false;
        list.iter().map(move |text| {
            let hidden = self.scrub && std::mem::replace(&mut after_flag, scrub::is_secret_flag(text));
            if hidden {
                Cow::Borrowed(REDACTED)
            } else {
                self.fit(text)
            }
        })
    }

    /// The text as a record may carry it.
    pub(crate) fn fit(self, text: &str) -> Cow<'_, str> {
        if self.scrub {
            clamp::free_text(text, self.max)
        } else {
            Cow::Borrowed(clamp::clamp(text, self.max))
        }
    }
}

fn declared(out: &mut Vec<u8>, def: &AttributeDef, value: &Value<'_>) {
    if def.secret {
        json::string(out, REDACTED);
    } else {
        self::value(out, value, Rule::of(def));
    }
}

fn value(out: &mut Vec<u8>, value: &Value<'_>, rule: Rule) {
    match value {
        // Never reached: absent ones are left out before.
        Value::Absent => out.extend_from_slice(b"null"),
        Value::Bool(value) => json::boolean(out, *value),
        Value::Int(number) => json::int(out, *number),
        Value::Double(number) => json::double(out, *number),
        Value::Static(text) => json::string(out, rule.fit_static(text)),
        Value::Str(text) => json::string(out, &rule.fit(text)),
        Value::Strings(list) => json::list(out, rule.fit_list(list), |out, text| json::string(out, &text)),
        Value::Ints(list) => json::list(out, list.iter(), |out, number| json::int(out, *number)),
        Value::Doubles(list) if list.iter().all(|number| number.is_finite()) => {
            json::list(out, list.iter(), |out, number| json::double(out, *number));
        }
        Value::Doubles(list) => json::list(out, list.iter(), |out, number| {
            json::string(out, &spelled(*number))
        }),
        Value::Bools(list) => json::list(out, list.iter(), |out, value| json::boolean(out, *value)),
    }
}

fn spelled(number: f64) -> Cow<'static, str> {
    if number.is_finite() {
        Cow::Owned(zmij::Buffer::new().format_finite(number).to_owned())
    } else {
        Cow::Borrowed(json::not_finite(number))
    }
}

/// Shows the body of an event to `f`.
pub(crate) fn with_body(def: &EventDef, values: &[Value<'_>], f: impl FnOnce(&str)) {
    // Most bodies are the schema's own sentence: there is nothing to put together.
    if let [BodyPart::Text(text)] = def.body {
        return f(text);
    }
    // A destructor of the thread may emit after the scratch is gone: then a new one serves.
    let mut scratch = BODY.try_with(Cell::take).unwrap_or_default();
    body(&mut scratch, def, values);
    f(&scratch);
    scratch.clear();
    scratch.shrink_to(KEPT);
    let _ = BODY.try_with(|kept| kept.set(scratch));
}

/// Renders the body of an event after what is in `out`: its slots scrubbed, whatever their attributes say, because
/// a body is read and passed on as free text.
fn body(out: &mut String, def: &EventDef, values: &[Value<'_>]) {
    for part in def.body {
        match part {
            BodyPart::Text(text) => out.push_str(text),
            BodyPart::Slot(slot) => {
                let (Some(value), Some(slot)) = (values.get(*slot), def.attributes.get(*slot)) else {
                    continue;
                };
                if slot.attribute.secret && !matches!(value, Value::Absent) {
                    out.push_str(REDACTED);
                } else {
                    spoken(out, value, slot.attribute.max_length);
                }
            }
        }
    }
}

/// A value as a person reads it.
fn spoken(out: &mut String, value: &Value<'_>, max: usize) {
    match value {
        Value::Absent => {}
        Value::Bool(value) => spoken_bool(out, *value),
        Value::Int(number) => out.push_str(itoa::Buffer::new().format(*number)),
        Value::Double(number) => spoken_number(out, *number),
        Value::Static(text) => out.push_str(clamp::clamp(text, max)),
        Value::Str(text) => out.push_str(&clamp::free_text(text, max)),
        Value::Strings(list) => joined(out, list, |out, text| out.push_str(&clamp::free_text(text, max))),
        Value::Ints(list) => joined(out, list, |out, number| {
            out.push_str(itoa::Buffer::new().format(*number))
        }),
        Value::Doubles(list) => joined(out, list, |out, number| spoken_number(out, *number)),
        Value::Bools(list) => joined(out, list, |out, value| spoken_bool(out, *value)),
    }
}

fn spoken_bool(out: &mut String, value: bool) {
    out.push_str(if value { "true" } else { "false" });
}

fn joined<T>(out: &mut String, list: &[T], mut each: impl FnMut(&mut String, &T)) {
    for (n, item) in list.iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
}

/// `3`, not `3.0`: a body is not a program's input.
fn spoken_number(out: &mut String, number: f64) {
    let spelled = spelled(number);
    out.push_str(spelled.strip_suffix(".0").unwrap_or(&spelled));
}

/// The first line of a run as it may be written: its words come from outside.
pub(crate) fn run(run: &line::Run) -> line::Run {
    let mut run = run.clone();
    run.command = clamp::free_text(&run.command, clamp::ATTRIBUTE).into_owned();
    run.resource = std::mem::take(&mut run.resource)
        .into_iter()
        .map(|(key, value)| (key, fit(value)))
        .collect::<BTreeMap<_, _>>();
    run
}

fn fit(value: AttributeValue) -> AttributeValue {
    let text = |text: &str| clamp::free_text(text, clamp::ATTRIBUTE).into_owned();
    match value {
        AttributeValue::String(value) => AttributeValue::String(text(&value)),
        AttributeValue::Strings(list) => {
            AttributeValue::Strings(list.iter().map(|item| text(item)).collect())
        }
        AttributeValue::Double(number) if !number.is_finite() => {
            AttributeValue::String(spelled(number).into_owned())
        }
        AttributeValue::Doubles(list) if !list.iter().all(|number| number.is_finite()) => {
            AttributeValue::Strings(list.iter().map(|number| spelled(*number).into_owned()).collect())
        }
        other => other,
    }
}

/// A notice as it may be written: it often quotes an error or an address.
pub(crate) fn notice(notice: &line::Notice) -> line::Notice {
    line::Notice {
        code: notice.code.clone(),
        body: clamp::free_text(&notice.body, clamp::BODY).into_owned(),
    }
}
