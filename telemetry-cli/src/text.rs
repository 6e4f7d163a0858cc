//! Text of unknown origin, made fit for a terminal: control characters made visible, width measured in columns,
//! cut and broken where a row ends. `sheet` lets no text pass that did not come through here.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text with every character shown that would steer a terminal or reorder what a person reads: `\u{1b}`.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\t' => shown.push(' '),
            c if steers(c) => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal would obey the character, or a reader be misled by it.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Columns that clean text takes. The sum over its characters, as terminals count that join none of them.
pub(crate) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| c.width().unwrap_or(0))
        .sum::<usize>()
        .max(text.width())
}

/// Text of at most so many columns; what is missing is shown by a sign.
pub(crate) fn cut<'t>(text: &'t str, most: usize, more: &str) -> Cow<'t, str> {
    if columns(text) <= most {
        return Cow::Borrowed(text);
    }
    let most = most.saturating_sub(columns(more));
    let mut shown = String::new();
    for character in text.chars() {
        shown.push(character);
        if columns(&shown) > most {
            shown.pop();
            break;
        }
    }
    if columns(&shown) + columns(more) <= most + columns(more) && most > 0 {
        shown.push_str(more);
    }
    Cow::Owned(shown)
}

/// Whether text takes more columns; of a long text no more is looked at than it takes to know.
fn is_wider(text: &str, most: usize) -> bool {
    let mut sum = 0;
    text.chars().any(|c| {
        sum += c.width().unwrap_or(0);
        sum > most
    }) || text.width() > most
}

/// Breaks text between words into a first row of one width and more of another; a word that is longer than a
/// row is broken where the row ends.
pub(crate) fn wrap(text: &str, first: usize, others: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut row = String::new();
    for word in text.split_inclusive(' ') {
        let mut word = word;
        loop {
            let width = if rows.is_empty() { first } else { others }.max(1);
            let shown = word.trim_end();
            let room = width.checked_sub(columns(&row));
            if room.is_some_and(|room| !is_wider(shown, room)) {
                row.push_str(word);
                break;
            }
            if row.is_empty() && (is_wider(shown, others) || width >= others) {
                let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
                let fits = ends.take_while(|end| columns(&word[..*end]) <= width).last();
                let split = fits
                    .or_else(|| word.chars().next().map(char::len_utf8))
                    .unwrap_or(word.len());
                row.push_str(&word[..split]);
                word = &word[split..];
            }
            rows.push(std::mem::take(&mut row));
        }
    }
    if rows.is_empty() || !row.is_empty() {
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_reordering_marks_are_shown_and_not_obeyed() {
        assert_eq!(
            clean("a\u{1b}[31mred\u{9b}2J\u{202e}\r\u{7}"),
            "a\\u{1b}[31mred\\u{9b}2J\\u{202e}\\r\\u{7}"
        );
        assert!(matches!(clean("ordinary – ünïcödé 漢字"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_word_of_a_megabyte_is_broken_into_rows_in_a_moment() {
        let rows = wrap(&"x".repeat(1 << 20), 40, 64);
        assert_eq!(rows.iter().map(String::len).sum::<usize>(), 1 << 20);
        assert_eq!((rows[0].len(), rows[1].len()), (40, 64));
    }

    #[test]
    fn wide_characters_count_as_two_columns_when_text_is_cut() {
        assert_eq!(cut("漢字漢字", 5, "…"), "漢字…");
        assert_eq!(cut("漢字漢字", 8, "…"), "漢字漢字");
        assert_eq!(cut("abc", 0, "…"), "");
    }
}
