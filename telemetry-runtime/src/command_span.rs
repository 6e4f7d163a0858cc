//! The span of the whole command: the root of its own trace and nobody's parent. A run begins and ends with it; a
//! session has none, because a run has one command, and that is the one which the operator gave.

use crate::delivery::Ending;
use crate::record::{Attributes, Record, SpanEnd, SpanStart, UnixNanos};
use crate::recorder::{Recorder, values};
use crate::value::Value;

/// A command that has begun.
pub(crate) struct CommandSpan {
    name: String,
    started: UnixNanos,
}

impl CommandSpan {
    /// The command begins.
    pub(crate) fn begin(recorder: &Recorder, name: &str) -> CommandSpan {
        let command = CommandSpan {
            name: name.to_owned(),
            started: recorder.now(),
        };
        let def = recorder.schema().roles.command;
        let (trace_id, span_id) = recorder.whole();
        let start = SpanStart {
            def,
            trace_id,
            span_id,
            parent: None,
            links: &[],
            attributes: Attributes {
                slots: def.attributes,
                values: &command.values(recorder, None),
                ..Attributes::NONE
            },
        };
        recorder.put_at(command.started, &Record::SpanStart(&start));
        command
    }

    fn values(&self, recorder: &Recorder, ending: Option<&Ending>) -> Vec<Value<'static>> {
        let roles = &recorder.schema().roles;
        let error = ending.and_then(|ending| ending.error);
        values(
            roles.command.attributes,
            &[
                (roles.command_name.key, Value::Str(self.name.clone().into())),
                (
                    roles.outcome.key,
                    ending.map_or(Value::Absent, |ending| ending.outcome.name().into()),
                ),
                (
                    roles.error_type.key,
                    error.map_or(Value::Absent, |error| Value::Static(error.id)),
                ),
            ],
        )
    }

    /// It ended, after so long.
    pub(crate) fn end(&self, recorder: &Recorder, ending: &Ending, duration_ns: u64) {
        let def = recorder.schema().roles.command;
        let (trace_id, span_id) = recorder.whole();
        let values = self.values(recorder, Some(ending));
        recorder.put_last(&Record::SpanEnd(&SpanEnd {
            def,
            trace_id,
            span_id,
            parent: None,
            links: &[],
            attributes: Attributes {
                slots: def.attributes,
                values: &values,
                ..Attributes::NONE
            },
            started: self.started,
            duration_ns,
            outcome: ending.outcome,
            error_type: ending.error.map(|error| error.id),
            status_message: ending.message.as_deref(),
        }));
    }
}
