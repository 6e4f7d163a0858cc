//! Items that the runtime itself records. Where a schema does not declare one, it is supplied: a small YAML text
//! of ours is read like any other. Where a schema does, [`check`] asks whether the runtime can use it.

use std::collections::HashMap;

use crate::diagnostic::{At, Code, Diagnostic, Problems};
use crate::model::{Attribute, Event, Metric, Roles, Span};
use crate::near;
use crate::syntax::collection::Keyed;
use crate::syntax::form::Id;
use crate::syntax::manifest as written;
use crate::syntax::read::{Placed, Read};
use crate::syntax::{Document, node};

/// The items as a schema would declare them, ids left open.
const SUPPLIED: &str = include_str!("supplied.yaml");

/// The file of supplied items, as their places call it: no file of a schema has this name.
const FILE: &str = "";

/// Each role's conventional id; one that begins with a dot stands under the namespace. A role whose name begins
/// with another's stands before it.
const CONVENTIONAL: &[(&str, &str)] = &[
    ("screen_from", ".screen.from"),
    ("screen_to", ".screen.to"),
    ("screen", ".screen.name"),
    ("stage", ".stage.name"),
    ("timing", ".timing.name"),
    ("skip_reason", ".skip.reason"),
    ("duration", ".duration"),
    ("threshold", ".threshold"),
    ("component", ".component"),
    ("command_name", "cli.command.name"),
    ("command", "cli.command"),
    ("outcome", "outcome"),
    ("error_type", "error.type"),
    ("session_span", "capsule.session"),
    ("session_start", "session.start"),
    ("session_end", "session.end"),
    ("session", "session.id"),
    ("exception_message", "exception.message"),
    ("code_file", "code.file.path"),
    ("code_line", "code.line.number"),
    ("thread_name", "thread.name"),
    ("navigate", "navigate"),
    ("slow_wait", "slow.foreground.wait"),
    ("panic", "panic"),
    ("summary", "run.summary"),
];

/// The id of every role's item.
pub(super) struct Ids(HashMap<&'static str, String>);

impl Ids {
    /// Conventional ids, but for those that the schema gives.
    pub(super) fn new(roles: Option<&written::Roles>, namespace: &str) -> Self {
        // A bad form was reported; here it must only not break the text that it is put into.
        let plain = |id: &str| {
            id.chars()
                .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
                .collect::<String>()
        };
        let id = |(role, conventional): &(&'static str, &'static str)| {
            let given = roles.and_then(|roles| roles.id(role)).map(|(id, _)| plain(id));
            let relative = conventional.starts_with('.');
            let conventional = if relative {
                format!("{namespace}{conventional}")
            } else {
                (*conventional).to_owned()
            };
            (
                *role,
                given
                    .filter(|id| !id.is_empty())
                    .unwrap_or_else(|| plain(&conventional)),
            )
        };
        Ids(CONVENTIONAL.iter().map(id).collect())
    }

    pub(super) fn of(&self, role: &str) -> &str {
        self.0.get(role).map_or("", String::as_str)
    }
}

/// Where ids were given to roles.
pub(super) fn places(roles: Option<&written::Roles>) -> HashMap<&'static str, At> {
    let place = |(role, _): &(&'static str, &'static str)| {
        let (_, at) = roles.and_then(|roles| roles.id(role))?;
        Some((*role, at.clone()))
    };
    CONVENTIONAL.iter().filter_map(place).collect()
}

/// Whether a place is one of a supplied item.
pub(super) fn is_supplied(at: &At) -> bool {
    &*at.file == FILE
}

/// The place of a supplied item.
pub(super) fn supplied_at() -> At {
    At {
        file: FILE.into(),
        line: 0,
        column: 0,
        bytes: 0..0,
    }
}

