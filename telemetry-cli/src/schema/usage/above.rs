//! Attributes: `#[stage(…)]` and `#[instrument]` emit, `#[cfg(test)]` and `#[path]` say what the item below is.

use proc_macro2::{Delimiter, TokenTree};

use super::by_hand;
use super::scan::{Here, Scan};
use super::scope::strings;
use super::tokens::{group_at, inside, is_punct, parts, path_at, punct_at, word_at};

/// What the attributes above an item say.
#[derive(Default)]
pub(super) struct Above {
    /// Whether it is there in tests only.
    pub(super) test: bool,
    /// What `#[path]` says.
    pub(super) path: Option<String>,
}

impl Scan<'_> {
    /// `#[…]` or `#![…]` at this place.
    pub(super) fn attribute<'s>(
        &mut self,
        tokens: &[TokenTree],
        at: &mut usize,
        around: &mut Here<'s>,
        here: Here<'_>,
        above: &mut Above,
    ) -> bool {
        if !punct_at(tokens, *at, '#') {
            return false;
        }
        let of_all = punct_at(tokens, *at + 1, '!');
        let Some(group) = group_at(tokens, *at + 1 + usize::from(of_all)) else {
            return false;
        };
        if group.delimiter() != Delimiter::Bracket {
            return false;
        }
        *at += 2 + usize::from(of_all);
        let written = inside(group);
        let mut said = Above::default();
        self.attribute_says(&written, here, &mut said);
        if of_all {
            around.test |= said.test;
        } else {
            above.test |= said.test;
            above.path = said.path.or(above.path.take());
        }
        true
    }

    fn attribute_says(&mut self, written: &[TokenTree], here: Here<'_>, said: &mut Above) {
        let begin = written.iter().take_while(|token| is_punct(token, ':')).count();
        let Some((path, end)) = path_at(written, begin) else {
            return;
        };
        let arguments = group_at(written, end).map(inside).unwrap_or_default();
        let full = here.scope.resolve(&strings(&path));
        match full.last().map(String::as_str) {
            Some("cfg") => said.test |= is_test(&arguments),
            Some("cfg_attr") => {
                for each in parts(&arguments).skip(1) {
                    self.attribute_says(each, here, said);
                }
            }
            Some("path") if punct_at(written, end, '=') => {
                if let Some(TokenTree::Literal(text)) = written.get(end + 1) {
                    said.path = syn::parse_str::<syn::LitStr>(&text.to_string())
                        .ok()
                        .map(|text| text.value());
                }
            }
            Some("test" | "bench") => said.test = true,
            Some("instrument") => by_hand::instrument(&mut self.found, &path, &full, &arguments, here.test),
            Some("stage") if !arguments.is_empty() => self.stage_attribute(&arguments, here.test),
            Some("doc") => {}
            _ => self.walk(&arguments, here),
        }
    }
}

/// Whether a `cfg` holds in tests only.
fn is_test(predicate: &[TokenTree]) -> bool {
    match (word_at(predicate, 0), group_at(predicate, 1)) {
        (Some(word), None) => word == "test" && predicate.len() == 1,
        (Some(word), Some(all)) if word == "all" => parts(&inside(all)).any(is_test),
        _ => false,
    }
}
