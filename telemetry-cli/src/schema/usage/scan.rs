//! One source file: every call site in it, also in the tokens of other macros, with what `use` lines make of names.
//!
//! [`walk`](Scan::walk) goes through the tokens once; [`calls`](super::calls) knows the forms of the schema's own call
//! sites, [`by_hand`](super::by_hand) those around it.

use proc_macro2::{Delimiter, TokenTree};

use super::above::Above;
use super::by_hand;
use super::calls::TYPES;
use super::catalogue::{Catalogue, Kind};
use super::found::{Found, Passed, Spot, TestModule};
use super::scope::{Path, Scope, is_block, strings, unraw, use_at};
use super::tokens::{group_at, inside, is_punct, method_at, path_at, punct_at, word_at};

/// A file under way.
pub(super) struct Scan<'m> {
    pub(super) catalogue: &'m Catalogue<'m>,
    pub(super) found: Found,
    /// Modules of this file around the place that is looked at.
    modules: Vec<String>,
    /// The `macro_rules!` around it.
    pub(super) within: Option<String>,
}

/// What is known of the tokens that are looked at.
#[derive(Clone, Copy)]
pub(super) struct Here<'s> {
    pub(super) scope: &'s Scope<'s>,
    pub(super) test: bool,
}

impl<'m> Scan<'m> {
    /// Reads a file's tokens.
    pub(super) fn file(catalogue: &'m Catalogue<'m>, tokens: &[TokenTree]) -> Found {
        let mut scan = Scan {
            catalogue,
            found: Found::default(),
            modules: Vec::new(),
            within: None,
        };
        let scope = Scope::of(tokens, None, true);
        scan.renamed(tokens);
        let here = Here {
            scope: &scope,
            test: false,
        };
        scan.walk(tokens, here);
        scan.found
    }

    /// Looks at tokens, and into every group of them.
    pub(super) fn walk(&mut self, tokens: &[TokenTree], mut here: Here<'_>) {
        let mut above = Above::default();
        let mut at = 0;
        while at < tokens.len() {
            let now = Here {
                test: here.test || above.test,
                ..here
            };
            match &tokens[at] {
                TokenTree::Punct(_) if self.attribute(tokens, &mut at, &mut here, now, &mut above) => {}
                TokenTree::Punct(sign) => {
                    at += 1;
                    if sign.as_char() == ';' {
                        above = Above::default();
                    } else if sign.as_char() == '.'
                        && let Some((name, arguments, next)) = method_at(tokens, at - 1)
                    {
                        self.method(&unraw(name), arguments, now);
                        at = next;
                    }
                }
                TokenTree::Literal(_) => at += 1,
                TokenTree::Group(group) => {
                    self.group(&inside(group), group.delimiter(), now);
                    if is_block(group.delimiter()) {
                        above = Above::default();
                    }
                    at += 1;
                }
                TokenTree::Ident(word) => match word.to_string().as_str() {
                    "use" | "extern" if self.name_line(tokens, &mut at) => above = Above::default(),
                    "enum" | "struct" | "type" => {
                        at += 1;
                        let name = word_at(tokens, at);
                        let ours = TYPES
                            .into_iter()
                            .filter(|ours| name.is_some_and(|name| name == ours));
                        self.found.types.extend(ours);
                    }
                    "mod" if self.module(tokens, &mut at, now, &above) => above = Above::default(),
                    _ => self.path(tokens, &mut at, now),
                },
            }
        }
    }

    fn group(&mut self, tokens: &[TokenTree], delimiter: Delimiter, here: Here<'_>) {
        if is_block(delimiter) {
            let scope = Scope::of(tokens, Some(here.scope), false);
            let scope = Here {
                scope: &scope,
                ..here
            };
            self.walk(tokens, scope);
        } else {
            self.walk(tokens, here);
        }
    }

    /// Passes over a `use`, or `extern crate`: the scope has read it.
    fn name_line(&mut self, tokens: &[TokenTree], at: &mut usize) -> bool {
        let end = match use_at(tokens, *at) {
            Some((end, _)) => Some(end),
            None if word_at(tokens, *at + 1).is_some_and(|next| next == "crate") => {
                let length = tokens[*at..].iter().position(|token| is_punct(token, ';'));
                length.map(|length| *at + length)
            }
            None => None,
        };
        if let Some(end) = end {
            *at = end + 1;
        }
        end.is_some()
    }

