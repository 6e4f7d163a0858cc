//! Values of attributes out of JSON. They are most of a run file, so that this is what reading one costs.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::line::AttributeValue;

impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<AttributeValue, D::Error> {
        input.deserialize_any(AnyAttribute)
    }
}

/// Written by hand, because an untagged derive copies every value before it looks at it.
struct AnyAttribute;

impl<'de> Visitor<'de> for AnyAttribute {
    type Value = AttributeValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, a number, a string, or a list of one of them")
    }

    fn visit_bool<E>(self, value: bool) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<AttributeValue, E> {
        Ok(i64::try_from(number).map_or(AttributeValue::Double(number as f64), AttributeValue::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<AttributeValue, E> {
        Ok(AttributeValue::Double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<AttributeValue, E> {
        Ok(AttributeValue::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<AttributeValue, E> {
        Ok(AttributeValue::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AttributeValue, A::Error> {
        let mut all = AttributeValue::Bools(Vec::new());
        let mut first = true;
        while let Some(item) = list.next_element::<AttributeValue>()? {
            all = longer(all, item, first)
                .ok_or_else(|| A::Error::custom("a list of values of more than one type"))?;
            first = false;
        }
        Ok(all)
    }
}

/// A list and one value more. Integers stand in a list of floating point numbers when another writer put them there.
fn longer(list: AttributeValue, item: AttributeValue, first: bool) -> Option<AttributeValue> {
    use AttributeValue::{Bool, Bools, Double, Doubles, Int, Ints, String, Strings};
    Some(match (list, item) {
        (Bools(mut list), Bool(value)) => {
            list.push(value);
            Bools(list)
        }
        (Bools(_), Int(number)) if first => Ints(vec![number]),
        (Bools(_), Double(number)) if first => Doubles(vec![number]),
        (Bools(_), String(text)) if first => Strings(vec![text]),
        (Ints(mut list), Int(number)) => {
            list.push(number);
            Ints(list)
        }
        (Ints(list), Double(number)) => Doubles(
            list.into_iter()
                .map(|whole| whole as f64)
                .chain([number])
                .collect(),
        ),
        (Doubles(mut list), Double(number)) => {
            list.push(number);
            Doubles(list)
        }
        (Doubles(mut list), Int(number)) => {
            list.push(number as f64);
            Doubles(list)
        }
        (Strings(mut list), String(text)) => {
            list.push(text);
            Strings(list)
        }
        _ => return None,
    })
}
