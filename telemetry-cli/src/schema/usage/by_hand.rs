//! What is emitted around the schema: the macros of `tracing` and `log`, and `#[instrument]`.

use proc_macro2::{Ident, TokenTree};

use super::found::{Found, Raw, Spot};
use super::scope::Path;
use super::tokens::{is_punct, word_at};

/// Macros of `tracing` that record something.
const TRACING: [&str; 12] = [
    "event",
    "span",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
];

/// Those of `log`.
const LOG: [&str; 6] = ["log", "trace", "debug", "info", "warn", "error"];

/// Longest text that is quoted.
const LONGEST: usize = 60;

/// A macro is called; notes it, and says so, if it is one of these.
pub(super) fn called(
    found: &mut Found,
    written: &[String],
    full: &Path,
    input: &[TokenTree],
    spot: Spot,
) -> bool {
    let Some(name) = full.last() else { return false };
    let known = |list: &[&str]| list.contains(&name.as_str());
    let (is_raw, what) = match full.first().map(String::as_str) {
        Some("tracing") if full.len() > 1 => (known(&TRACING), full.join("::")),
        Some("log") if full.len() > 1 => (known(&LOG), full.join("::")),
        // Nothing says where it comes from, and nearly always it is one of these.
        _ if full.len() == 1 => match name.as_str() {
            "event" | "span" => (names_a_level(input), name.clone()),
            _ => (known(&TRACING), name.clone()),
        },
        _ => (false, String::new()),
    };
    if is_raw {
        found.raw.push(Raw {
            spot,
            what: format!("{what}!"),
            text: first_text(input),
            presumed: (full.len() == 1).then(|| written.concat()),
        });
    }
    is_raw
}

/// `#[instrument]` or `#[tracing::instrument]`.
pub(super) fn instrument(
    found: &mut Found,
    path: &[Ident],
    full: &Path,
    arguments: &[TokenTree],
    test: bool,
) {
    let is_tracing = full.len() == 1 || full.first().is_some_and(|first| first == "tracing");
    if let Some(first) = path.first().filter(|_| is_tracing) {
        let full = full.join("::");
        found.raw.push(Raw {
            spot: Spot::of(first.span(), test),
            what: format!("#[{full}]"),
            text: first_text(arguments),
            presumed: None,
        });
    }
}

/// Whether an input begins as those of `tracing::event!` and `tracing::span!` do.
fn names_a_level(input: &[TokenTree]) -> bool {
    let words = (0..input.len().min(8)).filter_map(|at| word_at(input, at));
    let mut words = words.map(ToString::to_string);
    words.any(|word| word == "Level")
}

/// The first text in some tokens that is no field's value, cut to what can be recognised.
fn first_text(tokens: &[TokenTree]) -> Option<String> {
    tokens.iter().enumerate().find_map(|(at, token)| {
        let TokenTree::Literal(literal) = token else {
            return None;
        };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if before.is_some_and(|before| is_punct(before, ':') || is_punct(before, '=')) {
            return None;
        }
        let text: syn::LitStr = syn::parse_str(&literal.to_string()).ok()?;
        let text = text.value();
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => Some(format!("{}…", &text[..end])),
            None => Some(text),
        }
    })
}
