//! The attributes that OpenTelemetry's semantic conventions define, so that a schema's `standard: true` is
//! compared with something: their names, types, and whether the conventions gave them up.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::AttributeKind;

/// Version of the semantic conventions that the list was taken from.
pub const VERSION: &str = "1.42.0";

/// One attribute a line: name, type, and `deprecated` where it is. The type is `any` where the conventions allow
/// several.
const LIST: &str = include_str!("standard.txt");

/// An attribute of the semantic conventions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// Its name, such as `http.route`.
    pub name: &'static str,
    /// Its type in the words of a schema, such as `string[]`.
    pub kind: &'static str,
    /// Whether the conventions say that it should no longer be used.
    pub deprecated: bool,
}

impl Standard {
    /// Whether an attribute of this kind is recorded as the conventions want it.
    pub fn fits(&self, kind: &AttributeKind) -> bool {
        match kind {
            // Closed sets are recorded as strings.
            AttributeKind::Enum(_) | AttributeKind::Screen | AttributeKind::Stage | AttributeKind::Error => {
                matches!(self.kind, "string" | "any")
            }
            open => self.kind == "any" || self.kind == open.as_str(),
        }
    }
}

static ALL: LazyLock<HashMap<&str, Standard>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for line in LIST.lines() {
        let mut words = line.split(' ');
        if let (Some(name), Some(kind)) = (words.next(), words.next()) {
            all.insert(
                name,
                Standard {
                    name,
                    kind,
                    deprecated: words.next().is_some(),
                },
            );
        }
    }
    all
});

/// The attribute of this name, if the conventions define it.
pub fn find(name: &str) -> Option<Standard> {
    ALL.get(name).copied()
}

/// The names of all attributes that the conventions define and stand by, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    LIST.lines()
        .filter(|line| !line.ends_with(" deprecated"))
        .filter_map(|line| line.split(' ').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_each_line_has_a_known_type() {
        let names: Vec<&str> = LIST.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(names.is_sorted() && names.len() > 700);
        for name in names {
            let kind = find(name).map(|standard| standard.kind);
            let known = [
                "string", "bool", "int", "double", "string[]", "int[]", "double[]", "bool[]", "any",
            ];
            assert!(kind.is_some_and(|kind| known.contains(&kind)), "{name}: {kind:?}");
        }
    }

    #[test]
    fn a_closed_set_fits_where_the_convention_wants_text_and_not_where_it_wants_a_number() {
        let fits = |name: &str, kind: AttributeKind| find(name).is_some_and(|standard| standard.fits(&kind));
        assert!(fits("error.type", AttributeKind::Error));
        assert!(fits("http.route", AttributeKind::String));
        assert!(!fits("process.exit.code", AttributeKind::String));
        assert!(!fits("process.exit.code", AttributeKind::Enum(Vec::new())));
        assert!(!fits("session.nonsense", AttributeKind::String));
    }
}
