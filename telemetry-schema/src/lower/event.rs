//! Events, and the templates of their bodies.

use super::place::Section;
use super::{Index, Lowering};
use crate::diagnostic::{At, Code, Diagnostic};
use crate::model::{BodyPart, Event, EventRecord, Severity};
use crate::near;
use crate::syntax::Document;
use crate::syntax::form::Words;
use crate::syntax::read::Placed;
use crate::syntax::signal as written;

impl Lowering<'_> {
    /// The events of the schema, then those that were supplied. Who feeds which metric is added later.
    pub(super) fn events(&mut self, documents: [&Document; 2], attributes: &Index) -> Vec<Event> {
        let entries = documents.into_iter().flat_map(|document| &document.events);
        entries
            .flat_map(|events| &events.entries)
            .map(|(id, event)| self.event(id, &event.key, &event.value, attributes))
            .collect()
    }

    fn event(&mut self, id: &str, key: &At, written: &written::Event, attributes: &Index) -> Event {
        let item = self.item(Section::Event, id, key, &written.item);
        let uses = self.uses(Section::Event, written.attributes.as_ref(), attributes, Ok(()));
        let slots: Vec<&str> = written
            .attributes
            .iter()
            .flat_map(|uses| &uses.entries)
            .map(|(id, _)| id.as_str())
            .filter(|id| attributes.get(id).is_some())
            .collect();
        let declared: Vec<&str> = written
            .attributes
            .iter()
            .flat_map(|uses| &uses.entries)
            .map(|(id, _)| id.as_str())
            .collect();
        let body = match &written.body {
            Some(body) => {
                self.places.last(Section::Event).push("body", &body.at);
                self.body(body, id, &slots, &declared)
            }
            None => {
                let brief = item.brief.trim_end_matches('.');
                let words = if brief.is_empty() { &item.brief } else { brief };
                vec![BodyPart::Text(words.to_owned())]
            }
        };
        Event {
            item,
            severity: written
                .severity
                .as_ref()
                .map_or(Severity::Info, |severity| severity.value.into()),
            body,
            record: written
                .record
                .as_ref()
                .map_or(EventRecord::Log, |record| record.value.into()),
            attributes: uses,
            action: false,
            feeds: Vec::new(),
        }
    }

    fn body(
        &mut self,
        body: &Placed<Words>,
        event: &str,
        slots: &[&str],
        declared: &[&str],
    ) -> Vec<BodyPart> {
        let mut parts = Vec::new();
        for piece in pieces(&body.value.0) {
            match piece {
                Piece::Text(text) => match parts.last_mut() {
                    Some(BodyPart::Text(before)) => before.push_str(&text),
                    _ => parts.push(BodyPart::Text(text)),
                },
                Piece::Placeholder(id) => match slots.iter().position(|slot| *slot == id) {
                    Some(slot) => parts.push(BodyPart::Slot(slot)),
                    // Written among the attributes and unknown there: said once.
                    None if declared.contains(&id) => {}
                    None => self.unknown_placeholder(body, event, id, declared),
                },
                Piece::Broken(rest, why) => {
                    let at = within(&body.at, rest, rest.len(), self.text_of(&body.at));
                    self.problems.push(
                        Diagnostic::new(Code::BadBody, &at, why)
                            .help("write `{attribute.id}` for a value, and `{{` or `}}` for a brace"),
                    );
                }
            }
        }
        parts
    }

    fn unknown_placeholder(&mut self, body: &Placed<Words>, event: &str, id: &str, declared: &[&str]) {
        let at = within(&body.at, &format!("{{{id}"), id.len(), self.text_of(&body.at));
        let message = format!("event `{event}` has no attribute `{id}` to put into its body");
        let diagnostic = Diagnostic::new(Code::UnknownPlaceholder, &at, message);
        self.problems
            .push(near::suggest(diagnostic, id, declared.iter().copied()));
    }
}

/// A piece of a body template.
enum Piece<'a> {
    Text(String),
    Placeholder(&'a str),
    /// The rest of the template, and what is wrong with it.
    Broken(&'a str, &'static str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(brace) = rest.find(['{', '}']) {
        let (text, from) = rest.split_at(brace);
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        if from.starts_with("{{") || from.starts_with("}}") {
            pieces.push(Piece::Text(from[..1].to_owned()));
            rest = &from[2..];
        } else if let Some(after) = from.strip_prefix('}') {
            pieces.push(Piece::Broken(from, "a `}` without a `{`"));
            rest = after;
        } else if let Some((placeholder, after)) = from[1..].split_once('}') {
            match placeholder.trim() {
                "" => pieces.push(Piece::Broken(from, "a placeholder without a name")),
                id => pieces.push(Piece::Placeholder(id)),
            }
            rest = after;
        } else {
            pieces.push(Piece::Broken(from, "a `{` without a `}`"));
            return pieces;
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// The place of a word inside a text that was written at `at`; the whole where it does not stand so, as in a text
/// of several lines.
fn within(at: &At, word: &str, length: usize, written: &str) -> At {
    let Some(offset) = written.find(word) else {
        return at.clone();
    };
    let offset = offset + word.len() - length;
    let start = at.bytes.start + offset;
    let column = at
        .column
        .saturating_add(u32::try_from(written[..offset].chars().count()).unwrap_or(u32::MAX));
    At {
        column,
        bytes: start..start + length,
        ..at.clone()
    }
}
