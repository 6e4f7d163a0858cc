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
    let places = [&diagnostic.primary].into_iter().chain(here.iter().copied());
    let picture = Picture::of(places.clone(), texts);
    let mut shared = picture.empty();
    for (number, label) in places.enumerate() {
        let kind = match number {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        shared = shared.annotation(picture.annotation(label, kind));
    }
    let mut group = title.element(shared);
    for label in elsewhere {
        let picture = Picture::of([label].into_iter(), texts);
        group = group.element(
            picture
                .empty()
                .annotation(picture.annotation(label, AnnotationKind::Context)),
        );
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// The lines of a file from the first that is marked to the last. The whole of a long file would be gone through
/// again for each of its mistakes.
struct Picture<'a> {
    path: &'a str,
    lines: &'a str,
    /// Number of the first line, from 1.
    line: usize,
    /// Where the lines begin in the file.
    from: usize,
}

impl<'a> Picture<'a> {
    /// For labels of one file.
    fn of(labels: impl Iterator<Item = &'a Label> + Clone, texts: &HashMap<&str, &'a str>) -> Picture<'a> {
        let first = labels.clone().min_by_key(|label| label.at.bytes.start);
        let path = first.map_or("", |first| &*first.at.file);
        let text = texts.get(path).copied().unwrap_or_default();
        let start = first.map_or(0, |first| first.at.bytes.start);
        let end = labels.map(|label| label.at.bytes.end).max().unwrap_or(0);
        let before = text.get(..start).unwrap_or(text);
        let from = before.rfind('\n').map_or(0, |newline| newline + 1);
        let behind = text.get(end..).unwrap_or_default();
        let to = text.len() - behind.len() + behind.find('\n').unwrap_or(behind.len());
        Picture {
            path,
            lines: text.get(from..to).unwrap_or_default(),
            line: first.map_or(1, |first| first.at.line as usize),
            from,
        }
    }

    /// With nothing marked yet.
    fn empty(&self) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        Snippet::source(self.lines).path(self.path).line_start(self.line)
    }

    fn annotation(&self, label: &'a Label, kind: AnnotationKind) -> annotate_snippets::Annotation<'a> {
        let within = |at: usize| at.saturating_sub(self.from).min(self.lines.len());
        let annotation = kind.span(within(label.at.bytes.start)..within(label.at.bytes.end));
        match label.text.as_str() {
            "" => annotation,
            text => annotation.label(text),
        }
    }
}
