//! The parts of the manifest, as written.

use super::collection::List;
use super::form::{Id, Name, Target, Url, Variable, Version, Words};
use super::read::{Placed, Whole};
use super::record::record;

record! {
    /// Name, version and namespace of the vocabulary.
    pub(crate) struct Schema {
        /// The vocabulary's name, such as `my-app`.
        required name: Name,
        /// Semantic version of the vocabulary.
        required version: Version,
        /// Schema URL, which is sent with every record; the version is its last segment.
        required url: Url,
        /// Stripped from the front of ids when Rust names are made.
        required namespace: Id,
    }
}

record! {
    /// The service that speaks.
    pub(crate) struct Service {
        /// `service.name` of the resource; the vocabulary's name by default.
        optional name: Words,
    }
}

record! {
    /// How runs are named, found and kept.
    pub(crate) struct Run {
        /// Resource attributes that carry the run id; `<namespace>.run.id` by default.
        optional id_attributes: List<Id>,
        /// Where an existing run id is looked for; otherwise one is minted.
        optional adopt_from: AdoptFrom,
        /// Folder of the run files, `~/` being the home folder; `~/.<name>/runs` by default.
        optional directory: Words,
        /// How many run files are kept, and for how long.
        optional keep: Keep,
        /// Environment variable that asks for the file beside a backend; `<NAMESPACE>_TELEMETRY_FILE` by default.
        optional file_env: Variable,
        /// Environment variable that turns on the debug tier; `<NAMESPACE>_DEBUG` by default.
        optional debug_env: Variable,
    }
}

record! {
    /// Where an existing run id is looked for; the first that is set wins.
    pub(crate) struct AdoptFrom {
        /// Keys of `OTEL_RESOURCE_ATTRIBUTES`.
        optional resource_attributes: List<Id>,
        /// Environment variables, after the resource attributes; `<NAMESPACE>_RUN_ID` by default.
        optional env: List<Variable>,
    }
}

record! {
    /// How many run files are kept, and for how long.
    pub(crate) struct Keep {
        /// So many runs; 200 by default.
        optional runs: Whole<1, 1_000_000>,
        /// So many days; 30 by default.
        optional days: Whole<1, 100_000>,
    }
}

record! {
    /// Which undeclared log records are the program's own.
    pub(crate) struct Logs {
        /// Crate names, which cover their modules, or prefixes that end in `*`.
        optional targets: List<Target>,
    }
}

record! {
    /// Gives items that the runtime itself records another id than the conventional one.
    pub(crate) struct Roles {
        /// Attribute: the screen that a span or event belongs to.
        optional screen: Id,
        /// Attribute: the screen that a visit came from.
        optional screen_from: Id,
        /// Attribute: where a `navigate` goes.
        optional screen_to: Id,
        /// Attribute: the stage.
        optional stage: Id,
        /// Attribute: the timing inside it.
        optional timing: Id,
        /// Attribute: why a stage was skipped.
        optional skip_reason: Id,
        /// Attribute: how long something took.
        optional duration: Id,
        /// Attribute: how long it may take at most.
        optional threshold: Id,
        /// Attribute: which part of the product speaks.
        optional component: Id,
        /// Attribute: name of the command.
        optional command_name: Id,
        /// Attribute: how a span ended.
        optional outcome: Id,
        /// Attribute: which error.
        optional error_type: Id,
        /// Attribute: the stay in the container.
        optional session: Id,
        /// Attribute: text of a panic.
        optional exception_message: Id,
        /// Attribute: file of a panic.
        optional code_file: Id,
        /// Attribute: line of a panic.
        optional code_line: Id,
        /// Attribute: thread of a panic.
        optional thread_name: Id,
        /// Event: the operator moved.
        optional navigate: Id,
        /// Event: a stage or timing kept the operator waiting.
        optional slow_wait: Id,
        /// Event: a thread panicked.
        optional panic: Id,
        /// Event: the summary at the end of a run.
        optional summary: Id,
        /// Span: the whole command.
        optional command: Id,
        /// Span: the stay in the container.
        optional session_span: Id,
        /// Event: the stay in the container began.
        optional session_start: Id,
        /// Event: the stay in the container ended.
        optional session_end: Id,
        /// Metric: counter of cache hits.
        optional cache_hits: Id,
        /// Metric: counter of cache misses.
        optional cache_misses: Id,
    }
}

impl Roles {
    /// The id that is given to a role, if any.
    pub(crate) fn id(&self, role: &str) -> Option<&Placed<Id>> {
        let id = match role {
            "screen" => &self.screen,
            "screen_from" => &self.screen_from,
            "screen_to" => &self.screen_to,
            "stage" => &self.stage,
            "timing" => &self.timing,
            "skip_reason" => &self.skip_reason,
            "duration" => &self.duration,
            "threshold" => &self.threshold,
            "component" => &self.component,
            "command_name" => &self.command_name,
            "outcome" => &self.outcome,
            "error_type" => &self.error_type,
            "session" => &self.session,
            "exception_message" => &self.exception_message,
            "code_file" => &self.code_file,
            "code_line" => &self.code_line,
            "thread_name" => &self.thread_name,
            "navigate" => &self.navigate,
            "slow_wait" => &self.slow_wait,
            "panic" => &self.panic,
            "summary" => &self.summary,
            "command" => &self.command,
            "session_span" => &self.session_span,
            "session_start" => &self.session_start,
            "session_end" => &self.session_end,
            "cache_hits" => &self.cache_hits,
            "cache_misses" => &self.cache_misses,
            _ => &None,
        };
        id.as_ref()
    }
}
