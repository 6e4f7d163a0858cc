//! Stages: a struct each, which is the open stage, with a setter an attribute; a unit struct a timing; and the
//! `Stage` enum for a program that knows its stage only at run time.

use proc_macro2::TokenStream;
use quote::quote;

use super::sets::{self, Member};
use super::spans::{guard_impl, guard_setters};
use super::{accept_ident, defs, deprecated_attribute, ident, item_attributes, place, type_ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let stages = model.stages.iter().map(|stage| tokens_of(model, stage));
    let timings = model
        .stages
        .iter()
        .flat_map(|stage| stage.timings.iter().map(|timing| timing_tokens(stage, timing)));
    let rules = model.stages.iter().map(rules);
    let set = run_time_set(model);
    quote! {
        /// The steps of a launch, and the timings inside them. Begin one with [`stage!`](crate::prelude::stage).
        pub mod stages {
            #(#stages)*
            #(#timings)*

            /// What each stage lists, as traits.
            #[doc(hidden)]
            #[allow(missing_docs, deprecated, reason = "generated; the traits speak through their diagnostics")]
            pub mod rules {
                #(#rules)*
            }
        }

        #set
    }
}

fn rules(stage: &Stage) -> TokenStream {
    let id = &stage.item.id;
    let inside = ident(&format!("In{}", stage.item.rust_type()));
    let message = format!("stage `{id}` has no timing `{{Self}}`");
    let label = format!("not in `timings` of `{id}`");
    let ids: Vec<_> = stage.timings.iter().map(|timing| timing.id.as_str()).collect();
    let note = match ids.is_empty() {
        true => format!("`{id}` is declared in {}; it has no timings", place(&stage.item)),
        false => format!(
            "`{id}` is declared in {}; its timings are {}",
            place(&stage.item),
            ids.join(", ")
        ),
    };
    let timings = stage.timings.iter().map(|timing| ident(&timing.rust_type));
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        pub trait #inside: crate::__rt::TimingItem {}
        #(impl #inside for super::#timings {})*
    }
}

fn tokens_of(model: &Model, stage: &Stage) -> TokenStream {
    let name = type_ident(&stage.item);
    let def = defs::stage(stage);
    let documentation = item_attributes(&stage.item, "The stage");
    let setters = guard_setters(model, &stage.attributes);
    let guard = guard_impl(&name, &def);
    let inside = ident(&format!("In{}", stage.item.rust_type()));
    let count = stage.attributes.len();
    let reason = accept_ident(&model.attributes[model.roles.skip_reason]);
    quote! {
        #documentation
        #[derive(Debug)]
        pub struct #name { guard: crate::__rt::SpanGuard }

        #guard

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl #name {
            /// The stage, about to start. [`stage!`](crate::prelude::stage) writes this.
            pub fn stage() -> crate::__rt::Start<'static, #name, #count> {
                crate::__rt::Start::new([const { crate::__rt::value::Value::Absent }; #count])
            }

            /// A step inside the stage.
            pub fn timing<T: rules::#inside>(&self, _timing: T) -> crate::__rt::StartTiming<'_, T> {
                crate::__rt::StartTiming::new(&self.guard)
            }

            /// Ends the stage: it was not needed after all.
            pub fn skip<'a>(self, reason: impl crate::attributes::accept::#reason<'a, crate::__rt::value::Required>) {
                self.guard.skip(reason.into_value());
            }

            #setters
        }

        #[allow(deprecated, reason = "generated for a deprecated item too")]
        impl<'a, R> crate::__rt::Skip<'a, R> for #name
        where
            R: crate::attributes::accept::#reason<'a, crate::__rt::value::Required>,
        {
            fn reason(reason: R) -> crate::__rt::value::Value<'a> { reason.into_value() }
        }
    }
}

fn timing_tokens(stage: &Stage, timing: &Timing) -> TokenStream {
    let name = ident(&timing.rust_type);
    let def = defs::timing(timing);
    let documentation = format!(" The timing `{}` of the stage `{}`.", timing.id, stage.item.id);
    let declared = format!(" {}{}:{}.", super::DECLARED, stage.item.place.file, timing.line);
    quote! {
        #[doc = #documentation]
        #[doc = ""]
        #[doc = #declared]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct #name;

        impl crate::__rt::TimingItem for #name {
            const DEF: &'static crate::__rt::def::SpanDef = &#def;
            type ErrorType = crate::ErrorType;
        }
    }
}

fn run_time_set(model: &Model) -> TokenStream {
    let members: Vec<_> = model
        .stages
        .iter()
        .map(|stage| Member {
            variant: stage.item.rust_type(),
            value: stage.item.id.clone(),
            brief: stage.item.brief.clone(),
            deprecated: stage
                .item
                .deprecated
                .as_ref()
                .map(deprecated_attribute)
                .unwrap_or_default(),
            renamed_from: stage.item.renamed_from.clone(),
        })
        .collect();
    let documentation = quote! {
        /// A stage that is known only at run time.
    };
    let set = sets::tokens("Stage", &documentation, &members);
    let names: Vec<_> = model.stages.iter().map(|stage| type_ident(&stage.item)).collect();
    let defs = model.stages.iter().map(defs::stage);
    // A schema without stages has an empty enum, which a reference cannot be matched on.
    let def_body = match names.is_empty() {
        true => quote! { match self {} },
        false => quote! { match self { #(Self::#names => &#defs),* } },
    };
    quote! {
        #set

        #[allow(deprecated, reason = "a deprecated stage still has a definition")]
        impl Stage {
            /// Its definition.
            pub fn def(self) -> &'static crate::__rt::def::SpanDef {
                #def_body
            }

            /// Starts it; its guard is untyped.
            pub fn start(self) -> crate::__rt::SpanGuard {
                crate::__rt::SpanGuard::start(self.def(), &[])
            }
        }
    }
}
