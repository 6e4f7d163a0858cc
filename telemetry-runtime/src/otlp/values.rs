//! Attributes and values as the protocol has them, made fit by the same rules as those of a run file.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::clamp::{self, REDACTED};
use crate::def::AttributeDef;
use crate::otlp::protobuf::Fields;
use crate::record::{Attributes, Tags, shared};
use crate::text::Rule;
use crate::value::Value;

/// What the run file has as fields of their own, and what they say.
pub(crate) type Own<'o> = [(&'static str, Option<&'o str>); 2];

/// Nothing of the kind.
pub(crate) const NOTHING: Own<'static> = [("", None); 2];

/// Writes the attributes of a record, and of its `own` what no attribute says already. Returns how many attributes
/// there were too many.
pub(crate) fn attributes(out: &mut Fields, tag: u32, attributes: &Attributes<'_>, own: Own<'_>) -> u32 {
    let mut list = List::new(out, tag, own);
    attributes
        .iter()
        .for_each(|(def, value)| list.put(def.key, |out| declared(out, def, value)));
    list.end()
}

/// Fields that no schema declares, and the tags that there is no field for.
pub(crate) fn fields(
    out: &mut Fields,
    tag: u32,
    fields: &[(&str, Value<'_>)],
    tags: Option<&Tags>,
    own: Own<'_>,
) -> u32 {
    let mut list = List::new(out, tag, own);
    for (key, value) in fields {
        if !matches!(value, Value::Absent) {
            list.put(clamp::clamp(key, clamp::ATTRIBUTE), |out| {
                any(out, value, Rule::FREE);
            });
        }
    }
    for (def, value) in shared(tags) {
        if !matches!(value, Value::Absent) && !fields.iter().any(|(key, _)| *key == def.key) {
            list.put(def.key, |out| declared(out, def, value));
        }
    }
    list.end()
}

/// The attributes of a point, in the protocol's own type.
pub(crate) fn of_point(point: &Attributes<'_>) -> Vec<KeyValue> {
    let mut out = Fields::default();
    attributes(&mut out, 1, point, NOTHING);
    // A resource is a list of attributes and nothing else.
    Resource::decode(out.into_bytes().as_slice()).map_or_else(|_| Vec::new(), |list| list.attributes)
}

/// A list of attributes that is being written, with as many as a record may have.
struct List<'l> {
    out: &'l mut Fields,
    tag: u32,
    met: usize,
    own: Own<'l>,
}

impl<'l> List<'l> {
    fn new(out: &'l mut Fields, tag: u32, own: Own<'l>) -> List<'l> {
        let met = 0;
        List { out, tag, met, own }
    }

    fn put(&mut self, key: &str, value: impl FnOnce(&mut Fields)) {
        if self.met < clamp::ATTRIBUTES {
            pair(self.out, self.tag, key, value);
            for (said, text) in &mut self.own {
                if *said == key {
                    *text = None;
                }
            }
        }
        self.met += 1;
    }

    fn end(self) -> u32 {
        for (key, text) in self.own {
            if let Some(text) = text {
                pair(self.out, self.tag, key, |out| string(out, text));
            }
        }
        u32::try_from(self.met.saturating_sub(clamp::ATTRIBUTES)).unwrap_or(u32::MAX)
    }
}

/// A `KeyValue`.
fn pair(out: &mut Fields, tag: u32, key: &str, value: impl FnOnce(&mut Fields)) {
    out.message(tag, |out| {
        out.bytes(1, key);
        out.message(2, value);
    });
}

/// The field of an `AnyValue` that has a text.
pub(crate) fn string(out: &mut Fields, text: impl AsRef<str>) {
    out.bytes(1, text.as_ref());
}

fn declared(out: &mut Fields, def: &AttributeDef, value: &Value<'_>) {
    if def.secret {
        string(out, REDACTED);
    } else {
        any(out, value, Rule::of(def));
    }
}

/// The field of an `AnyValue`.
fn any(out: &mut Fields, value: &Value<'_>, rule: Rule) {
    match value {
        // Never reached: absent ones are left out before.
        Value::Absent => {}
        Value::Bool(value) => boolean(out, *value),
        Value::Int(number) => int(out, *number),
        Value::Double(number) => double(out, *number),
        Value::Static(given) => string(out, rule.fit_static(given)),
        Value::Str(given) => string(out, rule.fit(given)),
        Value::Strings(list) => array(out, rule.fit_list(list), string),
        Value::Ints(list) => array(out, list.iter().copied(), int),
        Value::Doubles(list) => array(out, list.iter().copied(), double),
        Value::Bools(list) => array(out, list.iter().copied(), boolean),
    }
}

fn boolean(out: &mut Fields, value: bool) {
    out.varint(2, value.into());
}

fn int(out: &mut Fields, number: i64) {
    out.varint(3, number.cast_unsigned());
}

fn double(out: &mut Fields, number: f64) {
    out.fixed64(4, number.to_bits());
}

fn array<T>(out: &mut Fields, list: impl Iterator<Item = T>, write: impl Fn(&mut Fields, T)) {
    out.message(5, |out| {
        list.for_each(|value| out.message(1, |out| write(out, value)));
    });
}
