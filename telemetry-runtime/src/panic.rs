//! A panic of any thread is part of the story: it is recorded on the run of that thread and flushed, before the
//! program's own hook speaks.

use std::panic::PanicHookInfo;
use std::sync::Once;

use crate::context;
use crate::recorder::values;
use crate::value::Value;

static INSTALLED: Once = Once::new();

/// Puts our hook before whatever hook there is, once a process.
pub(crate) fn install() {
    INSTALLED.call_once(|| {
        let next = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            record(info);
            next(info);
        }));
    });
}

/// Records a panic. One that comes out of a sink's own work is left to the next hook: the sink holds its lock.
fn record(info: &PanicHookInfo<'_>) {
    if context::in_sink() {
        return;
    }
    let text = info.payload_as_str().unwrap_or("a panic without words");
    let thread = std::thread::current();
    let place = info.location();
    context::here(|recorder, inner| {
        let roles = &recorder.schema().roles;
        let known = [
            (roles.exception_message.key, Value::from(text)),
            (
                roles.code_file.key,
                place.map_or(Value::Absent, |place| place.file().into()),
            ),
            (
                roles.code_line.key,
                place.map_or(Value::Absent, |place| Value::Int(place.line().into())),
            ),
            (
                roles.thread_name.key,
                thread.name().map_or(Value::Absent, Value::from),
            ),
        ];
        recorder.event(inner, roles.panic, &values(roles.panic.attributes, &known));
        recorder.flush();
    });
}
