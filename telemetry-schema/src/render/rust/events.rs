//! Events: for each a struct, which is what a test reads back and what a macro's path names, and its builder.

use super::attributes::owned_type;
use super::builder::{self, Builder, Last};
use super::template::fill;
use super::{EXCUSED, defs, ident, item_attributes, literal, one_line, place, type_ident};
use crate::model::*;

const MODULE: &str = r#"
/// Everything that can happen at one instant. Record one with [`event!`](crate::prelude::event).
$excused
pub mod events {
    $events
}
"#;

const EVENT: &str = r#"
$documentation
#[derive(Debug, Clone, PartialEq)]
pub struct $name { // $place
    $fields
}

impl $name {
    /// Whether anybody listens. One relaxed load.
    #[inline]
    pub fn enabled() -> bool {
        crate::__rt::enabled(crate::__rt::def::Severity::$severity)
    }

    /// Begins the event: attributes first, `emit` last. [`event!`](crate::prelude::event) writes this.
    #[inline]
    pub fn event<'a>() -> $module::Builder<'a> { $module::begin() }
}

impl crate::__rt::EventItem for $name {
    const DEF: &'static crate::__rt::def::EventDef = &$def;
    fn decode(attributes: &crate::__rt::line::Attributes) -> Option<Self> {
        use crate::__rt::FromAttribute;
        Some(Self {
            $decoded
        })
    }
}

"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let mut events = String::new();
    for (index, event) in model.events.iter().enumerate() {
        write_event(&mut events, model, index, event);
    }
    fill(out, MODULE, &[("excused", EXCUSED), ("events", &events)]);
}

fn write_event(out: &mut String, model: &Model, index: EventIndex, event: &Event) {
    let (mut fields, mut decoded) = (String::new(), String::new());
    for used in &event.attributes {
        let attribute = &model.attributes[used.attribute];
        let (field, kind) = (ident(&attribute.item.rust_name), owned_type(attribute));
        let (kind, asked) = match used.required {
            true => (kind, "?"),
            false => (format!("Option<{kind}>"), ""),
        };
        fields.extend([format!(
            "/// {}\npub {field}: {kind},\n",
            one_line(&attribute.item.brief)
        )]);
        decoded.extend([format!(
            "{field}: attributes.get({}).and_then(FromAttribute::from_attribute){asked},\n",
            literal(&attribute.item.id)
        )]);
    }
    let def = defs::event(model, index);
    fill(
        out,
        EVENT,
        &[
            ("documentation", &item_attributes(&event.item, "The event")),
            ("name", &type_ident(&event.item)),
            ("place", &place(&event.item)),
            ("fields", &fields),
            ("severity", &format!("{:?}", event.severity)),
            ("module", &builder::module(&event.item)),
            ("def", &def),
            ("decoded", &decoded),
        ],
    );
    Builder {
        model,
        item: &event.item,
        what: "event",
        uses: &event.attributes,
        last: &[Last {
            documentation: "Records the event.",
            name: "emit",
            parameters: "",
            returns: "",
            body: &format!(
                "crate::__rt::emit(&{def}, &self.values);\ncrate::__rt::value::done(self.values);"
            ),
        }],
    }
    .write(out);
}
