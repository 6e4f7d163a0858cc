//! The forms of the schema's own call sites: its macros and what is called on them, builders, and values that name a
//! screen, a stage or an error at run time.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};

use super::catalogue::{Id, Kind};
use super::found::{Doubt, How, Move, Sighting, Spot, Stranger};
use super::scan::{Here, Scan, last_two};
use super::scope::{Path, is_block, strings, unraw};
use super::tokens::{group_at, inside, is_punct, method_at, only_path, parts, punct_at, word_at};

/// What is called on a screen.
const OF_SCREENS: [&str; 4] = ["enter", "leave", "navigate", "action"];

impl Scan<'_> {
    /// A macro of the prelude, and what is called on it. Whether it was one.
    pub(super) fn call(
        &mut self,
        tokens: &[TokenTree],
        at: &mut usize,
        path: &[Ident],
        full: &Path,
        input: &[TokenTree],
        here: Here<'_>,
    ) -> bool {
        let Some(kind) = full.last().and_then(|name| Kind::of_macro(name)) else {
            return false;
        };
        let spot = Spot::of(path[0].span(), here.test);
        let Some(name) = word_at(input, 0) else {
            // `$name` of a macro, `#name` of what writes code.
            let made = input
                .first()
                .is_some_and(|first| is_punct(first, '$') || is_punct(first, '#'));
            if let Some(variable) = word_at(input, 1).filter(|_| made) {
                let sign = if punct_at(input, 0, '$') { '$' } else { '#' };
                self.made_by_a_macro(kind, &format!("{sign}{variable}"), spot);
                self.walk(&input[2..], here);
            }
            return made;
        };
        let fields = group_at(input, 1).filter(|group| is_block(group.delimiter()));
        let rest = 1 + usize::from(fields.is_some());
        let on = word_at(input, rest).filter(|word| *word == "on");
        let is_whole = input.len() == rest || on.is_some();
        if !is_whole
            || !name
                .to_string()
                .starts_with(|first: char| first.is_ascii_uppercase())
        {
            return false;
        }
        if let Some(screen) = on.and_then(|_| word_at(input, rest + 1)) {
            self.saw_word(
                Kind::Screen,
                &unraw(screen),
                Spot::of(screen.span(), here.test),
                How::Macro,
            );
        }
        let Some(id) = self.catalogue.find(kind, &unraw(name)) else {
            self.found.strangers.push(Stranger {
                spot,
                what: kind.as_str().to_owned(),
                name: name.to_string(),
                made_by: None,
            });
            self.walk(input, here);
            return true;
        };
        self.saw(id, spot, How::Macro);
        if let Some(fields) = fields {
            let fields = inside(fields);
            for field in parts(&fields) {
                self.given(id, word_at(field, 0), here);
                self.walk(field.get(1..).unwrap_or_default(), here);
            }
        }
        self.chain(tokens, at, id, here);
        true
    }

    fn made_by_a_macro(&mut self, kind: Kind, name: &str, spot: Spot) {
        if let Some(within) = &self.within {
            self.found.forwards.push((within.clone(), kind));
        }
        self.found.strangers.push(Stranger {
            spot,
            what: kind.as_str().to_owned(),
            name: name.to_owned(),
            made_by: self.within.clone(),
        });
    }

    /// What is called on an item, one call after the other: setters, and the moves of a screen.
    fn chain(&mut self, tokens: &[TokenTree], at: &mut usize, mut id: Id, here: Here<'_>) {
        while let Some((name, arguments, next)) = method_at(tokens, *at) {
            *at = next;
            let method = unraw(name);
            let spot = Spot::of(name.span(), here.test);
            let to = (id.kind == Kind::Screen && method == "navigate").then(|| self.target(arguments, here));
            match to.flatten() {
                Some(to) => {
                    self.saw(to, spot, How::Navigate);
                    self.found.moves.push(Move { from: id, to, spot });
                    id = to;
                }
                None => {
                    self.given(id, Some(name), here);
                    if self.catalogue.attribute(id, &method).is_none() {
                        self.method(&method, arguments, here);
                        continue;
                    }
                }
            }
            self.walk(&inside(arguments), here);
        }
    }

    /// The screen that `.navigate(…)` goes to, where its argument is a name.
    fn target(&self, arguments: &Group, here: Here<'_>) -> Option<Id> {
        self.named(Kind::Screen, arguments, here)
    }

    fn named(&self, kind: Kind, arguments: &Group, here: Here<'_>) -> Option<Id> {
        let path = only_path(&inside(arguments))?;
        let full = here.scope.resolve(&strings(&path));
        self.catalogue.find(kind, full.last()?)
    }

    /// A method of something whose type is not known here.
    pub(super) fn method(&mut self, name: &str, arguments: &Group, here: Here<'_>) {
        let spot = Spot::of(arguments.span_open(), here.test);
        let named = match name {
            "navigate" => self
                .named(Kind::Screen, arguments, here)
                .map(|id| (id, How::Navigate)),
            "timing" => self
                .named(Kind::Timing, arguments, here)
                .map(|id| (id, How::Timing)),
            _ => None,
        };
        if let Some((id, how)) = named {
            self.saw(id, spot, how);
            return;
        }
        let set: Vec<Id> = self.catalogue.of_guards(name).collect();
        for id in set {
            self.saw(id, spot, How::Setter);
        }
        self.walk(&inside(arguments), here);
    }

    /// A path that is no macro: perhaps a builder, or a value that stands for an item.
    pub(super) fn value(&mut self, tokens: &[TokenTree], at: &mut usize, path: &[Ident], here: Here<'_>) {
        let (Some(first), Some(last)) = (path.first(), path.last()) else {
            return;
        };
        let full = here.scope.resolve(&strings(path));
        let spot = Spot::of(first.span(), here.test);
        if let Some((before, last)) = last_two(&full) {
            let kind = match before {
                "ErrorType" => Some(Kind::Error),
                "Screen" | "screens" => Some(Kind::Screen),
                "Stage" => Some(Kind::Stage),
                "stages" => Some(Kind::Timing),
                _ => None,
            };
            if let Some(id) = kind.and_then(|kind| self.catalogue.find(kind, last)) {
                self.found.sightings.push(Sighting {
                    id,
                    spot,
                    how: How::Value,
                    doubt: doubt(&full, before),
                });
                if id.kind == Kind::Screen {
                    self.chain(tokens, at, id, here);
                }
                return;
            }
            let builder = Kind::of_macro(last).and_then(|kind| self.catalogue.find(kind, before));
            let begins =
                group_at(tokens, *at).is_some_and(|group| group.delimiter() == Delimiter::Parenthesis);
            if let Some(id) = builder.filter(|_| begins) {
                self.saw(id, spot, How::Builder);
                *at += 1;
                self.chain(tokens, at, id, here);
                return;
            }
        }
        let on_a_screen =
            method_at(tokens, *at).is_some_and(|(name, _, _)| OF_SCREENS.iter().any(|of| name == of));
        if path.len() == 1
            && on_a_screen
            && let Some(id) = self.catalogue.find(Kind::Screen, &unraw(last))
        {
            self.saw(id, spot, How::Value);
            self.chain(tokens, at, id, here);
        }
    }

    /// `#[stage(Name)]`, `#[stage(Name as stage)]`.
    pub(super) fn stage_attribute(&mut self, arguments: &[TokenTree], test: bool) {
        let Some(name) = word_at(arguments, 0) else { return };
        let spot = Spot::of(name.span(), test);
        let word = unraw(name);
        // Other crates have an attribute of this name too.
        let is_type = word.starts_with(|first: char| first.is_ascii_uppercase());
        if is_type && !self.saw_word(Kind::Stage, &word, spot, How::Macro) {
            self.found.strangers.push(Stranger {
                spot,
                what: Kind::Stage.as_str().to_owned(),
                name: word,
                made_by: None,
            });
        }
    }

    /// An attribute that is given with an item.
    fn given(&mut self, of: Id, name: Option<&Ident>, here: Here<'_>) {
        let Some(name) = name else { return };
        if let Some(id) = self.catalogue.attribute(of, &unraw(name)) {
            self.saw(id, Spot::of(name.span(), here.test), How::With);
        }
    }

    fn saw(&mut self, id: Id, spot: Spot, how: How) {
        self.found.sightings.push(Sighting {
            id,
            spot,
            how,
            doubt: None,
        });
    }

    fn saw_word(&mut self, kind: Kind, word: &str, spot: Spot, how: How) -> bool {
        let id = self.catalogue.find(kind, word);
        if let Some(id) = id {
            self.saw(id, spot, how);
        }
        id.is_some()
    }
}

/// Types that name items at run time.
pub(super) const TYPES: [&str; 3] = ["Screen", "Stage", "ErrorType"];

/// Whether a type of this name may be the program's own.
fn doubt(full: &[String], of_type: &str) -> Option<Doubt> {
    let name = TYPES.into_iter().find(|name| *name == of_type)?;
    match full.first().map(String::as_str) {
        Some("crate" | "self" | "super") => Some(Doubt::Anywhere(name)),
        Some(first) if first == name => Some(Doubt::Here(name)),
        _ => None,
    }
}
