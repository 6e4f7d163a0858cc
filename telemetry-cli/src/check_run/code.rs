//! The mistakes that a run can make, each with a stable code. The rules name them, reports show them, and people
//! look for them in their logs: a code is never given to another mistake.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// The run is not what the schema says, or cannot be known to be.
    Error,
    /// It may be meant, and somebody should look.
    Warning,
}

impl Level {
    /// As people read it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $text:literal $level:ident)*) => {
        /// Which mistake it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// As people and machines read it.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// How bad it is.
            pub(crate) fn level(self) -> Level {
                match self { $(Code::$variant => Level::$level,)* }
            }
        }
    };
}

codes! {
    /// There is no record at all.
    EmptyInput "empty_input" Error
    /// The last line breaks off.
    TornLine "torn_line" Error
    /// A line is no record.
    BadLine "bad_line" Error
    /// A record of a kind that this version does not know.
    UnknownRecord "unknown_record" Warning
    /// A field that this version does not know.
    UnknownField "unknown_field" Warning
    /// A format that is newer than this version.
    NewerFormat "newer_format" Warning
    /// Records come before the line that says whose they are.
    MissingRunLine "missing_run_line" Error
    /// The run follows another vocabulary.
    OtherSchema "other_schema" Error
    /// The run follows another version of it.
    OtherVersion "other_version" Warning
    /// The resource lacks the run id.
    MissingRunId "missing_run_id" Error
    /// The resource has another run id.
    WrongRunId "wrong_run_id" Error
    /// The resource is of another service.
    WrongService "wrong_service" Error
    /// A sequence number is not above the one before.
    SequenceDisorder "sequence_disorder" Error
    /// A record is missing in a file that should have all.
    SequenceGap "sequence_gap" Error
    /// A time that is none.
    BadTime "bad_time" Error
    /// The run has no end.
    MissingEnd "missing_end" Error
    /// A fallback file has no end, which the backend may have.
    EndNotInFile "end_not_in_file" Warning
    /// Something is recorded after the end.
    RecordAfterEnd "record_after_end" Error
    /// The run ended without a summary.
    MissingSummary "missing_summary" Error
    /// There are no traces, no logs or no metrics.
    MissingSignal "missing_signal" Error
    /// A span that the schema does not have.
    UndeclaredSpan "undeclared_span" Error
    /// An event that it does not have.
    UndeclaredEvent "undeclared_event" Error
    /// A metric that it does not have.
    UndeclaredMetric "undeclared_metric" Error
    /// An attribute that it does not have.
    UndeclaredAttribute "undeclared_attribute" Error
    /// An attribute of another item.
    ForeignAttribute "foreign_attribute" Error
    /// A required attribute is not there.
    MissingAttribute "missing_attribute" Error
    /// A value of another type.
    WrongType "wrong_type" Error
    /// A value outside of a closed set.
    UndeclaredValue "undeclared_value" Error
    /// A secret that can be read.
    SecretShown "secret_shown" Error
    /// A string that is longer than it may be.
    TooLong "too_long" Error
    /// A severity other than the declared one.
    WrongSeverity "wrong_severity" Error
    /// On a span, and declared as a log record.
    NotASpanEvent "not_a_span_event" Error
    /// A log record, and declared as an event of a span.
    NotALogRecord "not_a_log_record" Error
    /// Debug detail in a run without debug.
    DebugDetail "debug_detail" Error
    /// An action that its screen does not list.
    UnlistedAction "unlisted_action" Error
    /// A record stands on a span that never was, or was in another trace.
    RecordOffSpan "record_off_span" Error
    /// A log of a program that is not the schema's.
    ForeignTarget "foreign_target" Error
    /// The runtime met a call that the schema does not foresee.
    UnexpectedCall "unexpected_call" Error
    /// A visit, stage, timing or span stands for something else.
    WrongKind "wrong_kind" Error
    /// Its kind on the wire is another.
    WrongSpanKind "wrong_span_kind" Error
    /// An id that is none.
    BadId "bad_id" Error
    /// A span started twice.
    StartedTwice "started_twice" Error
    /// A span ended twice.
    EndedTwice "ended_twice" Error
    /// A span ended that never started.
    EndWithoutStart "end_without_start" Error
    /// A span is open when the run ends.
    NeverEnded "never_ended" Error
    /// The end of a span says another thing than its start.
    EndContradictsStart "end_contradicts_start" Error
    /// A span ended before it started.
    NegativeDuration "negative_duration" Error
    /// The duration is not the time between start and end.
    WrongDuration "wrong_duration" Warning
    /// A span lies outside of its run.
    OutsideRun "outside_run" Error
    /// A span started before its parent did.
    BeforeParent "before_parent" Error
    /// The parent of a span never started.
    MissingParent "missing_parent" Error
    /// A span has another trace than its parent.
    OtherTrace "other_trace" Error
    /// A root has a parent.
    RootWithParent "root_with_parent" Error
    /// Two roots have one trace.
    SharedTrace "shared_trace" Error
    /// A link that should be there is not.
    MissingLink "missing_link" Error
    /// A link points to another span than it should.
    WrongLink "wrong_link" Error
    /// What a span says of its place is not its place.
    WrongPlaceName "wrong_place_name" Error
    /// The run began on a screen that is no entry.
    WrongEntry "wrong_entry" Error
    /// A visit began while another was open.
    OverlappingVisits "overlapping_visits" Error
    /// A move that the schema does not list.
    UnlistedMove "unlisted_move" Error
    /// `navigate` is not on the visit that was left.
    MoveOffVisit "move_off_visit" Error
    /// The next visit is not where the move went.
    MoveElsewhere "move_elsewhere" Error
    /// The operator was moved without a word.
    SilentMove "silent_move" Warning
    /// A stage is no child of a visit of its screen.
    StrayStage "stray_stage" Error
    /// A timing is no child of its stage.
    StrayTiming "stray_timing" Error
    /// An error type that the schema does not have.
    UndeclaredError "undeclared_error" Error
    /// A failure that does not say how.
    MissingError "missing_error" Error
    /// An error type of what did not fail.
    ErrorOfSuccess "error_of_success" Error
    /// A guard was dropped without a word.
    Abandoned "abandoned" Warning
    /// Another instrument than the declared one.
    WrongInstrument "wrong_instrument" Error
    /// Another unit.
    WrongUnit "wrong_unit" Error
    /// A double in the place of an integer.
    WrongNumber "wrong_number" Error
    /// Other buckets, or counts that do not add up.
    WrongBuckets "wrong_buckets" Error
    /// A sum fell that only grows.
    FallingCounter "falling_counter" Error
    /// The terms of the ledger are not its sum.
    UnbalancedLedger "unbalanced_ledger" Error
    /// The ledger says another number than there are records.
    LedgerContradictsFile "ledger_contradicts_file" Error
    /// Records were lost, and counted.
    RecordsDropped "records_dropped" Warning
    /// The summary counts other events, logs or stages than there are.
    SummaryContradictsRun "summary_contradicts_run" Error
    /// The end says another thing than the summary.
    EndContradictsSummary "end_contradicts_summary" Error
}
