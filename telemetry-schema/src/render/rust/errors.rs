//! The closed set of errors: `ErrorType`, and the errors of the standard library that carry no more than a text.

use proc_macro2::TokenStream;
use quote::quote;

use super::sets::{self, Member};
use super::{defs, deprecated_attribute, ident};
use crate::model::*;

pub(super) fn tokens(model: &Model) -> TokenStream {
    let members: Vec<_> = model
        .errors
        .iter()
        .map(|error| Member {
            variant: error.item.rust_type(),
            value: error.item.id.clone(),
            brief: match &error.code {
                Some(code) => format!("{} (`{code}`)", error.item.brief),
                None => error.item.brief.clone(),
            },
            deprecated: error
                .item
                .deprecated
                .as_ref()
                .map(deprecated_attribute)
                .unwrap_or_default(),
            renamed_from: error.item.renamed_from.clone(),
        })
        .collect();
    let place = model
        .errors
        .iter()
        .find(|error| !error.item.implicit)
        .map(|error| super::place(&error.item));
    let declared = format!(
        " {}{}.",
        super::DECLARED,
        place.unwrap_or_else(|| "no file".to_owned())
    );
    let documentation = quote! {
        /// What can go wrong: the values of `error.type`.
        ///
        /// An error of the program's own says which one it is by `impl From<&MyError> for ErrorType`.
        ///
        #[doc = #declared]
    };
    let set = sets::tokens("ErrorType", &documentation, &members);
    let defs = model.errors.iter().map(|error| {
        let (variant, def) = (ident(&error.item.rust_type()), defs::error(error));
        quote! { Self::#variant => &#def }
    });
    let untyped = [
        quote!(::std::io::Error),
        quote!(::std::string::String),
        quote!(&str),
        quote!(::std::boxed::Box<dyn ::std::error::Error>),
        quote!(::std::boxed::Box<dyn ::std::error::Error + Send + Sync>),
        quote!(::core::convert::Infallible),
    ];
    quote! {
        #set

        impl crate::__rt::ErrorItem for ErrorType {
            #[allow(deprecated, reason = "a deprecated error still has a definition")]
            fn def(self) -> &'static crate::__rt::def::ErrorDef {
                match self { #(#defs),* }
            }
        }

        #(
            impl From<&#untyped> for ErrorType {
                /// It says nothing of its kind: [`ErrorType::Other`].
                fn from(_: &#untyped) -> Self { Self::Other }
            }
        )*
    }
}