/// The items of all roles that the document does not declare.
pub(super) fn supplied(ids: &Ids, document: &Document) -> Document {
    let mut text = SUPPLIED.to_owned();
    for (role, _) in CONVENTIONAL {
        text = text.replace(&format!("${role}"), ids.of(role));
    }
    let mut ours = Problems::new();
    let root = node::parse(&FILE.into(), &text).ok().flatten();
    let mut supplied = root
        .and_then(|root| Document::read(&root, "", &mut ours))
        .unwrap_or_default();
    undeclared(&mut supplied.attributes, &document.attributes);
    undeclared(&mut supplied.events, &document.events);
    undeclared(&mut supplied.spans, &document.spans);
    supplied
}

/// Leaves the supplied items that no file declares.
fn undeclared<V>(supplied: &mut Option<Placed<Keyed<Id, V>>>, declared: &Option<Placed<Keyed<Id, V>>>) {
    let declared: Vec<&str> = declared
        .iter()
        .flat_map(|map| &map.entries)
        .map(|(id, _)| id.as_str())
        .collect();
    if let Some(supplied) = supplied {
        supplied
            .value
            .entries
            .retain(|(id, _)| !declared.contains(&id.as_str()));
    }
}

/// Finds the item of every role.
pub(super) fn lower(
    ids: &Ids,
    attributes: &[Attribute],
    events: &[Event],
    spans: &[Span],
    metrics: &[Metric],
    written: Option<&written::Roles>,
    problems: &mut Problems,
) -> Roles {
    let find = |known: &[&str], role: &str| known.iter().position(|id| *id == ids.of(role)).unwrap_or(0);
    let attribute_ids: Vec<&str> = attributes
        .iter()
        .map(|attribute| attribute.item.id.as_str())
        .collect();
    let event_ids: Vec<&str> = events.iter().map(|event| event.item.id.as_str()).collect();
    let span_ids: Vec<&str> = spans.iter().map(|span| span.item.id.as_str()).collect();
    let metric_ids: Vec<&str> = metrics.iter().map(|metric| metric.item.id.as_str()).collect();
    let attribute = |role| find(&attribute_ids, role);
    let event = |role| find(&event_ids, role);
    let mut given = |role: &str, known: &[&str], noun: &str, code: Code| {
        let (id, at) = written.and_then(|roles| roles.id(role))?;
        let found = known.iter().position(|known| *known == id);
        if found.is_none() {
            let message = format!("the role `{role}` names the unknown {noun} `{id}`");
            problems.push(near::suggest(
                Diagnostic::new(code, at, message),
                id,
                known.iter().copied(),
            ));
        }
        found
    };
    let session_span = given("session_span", &span_ids, "span", Code::UnknownSpan)
        .or_else(|| span_ids.iter().position(|id| *id == ids.of("session_span")));
    let mut session_event = |role: &str| {
        given(role, &event_ids, "event", Code::UnknownEvent)
            .or_else(|| event_ids.iter().position(|id| *id == ids.of(role)))
    };
    let (session_start, session_end) = (session_event("session_start"), session_event("session_end"));
    Roles {
        screen: attribute("screen"),
        screen_from: attribute("screen_from"),
        screen_to: attribute("screen_to"),
        stage: attribute("stage"),
        timing: attribute("timing"),
        skip_reason: attribute("skip_reason"),
        duration: attribute("duration"),
        threshold: attribute("threshold"),
        component: attribute("component"),
        command_name: attribute("command_name"),
        outcome: attribute("outcome"),
        error_type: attribute("error_type"),
        session: attribute("session"),
        exception_message: attribute("exception_message"),
        code_file: attribute("code_file"),
        code_line: attribute("code_line"),
        thread_name: attribute("thread_name"),
        navigate: event("navigate"),
        slow_wait: event("slow_wait"),
        panic: event("panic"),
        summary: event("summary"),
        command: find(&span_ids, "command"),
        session_span,
        session_start,
        session_end,
        cache_hits: given("cache_hits", &metric_ids, "metric", Code::UnknownMetric),
        cache_misses: given("cache_misses", &metric_ids, "metric", Code::UnknownMetric),
    }
}
