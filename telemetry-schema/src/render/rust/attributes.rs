//! Attributes: an enum for each closed set, and for each attribute a trait that says which Rust types it takes,
//! so that a wrong value is refused in the words of the schema.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::sets::{self, Member};
use super::{accept_ident, deprecated_attribute, ident, item_attributes, place, type_ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let enums = model.attributes.iter().filter_map(closed_set);
    let accept = model.attributes.iter().map(accept);
    quote! {
        /// The closed sets that attributes take their values from.
        pub mod attributes {
            #(#enums)*

            /// Which Rust types each attribute takes. Named by the attribute's whole id.
            #[doc(hidden)]
            #[allow(missing_docs, reason = "generated; the traits speak through their diagnostics")]
            pub mod accept {
                use super::super::__rt::value::{self, Optional, Value};
                #(#accept)*
            }
        }
    }
}

fn closed_set(attribute: &Attribute) -> Option<TokenStream> {
    let AttributeKind::Enum(values) = &attribute.kind else {
        return None;
    };
    let members: Vec<_> = values
        .iter()
        .map(|value| Member {
            variant: value.rust_type.clone(),
            value: value.id.clone(),
            brief: value.brief.clone(),
            deprecated: value
                .deprecated
                .as_ref()
                .map(deprecated_attribute)
                .unwrap_or_default(),
            renamed_from: value.renamed_from.clone(),
        })
        .collect();
    let documentation = item_attributes(&attribute.item, "Values of the attribute");
    Some(sets::tokens(
        &attribute.item.rust_type(),
        &documentation,
        &members,
    ))
}

/// Type of an attribute's values when they are read back.
pub(super) fn owned_type(attribute: &Attribute) -> TokenStream {
    match closed_type(attribute) {
        Some(closed) => closed,
        None => match attribute.kind {
            AttributeKind::Bool => quote!(bool),
            AttributeKind::Int => quote!(i64),
            AttributeKind::Double => quote!(f64),
            AttributeKind::Strings => quote!(Vec<String>),
            AttributeKind::Ints => quote!(Vec<i64>),
            AttributeKind::Doubles => quote!(Vec<f64>),
            AttributeKind::Bools => quote!(Vec<bool>),
            _ => quote!(String),
        },
    }
}

/// The enum that a closed attribute takes.
fn closed_type(attribute: &Attribute) -> Option<TokenStream> {
    match attribute.kind {
        AttributeKind::Enum(_) => {
            let name = type_ident(&attribute.item);
            Some(quote! { crate::attributes::#name })
        }
        AttributeKind::Screen => Some(quote! { crate::Screen }),
        AttributeKind::Stage => Some(quote! { crate::Stage }),
        AttributeKind::Error => Some(quote! { crate::ErrorType }),
        _ => None,
    }
}

/// The runtime's trait for an open type, and how a person calls that type.
fn open_type(attribute: &Attribute) -> (Ident, &'static str) {
    let unit = attribute.unit.as_deref();
    let (name, words) = match (&attribute.kind, unit) {
        _ if attribute.sensitivity == Sensitivity::Secret => ("IntoSecret", "a secret (`Secret::of(…)`)"),
        (AttributeKind::Bool, _) => ("IntoBool", "a bool"),
        (AttributeKind::Int, Some("ns")) => ("IntoNanoseconds", "a `Duration` or an int of nanoseconds"),
        (AttributeKind::Int, Some("us")) => ("IntoMicroseconds", "a `Duration` or an int of microseconds"),
        (AttributeKind::Int, Some("ms")) => ("IntoMilliseconds", "a `Duration` or an int of milliseconds"),
        (AttributeKind::Int, Some("s")) => ("IntoWholeSeconds", "a `Duration` or an int of seconds"),
        (AttributeKind::Int, _) => ("IntoInt", "an int"),
        (AttributeKind::Double, Some("s")) => ("IntoSeconds", "a `Duration` or a double of seconds"),
        (AttributeKind::Double, _) => ("IntoDouble", "a double"),
        (AttributeKind::Strings, _) => ("IntoStrings", "a list of strings"),
        (AttributeKind::Ints, _) => ("IntoInts", "a list of ints"),
        (AttributeKind::Doubles, _) => ("IntoDoubles", "a list of doubles"),
        (AttributeKind::Bools, _) => ("IntoBools", "a list of bools"),
        _ => ("IntoString", "a string"),
    };
    (ident(name), words)
}

fn accept(attribute: &Attribute) -> TokenStream {
    let name = accept_ident(attribute);
    let id = &attribute.item.id;
    let note = format!("`{id}` is declared in {}", place(&attribute.item));
    let declare = |wanted: &str| {
        let message = format!("the attribute `{id}` is {wanted}, and `{{Self}}` is not");
        let label = format!("expected {wanted}");
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            pub trait #name<'a, L> { fn into_value(self) -> Value<'a>; }
        }
    };
    match closed_type(attribute) {
        Some(closed) => {
            let type_name = closed.to_string().replace(' ', "");
            let declared = declare(&format!(
                "a `{}`",
                type_name.rsplit("::").next().unwrap_or_default()
            ));
            quote! {
                #declared
                impl<'a, L> #name<'a, L> for #closed {
                    #[inline]
                    fn into_value(self) -> Value<'a> { Value::Static(self.as_str()) }
                }
                impl<'a, L> #name<'a, L> for &#closed {
                    #[inline]
                    fn into_value(self) -> Value<'a> { Value::Static(self.as_str()) }
                }
                impl<'a> #name<'a, Optional> for Option<#closed> {
                    #[inline]
                    fn into_value(self) -> Value<'a> {
                        self.map_or(Value::Absent, |value| Value::Static(value.as_str()))
                    }
                }
            }
        }
        None => {
            let (open, words) = open_type(attribute);
            let declared = declare(words);
            quote! {
                #declared
                #[diagnostic::do_not_recommend]
                impl<'a, L, T: value::#open<'a, L>> #name<'a, L> for T {
                    #[inline]
                    fn into_value(self) -> Value<'a> { value::#open::into_value(self) }
                }
            }
        }
    }
}
