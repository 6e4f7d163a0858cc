//! `#[stage(Name)]` on a function: its body becomes the work of `stage!(Name)`, which its `Result` ends.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Ident, ItemFn, ReturnType, Token, Type};

/// `Name`, or `Name as handle`.
struct Argument {
    name: Ident,
    /// What the body calls the open stage.
    handle: Option<Ident>,
}

impl Parse for Argument {
    fn parse(stream: ParseStream<'_>) -> syn::Result<Self> {
        let name = stream.parse()?;
        let handle = if stream.peek(Token![as]) {
            stream.parse::<Token![as]>()?;
            Some(stream.parse()?)
        } else {
            None
        };
        Ok(Argument { name, handle })
    }
}

/// The function with its body inside the stage; on a mistake, the errors beside the function as it was.
pub(crate) fn expand(argument: TokenStream, function: TokenStream) -> TokenStream {
    let argument = syn::parse2::<Argument>(argument.clone()).map_err(|error| {
        let span = if argument.is_empty() {
            proc_macro2::Span::call_site()
        } else {
            error.span()
        };
        syn::Error::new(
            span,
            "expected the name of a stage: `#[stage(Name)]` or `#[stage(Name as stage)]`",
        )
    });
    let parsed = syn::parse2::<ItemFn>(function.clone()).map_err(|error| {
        syn::Error::new(
            error.span(),
            "`#[stage(…)]` stands above a function that returns a `Result`",
        )
    });
    let checked = parsed.and_then(|function| match &function.sig.output {
        ReturnType::Default => Err(syn::Error::new(
            function.sig.ident.span(),
            "a stage ends by its `Result`: let the function return one, or use `stage!(…).start()` and `done()`",
        )),
        ReturnType::Type(_, _) => Ok(function),
    });
    match (argument, checked) {
        (Ok(argument), Ok(function)) => wrap(&argument, function),
        (Err(mut errors), Err(error)) => {
            errors.combine(error);
            beside(&errors, &function)
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => beside(&error, &function),
    }
}

fn beside(errors: &syn::Error, function: &TokenStream) -> TokenStream {
    let errors = errors.to_compile_error();
    quote!(#errors #function)
}

fn wrap(argument: &Argument, function: ItemFn) -> TokenStream {
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    let returned = match &sig.output {
        ReturnType::Type(_, returned) => returned.as_ref().clone(),
        ReturnType::Default => return TokenStream::new(),
    };
    let Argument { name, handle } = argument;
    let stage = quote_spanned!(name.span()=> stage!(#name));
    let annotation = nameable(&returned).then(|| quote!(-> #returned));
    let body = match (sig.asyncness.is_some(), handle) {
        (true, Some(handle)) => quote!(#stage.run_async(async move |#handle| #annotation { #block }).await),
        (true, None) => {
            let expect = expectation(&returned);
            quote!(#stage.instrument(async move { #expect #block }).await)
        }
        (false, Some(handle)) => quote!(#stage.run(|#handle| #annotation { #block })),
        (false, None) => quote!(#stage.run(|_| #annotation { #block })),
    };
    quote! {
        #(#attrs)*
        #[allow(clippy::redundant_closure_call, reason = "a `return` in the body has to end the stage")]
        #vis #sig { #body }
    }
}

/// An async block cannot be annotated: a branch that is never taken tells rustc what it returns, so that `?`
/// inside still knows which error to convert to.
fn expectation(returned: &Type) -> TokenStream {
    if !nameable(returned) {
        return TokenStream::new();
    }
    quote_spanned! {returned.span()=>
        #[allow(unreachable_code, unused_variables, clippy::diverging_sub_expression, clippy::empty_loop, reason = "never taken")]
        if false {
            let never: #returned = loop {};
            return never;
        }
    }
}

/// Whether a type may be written inside a body: `impl Trait` may not.
fn nameable(returned: &Type) -> bool {
    fn holds_impl(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(word) => word == "impl",
            proc_macro2::TokenTree::Group(group) => holds_impl(group.stream()),
            _ => false,
        })
    }
    !holds_impl(returned.to_token_stream())
}
