//! Bounds of what a record may carry, and the one way in which text comes into a record: scrubbed first, then cut.
//! Every sink that encodes a record goes through here, so that no record is ever longer or franker than another.

use std::borrow::Cow;

use crate::scrub;

/// Most attributes of a record.
pub const ATTRIBUTES: usize = 64;

/// Most links of a span.
pub const LINKS: usize = 32;

/// Longest string attribute in bytes, where its schema says nothing.
pub const ATTRIBUTE: usize = 1024;

/// Longest body, message or notice in bytes.
pub const BODY: usize = 4096;

/// Longest text that is looked at. A program may log a file's whole content; that costs no more than this.
pub(crate) const LOOKED_AT: usize = 64 * 1024;

/// What stands in place of a secret.
pub const REDACTED: &str = "[redacted]";

/// The longest beginning of `text` that takes at most `max` bytes and ends between two characters.
pub fn clamp(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

/// Free text as a record carries it: without secrets, and at most `max` bytes long.
///
/// It is scrubbed before it is cut, because half a secret has no shape to know it by.
pub fn free_text(text: &str, max: usize) -> Cow<'_, str> {
    match scrub::scrub(clamp(text, LOOKED_AT)) {
        Cow::Borrowed(clean) => Cow::Borrowed(clamp(clean, max)),
        Cow::Owned(mut clean) => {
            clean.truncate(clean.floor_char_boundary(max));
            Cow::Owned(clean)
        }
    }
}
