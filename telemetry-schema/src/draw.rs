//! Diagnostics as a person reads them: the line, the token underlined, the second place, what to type instead.
//! Build scripts and the command line show the same drawing.

use std::collections::HashMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::Source;
use crate::diagnostic::{Diagnostic, Label, Severity};

/// Whether a drawing has terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Text only: for files, pipes and `NO_COLOR`.
    Plain,
    /// With ANSI escape sequences.
    Ansi,
}

/// Widest line of a drawing, so that it does not depend on who runs the compiler.
const WIDTH: usize = 120;

/// Draws diagnostics with an empty line between; empty when there is none.
pub fn all(diagnostics: &[Diagnostic], sources: &[Source], colour: Colour) -> String {
    let texts: HashMap<&str, &str> = sources
        .iter()
        .map(|source| (source.path.as_str(), source.text.as_str()))
        .collect();
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Ansi => Renderer::styled(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut drawing = String::new();
    for diagnostic in diagnostics {
        if !drawing.is_empty() {
            drawing.push('\n');
        }
        drawing.push_str(&renderer.render(&[group(diagnostic, &texts)]));
        drawing.push('\n');
    }
    drawing
}

/// Draws one diagnostic.
pub fn one(diagnostic: &Diagnostic, sources: &[Source], colour: Colour) -> String {
    all(std::slice::from_ref(diagnostic), sources, colour)
}

fn group<'a>(diagnostic: &'a Diagnostic, texts: &HashMap<&str, &'a str>) -> Group<'a> {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    // Places in the same file share one picture.
    let (here, elsewhere): (Vec<&Label>, Vec<&Label>) = diagnostic
        .secondary
        .iter()
        .partition(|label| label.at.file == diagnostic.primary.at.file);
    let mut shared = snippet(&diagnostic.primary, AnnotationKind::Primary, texts);
    for label in here {
        shared = shared.annotation(annotation(label, AnnotationKind::Context, texts));
    }
    let mut group = title.element(shared);
    for label in elsewhere {
        group = group.element(snippet(label, AnnotationKind::Context, texts));
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

fn snippet<'a>(
    label: &'a Label,
    kind: AnnotationKind,
    texts: &HashMap<&str, &'a str>,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = texts.get(&*label.at.file).copied().unwrap_or_default();
    Snippet::source(text)
        .path(&*label.at.file)
        .annotation(annotation(label, kind, texts))
}

fn annotation<'a>(
    label: &'a Label,
    kind: AnnotationKind,
    texts: &HashMap<&str, &'a str>,
) -> annotate_snippets::Annotation<'a> {
    let length = texts.get(&*label.at.file).map_or(0, |text| text.len());
    let bytes = label.at.bytes.start.min(length)..label.at.bytes.end.min(length);
    let annotation = kind.span(bytes);
    if label.text.is_empty() {
        annotation
    } else {
        annotation.label(label.text.as_str())
    }
}
