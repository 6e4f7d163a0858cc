//! From what a call site wrote to the generated items: a path under the user's name, a setter call under each
//! attribute's name, and the last step under the item's name again, where rustc says what is missing.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::input::{Input, Syntax};

/// `$crate::screens::List`.
pub(crate) fn screen(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: false,
        on: false,
        example: "screen!(List)",
    };
    with_path(Input::read(tokens, syntax), "screens", |path, _, _| path)
}

/// `$crate::stages::Name::stage()`.
pub(crate) fn stage(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: false,
        on: false,
        example: "stage!(Name)",
    };
    with_path(
        Input::read(tokens, syntax),
        "stages",
        |path, place, _| quote_spanned!(place=> #path::stage()),
    )
}

/// `if enabled { builder.emit() }`: nothing in the braces is evaluated unless somebody listens.
pub(crate) fn event(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: true,
        on: true,
        example: "event!(Name { attribute: value })",
    };
    with_path(Input::read(tokens, syntax), "events", |path, place, input| {
        let action = input.on.as_ref().map(|screen| {
            let on = item(&input.root, "screens", screen);
            let place = located(screen);
            quote_spanned!(place=> #on.action::<#path>();)
        });
        let emit = built(quote_spanned!(place=> #path::event()), place, input, "emit");
        quote_spanned! {place=> {
            #action
            if #path::enabled() {
                #emit
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
    with_path(Input::read(tokens, syntax), "spans", |path, place, input| {
        built(quote_spanned!(place=> #path::span()), place, input, "ready")
    })
}

/// `builder.ready()`: the instrument, about to measure.
pub(crate) fn metric(tokens: TokenStream) -> TokenStream {
    let syntax = Syntax {
        attributes: true,
        on: false,
        example: "metric!(Name { attribute: value })",
    };
    with_path(Input::read(tokens, syntax), "metrics", |path, place, input| {
        built(quote_spanned!(place=> #path::metric()), place, input, "ready")
    })
}

/// `.name(value)` for each attribute, and the last step on the builder by a name of its own: rustc says what is
/// missing under the receiver of that step, which so stands at the item's name. A `match`, unlike a `let`, keeps
/// what the values borrow alive until the step is done.
fn built(begin: TokenStream, place: Span, input: &Input, last: &str) -> TokenStream {
    let setters: TokenStream = input
        .attributes
        .iter()
        .map(|(name, value)| {
            let place = located(name);
            quote_spanned!(place=> .#name(#value))
        })
        .collect();
    let last = Ident::new(last, place);
    let builder = Ident::new("builder", place);
    quote_spanned! {place=>
        match #begin #setters { #builder => #builder.#last() }
    }
}

/// The expansion's own names at the place of the user's word.
fn located(word: &Ident) -> Span {
    Span::mixed_site().located_at(word.span())
}

/// `$crate::module::Name`, every token of it at the place of the name.
fn item(root: &TokenStream, module: &str, name: &Ident) -> TokenStream {
    let place = located(name);
    let root: TokenStream = root
        .clone()
        .into_iter()
        .map(|mut token: TokenTree| {
            token.set_span(token.span().located_at(name.span()));
            token
        })
        .collect();
    let module = Ident::new(module, place);
    quote_spanned!(place=> #root::#module::#name)
}

/// The errors, and the path even when there are some: the editor still completes and highlights it.
fn with_path(
    input: Input,
    module: &str,
    expand: impl FnOnce(TokenStream, Span, &Input) -> TokenStream,
) -> TokenStream {
    let Input {
        root, name, errors, ..
    } = &input;
    let path = name
        .as_ref()
        .map(|name| (item(root, module, name), located(name)));
    match (errors, path) {
        (None, Some((path, place))) => expand(path, place, &input),
        (Some(errors), Some((path, _))) => {
            let errors = errors.to_compile_error();
            quote! {{ #errors; #[allow(unused_imports)] use #path as _; }}
        }
        (Some(errors), None) => errors.to_compile_error(),
        (None, None) => TokenStream::new(),
    }
}
