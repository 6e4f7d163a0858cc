//! Finds well-known shapes of secrets in free text and puts `[redacted]` in their place. Every free text of a
//! record passes through here on its way into a sink.
//!
//! It knows shapes, not meanings: a net under the program, not a licence to log passwords. One pass of a
//! multi-string search finds the places where a secret could be; only those are looked at closely. Ordinary
//! prose, paths, hex ids and digests are left alone, and what was scrubbed once stays as it is.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use crate::clamp::REDACTED;
use crate::glance::{Look, look};
use crate::shape::SHAPES;

/// Shorter than this is no secret of a known shape.
const SHORTEST: usize = 6;

/// `text` without secrets; borrowed when there is none in it.
///
/// ```
/// let said = telemetry_runtime::scrub::scrub("cloning https://me:hunter2@example.com/repo");
/// assert_eq!(said, "cloning https://[redacted]@example.com/repo");
/// ```
pub fn scrub(text: &str) -> Cow<'_, str> {
    if text.len() < SHORTEST {
        return Cow::Borrowed(text);
    }
    let Some(search) = search() else {
        return Cow::Borrowed(text);
    };
    let mut clean = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = search.find(Input::new(text).range(at..)) {
        let shape = &SHAPES[found.pattern().as_usize()];
        at = found.start() + 1;
        let Some(Range { start, end }) = look(shape.look, text, found.range(), shape.needle) else {
            continue;
        };
        // Secrets begin and end beside ASCII characters, so that these always are slices.
        let (Some(before), Some(secret)) = (text.get(kept..start), text.get(start..end)) else {
            continue;
        };
        at = end.max(at);
        if secret != REDACTED {
            clean.push_str(before);
            clean.push_str(REDACTED);
            kept = end;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[kept..]);
    Cow::Owned(clean)
}

/// Whether an argument of a command line says that the next one is a secret, such as `--password`.
pub(crate) fn is_secret_flag(argument: &str) -> bool {
    let ends_with = |needle: &str| {
        let name = argument
            .len()
            .checked_sub(needle.len())
            .and_then(|cut| argument.get(cut..));
        name.is_some_and(|name| name.eq_ignore_ascii_case(needle))
    };
    argument.starts_with("--")
        && SHAPES
            .iter()
            .any(|shape| matches!(shape.look, Look::Pair { .. }) && ends_with(shape.needle))
}

/// Built once; the shapes are fixed, so that it either always works or a test says so.
fn search() -> Option<&'static AhoCorasick> {
    static SEARCH: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    SEARCH
        .get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostFirst)
                .build(SHAPES.iter().map(|shape| shape.needle))
                .ok()
        })
        .as_ref()
}
