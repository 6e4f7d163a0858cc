//! Attributes: an enum for each closed set, and for each attribute a trait that says which Rust types it takes,
//! so that a wrong value is refused in the words of the schema.

use super::sets::{self, Member};
use super::template::{fill, filled};
use super::{EXCUSED, accept_ident, deprecated_attribute, item_attributes, literal, place, type_ident};
use crate::model::*;

const MODULE: &str = r#"
/// The closed sets that attributes take their values from.
$excused
pub mod attributes {
    $sets
    /// Which Rust types each attribute takes. Named by the attribute's whole id.
    #[doc(hidden)]
    #[allow(missing_docs, reason = "generated; the traits speak through their diagnostics")]
    pub mod accept {
        use super::super::__rt::value::{self, Optional, Value};
        $accept
    }
}
"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let (mut sets, mut accepts) = (String::new(), String::new());
    for attribute in &model.attributes {
        closed_set(&mut sets, attribute);
        accept(&mut accepts, attribute);
    }
    fill(
        out,
        MODULE,
        &[("excused", EXCUSED), ("sets", &sets), ("accept", &accepts)],
    );
}

fn closed_set(out: &mut String, attribute: &Attribute) {
    let AttributeKind::Enum(values) = &attribute.kind else {
        return;
    };
    let members: Vec<_> = values
        .iter()
        .map(|value| Member {
            variant: value.rust_type.clone(),
            value: value.id.clone(),
            brief: value.brief.clone(),
            deprecated: deprecated_attribute(value.deprecated.as_ref()),
            renamed_from: value.renamed_from.clone(),
        })
        .collect();
    let documentation = item_attributes(&attribute.item, "Values of the attribute");
    sets::write(
        out,
        &attribute.item.rust_type(),
        &documentation,
        &place(&attribute.item),
        &members,
    );
}

/// Type of an attribute's values when they are read back.
pub(super) fn owned_type(attribute: &Attribute) -> String {
    closed_type(attribute).unwrap_or_else(|| {
        let open = match attribute.kind {
            AttributeKind::Bool => "bool",
            AttributeKind::Int => "i64",
            AttributeKind::Double => "f64",
            AttributeKind::Strings => "Vec<String>",
            AttributeKind::Ints => "Vec<i64>",
            AttributeKind::Doubles => "Vec<f64>",
            AttributeKind::Bools => "Vec<bool>",
            _ => "String",
        };
        open.to_owned()
    })
}

/// The enum that a closed attribute takes.
fn closed_type(attribute: &Attribute) -> Option<String> {
    match attribute.kind {
        AttributeKind::Enum(_) => Some(format!("crate::attributes::{}", type_ident(&attribute.item))),
        AttributeKind::Screen => Some("crate::Screen".to_owned()),
        AttributeKind::Stage => Some("crate::Stage".to_owned()),
        AttributeKind::Error => Some("crate::ErrorType".to_owned()),
        _ => None,
    }
}

/// The runtime's trait for an open type, and how a person calls that type.
fn open_type(attribute: &Attribute) -> (&'static str, &'static str) {
    let unit = attribute.unit.as_deref();
    match (&attribute.kind, unit) {
        _ if attribute.sensitivity == Sensitivity::Secret => ("IntoSecret", "a secret (`Secret::of(…)`)"),
        (AttributeKind::Bool, _) => ("IntoBool", "a bool"),
        (AttributeKind::Int, Some("ns")) => ("IntoNanoseconds", "a `Duration` or an int of nanoseconds"),
        (AttributeKind::Int, Some("us")) => ("IntoMicroseconds", "a `Duration` or an int of microseconds"),
        (AttributeKind::Int, Some("ms")) => ("IntoMilliseconds", "a `Duration` or an int of milliseconds"),
        (AttributeKind::Int, Some("s")) => ("IntoWholeSeconds", "a `Duration` or an int of seconds"),
        (AttributeKind::Int, _) => ("IntoInt", "an int"),
        (AttributeKind::Double, Some("s")) => ("IntoSeconds", "a `Duration` or a double of seconds"),
        (AttributeKind::Double, _) => ("IntoDouble", "a double"),
        (AttributeKind::Strings, _) => ("IntoStrings", "a list of strings"),
        (AttributeKind::Ints, _) => ("IntoInts", "a list of ints"),
        (AttributeKind::Doubles, _) => ("IntoDoubles", "a list of doubles"),
        (AttributeKind::Bools, _) => ("IntoBools", "a list of bools"),
        _ => ("IntoString", "a string"),
    }
}

const ACCEPT: &str = r#"
#[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
pub trait $name<'a, L> {
    fn into_value(self) -> Value<'a>;
}
$implementations
"#;

const CLOSED: &str = r#"
impl<'a, L> $name<'a, L> for $closed {
    #[inline]
    fn into_value(self) -> Value<'a> { Value::Static(self.as_str()) }
}
impl<'a, L> $name<'a, L> for &$closed {
    #[inline]
    fn into_value(self) -> Value<'a> { Value::Static(self.as_str()) }
}
impl<'a> $name<'a, Optional> for Option<$closed> {
    #[inline]
    fn into_value(self) -> Value<'a> { self.map_or(Value::Absent, |value| Value::Static(value.as_str())) }
}
"#;

const OPEN: &str = r#"
#[diagnostic::do_not_recommend]
impl<'a, L, T: value::$open<'a, L>> $name<'a, L> for T {
    #[inline]
    fn into_value(self) -> Value<'a> { value::$open::into_value(self) }
}
"#;

fn accept(out: &mut String, attribute: &Attribute) {
    let name = accept_ident(attribute);
    let id = &attribute.item.id;
    let (wanted, implementations) = match closed_type(attribute) {
        Some(closed) => (
            format!("a `{}`", closed.rsplit("::").next().unwrap_or_default()),
            filled(CLOSED, &[("name", &name), ("closed", &closed)]),
        ),
        None => {
            let (open, words) = open_type(attribute);
            (words.to_owned(), filled(OPEN, &[("name", &name), ("open", open)]))
        }
    };
    fill(
        out,
        ACCEPT,
        &[
            (
                "message",
                &literal(&format!(
                    "the attribute `{id}` is {wanted}, and `{{Self}}` is not"
                )),
            ),
            ("label", &literal(&format!("expected {wanted}"))),
            (
                "note",
                &literal(&format!("`{id}` is declared in {}", place(&attribute.item))),
            ),
            ("name", &name),
            ("implementations", &implementations),
        ],
    );
}
