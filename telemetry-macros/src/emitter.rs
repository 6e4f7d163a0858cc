//! From what a call site wrote to the generated items: a path under the user's name, a setter call under each
//! attribute's name, and the last step under the item's name again, where rustc says what is missing.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use crate::input::{Input, Syntax};

/// `$crate::screens::List`.
pub(crate) fn screen(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: false,
        on: false,
        example: "screen!(List)",
    };
    with_path(Input::read(tokens, syntax), &quote!(screens), |path, _| path)
}

/// `$crate::stages::Name::stage()`.
pub(crate) fn stage(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: false,
        on: false,
        example: "stage!(Name)",
    };
    with_path(Input::read(tokens, syntax), &quote!(stages), |path, input| {
        let begin = method("stage", input);
        quote!(#path::#begin())
    })
}

/// `if enabled { builder.emit() }`: nothing in the braces is evaluated unless somebody listens.
pub(crate) fn event(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: true,
        on: true,
        example: "event!(Name { attribute: value })",
    };
    with_path(Input::read(tokens, syntax), &quote!(events), |path, input| {
        let (begin, enabled, emit) = (
            method("event", input),
            method("enabled", input),
            method("emit", input),
        );
        let setters = setters(input);
        let root = &input.root;
        let action = input
            .on
            .as_ref()
            .map(|screen| quote_spanned!(screen.span()=> #root::screens::#screen.action::<#path>();));
        quote! {{
            #action
            if #path::#enabled() {
                #path::#begin() #setters .#emit();
            }
        }}
    })
}

/// `builder.ready()`: the span, about to start.
pub(crate) fn span(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: true,
        on: false,
        example: "span!(Name { attribute: value })",
    };
    builder(tokens, syntax, &quote!(spans), "span")
}

/// `builder.ready()`: the instrument, about to measure.
pub(crate) fn metric(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: true,
        on: false,
        example: "metric!(Name { attribute: value })",
    };
    builder(tokens, syntax, &quote!(metrics), "metric")
}

fn builder(tokens: TokenStream, syntax: Syntax, module: &TokenStream, begin: &str) -> TokenStream {
    with_path(Input::read(tokens, syntax), module, |path, input| {
        let (begin, ready) = (method(begin, input), method("ready", input));
        let setters = setters(input);
        quote!(#path::#begin() #setters .#ready())
    })
}

/// `.name(value)` for each attribute, the method under the user's own word.
fn setters(input: &Input) -> TokenStream {
    input
        .attributes
        .iter()
        .map(|(name, value)| quote!(.#name(#value)))
        .collect()
}

/// A method whose mistakes belong under the item's name.
fn method(word: &str, input: &Input) -> Ident {
    let span = input
        .name
        .as_ref()
        .map_or_else(proc_macro2::Span::call_site, Ident::span);
    Ident::new(word, span)
}

/// The errors, and the path even when there are some: the editor still completes and highlights it.
fn with_path(
    input: Input,
    module: &TokenStream,
    expand: impl FnOnce(TokenStream, &Input) -> TokenStream,
) -> TokenStream {
    let Input {
        root, name, errors, ..
    } = &input;
    let path = name.as_ref().map(|name| quote!(#root::#module::#name));
    match (errors, path) {
        (None, Some(path)) => expand(path, &input),
        (Some(errors), Some(path)) => {
            let errors = errors.to_compile_error();
            quote! {{ #errors; #[allow(unused_imports)] use #path as _; }}
        }
        (Some(errors), None) => errors.to_compile_error(),
        (None, None) => TokenStream::new(),
    }
}
