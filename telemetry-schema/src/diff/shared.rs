//! What items of every kind have in common: names, deprecation, words, and the attributes that they use.

use super::Differ;
use super::change::{ALL, Hurt, Kind, Subject, Verdict};
use crate::model::{AttributeUse, Deprecated, Item};

impl Subject {
    /// The id, and the word at call sites.
    pub(super) fn renamed(&mut self, before: &Item, after: &Item) {
        let word = (before.rust_name != after.rust_name).then_some(Hurt::CallSite);
        if before.id != after.id {
            let says = format!("was `{}`", before.id);
            self.renamed_to(word, before.deprecated.as_ref(), says);
        } else if word.is_some() {
            let says = format!(
                "is `{}` at call sites, was `{}`",
                after.rust_name, before.rust_name
            );
            self.say(Verdict::Renamed, &[Hurt::CallSite], says);
        }
    }

    /// Another id: the former one is still found in old files, and in no query.
    pub(super) fn renamed_to(
        &mut self,
        word: Option<Hurt>,
        deprecated: Option<&Deprecated>,
        says: impl Into<String>,
    ) {
        let hurts: Vec<Hurt> = match deprecated {
            Some(_) => Vec::new(),
            None => word.into_iter().chain([Hurt::StoredQuery]).collect(),
        };
        self.say(Verdict::Renamed, &hurts, says);
    }

    /// Deprecation, former ids and words.
    pub(super) fn item(&mut self, before: &Item, after: &Item) {
        self.deprecation("", before.deprecated.as_ref(), after.deprecated.as_ref());
        self.former(
            "",
            &before.id,
            &before.renamed_from,
            &after.id,
            &after.renamed_from,
        );
        let words = [
            ("brief", before.brief != after.brief),
            ("note", before.note != after.note),
            ("owner", before.owner != after.owner),
            ("issue", before.issue != after.issue),
            ("expires_in", before.expires_in != after.expires_in),
            ("allow", before.allow != after.allow),
        ];
        // What the compiler supplies is worded by the compiler.
        if !before.implicit && !after.implicit {
            self.words(&words);
        }
    }

    /// One change for all keys whose words are other ones.
    pub(super) fn words(&mut self, words: &[(&str, bool)]) {
        let other: Vec<String> = words
            .iter()
            .filter(|(_, other)| *other)
            .map(|(key, _)| format!("`{key}`"))
            .collect();
        if !other.is_empty() {
            let says = format!("other words in {}", other.join(", "));
            self.say(Verdict::Reworded, &[], says);
        }
    }

    /// `of` is empty for the item itself, or a part of it.
    pub(super) fn deprecation(&mut self, of: &str, before: Option<&Deprecated>, after: Option<&Deprecated>) {
        match (before, after) {
            (None, Some(deprecated)) => {
                let instead = deprecated.instead.as_ref();
                let instead = instead.map_or(String::new(), |id| format!("; use `{id}`"));
                let says = format!("{of}is to go: {}{instead}", deprecated.reason);
                self.say(Verdict::Deprecated, &[], says);
            }
            (Some(_), None) => self.say(Verdict::Widened, &[], format!("{of}is no longer deprecated")),
            (Some(before), Some(after)) if before != after => {
                let says = format!("{of}other words in `deprecated`");
                self.say(Verdict::Reworded, &[], says);
            }
            _ => {}
        }
    }

    /// Former ids that are forgotten leave old files unread.
    pub(super) fn former(&mut self, of: &str, was: &str, before: &[String], is: &str, after: &[String]) {
        for id in before.iter().filter(|id| !after.contains(id) && *id != is) {
            let says = format!("{of}is no longer known to have been `{id}`");
            self.say(Verdict::Narrowed, &[Hurt::OldFile], says);
        }
        // A merger is told where the other one went.
        let new = after.iter().filter(|id| !before.contains(id) && *id != was);
        if was == is && new.count() > 0 {
            self.say(
                Verdict::Reworded,
                &[],
                format!("{of}other words in `renamed_from`"),
            );
        }
    }

    /// A choice that became another one: whoever relied on the former is hurt.
    pub(super) fn changed(&mut self, what: &str, before: &str, after: &str, hurts: &[Hurt]) {
        if before != after {
            let says = format!("{what} is {after}, was {before}");
            self.say(Verdict::Narrowed, hurts, says);
        }
    }

    /// A set of which something went or to which something came, told item by item.
    ///
    /// `before` has today's ids, each with whether its going was announced.
    pub(super) fn set(&mut self, what: &str, before: &[(String, bool)], after: &[String], hurts: &[Hurt]) {
        for (id, announced) in before {
            if !after.contains(id) {
                let hurts = if *announced { &[] } else { hurts };
                self.say(Verdict::Narrowed, hurts, format!("no longer {what} `{id}`"));
            }
        }
        for id in after {
            if !before.iter().any(|(before, _)| before == id) {
                self.say(Verdict::Widened, &[], format!("now {what} `{id}`"));
            }
        }
    }
}

impl Differ<'_> {
    /// The attributes that an item uses.
    pub(super) fn uses(&self, before: &[AttributeUse], after: &[AttributeUse], subject: &mut Subject) {
        let is = |used: &AttributeUse| self.head.attributes[used.attribute].item.id.as_str();
        let mut new: Vec<&AttributeUse> = after.iter().collect();
        for used in before {
            let item = &self.base.attributes[used.attribute].item;
            let id = self.today(Kind::Attribute, &item.id);
            let Some(at) = new.iter().position(|after| is(after) == id) else {
                let hurts = if item.deprecated.is_some() { &[] } else { ALL };
                subject.say(Verdict::Narrowed, hurts, format!("no longer has `{}`", item.id));
                continue;
            };
            match (used.required, new.swap_remove(at).required) {
                (true, false) => {
                    let says = format!("may do without `{id}`");
                    subject.say(Verdict::Widened, &[Hurt::StoredQuery], says);
                }
                (false, true) => {
                    let says = format!("cannot do without `{id}` any more");
                    subject.say(Verdict::Narrowed, &[Hurt::CallSite, Hurt::OldFile], says);
                }
                _ => {}
            }
        }
        for used in after
            .iter()
            .filter(|used| new.iter().any(|new| is(new) == is(used)))
        {
            let id = is(used);
            if used.required {
                let hurts = &[Hurt::CallSite, Hurt::OldFile];
                subject.say(Verdict::Narrowed, hurts, format!("needs `{id}` from now on"));
            } else {
                subject.say(Verdict::Widened, &[], format!("may have `{id}`"));
            }
        }
    }
}
