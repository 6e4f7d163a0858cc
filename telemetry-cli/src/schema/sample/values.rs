//! Values for attributes: the examples of the schema and the members of its closed sets, each in its turn.

use std::collections::HashMap;

use telemetry_runtime::clamp::clamp;
use telemetry_runtime::line::{AttributeValue, Attributes};
use telemetry_runtime::scrub::scrub;
use telemetry_schema::model::{Attribute, AttributeIndex, AttributeKind, AttributeUse, Model, Sensitivity};

/// Stands in place of a secret.
const REDACTED: &str = "[redacted]";

/// Gives out values.
pub(super) struct Values<'m> {
    model: &'m Model,
    /// How often each attribute was given one.
    times: HashMap<AttributeIndex, usize>,
}

impl<'m> Values<'m> {
    pub(super) fn new(model: &'m Model) -> Values<'m> {
        Values {
            model,
            times: HashMap::new(),
        }
    }

    /// The key of an attribute.
    pub(super) fn key(&self, index: AttributeIndex) -> String {
        self.model.attributes[index].item.id.clone()
    }

    /// The next value of an attribute; nothing when its closed set is empty.
    pub(super) fn of(&mut self, index: AttributeIndex) -> Option<AttributeValue> {
        let turn = self.times.entry(index).or_default();
        let n = *turn;
        *turn += 1;
        let attribute = &self.model.attributes[index];
        if attribute.sensitivity == Sensitivity::Secret {
            return Some(text(REDACTED));
        }
        let examples = &attribute.examples;
        let example = || turn_of(examples, n).map(String::as_str);
        let number = || {
            let ints = examples.iter().filter_map(|example| example.parse().ok());
            turn_of(&ints.collect::<Vec<i64>>(), n)
                .copied()
                .unwrap_or(1 + n as i64)
        };
        let double = || {
            let doubles = examples.iter().filter_map(|example| example.parse().ok());
            let doubles: Vec<f64> = doubles.filter(|number: &f64| number.is_finite()).collect();
            turn_of(&doubles, n).copied().unwrap_or(0.5 + n as f64)
        };
        Some(match &attribute.kind {
            AttributeKind::String => text(&fit(
                attribute,
                self.word(index).or_else(example).unwrap_or("sample"),
            )),
            AttributeKind::Strings if examples.is_empty() => {
                AttributeValue::Strings(vec![fit(attribute, "sample")])
            }
            AttributeKind::Strings => {
                AttributeValue::Strings(examples.iter().map(|example| fit(attribute, example)).collect())
            }
            AttributeKind::Bool => {
                AttributeValue::Bool(example().map_or(n.is_multiple_of(2), |example| example == "true"))
            }
            AttributeKind::Bools => AttributeValue::Bools(vec![true, false]),
            AttributeKind::Int => AttributeValue::Int(number()),
            AttributeKind::Ints => AttributeValue::Ints(vec![number()]),
            AttributeKind::Double => AttributeValue::Double(double()),
            AttributeKind::Doubles => AttributeValue::Doubles(vec![double()]),
            _ => text(self.member(index, n)?),
        })
    }

    /// What an attribute that plays a role says where nothing is known.
    fn word(&self, index: AttributeIndex) -> Option<&'static str> {
        let roles = &self.model.roles;
        (index == roles.outcome).then_some("success")
    }

    /// A member of a closed set; those that are not deprecated come first, and alone.
    fn member(&self, index: AttributeIndex, n: usize) -> Option<&'m str> {
        let model = self.model;
        let current: Vec<&str> = match &model.attributes[index].kind {
            AttributeKind::Enum(values) => {
                if let Some(word) = self.word(index)
                    && values.iter().any(|value| value.id == word)
                {
                    return Some(word);
                }
                let current = values.iter().filter(|value| value.deprecated.is_none());
                let current: Vec<&str> = current.map(|value| value.id.as_str()).collect();
                match current.is_empty() {
                    true => values.iter().map(|value| value.id.as_str()).collect(),
                    false => current,
                }
            }
            AttributeKind::Screen => model.screens.iter().map(|it| it.item.id.as_str()).collect(),
            AttributeKind::Stage => model.stages.iter().map(|it| it.item.id.as_str()).collect(),
            AttributeKind::Error => model.errors.iter().map(|it| it.item.id.as_str()).collect(),
            _ => Vec::new(),
        };
        turn_of(&current, n).copied()
    }

    /// Values for an item: of all attributes that it uses, or only of those that it needs. Nothing when one of these can
    /// have none.
    pub(super) fn all(&mut self, uses: &[AttributeUse], full: bool) -> Option<Attributes> {
        let mut values = Attributes::new();
        for used in uses.iter().filter(|used| full || used.required) {
            match self.of(used.attribute) {
                Some(value) => _ = values.insert(self.key(used.attribute), value),
                None if used.required => return None,
                None => {}
            }
        }
        Some(values)
    }
}

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::String(text.to_owned())
}

/// A text as it is recorded.
fn fit(attribute: &Attribute, text: &str) -> String {
    let text = match attribute.scrub {
        true => scrub(text),
        false => text.into(),
    };
    clamp(&text, attribute.max_length as usize).to_owned()
}

fn turn_of<T>(list: &[T], n: usize) -> Option<&T> {
    list.get(n.checked_rem(list.len())?)
}
