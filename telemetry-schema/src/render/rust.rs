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
mod roles;
mod screens;
mod sets;
mod spans;
mod stages;
mod template;

use crate::model::{Attribute, Deprecated, Item, Model};

/// Typed Rust for `model`.
pub fn render(model: &Model) -> String {
    let mut out = String::new();
    defs::write(&mut out, model);
    errors::write(&mut out, model);
    attributes::write(&mut out, model);
    screens::write(&mut out, model);
    stages::write(&mut out, model);
    events::write(&mut out, model);
    spans::write(&mut out, model);
    metrics::write(&mut out, model);
    doors::write(&mut out, model);
    out
}

/// Stands above everything: generated code writes every path in full, serves deprecated items too and fits every
/// schema, so lints of style have nothing to say to it.
const EXCUSED: &str = r#"#[allow(
    deprecated, nonstandard_style, unused_qualifications, unused_imports, unused_variables, clippy::all,
    reason = "generated"
)]"#;

/// A Rust identifier for `word`; a word that cannot be one gets an underscore in front.
fn ident(word: &str) -> String {
    if crate::name::is_rust_name(word) {
        word.to_owned()
    } else {
        format!("_{word}")
    }
}

/// A Rust string literal.
fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// `[a, b, c]`, each as a string literal, behind a `&`.
fn literals<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| literal(text.as_ref())).collect();
    format!("&[{}]", texts.join(", "))
}

/// `Some(…)` around the literal of a text, or `None`.
fn optional(text: Option<&str>) -> String {
    text.map_or_else(|| "None".to_owned(), |text| format!("Some({text:?})"))
}

/// The type that an item is at call sites, such as `ContainerExited`.
fn type_ident(item: &Item) -> String {
    ident(&item.rust_type())
}

/// The trait that says which Rust types an attribute takes: named by the whole id, because short names may be
/// shared by attributes that never meet.
fn accept_ident(attribute: &Attribute) -> String {
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

/// Lines of documentation.
fn doc(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for line in text.lines() {
        out.push_str(if line.is_empty() { "///" } else { "/// " });
        // A lone carriage return may not stand in a comment.
        out.push_str(&line.replace('\r', " "));
        out.push('\n');
    }
    out
}

/// Documentation and deprecation of an item, for the Rust item that stands for it.
fn item_attributes(item: &Item, what: &str) -> String {
    let mut text = format!("{}\n\n", item.brief);
    if let Some(note) = &item.note {
        text.push_str(note.trim_end());
        text.push_str("\n\n");
    }
    text.extend([format!("{what} `{}`. Declared in {}.", item.id, place(item))]);
    doc(&text) + &deprecated_attribute(item.deprecated.as_ref())
}

/// `#[deprecated]` with the schema's own words, or nothing.
fn deprecated_attribute(deprecated: Option<&Deprecated>) -> String {
    let Some(Deprecated {
        since,
        reason,
        instead,
    }) = deprecated
    else {
        return String::new();
    };
    let note = match instead {
        Some(id) => format!("{reason}; use `{id}`"),
        None => reason.clone(),
    };
    format!("#[deprecated(since = {since:?}, note = {note:?})]\n")
}

/// A brief on one line, for a field or a method.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
