//! A picture of a run for snapshots: spans indented under their parents, events under the span they happened in,
//! in the order of the records. Times and ids are left out, so that the picture is the same every time.

use std::collections::HashMap;
use std::fmt::Write;

use crate::line::{AttributeValue, Attributes, Line, Outcome, Record, SpanEnd};

/// One line of the picture and what is under it.
#[derive(Default)]
struct Node {
    text: String,
    under: Vec<usize>,
}

/// Draws the spans, events and logs of `lines`.
pub(crate) fn draw(lines: &[Line]) -> String {
    let ends: HashMap<&str, &SpanEnd> = lines
        .iter()
        .filter_map(|line| match &line.record {
            Record::SpanEnd(span) => Some((span.span_id.as_str(), span)),
            _ => None,
        })
        .collect();
    let mut nodes = vec![Node::default()];
    let mut spans: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        let (parent, text) = match &line.record {
            Record::SpanStart(span) => {
                let end = ends.get(span.span_id.as_str());
                let attributes = end.map_or(&span.attributes, |end| &end.attributes);
                let mut text = span.name.clone();
                for link in &span.links {
                    let _ = write!(
                        text,
                        " <- {}",
                        if link.name.is_empty() {
                            "outside"
                        } else {
                            &link.name
                        }
                    );
                }
                show(&mut text, attributes);
                ending(&mut text, end.copied());
                spans.insert(&span.span_id, nodes.len());
                (span.parent_span_id.as_deref(), text)
            }
            // Recorded both ways, an event is drawn as its log record.
            Record::Event(event) if event.on_span && has_log_twin(lines, line) => continue,
            Record::Event(event) => {
                let mut text = format!("* {}", event.name);
                show(&mut text, &event.attributes);
                (event.span_id.as_deref(), text)
            }
            Record::Log(log) => {
                let mut text = format!("! {:?} {}: {}", log.severity, log.target, log.body).to_lowercase();
                show(&mut text, &log.attributes);
                (log.span_id.as_deref(), text)
            }
            _ => continue,
        };
        let parent = parent.and_then(|id| spans.get(id)).copied().unwrap_or(0);
        let at = nodes.len();
        nodes.push(Node {
            text,
            under: Vec::new(),
        });
        nodes[parent].under.push(at);
    }
    let mut picture = String::new();
    for top in &nodes[0].under {
        draw_node(&mut picture, &nodes, *top, 0);
    }
    picture
}

fn has_log_twin(lines: &[Line], of: &Line) -> bool {
    let Record::Event(event) = &of.record else {
        return false;
    };
    // The log record of an event that is recorded both ways stands before it, at the same time.
    lines
        .iter()
        .take_while(|line| line.seq < of.seq)
        .any(|line| match &line.record {
            Record::Event(other) => {
                line.time == of.time
                    && !other.on_span
                    && other.name == event.name
                    && other.attributes == event.attributes
            }
            _ => false,
        })
}

fn ending(text: &mut String, end: Option<&SpanEnd>) {
    let Some(end) = end else {
        text.push_str(" (open)");
        return;
    };
    if end.outcome != Outcome::Success {
        let _ = write!(text, " ({}", end.outcome.name());
        for word in [&end.error_type, &end.status_message].into_iter().flatten() {
            let _ = write!(text, ": {word}");
        }
        text.push(')');
    }
}

/// Attributes in the order of their keys.
fn show(text: &mut String, attributes: &Attributes) {
    for (key, value) in attributes {
        let _ = write!(text, " {key}=");
        match value {
            AttributeValue::String(value) => text.push_str(value),
            value => text.push_str(&serde_json::to_string(value).unwrap_or_default()),
        }
    }
}

fn draw_node(picture: &mut String, nodes: &[Node], at: usize, depth: usize) {
    let _ = writeln!(picture, "{:width$}{}", "", nodes[at].text, width = depth * 2);
    for under in &nodes[at].under {
        draw_node(picture, nodes, *under, depth + 1);
    }
}
