//! What changed in attributes and errors: types, closed sets, limits, and who may see a value.

use super::Differ;
use super::change::{ALL, Hurt, Subject, Verdict};
use super::pair::{Pair, pairs};
use crate::model::{Attribute, AttributeKind, EnumValue, ErrorType, Sensitivity};

/// Units in which a call site may give a duration.
const TIME: [&str; 4] = ["s", "ms", "us", "ns"];

impl<'m> Differ<'m> {
    pub(super) fn attribute(&self, before: &'m Attribute, after: &'m Attribute, subject: &mut Subject) {
        kind(&before.kind, &after.kind, subject);
        if let (AttributeKind::Enum(before), AttributeKind::Enum(after)) = (&before.kind, &after.kind) {
            values(before, after, subject);
        }
        length(before, after, subject);
        unit(before.unit.as_deref(), after.unit.as_deref(), subject);
        sensitivity(before.sensitivity, after.sensitivity, subject);
        match (before.scrub, after.scrub) {
            (false, true) => subject.say(Verdict::Narrowed, &[], "its text is scrubbed of secrets"),
            (true, false) => subject.say(Verdict::Widened, &[], "its text is no longer scrubbed of secrets"),
            _ => {}
        }
        if !before.item.implicit && !after.item.implicit {
            subject.words(&[
                ("examples", before.examples != after.examples),
                ("standard", before.standard != after.standard),
            ]);
        }
    }

    pub(super) fn error(&self, before: &'m ErrorType, after: &'m ErrorType, subject: &mut Subject) {
        let code = |error: &ErrorType| {
            error
                .code
                .as_ref()
                .map_or("none".to_owned(), |code| format!("`{code}`"))
        };
        if before.code.is_none() && after.code.is_some() {
            subject.say(Verdict::Widened, &[], format!("has the code {}", code(after)));
        } else {
            subject.changed("its code", &code(before), &code(after), &[Hurt::StoredQuery]);
        }
    }
}

fn kind(before: &AttributeKind, after: &AttributeKind, subject: &mut Subject) {
    let (was, is) = (before.as_str(), after.as_str());
    if was == is {
        return;
    }
    let says = format!("is of type `{is}`, was `{was}`");
    match (before, after) {
        // Whatever was recorded can still be read; what arrives is another type, and so is the call's argument.
        (AttributeKind::Int, AttributeKind::Double) | (AttributeKind::Ints, AttributeKind::Doubles) => {
            subject.say(Verdict::Widened, &[Hurt::CallSite, Hurt::StoredQuery], says);
        }
        // Closed sets are text on the wire.
        (_, AttributeKind::String) if is_closed(before) => {
            subject.say(Verdict::Widened, &[Hurt::CallSite], says);
        }
        (AttributeKind::String, _) if is_closed(after) => {
            subject.say(Verdict::Narrowed, &[Hurt::CallSite, Hurt::OldFile], says);
        }
        _ => subject.say(Verdict::Narrowed, ALL, says),
    }
}

fn is_closed(kind: &AttributeKind) -> bool {
    matches!(
        kind,
        AttributeKind::Enum(_) | AttributeKind::Screen | AttributeKind::Stage | AttributeKind::Error
    )
}

fn values(before: &[EnumValue], after: &[EnumValue], subject: &mut Subject) {
    let id = |value: &EnumValue| value.id.clone();
    for pair in pairs(before, after, id, id, |value| value.renamed_from.clone()) {
        match pair {
            Pair::New(value) => {
                subject.say(Verdict::Added, &[], format!("value `{}` is new", value.id));
            }
            Pair::Gone(value) => {
                let says = format!("value `{}` is gone", value.id);
                let hurts = if value.deprecated.is_some() { &[] } else { ALL };
                subject.say(Verdict::Removed, hurts, says);
            }
            Pair::Merged(before, after) => value_renamed(before, after, subject),
            Pair::Kept(before, after) => {
                value_renamed(before, after, subject);
                let of = format!("value `{}` ", after.id);
                subject.deprecation(&of, before.deprecated.as_ref(), after.deprecated.as_ref());
                subject.former(
                    &of,
                    &before.id,
                    &before.renamed_from,
                    &after.id,
                    &after.renamed_from,
                );
                if before.brief != after.brief {
                    let says = format!("other words for value `{}`", after.id);
                    subject.say(Verdict::Reworded, &[], says);
                }
            }
        }
    }
}

fn value_renamed(before: &EnumValue, after: &EnumValue, subject: &mut Subject) {
    if before.id != after.id {
        let word = (before.rust_type != after.rust_type).then_some(Hurt::CallSite);
        let says = format!("value `{}` was `{}`", after.id, before.id);
        subject.renamed_to(word, before.deprecated.as_ref(), says);
    }
}

fn length(before: &Attribute, after: &Attribute, subject: &mut Subject) {
    let (was, is) = (before.max_length, after.max_length);
    let says = format!("holds {is} bytes at the most, was {was}");
    if is < was {
        subject.say(Verdict::Narrowed, &[Hurt::StoredQuery, Hurt::OldFile], says);
    } else if is > was {
        subject.say(Verdict::Widened, &[], says);
    }
}

fn unit(before: Option<&str>, after: Option<&str>, subject: &mut Subject) {
    match (before, after) {
        (None, None) => {}
        (None, Some(unit)) if TIME.contains(&unit) => {
            subject.say(Verdict::Widened, &[], format!("takes a duration, in `{unit}`"));
        }
        (Some(unit), None) if TIME.contains(&unit) => {
            let says = format!("takes no duration any more, was in `{unit}`");
            subject.say(Verdict::Narrowed, &[Hurt::CallSite], says);
        }
        (None, Some(_)) | (Some(_), None) => subject.words(&[("unit", true)]),
        (Some(was), Some(is)) => subject.changed("its unit", &format!("`{was}`"), &format!("`{is}`"), ALL),
    }
}

fn sensitivity(before: Sensitivity, after: Sensitivity, subject: &mut Subject) {
    use Sensitivity::{Identifying, Public, Secret};
    match (before, after) {
        (Public, Identifying) => subject.say(Verdict::Narrowed, &[], "is identifying, was public"),
        (Identifying, Public) => subject.say(Verdict::Widened, &[], "is public, was identifying"),
        (Public | Identifying, Secret) => {
            subject.say(
                Verdict::Narrowed,
                ALL,
                "is secret, and recorded as `[redacted]` only",
            );
        }
        (Secret, Public | Identifying) => {
            subject.say(Verdict::Widened, &[Hurt::CallSite], "is no longer secret");
        }
        (Public, Public) | (Identifying, Identifying) | (Secret, Secret) => {}
    }
}
