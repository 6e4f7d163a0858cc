//! Screens: a unit struct each, whose methods are the moves, tags and actions that the schema lists, and the
//! `Screen` enum for a program that knows its screen only at run time.

use proc_macro2::TokenStream;
use quote::quote;

use super::sets::{self, Member};
use super::{accept_ident, defs, deprecated_attribute, ident, item_attributes, place, type_ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let screens = model.screens.iter().map(|screen| tokens_of(model, screen));
    let rules = model.screens.iter().map(|screen| rules(model, screen));
    let set = run_time_set(model);
    quote! {
        /// Every view of the program. Speak of one with [`screen!`](crate::prelude::screen).
        pub mod screens {
            #(#screens)*

            /// What each screen lists, as traits.
            #[doc(hidden)]
            #[allow(missing_docs, deprecated, reason = "generated; the traits speak through their diagnostics")]
            pub mod rules {
                #(#rules)*
            }
        }

        #set
    }
}

fn rules(model: &Model, screen: &Screen) -> TokenStream {
    let id = &screen.item.id;
    let place = place(&screen.item);
    let moves = ident(&format!("From{}", screen.item.rust_type()));
    let acts = ident(&format!("On{}", screen.item.rust_type()));
    let list = |ids: Vec<&str>, verb: &str, none: &str| match ids.is_empty() {
        true => format!("`{id}` is declared in {place}; {none}"),
        false => format!("`{id}` is declared in {place}; {verb} {}", ids.join(", ")),
    };
    let move_message = format!("the schema has no move from screen `{id}` to screen `{{Self}}`");
    let move_label = format!("not in `navigates_to` of `{id}`");
    let move_note = list(
        screen
            .navigates_to
            .iter()
            .map(|&to| model.screens[to].item.id.as_str())
            .collect(),
        "it navigates to",
        "it navigates nowhere",
    );
    let act_message = format!("screen `{id}` has no action `{{Self}}`");
    let act_label = format!("not in `actions` of `{id}`");
    let act_note = list(
        screen
            .actions
            .iter()
            .map(|&event| model.events[event].item.id.as_str())
            .collect(),
        "its actions are",
        "it lists no actions",
    );
    let targets = screen
        .navigates_to
        .iter()
        .map(|&to| type_ident(&model.screens[to].item));
    let actions = screen
        .actions
        .iter()
        .map(|&event| type_ident(&model.events[event].item));
    quote! {
        #[diagnostic::on_unimplemented(message = #move_message, label = #move_label, note = #move_note)]
        pub trait #moves: crate::__rt::ScreenItem {}
        #(impl #moves for super::#targets {})*

        #[diagnostic::on_unimplemented(message = #act_message, label = #act_label, note = #act_note)]
        pub trait #acts {}
        #(impl #acts for crate::events::#actions {})*
    }
}

fn tokens_of(model: &Model, screen: &Screen) -> TokenStream {
    let name = type_ident(&screen.item);
    let def = defs::screen(screen);
    let documentation = item_attributes(&screen.item, "The screen");
    let moves = ident(&format!("From{}", screen.item.rust_type()));
    let acts = ident(&format!("On{}", screen.item.rust_type()));
    let tags = screen.attributes.iter().enumerate().map(|(slot, used)| {
        let attribute = &model.attributes[used.attribute];
        let (setter, accept) = (ident(&attribute.item.rust_name), accept_ident(attribute));
        let brief = format!(
            " Tags the visit and every later record on it: {}",
            attribute.item.brief
        );
        quote! {
            #[doc = #brief]
            pub fn #setter<'a>(
                self,
                value: impl crate::attributes::accept::#accept<'a, crate::__rt::value::Optional>,
            ) -> Self {
                crate::__rt::screen::tag(&#def, #slot, value.into_value());
                self
            }
        }
    });
    quote! {
        #documentation
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct #name;

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl crate::__rt::ScreenItem for #name {
            const DEF: &'static crate::__rt::def::ScreenDef = &#def;
        }

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl #name {
            /// Opens a visit, linked to the visit before it, which it ends.
            pub fn enter(self) -> Self {
                crate::__rt::screen::enter(&#def);
                self
            }

            /// Ends the visit, if this screen is the current one.
            pub fn leave(self) {
                crate::__rt::screen::leave(&#def);
            }

            /// Records `navigate` on the visit, ends it and opens one of `to`, linked to it.
            pub fn navigate<T: rules::#moves>(self, to: T) -> T {
                crate::__rt::screen::navigate(&#def, T::DEF);
                to
            }

            /// Says that an action happens here; `event!(… on …)` writes this.
            pub fn action<E: rules::#acts>(self) {
                crate::__rt::screen::act(&#def);
            }

            #(#tags)*
        }
    }
}

fn run_time_set(model: &Model) -> TokenStream {
    let members: Vec<_> = model
        .screens
        .iter()
        .map(|screen| Member {
            variant: screen.item.rust_type(),
            value: screen.item.id.clone(),
            brief: screen.item.brief.clone(),
            deprecated: screen
                .item
                .deprecated
                .as_ref()
                .map(deprecated_attribute)
                .unwrap_or_default(),
            renamed_from: screen.item.renamed_from.clone(),
        })
        .collect();
    let documentation = quote! {
        /// A screen that is known only at run time; see [`show`](crate::show).
    };
    let set = sets::tokens("Screen", &documentation, &members);
    let names: Vec<_> = model
        .screens
        .iter()
        .map(|screen| type_ident(&screen.item))
        .collect();
    let defs = model.screens.iter().map(defs::screen);
    quote! {
        #set

        #[allow(deprecated, reason = "a deprecated screen still has a definition")]
        impl Screen {
            /// Its definition.
            pub fn def(self) -> &'static crate::__rt::def::ScreenDef {
                match self { #(Self::#names => &#defs),* }
            }
        }

        #(
            #[allow(deprecated, reason = "generated for a deprecated item too")]
            impl From<screens::#names> for Screen {
                fn from(_: screens::#names) -> Self { Self::#names }
            }
        )*
    }
}
