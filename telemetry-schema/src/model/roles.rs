//! The items that the runtime records by itself: the part of a model that other programs' schemas share.

use super::{AttributeIndex, EventIndex, MetricIndex, SpanIndex};

/// Items that the runtime itself records. Each has a conventional id; where no file declares it, the compiler
/// supplies it, so that a small schema stays small.
#[derive(Debug, Clone, PartialEq)]
pub struct Roles {
    /// The screen that a span or event belongs to (`<namespace>.screen.name`, type `screen`).
    pub screen: AttributeIndex,
    /// The screen that a visit came from (`<namespace>.screen.from`, type `screen`).
    pub screen_from: AttributeIndex,
    /// Where a `navigate` goes (`<namespace>.screen.to`, type `screen`).
    pub screen_to: AttributeIndex,
    /// The stage (`<namespace>.stage.name`, type `stage`).
    pub stage: AttributeIndex,
    /// The timing inside it (`<namespace>.timing.name`, type `string`).
    pub timing: AttributeIndex,
    /// Why a stage was skipped (`<namespace>.skip.reason`, `enum` or `string`).
    pub skip_reason: AttributeIndex,
    /// How long something took (`<namespace>.duration`, `int` in `ms`).
    pub duration: AttributeIndex,
    /// How long it may take at most (`<namespace>.threshold`, `int` in `ms`).
    pub threshold: AttributeIndex,
    /// Which part of the product speaks (`<namespace>.component`, `enum` or `string`).
    pub component: AttributeIndex,
    /// Name of the command (`cli.command.name`, `string` or `enum`).
    pub command_name: AttributeIndex,
    /// How a span ended (`outcome`, type `string` or `enum`).
    pub outcome: AttributeIndex,
    /// Which error (`error.type`, type `error`).
    pub error_type: AttributeIndex,
    /// The stay in the container (`session.id`, type `string`).
    pub session: AttributeIndex,
    /// Text of a panic (`exception.message`, type `string`).
    pub exception_message: AttributeIndex,
    /// File of a panic (`code.file.path`, type `string`).
    pub code_file: AttributeIndex,
    /// Line of a panic (`code.line.number`, type `int`).
    pub code_line: AttributeIndex,
    /// Thread of a panic (`thread.name`, type `string`).
    pub thread_name: AttributeIndex,
    /// The operator moved (`navigate`; has `screen_to`).
    pub navigate: EventIndex,
    /// A stage or timing kept the operator waiting (`slow.foreground.wait`; has `stage`, `duration`, `threshold`,
    /// and `timing` as optional).
    pub slow_wait: EventIndex,
    /// A thread panicked (`panic`; has `exception_message`, and the code and thread attributes as optional).
    pub panic: EventIndex,
    /// The end-of-run summary on the wire (`run.summary`).
    pub summary: EventIndex,
    /// The whole command (`cli.command`; has `command_name`, and `outcome` and `error_type` as optional).
    pub command: SpanIndex,
    /// The stay in the container (`capsule.session`; has `session`), where the schema declares it.
    pub session_span: Option<SpanIndex>,
    /// The stay began (`session.start`; has `session`), where the schema declares it.
    pub session_start: Option<EventIndex>,
    /// The stay ended (`session.end`; has `session`, and `duration`, `outcome` and `error_type` as optional), where the
    /// schema declares it.
    pub session_end: Option<EventIndex>,
    /// Counter of cache hits, where the manifest names one.
    pub cache_hits: Option<MetricIndex>,
    /// Counter of cache misses, where the manifest names one.
    pub cache_misses: Option<MetricIndex>,
}

impl Roles {
    /// Every role that an attribute plays, with the attribute.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, AttributeIndex)> {
        [
            ("screen", self.screen),
            ("screen_from", self.screen_from),
            ("screen_to", self.screen_to),
            ("stage", self.stage),
            ("timing", self.timing),
            ("skip_reason", self.skip_reason),
            ("duration", self.duration),
            ("threshold", self.threshold),
            ("component", self.component),
            ("command_name", self.command_name),
            ("outcome", self.outcome),
            ("error_type", self.error_type),
            ("session", self.session),
            ("exception_message", self.exception_message),
            ("code_file", self.code_file),
            ("code_line", self.code_line),
            ("thread_name", self.thread_name),
        ]
        .into_iter()
    }
}
