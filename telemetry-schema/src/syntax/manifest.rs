//! The parts of the manifest, as written.

use super::collection::List;
use super::form::{AttributeId, EventId, Id, MetricId, Name, SpanId, Target, Url, Variable, Version, Words};
use super::read::{Placed, Whole};
use super::record::record;
use crate::diagnostic::At;

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
        optional screen: AttributeId,
        /// Attribute: the screen that a visit came from.
        optional screen_from: AttributeId,
        /// Attribute: where a `navigate` goes.
        optional screen_to: AttributeId,
        /// Attribute: the stage.
        optional stage: AttributeId,
        /// Attribute: the timing inside it.
        optional timing: AttributeId,
        /// Attribute: why a stage was skipped.
        optional skip_reason: AttributeId,
        /// Attribute: how long something took.
        optional duration: AttributeId,
        /// Attribute: how long it may take at most.
        optional threshold: AttributeId,
        /// Attribute: which part of the product speaks.
        optional component: AttributeId,
        /// Attribute: name of the command.
        optional command_name: AttributeId,
        /// Attribute: how a span ended.
        optional outcome: AttributeId,
        /// Attribute: which error.
        optional error_type: AttributeId,
        /// Attribute: the stay in the container.
        optional session: AttributeId,
        /// Attribute: text of a panic.
        optional exception_message: AttributeId,
        /// Attribute: file of a panic.
        optional code_file: AttributeId,
        /// Attribute: line of a panic.
        optional code_line: AttributeId,
        /// Attribute: thread of a panic.
        optional thread_name: AttributeId,
        /// Event: the operator moved.
        optional navigate: EventId,
        /// Event: a stage or timing kept the operator waiting.
        optional slow_wait: EventId,
        /// Event: a thread panicked.
        optional panic: EventId,
        /// Event: the summary at the end of a run.
        optional summary: EventId,
        /// Span: the whole command.
        optional command: SpanId,
        /// Span: the stay in the container.
        optional session_span: SpanId,
        /// Event: the stay in the container began.
        optional session_start: EventId,
        /// Event: the stay in the container ended.
        optional session_end: EventId,
        /// Metric: counter of cache hits.
        optional cache_hits: MetricId,
        /// Metric: counter of cache misses.
        optional cache_misses: MetricId,
    }
}

impl Roles {
    /// The id that is given to a role, and where; if any.
    pub(crate) fn id(&self, role: &str) -> Option<(&str, &At)> {
        match role {
            "screen" => given(&self.screen),
            "screen_from" => given(&self.screen_from),
            "screen_to" => given(&self.screen_to),
            "stage" => given(&self.stage),
            "timing" => given(&self.timing),
            "skip_reason" => given(&self.skip_reason),
            "duration" => given(&self.duration),
            "threshold" => given(&self.threshold),
            "component" => given(&self.component),
            "command_name" => given(&self.command_name),
            "outcome" => given(&self.outcome),
            "error_type" => given(&self.error_type),
            "session" => given(&self.session),
            "exception_message" => given(&self.exception_message),
            "code_file" => given(&self.code_file),
            "code_line" => given(&self.code_line),
            "thread_name" => given(&self.thread_name),
            "navigate" => given(&self.navigate),
            "slow_wait" => given(&self.slow_wait),
            "panic" => given(&self.panic),
            "summary" => given(&self.summary),
            "command" => given(&self.command),
            "session_span" => given(&self.session_span),
            "session_start" => given(&self.session_start),
            "session_end" => given(&self.session_end),
            "cache_hits" => given(&self.cache_hits),
            "cache_misses" => given(&self.cache_misses),
            _ => None,
        }
    }
}

fn given<T: AsRef<str>>(id: &Option<Placed<T>>) -> Option<(&str, &At)> {
    id.as_ref().map(|id| (id.value.as_ref(), &id.at))
}
