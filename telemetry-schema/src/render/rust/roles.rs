//! The items that the runtime itself records, as a static knows them.

use super::defs;
use crate::model::Model;

/// `Roles { … }`.
pub(super) fn literal(model: &Model) -> String {
    let r = &model.roles;
    let attributes = [
        ("screen", r.screen),
        ("screen_from", r.screen_from),
        ("screen_to", r.screen_to),
        ("stage", r.stage),
        ("timing", r.timing),
        ("skip_reason", r.skip_reason),
        ("duration", r.duration),
        ("threshold", r.threshold),
        ("component", r.component),
        ("command_name", r.command_name),
        ("outcome", r.outcome),
        ("error_type", r.error_type),
        ("session", r.session),
        ("exception_message", r.exception_message),
        ("code_file", r.code_file),
        ("code_line", r.code_line),
        ("thread_name", r.thread_name),
    ]
    .map(|(role, index)| format!("{role}: &{}", defs::attribute(model, index)));
    let events = [
        ("navigate", r.navigate),
        ("slow_wait", r.slow_wait),
        ("panic", r.panic),
        ("summary", r.summary),
    ]
    .map(|(role, index)| format!("{role}: &{}", defs::event(model, index)));
    let reference =
        |def: Option<String>| def.map_or_else(|| "None".to_owned(), |def| format!("Some(&{def})"));
    let others = [
        format!("command: &{}", defs::span(model, r.command)),
        format!(
            "session_span: {}",
            reference(r.session_span.map(|index| defs::span(model, index)))
        ),
        format!(
            "session_start: {}",
            reference(r.session_start.map(|index| defs::event(model, index)))
        ),
        format!(
            "session_end: {}",
            reference(r.session_end.map(|index| defs::event(model, index)))
        ),
        format!(
            "cache_hits: {}",
            reference(r.cache_hits.map(|index| defs::metric(model, index)))
        ),
        format!(
            "cache_misses: {}",
            reference(r.cache_misses.map(|index| defs::metric(model, index)))
        ),
    ];
    let fields = [&attributes[..], &events[..], &others[..]].concat();
    format!("Roles {{ {} }}", fields.join(", "))
}
