//! Texts of a page, each once: names, keys and tags are repeated by every span of a run.

use std::collections::HashMap;

use serde::Serialize;

use crate::quantity::count;
use crate::text::steers;

/// Bytes of a text, at most.
const LONGEST: usize = 16 * 1024;

/// Texts by number.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Texts {
    list: Vec<String>,
    #[serde(skip)]
    numbers: HashMap<String, u32>,
}

impl Texts {
    /// The number of a text.
    pub(crate) fn put(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(visible(text));
        self.numbers.insert(text.to_owned(), number);
        number
    }
}

/// A text with every character shown that would mislead its reader, as on a terminal; lines stay lines. Of one that is
/// too long for a page the rest is counted.
pub(crate) fn visible(text: &str) -> String {
    let mut end = text.len();
    if end > LONGEST {
        end = (0..=LONGEST)
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
    }
    let mut shown = String::with_capacity(end);
    for character in text[..end].chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            c if steers(c) => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    if end < text.len() {
        let rest = count((text.len() - end) as u64, "more byte");
        shown.extend(["… (", &rest, ")"]);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_steers_nobody() {
        let mut texts = Texts::default();
        assert_eq!(
            (texts.put("a\u{202e}b\n\tc"), texts.put("x"), texts.put("x")),
            (0, 1, 1)
        );
        assert_eq!(texts.list, ["a\\u{202e}b\n\tc", "x"]);
    }

    #[test]
    fn of_a_text_that_is_too_long_the_rest_is_counted() {
        let shown = visible(&"é".repeat(LONGEST));
        assert!(
            shown.ends_with("é… (16,384 more bytes)"),
            "{}",
            &shown[LONGEST - 2..]
        );
    }
}
