//! JSON on standard output. The text of a run file goes through here too, so that what a terminal would obey is
//! escaped: JSON itself allows C1 control characters and reordering marks to stand bare in a string.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::failure::Failure;
use crate::text::steers;

/// Writes one document and an end of line.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    value.serialize(&mut Serializer::with_formatter(
        &mut *out,
        Visible(PrettyFormatter::new()),
    ))?;
    writeln!(out)?;
    Ok(())
}

/// Writes a line of a run file, which a terminal can be shown too.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn Write) -> Result<(), Failure> {
    text(&serde_json::to_string(value)?, out)
}

/// Writes a line that is JSON already.
pub(crate) fn text(line: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rest = line;
    while let Some(at) = rest.find(steers) {
        out.write_all(&rest.as_bytes()[..at])?;
        let character = rest[at..].chars().next().unwrap_or_default();
        if matches!(character, '\t' | '\r' | '\n') {
            // They stand outside of strings, where JSON has no other such character and no escapes.
            out.write_all(b" ")?;
            rest = &rest[at + 1..];
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = &rest[at + character.len_utf8()..];
    }
    writeln!(out, "{rest}")?;
    Ok(())
}

/// Pretty, and with every character escaped that would steer a terminal.
struct Visible<'f>(PrettyFormatter<'f>);

impl Formatter for Visible<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(steers) {
            writer.write_all(&rest.as_bytes()[..at])?;
            let character = rest[at..].chars().next().unwrap_or_default();
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(writer, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn characters_that_steer_a_terminal_are_escaped_and_read_back_the_same() {
        let text = "a\u{1b}[2J\u{9b}31m\u{202e}\u{e0041}\u{7f}\n漢字 \"quoted\"";
        let mut out = Vec::new();
        super::write(&[text], &mut out).expect("a vector takes everything");
        let shown = String::from_utf8(out).expect("JSON is text");
        assert!(
            !shown
                .trim_end()
                .chars()
                .any(|c| c != '\n' && crate::text::steers(c)),
            "{shown:?}"
        );
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&shown).expect("still JSON"),
            [text]
        );
    }
}
