//! Closed sets as Rust enums: attribute values, screens, stages and error types share one shape.

use super::template::fill;
use super::{EXCUSED, ident, literal, one_line};

/// A member of a closed set.
pub(super) struct Member {
    /// Variant of the enum.
    pub(super) variant: String,
    /// Value as recorded.
    pub(super) value: String,
    /// Documentation.
    pub(super) brief: String,
    /// `#[deprecated(…)]`, or nothing.
    pub(super) deprecated: String,
    /// Values that it had in earlier versions.
    pub(super) renamed_from: Vec<String>,
}

const SET: &str = r#"
$documentation
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum $name { // $place
    $variants
}

$excused
impl $name {
    /// Every value, in the schema's order.
    pub const ALL: [Self; $count] = [$all];

    /// The value as recorded.
    pub const fn as_str(self) -> &'static str {
        match self {
            $texts
        }
    }

    /// The value that is recorded as `text`, now or in an earlier version of the schema.
    pub fn from_recorded(text: &str) -> Option<Self> {
        match text {
            $values
            _ => None,
        }
    }
}

$excused
impl ::core::fmt::Display for $name {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(self.as_str())
    }
}

$excused
impl crate::__rt::FromAttribute for $name {
    fn from_attribute(value: &crate::__rt::line::AttributeValue) -> Option<Self> {
        match value {
            crate::__rt::line::AttributeValue::String(text) => Self::from_recorded(text),
            _ => None,
        }
    }
}
"#;

/// Writes `pub enum #name` with its conversions; `documentation` is put in front of it.
pub(super) fn write(out: &mut String, name: &str, documentation: &str, place: &str, members: &[Member]) {
    let (mut variants, mut all, mut texts, mut values) = <(String, Vec<String>, String, String)>::default();
    for member in members {
        let (variant, value) = (ident(&member.variant), literal(&member.value));
        variants.extend([format!(
            "/// {} Recorded as `{}`.\n{}{variant},\n",
            one_line(&member.brief),
            member.value,
            member.deprecated
        )]);
        let known: Vec<String> = member.renamed_from.iter().map(|old| literal(old)).collect();
        let known = [vec![value.clone()], known].concat().join(" | ");
        texts.extend([format!("Self::{variant} => {value},\n")]);
        values.extend([format!("{known} => Some(Self::{variant}),\n")]);
        all.push(format!("Self::{variant}"));
    }
    if members.is_empty() {
        // A match on an enum without variants has no arms.
        texts.clear();
    }
    fill(
        out,
        SET,
        &[
            ("documentation", documentation),
            ("excused", EXCUSED),
            ("name", &ident(name)),
            ("place", place),
            ("variants", &variants),
            ("count", &members.len().to_string()),
            ("all", &all.join(", ")),
            ("texts", &texts),
            ("values", &values),
        ],
    );
}
