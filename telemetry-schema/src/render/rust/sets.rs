//! Closed sets as Rust enums: attribute values, screens, stages and error types share one shape.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;

/// A member of a closed set.
pub(super) struct Member {
    /// Variant of the enum.
    pub(super) variant: String,
    /// Value as recorded.
    pub(super) value: String,
    /// Documentation.
    pub(super) brief: String,
    /// `#[deprecated(…)]`, or nothing.
    pub(super) deprecated: TokenStream,
    /// Values that it had in earlier versions.
    pub(super) renamed_from: Vec<String>,
}

/// `pub enum #name` with its conversions; `documentation` is put in front of it.
pub(super) fn tokens(name: &str, documentation: &TokenStream, members: &[Member]) -> TokenStream {
    let name = ident(name);
    let variants: Vec<_> = members.iter().map(|member| ident(&member.variant)).collect();
    let values: Vec<_> = members.iter().map(|member| &member.value).collect();
    let declared = members.iter().zip(&variants).map(|(member, variant)| {
        let (brief, deprecated) = (
            format!(" {} Recorded as `{}`.", member.brief, member.value),
            &member.deprecated,
        );
        quote! { #[doc = #brief] #deprecated #variant }
    });
    let count = members.len();
    let known = members.iter().zip(&variants).map(|(member, variant)| {
        let (value, old) = (&member.value, &member.renamed_from);
        quote! { #value #(| #old)* => Some(Self::#variant) }
    });
    quote! {
        #documentation
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name { #(#declared),* }

        #[allow(deprecated, reason = "a deprecated value still has to be read and written")]
        impl #name {
            /// Every value, in the schema's order.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The value as recorded.
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #values),* }
            }

            /// The value that is recorded as `text`, now or in an earlier version of the schema.
            pub fn from_recorded(text: &str) -> Option<Self> {
                match text { #(#known,)* _ => None }
            }
        }

        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl crate::__rt::FromAttribute for #name {
            fn from_attribute(value: &crate::__rt::line::AttributeValue) -> Option<Self> {
                match value {
                    crate::__rt::line::AttributeValue::String(text) => Self::from_recorded(text),
                    _ => None,
                }
            }
        }
    }
}
