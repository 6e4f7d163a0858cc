//! Values of the protocol become those of a run file. What a run file has no type for becomes text.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use serde_json::Value;
use telemetry_runtime::line::{AttributeValue, Attributes};

/// Attributes of the protocol. What a run file has no type for becomes text.
pub(super) fn attributes(attributes: Vec<KeyValue>) -> Attributes {
    let pairs = attributes
        .into_iter()
        .filter_map(|pair| Some((pair.key, attribute(pair.value?.value?))));
    pairs.collect()
}

fn attribute(value: Any) -> AttributeValue {
    match value {
        Any::StringValue(text) => AttributeValue::String(text),
        Any::BoolValue(value) => AttributeValue::Bool(value),
        Any::IntValue(number) => AttributeValue::Int(number),
        Any::DoubleValue(number) if number.is_finite() => AttributeValue::Double(number),
        Any::ArrayValue(array) => list(array.values),
        other => AttributeValue::String(words(other)),
    }
}

fn list(values: Vec<AnyValue>) -> AttributeValue {
    let values: Vec<Any> = values.into_iter().filter_map(|value| value.value).collect();
    let all = |of: fn(&Any) -> bool| values.iter().all(of);
    if all(|value| matches!(value, Any::BoolValue(_))) {
        let of = |value: &Any| matches!(value, Any::BoolValue(true));
        AttributeValue::Bools(values.iter().map(of).collect())
    } else if all(|value| matches!(value, Any::IntValue(_))) {
        let of = |value: &Any| {
            if let Any::IntValue(number) = value {
                *number
            } else {
                0
            }
        };
        AttributeValue::Ints(values.iter().map(of).collect())
    } else if all(|value| matches!(value, Any::DoubleValue(number) if number.is_finite())) {
        let of = |value: &Any| {
            if let Any::DoubleValue(number) = value {
                *number
            } else {
                0.0
            }
        };
        AttributeValue::Doubles(values.iter().map(of).collect())
    } else {
        AttributeValue::Strings(values.into_iter().map(words).collect())
    }
}

/// A value as a person reads it: text as it is, the rest as JSON.
pub(super) fn words(value: Any) -> String {
    match value {
        Any::StringValue(text) => text,
        Any::DoubleValue(number) if number.is_nan() => "NaN".to_owned(),
        Any::DoubleValue(number) if number.is_infinite() && number > 0.0 => "Infinity".to_owned(),
        Any::DoubleValue(number) if number.is_infinite() => "-Infinity".to_owned(),
        other => json(&other).to_string(),
    }
}

pub(super) fn json(value: &Any) -> Value {
    let of = |value: &AnyValue| value.value.as_ref().map_or(Value::Null, json);
    match value {
        Any::StringValue(text) => text.as_str().into(),
        Any::BoolValue(value) => (*value).into(),
        Any::IntValue(number) => (*number).into(),
        Any::DoubleValue(number) => (*number).into(),
        Any::ArrayValue(array) => array.values.iter().map(of).collect(),
        Any::KvlistValue(list) => list
            .values
            .iter()
            .map(|pair| (pair.key.clone(), pair.value.as_ref().map_or(Value::Null, of)))
            .collect(),
        Any::BytesValue(bytes) => hex(bytes).into(),
        // A reference into a table that messages of this kind do not have.
        Any::StringValueStrindex(_) => Value::Null,
    }
}

/// Bytes as lower-case hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