    /// `mod name { … }`, or `mod name;`.
    fn module(&mut self, tokens: &[TokenTree], at: &mut usize, here: Here<'_>, above: &Above) -> bool {
        let Some(name) = word_at(tokens, *at + 1).map(unraw) else {
            return false;
        };
        self.modules.push(name);
        let block = group_at(tokens, *at + 2).filter(|group| is_block(group.delimiter()));
        if let Some(block) = block {
            let tokens = inside(block);
            let scope = Scope::of(&tokens, Some(here.scope), true);
            self.renamed(&tokens);
            let inner = Here {
                scope: &scope,
                ..here
            };
            self.walk(&tokens, inner);
        } else if here.test {
            self.found.test_modules.push(TestModule {
                path: self.modules.clone(),
                file: above.path.clone(),
            });
        }
        self.modules.pop();
        *at += 3;
        true
    }

    /// A path: the name of a macro that is called, or something that may stand for an item.
    fn path(&mut self, tokens: &[TokenTree], at: &mut usize, here: Here<'_>) {
        let begin = *at;
        let Some((path, end)) = path_at(tokens, begin) else {
            *at += 1;
            return;
        };
        *at = end;
        let called = punct_at(tokens, end, '!');
        if called
            && let Some(name) = word_at(tokens, end + 1)
            && path.last().is_some_and(|last| last == "macro_rules")
        {
            self.definition(tokens, end + 2, unraw(name), here);
            *at = end + 3;
            return;
        }
        match group_at(tokens, end + 1).filter(|_| called) {
            Some(input) => {
                let full = here.scope.resolve_macro(&strings(&path));
                *at = end + 2;
                let spot = Spot::of(path[0].span(), here.test);
                let tokens_of = inside(input);
                let is_raw = by_hand::called(&mut self.found, &strings(&path), &full, &tokens_of, spot);
                if is_raw || !self.call(tokens, at, &path, &full, &tokens_of, here) {
                    self.other_macro(&full, &tokens_of, here);
                    self.group(&tokens_of, Delimiter::Brace, here);
                }
            }
            None => self.value(tokens, at, &path, here),
        }
    }

    /// A `macro_rules!`: its body is read as any other code, under its name.
    fn definition(&mut self, tokens: &[TokenTree], body: usize, name: String, here: Here<'_>) {
        self.found.defined.push(name.clone());
        if let Some(body) = group_at(tokens, body) {
            let around = self.within.replace(name);
            self.group(&inside(body), Delimiter::Brace, here);
            self.within = around;
        }
    }

    /// What is passed to a macro that is not ours may be passed on to one of ours.
    fn other_macro(&mut self, full: &[String], tokens: &[TokenTree], here: Here<'_>) {
        let Some(name) = full.last() else { return };
        for (index, token) in tokens.iter().enumerate() {
            let TokenTree::Ident(word) = token else { continue };
            let alone = !index
                .checked_sub(1)
                .is_some_and(|before| punct_at(tokens, before, ':'))
                && !punct_at(tokens, index + 1, ':');
            let word = unraw(word);
            let kinds = [Kind::Screen, Kind::Stage, Kind::Event, Kind::Span, Kind::Metric];
            if alone
                && kinds
                    .iter()
                    .any(|kind| self.catalogue.find(*kind, &word).is_some())
            {
                self.found.passed.push(Passed {
                    to: name.clone(),
                    word,
                    spot: Spot::of(token.span(), here.test),
                });
            }
        }
    }

    /// Notes which macros of the prelude the program gives other names, for whole modules to use.
    fn renamed(&mut self, tokens: &[TokenTree]) {
        for at in 0..tokens.len() {
            if let Some((_, tree)) = use_at(tokens, at) {
                rename(&tree, &mut self.found.forwards);
            }
        }
    }
}

/// Macros of the prelude that a `use` gives another name.
fn rename(tree: &syn::UseTree, forwards: &mut Vec<(String, Kind)>) {
    match tree {
        syn::UseTree::Path(path) => rename(&path.tree, forwards),
        syn::UseTree::Group(group) => group.items.iter().for_each(|each| rename(each, forwards)),
        syn::UseTree::Rename(renamed) => {
            if let Some(kind) = Kind::of_macro(&renamed.ident.to_string()) {
                forwards.push((renamed.rename.to_string(), kind));
            }
        }
        _ => {}
    }
}

/// The last two parts of a path.
pub(super) fn last_two(path: &Path) -> Option<(&str, &str)> {
    match path.as_slice() {
        [.., before, last] => Some((before, last)),
        _ => None,
    }
}
