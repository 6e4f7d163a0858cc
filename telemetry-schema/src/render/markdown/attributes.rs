//! Every attribute once, and the values of the closed sets.

use super::page::{self, Page, code};
use super::{CallSites, remarks};
use crate::model::{Attribute, AttributeKind, EnumValue, Model, Sensitivity};

/// A closed set longer than this is not written out where an attribute is used.
const SHORT_SET: usize = 5;
/// Longest string of an attribute that does not say otherwise, in bytes.
const USUAL_LENGTH: u32 = 1024;

/// The section `Attributes`.
pub(super) fn section(page: &mut Page, model: &Model, calls: &CallSites) {
    page.heading(2, "Attributes");
    let rows = model.attributes.iter().map(|attribute| {
        let examples: Vec<_> = attribute.examples.iter().map(|example| code(example)).collect();
        let cells = vec![
            code(&attribute.item.id),
            type_text(attribute),
            code(&attribute.item.rust_name),
            remarks::about(&attribute.item),
            page::list(&traits(attribute)),
            page::list(&examples),
            remarks::source(&attribute.item),
        ];
        calls.row(cells, || calls.places("attribute", &attribute.item.id))
    });
    page.table(
        &calls.heads(&[
            "Attribute",
            "Type",
            "In Rust",
            "Meaning",
            "Remarks",
            "Examples",
            "Source",
        ]),
        rows,
    );
    for attribute in &model.attributes {
        if let AttributeKind::Enum(values) = &attribute.kind {
            closed_set(page, attribute, values);
        }
    }
}

fn closed_set(page: &mut Page, attribute: &Attribute, values: &[EnumValue]) {
    page.heading(3, &format!("Values of {}", code(&attribute.item.id)));
    let enum_name = attribute.item.rust_type();
    let rows = values.iter().map(|value| {
        let mut about = vec![value.brief.clone()];
        about.extend(value.deprecated.as_ref().map(remarks::deprecation));
        vec![
            remarks::link(&code(&value.id), &attribute.item.place, value.line),
            code(&format!("{enum_name}::{}", value.rust_type)),
            about.join(" "),
        ]
    });
    page.table(&["Value", "In Rust", "Meaning"], rows);
}

/// Who may see it, and what is done to its values.
fn traits(attribute: &Attribute) -> Vec<String> {
    let mut traits = Vec::new();
    match attribute.sensitivity {
        Sensitivity::Public => {}
        Sensitivity::Identifying => traits.push("**identifying**".to_owned()),
        Sensitivity::Secret => traits.push("**secret**".to_owned()),
    }
    if attribute.standard {
        traits.push("OpenTelemetry convention".to_owned());
    }
    if attribute.scrub {
        traits.push("scrubbed".to_owned());
    }
    let is_text = matches!(attribute.kind, AttributeKind::String | AttributeKind::Strings);
    if is_text && attribute.max_length != USUAL_LENGTH {
        traits.push(format!("at most {} bytes", attribute.max_length));
    }
    traits
}

/// The type as the YAML writes it, with the unit; a short closed set by its values.
pub(super) fn type_text(attribute: &Attribute) -> String {
    let text = match &attribute.kind {
        AttributeKind::Enum(values) if values.len() <= SHORT_SET => {
            let values: Vec<_> = values.iter().map(|value| code(&value.id)).collect();
            format!("one of {}", values.join(", "))
        }
        AttributeKind::Enum(values) => format!("one of {} values", values.len()),
        AttributeKind::String => "string".to_owned(),
        AttributeKind::Bool => "bool".to_owned(),
        AttributeKind::Int => "int".to_owned(),
        AttributeKind::Double => "double".to_owned(),
        AttributeKind::Strings => "string[]".to_owned(),
        AttributeKind::Ints => "int[]".to_owned(),
        AttributeKind::Doubles => "double[]".to_owned(),
        AttributeKind::Bools => "bool[]".to_owned(),
        AttributeKind::Screen => "screen".to_owned(),
        AttributeKind::Stage => "stage".to_owned(),
        AttributeKind::Error => "error".to_owned(),
    };
    match &attribute.unit {
        Some(unit) => format!("{text} in {}", code(unit)),
        None => text,
    }
}
