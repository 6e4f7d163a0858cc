//! The stay in a container: what a process records that joined a run. Its span is told the moment it begins, because
//! the protocol knows only spans that have ended, and a container may be killed at any moment: from then on everything
//! in the session has a parent that the backend knows, and the backend knows the launch. How long it was and how it
//! ended is an event at its end.

use std::time::Duration;

use crate::delivery::Ending;
use crate::line::Outcome;
use crate::place_of_file::LONGEST_ID;
use crate::record::{Attributes, Record, SpanEnd, SpanStart};
use crate::recorder::{Recorder, values};
use crate::value::Value;

/// The name of a session's file: the run's id and the beginning of the session's. Who asks for the run by the beginning
/// of its id finds it.
pub(crate) fn file_id(run_id: &str, session: &str) -> String {
    let own = session.split('-').next().unwrap_or_default();
    // A run id is ASCII: it was minted here or cleaned.
    let run_id = &run_id[..run_id.len().min(LONGEST_ID - own.len() - 1)];
    format!("{run_id}-{own}")
}

impl Recorder {
    /// Tells of the session: its span, linked to the launch, and that it began.
    pub(crate) fn begin_session(&self) {
        let roles = &self.schema().roles;
        let session = (roles.session.key, self.session_value());
        if let Some(def) = roles.session_span {
            let (trace_id, span_id) = self.whole();
            let links: Vec<_> = self.handover().into_iter().collect();
            let values = values(def.attributes, std::slice::from_ref(&session));
            let attributes = Attributes {
                slots: def.attributes,
                values: &values,
                ..Attributes::NONE
            };
            let started = self.now();
            let start = SpanStart {
                def,
                trace_id,
                span_id,
                parent: None,
                links: &links,
                attributes,
            };
            self.put_at(started, &Record::SpanStart(&start));
            let end = SpanEnd {
                def,
                trace_id,
                span_id,
                parent: None,
                links: &links,
                attributes,
                started,
                duration_ns: 0,
                outcome: Outcome::Success,
                error_type: None,
                status_message: None,
            };
            self.put_at(started, &Record::SpanEnd(&end));
        }
        if let Some(def) = roles.session_start {
            self.event(None, def, &values(def.attributes, &[session]));
        }
    }

    /// Tells that the session ended, and how.
    pub(crate) fn end_session(&self, ending: &Ending, took: Duration) {
        let roles = &self.schema().roles;
        let Some(def) = roles.session_end else { return };
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let error = ending
            .error
            .map_or(Value::Absent, |error| Value::Static(error.id));
        let known = [
            (roles.session.key, self.session_value()),
            (roles.duration.key, Value::Int(took)),
            (roles.outcome.key, ending.outcome.name().into()),
            (roles.error_type.key, error),
        ];
        self.event(None, def, &values(def.attributes, &known));
    }

    fn session_value(&self) -> Value<'_> {
        self.session().map_or(Value::Absent, Value::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sessions_file_begins_with_the_runs_id_and_fits() {
        let session = "f25e1775-f62a-4a23-8f85-ac8af2265c45";
        assert_eq!(file_id("8b4766", session), "8b4766-f25e1775");
        let longest = "r".repeat(LONGEST_ID);
        assert_eq!(file_id(&longest, session), format!("{}-f25e1775", &longest[..55]));
    }
}
