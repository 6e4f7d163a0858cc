//! What a call site writes: a name, perhaps attributes in braces, perhaps `on` a screen. Parsing goes on after
//! a mistake, so that the name reaches rustc (and completion) whatever follows it.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Token, braced, bracketed};

/// The input of a macro, as far as it could be read.
pub(crate) struct Input {
    /// Path of the schema's crate: `$crate`.
    pub(crate) root: TokenStream,
    /// The item's name; absent when there is none, which `errors` says.
    pub(crate) name: Option<Ident>,
    /// Attributes with their values, in order.
    pub(crate) attributes: Vec<(Ident, TokenStream)>,
    /// The screen after `on`.
    pub(crate) on: Option<Ident>,
    /// Everything that is wrong with it.
    pub(crate) errors: Option<syn::Error>,
}

impl Input {
    /// Reads the input of the macro `what`, whose items look like `example`.
    pub(crate) fn read(tokens: TokenStream, what: Syntax) -> Input {
        let mut input = Input {
            root: TokenStream::new(),
            name: None,
            attributes: Vec::new(),
            on: None,
            errors: None,
        };
        let outcome = (|stream: ParseStream<'_>| {
            input.parse(stream, what);
            // What could not be read was reported: the rest is only passed over.
            stream.step(|cursor| {
                let mut rest = *cursor;
                while let Some((_, next)) = rest.token_tree() {
                    rest = next;
                }
                Ok(((), rest))
            })
        })
        .parse2(tokens);
        if let Err(error) = outcome {
            input.report(error);
        }
        input
    }

    fn parse(&mut self, stream: ParseStream<'_>, what: Syntax) {
        if let Err(error) = self.parse_all(stream, what) {
            self.report(error);
        }
    }

    fn parse_all(&mut self, stream: ParseStream<'_>, what: Syntax) -> syn::Result<()> {
        let root;
        bracketed!(root in stream);
        self.root = root.parse()?;
        if stream.is_empty() {
            return Err(syn::Error::new(
                Span::call_site(),
                format!("expected a name: `{}`", what.example),
            ));
        }
        self.name = Some(stream.parse::<Ident>().map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("expected a name of the schema: `{}`", what.example),
            )
        })?);
        if what.attributes && stream.peek(syn::token::Brace) {
            let content;
            braced!(content in stream);
            self.parse_attributes(&content)?;
        }
        if what.on && stream.peek(Ident) && stream.fork().parse::<Ident>().is_ok_and(|word| word == "on") {
            stream.parse::<Ident>()?;
            self.on = Some(stream.parse::<Ident>().map_err(|error| {
                syn::Error::new(
                    error.span(),
                    format!("expected a screen after `on`: `{}`", what.example),
                )
            })?);
        }
        if stream.is_empty() {
            return Ok(());
        }
        Err(syn::Error::new(
            stream.span(),
            format!("unexpected token; the macro is written `{}`", what.example),
        ))
    }

    fn parse_attributes(&mut self, content: ParseStream<'_>) -> syn::Result<()> {
        while !content.is_empty() {
            let name: Ident = content.call(syn::ext::IdentExt::parse_any).map_err(|error| {
                syn::Error::new(
                    error.span(),
                    "expected an attribute: `name: value`, or `name` for a variable of that name",
                )
            })?;
            let value = if content.peek(Token![:]) {
                content.parse::<Token![:]>()?;
                if content.is_empty() || content.peek(Token![,]) {
                    self.report(syn::Error::new(
                        name.span(),
                        format!("`{name}` has no value after its colon"),
                    ));
                    name.to_token_stream()
                } else {
                    content.parse::<Expr>()?.into_token_stream()
                }
            } else {
                name.to_token_stream()
            };
            if self.attributes.iter().any(|(known, _)| *known == name) {
                self.report(syn::Error::new(
                    name.span(),
                    format!("the attribute `{name}` is given twice"),
                ));
            } else {
                self.attributes.push((name.clone(), value));
            }
            if content.is_empty() {
                break;
            }
            content.parse::<Token![,]>().map_err(|error| {
                syn::Error::new(
                    error.span(),
                    format!("expected `,` or `}}` after the attribute `{name}`"),
                )
            })?;
        }
        Ok(())
    }

    fn report(&mut self, error: syn::Error) {
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            None => self.errors = Some(error),
        }
    }
}

/// What a macro's input may hold.
#[derive(Clone, Copy)]
pub(crate) struct Syntax {
    /// Whether braces with attributes may follow the name.
    pub(crate) attributes: bool,
    /// Whether `on Screen` may follow.
    pub(crate) on: bool,
    /// How it is written, for messages.
    pub(crate) example: &'static str,
}
