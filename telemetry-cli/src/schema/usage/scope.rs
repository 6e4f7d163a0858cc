//! What a name means where it stands: the `use` and `extern crate` lines of a block and of the blocks around it, up
//! to the module's own.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::UseTree;

use super::tokens::{is_punct, word_at};

/// A path, without what stands for the root of all crates.
pub(super) type Path = Vec<String>;

/// Names that lead to others that lead to others: more steps than this are a circle.
const STEPS: usize = 8;

/// The names of a block.
#[derive(Debug, Default)]
pub(super) struct Scope<'p> {
    names: HashMap<String, Path>,
    globs: Vec<Path>,
    around: Option<&'p Scope<'p>>,
    /// Whether names of the block around it mean nothing here.
    is_module: bool,
}

impl<'p> Scope<'p> {
    /// The names that these tokens bring in, inside of what is around them.
    pub(super) fn of(tokens: &[TokenTree], around: Option<&'p Scope<'p>>, is_module: bool) -> Scope<'p> {
        let mut scope = Scope {
            around,
            is_module,
            ..Scope::default()
        };
        for at in 0..tokens.len() {
            if let Some((_, tree)) = use_at(tokens, at) {
                scope.take(&tree, Path::new());
            } else if let Some((name, alias)) = extern_crate_at(tokens, at) {
                scope.names.insert(alias, vec![name]);
            }
        }
        scope
    }

    fn take(&mut self, tree: &UseTree, mut front: Path) {
        match tree {
            UseTree::Path(path) => {
                front.push(path.ident.to_string());
                self.take(&path.tree, front);
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let last = front.last().cloned();
                match (name.as_str(), last) {
                    // `use tracing::{self}` names the module itself.
                    ("self", Some(last)) => _ = self.names.insert(last, front),
                    _ => {
                        front.push(name.clone());
                        self.names.insert(name, front);
                    }
                }
            }
            UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    front.push(rename.ident.to_string());
                }
                self.names.insert(rename.rename.to_string(), front);
            }
            UseTree::Glob(_) => self.globs.push(front),
            UseTree::Group(group) => {
                for each in &group.items {
                    self.take(each, front.clone());
                }
            }
        }
    }

    /// The blocks from this one to that of the module.
    fn blocks(&self) -> impl Iterator<Item = &Scope<'p>> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let scope = next?;
            next = scope.around.filter(|_| !scope.is_module);
            Some(scope)
        })
    }

    /// The path that a path stands for, as far as the file says it.
    pub(super) fn resolve(&self, path: &[String]) -> Path {
        self.resolved(path.to_vec(), STEPS)
    }

    fn resolved(&self, path: Path, steps: usize) -> Path {
        let Some((first, rest)) = path.split_first().filter(|_| steps > 0) else {
            return path;
        };
        let module = || self.blocks().last();
        match first.as_str() {
            "self" => match module() {
                Some(module) if !rest.is_empty() => module.resolved(rest.to_vec(), steps - 1),
                _ => path,
            },
            "super" => match module().and_then(|module| module.around) {
                Some(above) if !rest.is_empty() => above.resolved(rest.to_vec(), steps - 1),
                _ => path,
            },
            _ => {
                let known = self.blocks().find_map(|scope| scope.names.get(first));
                match known {
                    // `use tracing;` and names that are what they lead to.
                    Some(to) if to.len() == 1 && to[0] == *first => path,
                    Some(to) => self.resolved([to, rest].concat(), steps - 1),
                    None => path,
                }
            }
        }
    }

    /// The path that the path of a macro stands for; a bare name may come from a module that is taken in whole.
    pub(super) fn resolve_macro(&self, path: &[String]) -> Path {
        let full = self.resolve(path);
        match full.as_slice() {
            [name] => self.taken_in_whole(name, STEPS).unwrap_or(full),
            _ => full,
        }
    }

    /// Where a bare name comes from that only a logging crate, or a module around this one, would bring in whole.
    fn taken_in_whole(&self, name: &str, steps: usize) -> Option<Path> {
        if steps == 0 {
            return None;
        }
        self.blocks().find_map(|scope| {
            scope.globs.iter().find_map(|glob| {
                if glob.first().is_some_and(|first| first == "super") {
                    let above = self.blocks().last()?.around?;
                    let known = above.resolve(&[name.to_owned()]);
                    return match known.len() {
                        1 => above.taken_in_whole(name, steps - 1),
                        _ => Some(known),
                    };
                }
                let glob = self.resolve(glob);
                let is_log = matches!(glob.first().map(String::as_str), Some("tracing" | "log"));
                is_log.then(|| [glob, vec![name.to_owned()]].concat())
            })
        })
    }
}

/// A `use` at this place: the index of its semicolon, and what it says.
pub(super) fn use_at(tokens: &[TokenTree], at: usize) -> Option<(usize, UseTree)> {
    if word_at(tokens, at)? != "use" {
        return None;
    }
    let length = tokens[at..].iter().position(|token| is_punct(token, ';'))?;
    let written: TokenStream = tokens[at..=at + length].iter().cloned().collect();
    let parsed: syn::ItemUse = syn::parse2(written).ok()?;
    Some((at + length, parsed.tree))
}

/// `extern crate name as alias;` at this place: both names.
fn extern_crate_at(tokens: &[TokenTree], at: usize) -> Option<(String, String)> {
    if word_at(tokens, at)? != "extern" || word_at(tokens, at + 1)? != "crate" {
        return None;
    }
    let name = word_at(tokens, at + 2)?.to_string();
    let alias = match word_at(tokens, at + 3) {
        Some(word) if word == "as" => word_at(tokens, at + 4)?.to_string(),
        _ => name.clone(),
    };
    Some((name, alias))
}

/// Whether a group of tokens is a block with names of its own.
pub(super) fn is_block(delimiter: Delimiter) -> bool {
    delimiter == Delimiter::Brace
}

/// A path as strings.
pub(super) fn strings(path: &[Ident]) -> Path {
    path.iter().map(unraw).collect()
}

/// A word without the mark that keeps it from being a keyword.
pub(super) fn unraw(word: &Ident) -> String {
    let word = word.to_string();
    word.strip_prefix("r#").map(ToOwned::to_owned).unwrap_or(word)
}
