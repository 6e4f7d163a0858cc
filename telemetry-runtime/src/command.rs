//! A child process as one span: its exit code, how long it took, and in debug runs its arguments, scrubbed.

use std::borrow::Cow;
use std::io;
use std::process::{Command, Output};

use crate::clamp::REDACTED;
use crate::def::{SpanDef, ValueKind};
use crate::scrub::{is_secret_flag, scrub};
use crate::start::Start;
use crate::value::Value;
use crate::vocabulary::SpanItem;

/// Attribute of the exit code, filled when the span declares it.
const EXIT_CODE: &str = "process.exit.code";
/// Attribute of the arguments, filled in debug runs when the span declares it.
const ARGUMENTS: &str = "process.command_args";
/// The error type for what no schema names, as in OpenTelemetry.
const OTHER: &str = "_OTHER";

impl<S: SpanItem, const N: usize> Start<'_, S, N> {
    /// Runs `command` to its end inside of this span, and collects its output.
    ///
    /// The span fails when the command cannot be started, exits with another code than zero, or is killed; the
    /// result is the one of [`Command::output`] either way.
    ///
    /// # Errors
    /// When the command cannot be started or waited for.
    pub fn run_command(self, command: &mut Command) -> io::Result<Output> {
        let guard = self.guard_apart();
        if let Some(slot) = slot(S::DEF, ARGUMENTS).filter(|_| guard.is_debug()) {
            guard.set(slot, arguments(command, S::DEF.attributes[slot].attribute.kind));
        }
        let result = guard.scope(|| command.output());
        match &result {
            Err(error) => guard.fail_as(OTHER, &format_args!("cannot start: {error}")),
            Ok(output) => {
                if let (Some(slot), Some(code)) = (slot(S::DEF, EXIT_CODE), output.status.code()) {
                    guard.set(slot, Value::Int(code.into()));
                }
                if output.status.success() {
                    guard.done();
                } else {
                    guard.fail_as(OTHER, &output.status);
                }
            }
        }
        result
    }
}

fn slot(def: &SpanDef, key: &str) -> Option<usize> {
    def.attributes.iter().position(|slot| slot.attribute.key == key)
}

/// The program and its arguments, without secrets: neither those of a known shape nor what follows a flag that
/// announces one. Whether the schema asks for the scrubber does not matter: command lines are where secrets leak.
fn arguments(command: &Command, kind: ValueKind) -> Value<'static> {
    let mut list: Vec<Cow<'static, str>> = Vec::new();
    let mut announced = false;
    for argument in std::iter::once(command.get_program()).chain(command.get_args()) {
        let argument = argument.to_string_lossy();
        let clean = if announced {
            Cow::Borrowed(REDACTED)
        } else {
            scrub(&argument)
        };
        list.push(Cow::Owned(clean.into_owned()));
        announced = is_secret_flag(&argument);
    }
    match kind {
        ValueKind::Strings => Value::Strings(list),
        _ => Value::Str(Cow::Owned(list.join(" "))),
    }
}
