//! Attributes and values as the protocol has them, made fit by the same rules as those of a run file.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;

use crate::clamp::{self, REDACTED};
use crate::def::AttributeDef;
use crate::otlp::form::{array, pair, text};
use crate::record::{Attributes, Tags, shared};
use crate::text::Rule;
use crate::value::Value;

/// The attributes of a record, and how many there were too many.
pub(crate) fn attributes(attributes: &Attributes<'_>) -> (Vec<KeyValue>, u32) {
    bounded(attributes.iter().map(|(def, value)| declared(def, value)))
}

/// Fields that no schema declares, and the tags that there is no field for.
pub(crate) fn fields(fields: &[(&str, Value<'_>)], tags: Option<&Tags>) -> (Vec<KeyValue>, u32) {
    let own = fields.iter().filter(|(_, value)| !matches!(value, Value::Absent));
    let own = own.map(|(key, value)| pair(clamp::clamp(key, clamp::ATTRIBUTE), any(value, Rule::FREE)));
    let tags = shared(tags).iter().filter(|(def, value)| {
        !matches!(value, Value::Absent) && !fields.iter().any(|(key, _)| *key == def.key)
    });
    bounded(own.chain(tags.map(|(def, value)| declared(def, value))))
}

fn bounded(all: impl Iterator<Item = KeyValue>) -> (Vec<KeyValue>, u32) {
    let mut all = all.fuse();
    let kept = all.by_ref().take(clamp::ATTRIBUTES).collect();
    (kept, u32::try_from(all.count()).unwrap_or(u32::MAX))
}

/// A declared attribute.
pub(crate) fn declared(def: &AttributeDef, value: &Value<'_>) -> KeyValue {
    let value = if def.secret {
        text(REDACTED)
    } else {
        any(value, Rule::of(def))
    };
    pair(def.key, value)
}

fn any(value: &Value<'_>, rule: Rule) -> Any {
    match value {
        // Never reached: absent ones are left out before.
        Value::Absent => text(""),
        Value::Bool(value) => Any::BoolValue(*value),
        Value::Int(number) => Any::IntValue(*number),
        Value::Double(number) => Any::DoubleValue(*number),
        Value::Static(given) => text(rule.fit_static(given)),
        Value::Str(given) => text(rule.fit(given)),
        Value::Strings(list) => array(rule.fit_list(list).map(text)),
        Value::Ints(list) => array(list.iter().copied().map(Any::IntValue)),
        Value::Doubles(list) => array(list.iter().copied().map(Any::DoubleValue)),
        Value::Bools(list) => array(list.iter().copied().map(Any::BoolValue)),
    }
}
