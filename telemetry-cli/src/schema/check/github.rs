//! Mistakes as GitHub's workflow commands, which annotate lines in a pull request: `::error file=…,line=…::text`.
//! Escaped as the Actions toolkit does it, so that no text of a schema can be a command of its own.

use std::io::{self, Write};

use telemetry_schema::diagnostic::{At, Diagnostic};

use super::{Schema, trim};
use crate::text::steers;

/// One command a mistake; then, for whoever reads the log, a line for each schema.
pub(super) fn write(schemas: &[Schema], out: &mut dyn Write) -> io::Result<()> {
    for schema in schemas {
        for found in &schema.compiled.diagnostics {
            command(schema, found, out)?;
        }
    }
    for schema in schemas {
        // The name is as typed; an end of line in it could begin a command.
        writeln!(
            out,
            "{}",
            data(&format!("schema {}: {}", schema.name, schema.summary()))
        )?;
    }
    Ok(())
}

fn command(schema: &Schema, found: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let at = &found.primary.at;
    let (end_line, end_column) = schema.end(at);
    write!(
        out,
        "::{} title={},file={},line={},endLine={end_line}",
        found.code.severity().as_str(),
        property(found.code.as_str()),
        property(trim(&at.file)),
        at.line
    )?;
    // GitHub takes columns only where the first line is the last.
    if end_line == at.line {
        write!(out, ",col={},endColumn={end_column}", at.column)?;
    }
    let mut text = found.message.clone();
    if !found.primary.text.is_empty() {
        text = format!("{text}: {}", found.primary.text);
    }
    for label in &found.secondary {
        let At { file, line, .. } = &label.at;
        text = format!("{text}\n{}:{line}: {}", trim(file), label.text);
    }
    if let Some(help) = &found.help {
        text = format!("{text}\nhelp: {help}");
    }
    writeln!(out, "::{}", data(&text))
}

/// Text behind the second `::`. What else would steer a terminal that shows the log is made visible.
pub(crate) fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            c if steers(c) => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The value of a property, which a comma or colon would end.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn text_is_escaped_as_the_toolkit_does_it() {
        let text = "100%: a, b\r\n::error::c";
        assert_eq!(data(text), "100%25: a, b%0D%0A::error::c");
        assert_eq!(property(text), "100%25%3A a%2C b%0D%0A%3A%3Aerror%3A%3Ac");
        assert_eq!(data("%0A"), "%250A", "what looks escaped is text too");
    }
}
