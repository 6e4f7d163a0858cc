//! Rules on the attributes of any record: the required ones are there, each is declared on the item, and each value
//! is of its type and in its closed set.

use telemetry_runtime::line::{AttributeValue, Attributes};
use telemetry_schema::model::{Attribute, AttributeIndex, AttributeKind, AttributeUse, Model, Sensitivity};

use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};
use crate::story::plain;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";

/// What an item's record may have.
pub(super) struct Allowed<'a> {
    /// The item's own attributes.
    pub(super) uses: &'a [AttributeUse],
    /// Those that the runtime adds.
    pub(super) added: &'a [AttributeIndex],
    /// The tags of the visit.
    pub(super) tags: &'a [AttributeUse],
    /// Where the item is declared.
    pub(super) declared: Option<Says>,
}

/// Holds the attributes of a record to their declarations.
pub(super) fn attributes(check: &mut Check<'_>, at: At<'_>, allowed: &Allowed<'_>, attributes: &Attributes) {
    missing_attribute(check, at, allowed, attributes);
    for (key, value) in attributes {
        check.checked.attributes += 1;
        let Some(index) = check.names.attribute(key) else {
            undeclared_attribute(check, at, key);
            continue;
        };
        foreign_attribute(check, at, allowed, index);
        let attribute = check.names.attribute_of(index);
        if wrong_type(check, at, attribute, value) {
            continue;
        }
        undeclared_value(check, at, attribute, value);
        secret_shown(check, at, attribute, value);
        too_long(check, at, attribute, value);
    }
}

fn missing_attribute(check: &mut Check<'_>, at: At<'_>, allowed: &Allowed<'_>, attributes: &Attributes) {
    for used in allowed.uses.iter().filter(|used| used.required) {
        let key = check.names.key(used.attribute);
        if !attributes.contains_key(key) {
            let says = allowed.declared.clone().map(|says| Says {
                text: format!("`{key}` is required"),
                ..says
            });
            check
                .findings
                .add(Code::MissingAttribute, at, format!("lacks `{key}`"), says);
        }
    }
}

fn undeclared_attribute(check: &mut Check<'_>, at: At<'_>, key: &str) {
    let wrong = format!("has `{key}`, which is no attribute of the schema");
    check.findings.add(Code::UndeclaredAttribute, at, wrong, None);
}

fn foreign_attribute(check: &mut Check<'_>, at: At<'_>, allowed: &Allowed<'_>, index: AttributeIndex) {
    let of = |uses: &[AttributeUse]| uses.iter().any(|used| used.attribute == index);
    if of(allowed.uses) || of(allowed.tags) || allowed.added.contains(&index) {
        return;
    }
    let key = check.names.key(index);
    let says = allowed.declared.clone().map(|says| Says {
        text: format!("`{key}` is neither the item's own nor a tag of its screen"),
        ..says
    });
    let wrong = format!("has `{key}`, an attribute of other items");
    check.findings.add(Code::ForeignAttribute, at, wrong, says);
}

fn wrong_type(check: &mut Check<'_>, at: At<'_>, attribute: &Attribute, value: &AttributeValue) -> bool {
    if fits(&attribute.kind, value) {
        return false;
    }
    let (key, kind) = (&attribute.item.id, attribute.kind.as_str());
    // A secret is not repeated, whatever its type is.
    let shown = match attribute.sensitivity {
        Sensitivity::Secret => REDACTED.to_owned(),
        _ => plain(value),
    };
    let wrong = format!("`{key}` is {} `{shown}`", word(value));
    let says = Says::at(&attribute.item.place, format!("`{key}` is of type {kind}"));
    check.findings.add(Code::WrongType, at, wrong, says);
    true
}

fn undeclared_value(check: &mut Check<'_>, at: At<'_>, attribute: &Attribute, value: &AttributeValue) {
    let (AttributeValue::String(text), Some(set)) = (value, closed(check.names.model, attribute)) else {
        return;
    };
    if set.contains(&text.as_str()) {
        return;
    }
    let key = &attribute.item.id;
    let says = Says::at(
        &attribute.item.place,
        format!("the values of `{key}` are {}", few(&set)),
    );
    let wrong = format!("`{key}` is `{text}`, which is none of its values");
    check.findings.add(Code::UndeclaredValue, at, wrong, says);
}

fn secret_shown(check: &mut Check<'_>, at: At<'_>, attribute: &Attribute, value: &AttributeValue) {
    if attribute.sensitivity == Sensitivity::Secret && plain(value) != REDACTED {
        let key = &attribute.item.id;
        // The secret itself is not repeated here.
        let says = Says::at(&attribute.item.place, format!("`{key}` is secret"));
        let wrong = format!("`{key}` can be read");
        check.findings.add(Code::SecretShown, at, wrong, says);
    }
}

fn too_long(check: &mut Check<'_>, at: At<'_>, attribute: &Attribute, value: &AttributeValue) {
    let longest = match value {
        AttributeValue::String(text) => text.len(),
        AttributeValue::Strings(texts) => texts.iter().map(String::len).max().unwrap_or(0),
        _ => 0,
    };
    let (key, most) = (&attribute.item.id, attribute.max_length);
    if longest > most as usize {
        let says = Says::at(&attribute.item.place, format!("`{key}` has {most} bytes at most"));
        let wrong = format!("`{key}` has {longest} bytes");
        check.findings.add(Code::TooLong, at, wrong, says);
    }
}

/// The values of a closed set.
fn closed<'m>(model: &'m Model, attribute: &'m Attribute) -> Option<Vec<&'m str>> {
    match &attribute.kind {
        AttributeKind::Enum(values) => Some(values.iter().map(|value| value.id.as_str()).collect()),
        AttributeKind::Screen => Some(model.screens.iter().map(|s| s.item.id.as_str()).collect()),
        AttributeKind::Stage => Some(model.stages.iter().map(|s| s.item.id.as_str()).collect()),
        AttributeKind::Error => Some(model.errors.iter().map(|e| e.item.id.as_str()).collect()),
        _ => None,
    }
}

/// The first of some names.
pub(super) fn few(names: &[&str]) -> String {
    const FEW: usize = 8;
    let more = match names.len().saturating_sub(FEW) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match names {
        [] => "none".to_owned(),
        names => format!("{}{more}", names[..names.len().min(FEW)].join(", ")),
    }
}

fn fits(kind: &AttributeKind, value: &AttributeValue) -> bool {
    use AttributeKind as K;
    use AttributeValue as V;
    match (kind, value) {
        (K::String | K::Enum(_) | K::Screen | K::Stage | K::Error, V::String(_))
        | (K::Bool, V::Bool(_))
        | (K::Int, V::Int(_))
        | (K::Double, V::Double(_) | V::Int(_))
        | (K::Strings, V::Strings(_))
        | (K::Ints, V::Ints(_))
        | (K::Doubles, V::Doubles(_) | V::Ints(_))
        | (K::Bools, V::Bools(_)) => true,
        // What is not finite is a string in JSON, and an empty list has lost its type.
        (K::Double, V::String(text)) => matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity"),
        (K::Strings | K::Ints | K::Doubles, V::Bools(list)) => list.is_empty(),
        _ => false,
    }
}

fn word(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::Bool(_) => "the bool",
        AttributeValue::Int(_) => "the int",
        AttributeValue::Double(_) => "the double",
        AttributeValue::String(_) => "the string",
        _ => "the list",
    }
}
