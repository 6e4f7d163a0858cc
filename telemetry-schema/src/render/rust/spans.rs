//! Spans that are neither screen nor stage, and the guard that stages share with them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::builder::{self, Builder, Last};
use super::{accept_ident, defs, ident, item_attributes, type_ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let spans = model
        .spans
        .iter()
        .enumerate()
        .map(|(index, span)| tokens_of(model, index, span));
    quote! {
        /// What has a start and an end and is neither screen nor stage. Begin one with
        /// [`span!`](crate::prelude::span).
        pub mod spans {
            #(#spans)*
        }
    }
}

fn tokens_of(model: &Model, index: SpanIndex, span: &Span) -> TokenStream {
    let name = type_ident(&span.item);
    let module = builder::module(&span.item);
    let def = defs::span(model, index);
    let documentation = item_attributes(&span.item, "The span");
    let setters = guard_setters(model, &span.attributes);
    let guard = guard_impl(&name, &def);
    let count = span.attributes.len();
    let builder = Builder {
        model,
        item: &span.item,
        what: "span",
        uses: &span.attributes,
        last: vec![Last {
            documentation: " The span, about to start.",
            name: "ready",
            parameters: quote!(),
            returns: quote!(-> crate::__rt::Start<'a, super::#name, #count>),
            body: quote! { crate::__rt::Start::new(self.values) },
        }],
    }
    .tokens();
    quote! {
        #documentation
        #[derive(Debug)]
        pub struct #name { guard: crate::__rt::SpanGuard }

        #guard

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl #name {
            /// Begins the span: attributes first. [`span!`](crate::prelude::span) writes this.
            pub fn span<'a>() -> #module::Builder<'a> { #module::begin() }

            #setters
        }

        #builder
    }
}

/// One setter an attribute, for what is learned on the way.
pub(super) fn guard_setters(model: &Model, uses: &[AttributeUse]) -> TokenStream {
    let setters = uses.iter().enumerate().map(|(slot, used)| {
        let attribute = &model.attributes[used.attribute];
        let (setter, accept) = (ident(&attribute.item.rust_name), accept_ident(attribute));
        let brief = format!(" {}", attribute.item.brief);
        quote! {
            #[doc = #brief]
            pub fn #setter<'a>(
                &self,
                value: impl crate::attributes::accept::#accept<'a, crate::__rt::value::Optional>,
            ) -> &Self {
                self.guard.set(#slot, value.into_value());
                self
            }
        }
    });
    quote! { #(#setters)* }
}

/// How an open stage or span ends, and how work runs in its place.
pub(super) fn guard_impl(name: &Ident, def: &TokenStream) -> TokenStream {
    quote! {
        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl crate::__rt::SpanItem for #name {
            const DEF: &'static crate::__rt::def::SpanDef = &#def;
            type ErrorType = crate::ErrorType;
            fn from_guard(guard: crate::__rt::SpanGuard) -> Self { Self { guard } }
            fn guard(&self) -> &crate::__rt::SpanGuard { &self.guard }
            fn into_guard(self) -> crate::__rt::SpanGuard { self.guard }
        }

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl #name {
            /// Ends it: success.
            pub fn done(self) { self.guard.done(); }

            /// Ends it: the operator stopped it.
            pub fn cancel(self) { self.guard.cancel(); }

            /// Ends it: failure, with the error's type and words.
            pub fn fail(self, error: crate::ErrorType, message: &dyn ::core::fmt::Display) {
                self.guard.fail(crate::__rt::ErrorItem::def(error), message);
            }

            /// Ends it by a result: success, or failure with the error's type and words.
            pub fn finish<T, E: crate::__rt::Fails<crate::ErrorType> + ::core::fmt::Display>(self, result: &Result<T, E>) {
                match result {
                    Ok(_) => self.done(),
                    Err(error) => self.fail(crate::__rt::Fails::error_type(error), error),
                }
            }

            /// Runs `work` in its place: what `work` records belongs to it.
            pub fn scope<R>(&self, work: impl FnOnce() -> R) -> R { self.guard.scope(work) }

            /// Runs a future in its place, on whichever threads it is polled.
            pub fn within<F: ::core::future::Future>(&self, work: F) -> impl ::core::future::Future<Output = F::Output> {
                self.guard.within(work)
            }
        }
    }
}
