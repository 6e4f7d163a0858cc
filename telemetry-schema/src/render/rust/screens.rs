//! Screens: a unit struct each, whose methods are the moves, tags and actions that the schema lists, and the
//! `Screen` enum for a program that knows its screen only at run time.

use super::sets::{self, Member};
use super::template::fill;
use super::{
    EXCUSED, accept_ident, defs, deprecated_attribute, ident, item_attributes, literal, one_line, place,
    type_ident,
};
use crate::model::*;

const MODULE: &str = r#"
/// Every view of the program. Speak of one with [`screen!`](crate::prelude::screen).
$excused
pub mod screens {
    $screens
    /// What each screen lists, as traits.
    #[doc(hidden)]
    #[allow(missing_docs, reason = "generated; the traits speak through their diagnostics")]
    pub mod rules {
        $rules
    }
}

"#;

const SCREEN: &str = r#"
$documentation
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct $name; // $place

impl crate::__rt::ScreenItem for $name {
    const DEF: &'static crate::__rt::def::ScreenDef = &$def;
}

impl $name {
    /// Opens a visit, linked to the visit before it, which it ends.
    pub fn enter(self) -> Self {
        crate::__rt::screen::enter(&$def);
        self
    }

    /// Ends the visit, if this screen is the current one.
    pub fn leave(self) {
        crate::__rt::screen::leave(&$def);
    }

    /// Records `navigate` on the visit, ends it and opens one of `to`, linked to it.
    pub fn navigate<T: rules::From$name>(self, to: T) -> T {
        crate::__rt::screen::navigate(&$def, T::DEF);
        to
    }

    /// Says that an action happens here; `event!(… on …)` writes this.
    pub fn action<E: rules::On$name>(self) {
        crate::__rt::screen::act(&$def);
    }

    $tags
}

"#;

const TAG: &str = r#"
/// Tags the visit and every later record on it: $brief
pub fn $setter<'a>(self, value: impl crate::attributes::accept::$accept<'a, crate::__rt::value::Optional>) -> Self {
    crate::__rt::screen::tag(&$def, $slot, value.into_value());
    self
}
"#;

const RULES: &str = r#"
#[diagnostic::on_unimplemented(message = $move_message, label = $move_label, note = $move_note)]
pub trait From$name: crate::__rt::ScreenItem {}
$moves
#[diagnostic::on_unimplemented(message = $act_message, label = $act_label, note = $act_note)]
pub trait On$name {}
$acts
"#;

const SCREEN_DEFS: &str = r#"
$excused
impl Screen {
    /// Its definition.
    pub fn def(self) -> &'static crate::__rt::def::ScreenDef {
        match self {
            $defs
        }
    }
}
"#;

const FROM: &str = r#"
$excused
impl From<screens::$name> for Screen {
    fn from(_: screens::$name) -> Self { Self::$name }
}
"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let (mut screens, mut rules) = (String::new(), String::new());
    for screen in &model.screens {
        write_screen(&mut screens, model, screen);
        write_rules(&mut rules, model, screen);
    }
    fill(
        out,
        MODULE,
        &[("excused", EXCUSED), ("screens", &screens), ("rules", &rules)],
    );
    write_set(out, model);
}

fn write_screen(out: &mut String, model: &Model, screen: &Screen) {
    let def = defs::screen(screen);
    let mut tags = String::new();
    for (slot, used) in screen.attributes.iter().enumerate() {
        let attribute = &model.attributes[used.attribute];
        fill(
            &mut tags,
            TAG,
            &[
                ("brief", &one_line(&attribute.item.brief)),
                ("setter", &ident(&attribute.item.rust_name)),
                ("accept", &accept_ident(attribute)),
                ("def", &def),
                ("slot", &slot.to_string()),
            ],
        );
    }
    fill(
        out,
        SCREEN,
        &[
            ("documentation", &item_attributes(&screen.item, "The screen")),
            ("name", &type_ident(&screen.item)),
            ("place", &place(&screen.item)),
            ("def", &def),
            ("tags", &tags),
        ],
    );
}

fn write_rules(out: &mut String, model: &Model, screen: &Screen) {
    let id = &screen.item.id;
    let name = type_ident(&screen.item);
    let place = place(&screen.item);
    let note = |ids: Vec<&str>, some: &str, none: &str| match ids.is_empty() {
        true => format!("`{id}` is declared in {place}; {none}"),
        false => format!("`{id}` is declared in {place}; {some} {}", ids.join(", ")),
    };
    let targets = || screen.navigates_to.iter().map(|&to| &model.screens[to].item);
    let actions = || screen.actions.iter().map(|&event| &model.events[event].item);
    let moves: String = targets()
        .map(|to| format!("impl From{name} for super::{} {{}}\n", type_ident(to)))
        .collect();
    let acts: String = actions()
        .map(|event| format!("impl On{name} for crate::events::{} {{}}\n", type_ident(event)))
        .collect();
    let targets = targets().map(|to| to.id.as_str()).collect();
    let actions = actions().map(|event| event.id.as_str()).collect();
    fill(
        out,
        RULES,
        &[
            (
                "move_message",
                &literal(&format!(
                    "the schema has no move from screen `{id}` to screen `{{Self}}`"
                )),
            ),
            (
                "move_label",
                &literal(&format!("not in `navigates_to` of `{id}`")),
            ),
            (
                "move_note",
                &literal(&note(targets, "it navigates to", "it navigates nowhere")),
            ),
            (
                "act_message",
                &literal(&format!("screen `{id}` has no action `{{Self}}`")),
            ),
            ("act_label", &literal(&format!("not in `actions` of `{id}`"))),
            (
                "act_note",
                &literal(&note(actions, "its actions are", "it lists no actions")),
            ),
            ("name", &name),
            ("moves", &moves),
            ("acts", &acts),
        ],
    );
}

fn write_set(out: &mut String, model: &Model) {
    let members: Vec<_> = model
        .screens
        .iter()
        .map(|screen| Member {
            variant: screen.item.rust_type(),
            value: screen.item.id.clone(),
            brief: screen.item.brief.clone(),
            deprecated: deprecated_attribute(screen.item.deprecated.as_ref()),
            renamed_from: screen.item.renamed_from.clone(),
        })
        .collect();
    let documentation = "/// A screen that is known only at run time; see [`show`].\n";
    sets::write(out, "Screen", documentation, "one of the screens", &members);
    let arm = |screen: &Screen| {
        format!(
            "Self::{} => &{},\n",
            type_ident(&screen.item),
            defs::screen(screen)
        )
    };
    let arms: String = model.screens.iter().map(arm).collect();
    fill(out, SCREEN_DEFS, &[("excused", EXCUSED), ("defs", &arms)]);
    for screen in &model.screens {
        fill(
            out,
            FROM,
            &[("excused", EXCUSED), ("name", &type_ident(&screen.item))],
        );
    }
}
