//! A value for each attribute, by its name and type alone: the side that emits and the side that expects come to the
//! same one, each from its own definition of the attribute.

use telemetry_runtime::def::{AttributeDef, ValueKind};
use telemetry_runtime::value::Value;
use telemetry_schema::model::{Attribute, AttributeKind, Model, Sensitivity};
use telemetry_testbed::proto::common::v1::any_value::Value as Any;
use telemetry_testbed::proto::common::v1::{AnyValue, ArrayValue};

/// Handed over for a secret, and nowhere to be found afterwards.
pub(super) const SECRET: &str = "correct horse battery staple";

/// A number that is another for most names.
fn number(key: &str) -> i64 {
    key.bytes().map(i64::from).sum()
}

/// Which of so many values.
fn pick(key: &str, of: usize) -> usize {
    usize::try_from(number(key)).expect("a sum of bytes") % of
}

/// Texts of a list, one of them with quotes and a letter of two bytes.
fn list(key: &str) -> [String; 2] {
    [key.to_owned(), format!("\"{key}\" \u{e9}")]
}

/// What a call site hands over.
pub(super) fn given(def: &'static AttributeDef) -> Value<'static> {
    let key = def.key;
    match def.kind {
        _ if def.secret => Value::Str(SECRET.into()),
        ValueKind::String if !def.values.is_empty() => Value::Static(def.values[pick(key, def.values.len())]),
        ValueKind::String => Value::Str(key.into()),
        ValueKind::Bool => Value::Bool(true),
        ValueKind::Int => Value::Int(number(key)),
        ValueKind::Double => Value::Double(number(key) as f64 + 0.5),
        ValueKind::Strings => Value::Strings(list(key).map(Into::into).into()),
        ValueKind::Ints => Value::Ints(vec![number(key), -1].into()),
        ValueKind::Doubles => Value::Doubles(vec![number(key) as f64 + 0.5, 2.0].into()),
        ValueKind::Bools => Value::Bools(vec![true, false].into()),
    }
}

/// The values of a closed set, as the schema declares them; `None` for an open one.
pub(super) fn closed(model: &Model, attribute: &Attribute) -> Option<Vec<String>> {
    match &attribute.kind {
        AttributeKind::Enum(values) => Some(values.iter().map(|value| value.id.clone()).collect()),
        AttributeKind::Screen => Some(
            model
                .screens
                .iter()
                .map(|screen| screen.item.id.clone())
                .collect(),
        ),
        AttributeKind::Stage => Some(model.stages.iter().map(|stage| stage.item.id.clone()).collect()),
        AttributeKind::Error => Some(model.errors.iter().map(|error| error.item.id.clone()).collect()),
        _ => None,
    }
}

/// What has to arrive of it.
pub(super) fn arrives(model: &Model, attribute: &Attribute) -> Any {
    let key = attribute.item.id.as_str();
    if attribute.sensitivity == Sensitivity::Secret {
        return Any::StringValue("[redacted]".to_owned());
    }
    if let Some(closed) = closed(model, attribute) {
        return Any::StringValue(closed[pick(key, closed.len())].clone());
    }
    match attribute.kind {
        AttributeKind::Bool => Any::BoolValue(true),
        AttributeKind::Int => Any::IntValue(number(key)),
        AttributeKind::Double => Any::DoubleValue(number(key) as f64 + 0.5),
        AttributeKind::Strings => array(list(key).map(Any::StringValue)),
        AttributeKind::Ints => array([number(key), -1].map(Any::IntValue)),
        AttributeKind::Doubles => array([number(key) as f64 + 0.5, 2.0].map(Any::DoubleValue)),
        AttributeKind::Bools => array([true, false].map(Any::BoolValue)),
        _ => Any::StringValue(key[..key.len().min(attribute.max_length as usize)].to_owned()),
    }
}

/// Whether a value that the runtime found by itself is one that the attribute may have.
pub(super) fn may_be(model: &Model, attribute: &Attribute, value: &Any) -> bool {
    match (closed(model, attribute), value) {
        (Some(closed), Any::StringValue(text)) => closed.contains(text),
        (Some(_), _) => false,
        (None, value) => std::mem::discriminant(value) == std::mem::discriminant(&arrives(model, attribute)),
    }
}

fn array<const N: usize>(values: [Any; N]) -> Any {
    let values = values.map(|value| AnyValue { value: Some(value) }).into();
    Any::ArrayValue(ArrayValue { values })
}

/// How a value stands in a body.
pub(super) fn spoken(value: &Any) -> String {
    match value {
        Any::StringValue(text) => text.clone(),
        Any::BoolValue(value) => value.to_string(),
        Any::IntValue(number) => number.to_string(),
        Any::DoubleValue(number) => number.to_string(),
        Any::ArrayValue(list) => {
            let items = list.values.iter().filter_map(|item| item.value.as_ref());
            items.map(spoken).collect::<Vec<_>>().join(", ")
        }
        other => panic!("no attribute is a {other:?}"),
    }
}
