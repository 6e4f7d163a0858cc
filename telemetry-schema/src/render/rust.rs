//! The resolved model as typed Rust: what a call site's macros resolve to. Everything that can be wrong at a
//! call site is a type error here, worded by `#[diagnostic::on_unimplemented]` with the place in the YAML.
//!
//! The text goes to `OUT_DIR` and is included at the root of the schema's crate, where `__rt` is the runtime.

mod attributes;
mod builder;
mod defs;
mod doors;
mod errors;
mod events;
mod examples;
mod metrics;
mod screens;
mod sets;
mod spans;
mod stages;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::{Attribute, Deprecated, Item, Model};

/// Typed Rust for `model`, formatted.
pub fn render(model: &Model) -> String {
    let parts = [
        defs::tokens(model),
        errors::tokens(model),
        attributes::tokens(model),
        screens::tokens(model),
        stages::tokens(model),
        events::tokens(model),
        spans::tokens(model),
        metrics::tokens(model),
        doors::tokens(model),
    ];
    let tokens: TokenStream = parts.into_iter().collect();
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(mut file) => {
            file.items.iter_mut().for_each(excuse);
            place_comments(&prettyplease::unparse(&file))
        }
        // Our own tokens always parse; should they ever not, rustc says where.
        Err(_) => tokens.to_string(),
    }
}

/// Generated code writes every path in full and fits every schema: lints of style have nothing to say to it.
fn excuse(item: &mut syn::Item) {
    use syn::Item;
    let attributes = match item {
        Item::Mod(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Use(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        _ => return,
    };
    attributes.push(syn::parse_quote! {
        #[allow(nonstandard_style, unused_qualifications, unused_imports, clippy::all, reason = "generated")]
    });
}

/// Starts the line of documentation that says where an item was declared.
const DECLARED: &str = "Declared in ";

/// Repeats an item's place at the end of its own line: rustc shows that line when it has to say that the item
/// has no such attribute or value, so the message names the schema's file.
fn place_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut place = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(rest) = trimmed.strip_prefix("///") {
            if let Some(declared) = rest.trim().strip_prefix(DECLARED) {
                place = Some(declared.trim_end_matches('.').to_owned());
            }
        } else if !trimmed.starts_with("#[") {
            if let Some(place) = place.take()
                && (trimmed.starts_with("pub struct ") || trimmed.starts_with("pub enum "))
            {
                out.push_str(line);
                out.push_str(" // ");
                out.push_str(&place);
                out.push('\n');
                continue;
            }
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A Rust identifier for `word`; a word that cannot be one gets an underscore in front.
fn ident(word: &str) -> Ident {
    if syn::parse_str::<Ident>(word).is_ok() {
        Ident::new(word, Span::call_site())
    } else {
        Ident::new(&format!("_{word}"), Span::call_site())
    }
}

/// The type that an item is at call sites, such as `ContainerExited`.
fn type_ident(item: &Item) -> Ident {
    ident(&item.rust_type())
}

/// The trait that says which Rust types an attribute takes: named by the whole id, because short names may be
/// shared by attributes that never meet.
fn accept_ident(attribute: &Attribute) -> Ident {
    ident(&crate::name::upper_camel(&attribute.item.id))
}

/// `schema/events.yaml:15`, or that the compiler supplied the item.
fn place(item: &Item) -> String {
    if item.implicit {
        "the runtime (no file declares it)".to_owned()
    } else {
        format!("{}:{}", item.place.file, item.place.line)
    }
}

/// Documentation and deprecation of an item, for the Rust item that stands for it.
fn item_attributes(item: &Item, what: &str) -> TokenStream {
    let mut lines = vec![format!(" {}", item.brief), String::new()];
    if let Some(note) = &item.note {
        lines.extend(note.lines().map(|line| format!(" {line}")));
        lines.push(String::new());
    }
    lines.push(format!(" {what} `{}`.", item.id));
    lines.push(format!(" {DECLARED}{}.", place(item)));
    let deprecated = item.deprecated.as_ref().map(deprecated_attribute);
    quote! { #(#[doc = #lines])* #deprecated }
}

/// `#[deprecated]` with the schema's own words.
fn deprecated_attribute(deprecated: &Deprecated) -> TokenStream {
    let Deprecated {
        since,
        reason,
        instead,
    } = deprecated;
    let note = match instead {
        Some(id) => format!("{reason}; use `{id}`"),
        None => reason.clone(),
    };
    quote! { #[deprecated(since = #since, note = #note)] }
}

#[cfg(test)]
mod tests {
    use super::place_comments;

    #[test]
    fn the_place_stands_at_the_end_of_the_line_that_rustc_shows() {
        let text = "/// Brief.\n/// Declared in schema/a.yaml:3.\n#[derive(Debug)]\npub struct A {\n}\n";
        assert!(place_comments(text).contains("pub struct A { // schema/a.yaml:3\n"));
    }
}
