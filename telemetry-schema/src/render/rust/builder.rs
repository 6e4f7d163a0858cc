//! The builder behind `event!`, `span!` and `metric!`: one setter an attribute, one type parameter a required
//! attribute, so that the last step exists only when every required attribute was given.

use super::template::{fill, filled};
use super::{accept_ident, ident, literal, one_line, place};
use crate::model::*;

/// What a builder is made for.
pub(super) struct Builder<'a> {
    pub(super) model: &'a Model,
    pub(super) item: &'a Item,
    /// `event`, `span` or `metric`: the word in messages.
    pub(super) what: &'a str,
    pub(super) uses: &'a [AttributeUse],
    /// Methods that need every required attribute.
    pub(super) last: &'a [Last<'a>],
}

/// A method that needs every required attribute.
pub(super) struct Last<'a> {
    pub(super) documentation: &'a str,
    pub(super) name: &'a str,
    /// Parameters after `self`, each with its comma in front.
    pub(super) parameters: &'a str,
    /// ` -> Type`, or nothing.
    pub(super) returns: &'a str,
    /// Body; the values are `self.values`.
    pub(super) body: &'a str,
}

const MODULE: &str = r#"
#[doc(hidden)]
#[allow(missing_docs, reason = "generated; a call site reaches it through a macro")]
pub mod $module {
    use ::core::marker::PhantomData;
    use crate::__rt::value::{Given, Missing, Optional, Required, Value};
    use crate::attributes::accept::{self, *};

    $needs
    /// The $what `$id` while it is put together. Declared in $place.
    #[must_use = "nothing is recorded before the last step"]
    #[derive(Debug)]
    pub struct Builder<'a$defaults> { // $place
        values: [Value<'a>; $count],
        given: PhantomData<fn() -> ($markers)>,
    }

    #[inline]
    pub fn begin<'a>() -> Builder<'a> {
        Builder { values: [const { Value::Absent }; $count], given: PhantomData }
    }

    impl<'a$parameters> Builder<'a$parameters> {
        $setters
        $last
    }
}
"#;

const NEED: &str = r#"
#[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
pub trait $need {}
impl $need for Given {}
"#;

const REQUIRED: &str = r#"
/// $brief
#[inline]
pub fn $setter(mut self, value: impl accept::$accept<'a, Required>) -> Builder<'a$after> {
    crate::__rt::value::put(&mut self.values[$slot], value.into_value());
    Builder { values: self.values, given: PhantomData }
}
"#;

const OPTIONAL: &str = r#"
/// $brief
#[inline]
pub fn $setter(mut self, value: impl accept::$accept<'a, Optional>) -> Self {
    crate::__rt::value::put(&mut self.values[$slot], value.into_value());
    self
}
"#;

const LAST: &str = r#"
/// $documentation
#[inline]
pub fn $name(self$parameters)$returns$bounds {
    $body
}
"#;

impl Builder<'_> {
    /// Writes the builder's module: macros reach it through the item's type.
    pub(super) fn write(&self, out: &mut String) {
        let Self { item, what, uses, .. } = self;
        let required: Vec<usize> = (0..uses.len()).filter(|&slot| uses[slot].required).collect();
        let names: Vec<String> = (0..required.len()).map(|n| format!("A{n}")).collect();
        let list = |each: &dyn Fn(&str) -> String| -> String {
            names.iter().map(|name| format!(", {}", each(name))).collect()
        };
        let markers: String = names.iter().map(|name| format!("{name}, ")).collect();
        let mut setters = String::new();
        for slot in 0..uses.len() {
            self.setter(
                &mut setters,
                slot,
                required.iter().position(|&r| r == slot),
                &names,
            );
        }
        let needs: String = required.iter().map(|&slot| self.need(slot)).collect();
        fill(
            out,
            MODULE,
            &[
                ("module", &module(item)),
                ("needs", &needs),
                ("what", what),
                ("id", &item.id),
                ("place", &place(item)),
                ("defaults", &list(&|name| format!("{name} = Missing"))),
                ("count", &uses.len().to_string()),
                ("markers", markers.trim_end()),
                ("parameters", &list(&str::to_owned)),
                ("setters", &setters),
                ("last", &self.last(&required, &names)),
            ],
        );
    }

    fn attribute(&self, slot: usize) -> &Attribute {
        &self.model.attributes[self.uses[slot].attribute]
    }

    /// The trait that says that a required attribute was given.
    fn need(&self, slot: usize) -> String {
        let (item, attribute) = (self.item, &self.attribute(slot).item);
        let name = &attribute.rust_name;
        let message = format!("{} `{}` needs the attribute `{name}`", self.what, item.id);
        let note = format!(
            "`{}` is declared in {}, with `{}` as required",
            item.id,
            place(item),
            attribute.id
        );
        filled(
            NEED,
            &[
                ("message", &literal(&message)),
                ("label", &literal(&format!("`{name}` is missing"))),
                ("note", &literal(&note)),
                ("need", &need(attribute)),
            ],
        )
    }

    /// The setter of a slot; `position` is that of its type parameter, when it is required.
    fn setter(&self, out: &mut String, slot: usize, position: Option<usize>, names: &[String]) {
        let attribute = self.attribute(slot);
        let after: String = names
            .iter()
            .enumerate()
            .map(|(n, name)| format!(", {}", if position == Some(n) { "Given" } else { name }))
            .collect();
        fill(
            out,
            if position.is_some() { REQUIRED } else { OPTIONAL },
            &[
                ("brief", &one_line(&attribute.item.brief)),
                ("setter", &ident(&attribute.item.rust_name)),
                ("accept", &accept_ident(attribute)),
                ("after", &after),
                ("slot", &slot.to_string()),
            ],
        );
    }

    fn last(&self, required: &[usize], names: &[String]) -> String {
        let bounds: Vec<String> = required
            .iter()
            .zip(names)
            .map(|(&slot, name)| format!("{name}: {}", need(&self.attribute(slot).item)))
            .collect();
        let bounds = if bounds.is_empty() {
            String::new()
        } else {
            format!(" where {}", bounds.join(", "))
        };
        let write = |last: &Last<'_>| {
            filled(
                LAST,
                &[
                    ("documentation", last.documentation),
                    ("name", last.name),
                    ("parameters", last.parameters),
                    ("returns", last.returns),
                    ("bounds", &bounds),
                    ("body", last.body),
                ],
            )
        };
        self.last.iter().map(write).collect()
    }
}

/// Name of the module that holds an item's builder, such as `container_exited_in_schema_events_yaml_15`. Builders
/// all have one name, so rustc writes the module in front when a builder has no such attribute: that is how the
/// message comes to name the schema's file and line.
pub(super) fn module(item: &Item) -> String {
    let place = format!("{}_{}", item.place.file, item.place.line);
    let word: String = place
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    ident(&format!("{}_in_{}", item.rust_name, word))
}

/// The trait that is implemented once an attribute was given.
fn need(attribute: &Item) -> String {
    format!("Needs{}", attribute.rust_type())
}
