//! Events: for each a struct, which is what a test reads back and what a macro's path names, and its builder.

use proc_macro2::TokenStream;
use quote::quote;

use super::attributes::owned_type;
use super::builder::{self, Builder, Last};
use super::{defs, ident, item_attributes, type_ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let events = model
        .events
        .iter()
        .enumerate()
        .map(|(index, event)| tokens_of(model, index, event));
    quote! {
        /// Everything that can happen at one instant. Record one with [`event!`](crate::prelude::event).
        pub mod events {
            #(#events)*
        }
    }
}

fn tokens_of(model: &Model, index: EventIndex, event: &Event) -> TokenStream {
    let name = type_ident(&event.item);
    let module = builder::module(&event.item);
    let def = defs::event(model, index);
    let documentation = item_attributes(&event.item, "The event");
    let severity = ident(&format!("{:?}", event.severity));
    let fields = event.attributes.iter().map(|used| {
        let attribute = &model.attributes[used.attribute];
        let (field, kind) = (ident(&attribute.item.rust_name), owned_type(attribute));
        let brief = format!(" {}", attribute.item.brief);
        let kind = if used.required {
            kind
        } else {
            quote!(Option<#kind>)
        };
        quote! { #[doc = #brief] pub #field: #kind }
    });
    let decoded = event.attributes.iter().map(|used| {
        let attribute = &model.attributes[used.attribute];
        let (field, key) = (ident(&attribute.item.rust_name), &attribute.item.id);
        let read = quote! { attributes.get(#key).and_then(crate::__rt::FromAttribute::from_attribute) };
        if used.required {
            quote! { #field: #read? }
        } else {
            quote! { #field: #read }
        }
    });
    let builder = Builder {
        model,
        item: &event.item,
        what: "event",
        uses: &event.attributes,
        last: vec![Last {
            documentation: " Records the event.",
            name: "emit",
            parameters: quote!(),
            returns: quote!(),
            body: quote! { crate::__rt::emit(&#def, &self.values) },
        }],
    }
    .tokens();
    quote! {
        #documentation
        #[derive(Debug, Clone, PartialEq)]
        pub struct #name { #(#fields),* }

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl #name {
            /// Whether anybody listens. One relaxed load.
            #[inline]
            pub fn enabled() -> bool {
                crate::__rt::enabled(crate::__rt::def::Severity::#severity)
            }

            /// Begins the event: attributes first, `emit` last. [`event!`](crate::prelude::event) writes this.
            #[inline]
            pub fn event<'a>() -> #module::Builder<'a> { #module::begin() }
        }

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl crate::__rt::EventItem for #name {
            const DEF: &'static crate::__rt::def::EventDef = &#def;
            #[allow(unused_variables, reason = "an event may have no attributes")]
            fn decode(attributes: &crate::__rt::line::Attributes) -> Option<Self> {
                Some(Self { #(#decoded),* })
            }
        }

        #builder
    }
}
