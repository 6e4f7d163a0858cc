//! The only way from a run file's text to the terminal: every piece of text goes through a [`Row`], which makes
//! control characters visible, measures in columns and never gets wider than the sheet. A run file is written
//! by whatever ran; an escape sequence in it must not steer the terminal of the person who reads it.

use std::io::{self, Write};

use crate::look::{Ink, Look};
use crate::text::{clean, columns, cut, wrap};

/// Rows of text of one width.
pub(crate) struct Sheet<'w> {
    out: &'w mut dyn Write,
    /// How it looks.
    pub(crate) look: Look,
}

impl<'w> Sheet<'w> {
    /// A sheet that is written as it is filled.
    pub(crate) fn new(out: &'w mut dyn Write, look: Look) -> Self {
        Sheet { out, look }
    }

    /// An empty row to fill.
    pub(crate) fn row(&self) -> Row {
        Row {
            text: String::new(),
            used: 0,
            width: self.look.width,
            color: self.look.color,
            more: self.look.signs().more,
        }
    }

    /// Writes a row.
    pub(crate) fn put(&mut self, row: &Row) -> io::Result<()> {
        writeln!(self.out, "{}", row.text.trim_end_matches(' '))
    }

    /// Writes an empty row.
    pub(crate) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Writes a section's head: an empty row, its name and a remark on it.
    pub(crate) fn section(&mut self, name: &str, remark: &str) -> io::Result<()> {
        self.blank()?;
        let pieces = [(Ink::Strong, name.to_owned()), (Ink::Faint, remark.to_owned())];
        self.flow(0, "  ", &pieces)
    }

    /// Writes pieces one after the other with a separator between; a piece that finds no room goes to a new row,
    /// indented, and one that is too long for any row is broken between words. Empty pieces are left out.
    pub(crate) fn flow(
        &mut self,
        indent: usize,
        separator: &str,
        pieces: &[(Ink, String)],
    ) -> io::Result<()> {
        let mut row = self.row();
        row.to(indent);
        let mut begun = false;
        let hanging = indent + if indent + 2 < self.look.width / 2 { 2 } else { 0 };
        for (ink, text) in pieces.iter().filter(|(_, text)| !text.is_empty()) {
            let text = clean(text);
            let gap = if begun { columns(separator) } else { 0 };
            if begun && row.room() < gap + columns(&text) {
                self.put(&row)?;
                row = self.row();
                row.to(hanging);
            } else if begun {
                row.put(Ink::Faint, separator);
            }
            begun = true;
            let mut parts = wrap(&text, row.room(), self.look.width - hanging).into_iter();
            row.put(*ink, parts.next().unwrap_or_default().trim_end());
            for part in parts {
                self.put(&row)?;
                row = self.row();
                row.to(hanging).put(*ink, part.trim_end());
            }
        }
        if begun { self.put(&row) } else { Ok(()) }
    }

    /// Writes a row that ends in text; what finds no room in it goes on below, from a column on.
    pub(crate) fn put_going_on(
        &mut self,
        mut row: Row,
        column: usize,
        ink: Ink,
        text: &str,
    ) -> io::Result<()> {
        // In a narrow terminal what goes on begins further left.
        let column = column.min(self.look.width / 2);
        let mut parts = wrap(&clean(text), row.room(), self.look.width - column).into_iter();
        row.put(ink, parts.next().unwrap_or_default().trim_end());
        self.put(&row)?;
        for part in parts {
            let mut row = self.row();
            row.to(column).put(ink, part.trim_end());
            self.put(&row)?;
        }
        Ok(())
    }

    /// Writes text that may have several lines, indented; of more than `most` lines the rest is counted.
    pub(crate) fn paragraph(&mut self, indent: usize, ink: Ink, text: &str, most: usize) -> io::Result<()> {
        let lines: Vec<&str> = text.lines().collect();
        let shown = if lines.len() > most {
            most.saturating_sub(1)
        } else {
            lines.len()
        };
        for line in lines.iter().take(shown) {
            self.flow(indent, "", &[(ink, line.trim_end().to_owned())])?;
        }
        if shown < lines.len() {
            let rest = format!("{} {} more lines", self.look.signs().more, lines.len() - shown);
            self.flow(indent, "", &[(Ink::Faint, rest)])?;
        }
        Ok(())
    }
}

/// One line in the making. What finds no room is cut.
pub(crate) struct Row {
    text: String,
    used: usize,
    width: usize,
    color: bool,
    more: &'static str,
}

impl Row {
    /// Columns that are left.
    pub(crate) fn room(&self) -> usize {
        self.width - self.used
    }

    /// Writes text, cut to the room there is.
    pub(crate) fn put(&mut self, ink: Ink, text: &str) -> &mut Self {
        self.put_at_most(ink, text, self.room())
    }

    /// Writes text, cut to so many columns.
    pub(crate) fn put_at_most(&mut self, ink: Ink, text: &str, most: usize) -> &mut Self {
        let text = clean(text);
        let text = cut(&text, most.min(self.room()), self.more);
        self.used += columns(&text);
        if self.color && ink != Ink::Plain && !text.trim().is_empty() {
            let style = ink.style();
            self.text.extend([
                style.render().to_string().as_str(),
                &text,
                &style.render_reset().to_string(),
            ]);
        } else {
            self.text.push_str(&text);
        }
        self
    }

    /// Writes text so that it ends before a column.
    pub(crate) fn put_ending(&mut self, column: usize, ink: Ink, text: &str) -> &mut Self {
        let wide = columns(&clean(text));
        self.to(column.saturating_sub(wide)).put(ink, text)
    }

    /// Goes on at a column, if the row is not past it.
    pub(crate) fn to(&mut self, column: usize) -> &mut Self {
        let gap = column.min(self.width).saturating_sub(self.used);
        self.text.extend(std::iter::repeat_n(' ', gap));
        self.used += gap;
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::text::steers;

    fn look(width: usize, color: bool) -> Look {
        Look {
            width,
            color,
            ascii: false,
            zone: TimeZone::UTC,
        }
    }

    fn flowed(width: usize, pieces: &[&str]) -> String {
        let mut out = Vec::new();
        let pieces: Vec<(Ink, String)> = pieces
            .iter()
            .map(|text| (Ink::Plain, (*text).to_owned()))
            .collect();
        Sheet::new(&mut out, look(width, false))
            .flow(2, " · ", &pieces)
            .expect("a vector takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn pieces_flow_over_rows_and_long_ones_are_broken_between_words() {
        assert_eq!(
            flowed(30, &["one", "", "two", "three and some words more than a row"]),
            "  one · two\n    three and some words more\n    than a row\n"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_a_row_wider_than_the_sheet_or_reaches_the_terminal_raw(
            pieces in prop::collection::vec(any::<String>(), 0..6), width in 20usize..90,
        ) {
            let mut out = Vec::new();
            let mut sheet = Sheet::new(&mut out, look(width, false));
            let inked: Vec<(Ink, String)> = pieces.iter().map(|text| (Ink::Bad, text.clone())).collect();
            sheet.flow(2, " · ", &inked).expect("a vector takes everything");
            for piece in &pieces {
                let mut row = sheet.row();
                row.put(Ink::Strong, piece).put_ending(width, Ink::Plain, piece);
                sheet.put(&row).expect("a vector takes everything");
                sheet.paragraph(4, Ink::Plain, piece, 3).expect("a vector takes everything");
            }
            for line in String::from_utf8(out).expect("text").lines() {
                prop_assert!(columns(line) <= width, "{line:?}");
                prop_assert!(!line.chars().any(steers), "{line:?}");
            }
        }
    }
}
