//! The builder behind `event!`, `span!` and `metric!`: one setter an attribute, one type parameter a required
//! attribute, so that the last step exists only when every required attribute was given.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{accept_ident, ident, place};
use crate::model::*;

/// What a builder is made for.
pub(super) struct Builder<'a> {
    pub(super) model: &'a Model,
    pub(super) item: &'a Item,
    /// `event`, `span` or `metric`: the word in messages.
    pub(super) what: &'a str,
    pub(super) uses: &'a [AttributeUse],
    /// Methods that need every required attribute: name and what follows it.
    pub(super) last: Vec<Last>,
}

/// A method that needs every required attribute.
pub(super) struct Last {
    pub(super) documentation: &'static str,
    pub(super) name: &'static str,
    /// Parameters after `self`.
    pub(super) parameters: TokenStream,
    /// `-> Type`, or nothing.
    pub(super) returns: TokenStream,
    /// Body; the values are `self.values`.
    pub(super) body: TokenStream,
}

impl Builder<'_> {
    /// The builder's module: macros reach it through the item's type.
    pub(super) fn tokens(&self) -> TokenStream {
        let Self {
            model,
            item,
            what,
            uses,
            ..
        } = self;
        let builder = ident("Builder");
        let module = module(item);
        let attributes: Vec<_> = uses
            .iter()
            .map(|used| &model.attributes[used.attribute])
            .collect();
        let required: Vec<usize> = (0..uses.len()).filter(|&slot| uses[slot].required).collect();
        let params: Vec<Ident> = (0..required.len()).map(|n| format_ident!("A{n}")).collect();
        let needs: Vec<Ident> = required
            .iter()
            .map(|&slot| ident(&need(attributes[slot])))
            .collect();
        let count = uses.len();

        let need_traits = required.iter().zip(&needs).map(|(&slot, need)| {
            let name = &attributes[slot].item.rust_name;
            let message = format!("{what} `{}` needs the attribute `{name}`", item.id);
            let label = format!("`{name}` is missing");
            let note = format!(
                "`{}` is declared in {}, with `{}` as required",
                item.id,
                place(item),
                attributes[slot].item.id
            );
            quote! {
                #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
                pub trait #need {}
                impl #need for Given {}
            }
        });
        let setters = (0..uses.len()).map(|slot| {
            let attribute = attributes[slot];
            let (setter, accept) = (ident(&attribute.item.rust_name), accept_ident(attribute));
            let documentation = format!(" {}", attribute.item.brief);
            match required.iter().position(|&r| r == slot) {
                Some(position) => {
                    let after = params.iter().enumerate().map(|(n, param)| {
                        if n == position { quote!(Given) } else { quote!(#param) }
                    });
                    quote! {
                        #[doc = #documentation]
                        #[inline]
                        pub fn #setter(mut self, value: impl accept::#accept<'a, Required>) -> #builder<'a, #(#after),*> {
                            self.values[#slot] = value.into_value();
                            #builder { values: self.values, given: PhantomData }
                        }
                    }
                }
                None => quote! {
                    #[doc = #documentation]
                    #[inline]
                    pub fn #setter(mut self, value: impl accept::#accept<'a, Optional>) -> Self {
                        self.values[#slot] = value.into_value();
                        self
                    }
                },
            }
        });
        let last = self.last.iter().map(|last| {
            let Last {
                documentation,
                name,
                parameters,
                returns,
                body,
            } = last;
            let name = ident(name);
            quote! {
                #[doc = #documentation]
                #[inline]
                pub fn #name(self, #parameters) #returns where #(#params: #needs),* { #body }
            }
        });
        let documentation = format!(" The {what} `{}` while it is put together.", item.id);
        let declared = format!(" {}{}.", super::DECLARED, place(item));
        quote! {
            #[doc(hidden)]
            #[allow(missing_docs, unused_imports, deprecated, reason = "generated; a call site reaches it through a macro")]
            pub mod #module {
                use ::core::marker::PhantomData;
                use crate::__rt::value::{Given, Missing, Optional, Required, Value};
                use crate::attributes::accept::{self, *};

                #(#need_traits)*

                #[doc = #documentation]
                #[doc = #declared]
                #[must_use = "nothing is recorded before the last step"]
                #[derive(Debug)]
                pub struct #builder<'a, #(#params = Missing),*> {
                    values: [Value<'a>; #count],
                    given: PhantomData<fn() -> (#(#params,)*)>,
                }

                #[inline]
                pub fn begin<'a>() -> #builder<'a> {
                    #builder { values: [const { Value::Absent }; #count], given: PhantomData }
                }

                impl<'a, #(#params),*> #builder<'a, #(#params),*> {
                    #(#setters)*
                    #(#last)*
                }
            }
        }
    }
}

/// Name of the module that holds an item's builder, such as `container_exited_in_schema_events_yaml_15`. Builders
/// all have one name, so rustc writes the module in front when a builder has no such attribute: that is how the
/// message comes to name the schema's file and line.
pub(super) fn module(item: &Item) -> Ident {
    let place = format!("{}_{}", item.place.file, item.place.line);
    let word: String = place
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    ident(&format!("{}_in_{}", item.rust_name, word))
}

/// The trait that is implemented once an attribute was given.
fn need(attribute: &Attribute) -> String {
    format!("Needs{}", attribute.item.rust_type())
}
