//! The list of all mistakes. A code is stable: scripts, suppressions and pages of documentation name it.

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident $code:literal $severity:ident,)+) => {
        /// Which mistake a diagnostic is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, errors first.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            /// The stable word, such as `unknown_key`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)+ }
            }

            /// Whether it stops the compiler.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)+ }
            }

            /// What the code stands for, in a sentence.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The file is not YAML, or uses what a schema may not: anchors, aliases, a second document.
    SyntaxError "syntax_error" Error,
    /// A key that means nothing where it stands.
    UnknownKey "unknown_key" Error,
    /// A key without which the item says too little.
    MissingKey "missing_key" Error,
    /// An item without the sentence that says what it is.
    MissingBrief "missing_brief" Error,
    /// A key given twice.
    DuplicateKey "duplicate_key" Error,
    /// A value of the wrong type, such as a number where text belongs.
    WrongType "wrong_type" Error,
    /// A word that is not in the closed set of words for its key.
    UnknownValue "unknown_value" Error,
    /// A number beyond what makes sense.
    OutOfRange "out_of_range" Error,
    /// Text that must not be empty.
    EmptyText "empty_text" Error,
    /// The same entry twice in a list.
    DuplicateInList "duplicate_in_list" Error,
    /// An id in a form that ids do not have.
    BadId "bad_id" Error,
    /// A version that is not three numbers.
    BadVersion "bad_version" Error,
    /// A schema URL that is no address, or does not end in the version.
    BadUrl "bad_url" Error,
    /// A span of time in a form that is not understood.
    BadDuration "bad_duration" Error,
    /// A name of a variable or a log target in a form that such names do not have.
    BadName "bad_name" Error,
    /// An id declared twice, also in two files.
    DuplicateId "duplicate_id" Error,
    /// An attribute that nobody declares.
    UnknownAttribute "unknown_attribute" Error,
    /// An event that nobody declares.
    UnknownEvent "unknown_event" Error,
    /// An action of a screen that is no event.
    UnknownAction "unknown_action" Error,
    /// A move to a screen that nobody declares.
    UnknownScreen "unknown_screen" Error,
    /// Stages under a screen that nobody declares.
    StageOnUnknownScreen "stage_on_unknown_screen" Error,
    /// A span that nobody declares.
    UnknownSpan "unknown_span" Error,
    /// A metric that nobody declares.
    UnknownMetric "unknown_metric" Error,
    /// A replacement for something deprecated that is itself unknown.
    UnknownReplacement "unknown_replacement" Error,
    /// A placeholder in a body that is no attribute of the event.
    UnknownPlaceholder "unknown_placeholder" Error,
    /// A body whose braces do not match.
    BadBody "bad_body" Error,
    /// A required attribute where attributes become known one by one.
    CannotBeRequired "cannot_be_required" Error,
    /// A key that means nothing for an item of this kind.
    MisplacedKey "misplaced_key" Error,
    /// An enum without values.
    EmptyEnum "empty_enum" Error,
    /// A `counts` that names a metric other than a counter.
    CountsNotACounter "counts_not_a_counter" Error,
    /// An event that feeds a metric without having the metric's attributes.
    FeedLacksAttribute "feed_lacks_attribute" Error,
    /// A metric fed with something that is not a number of its type.
    FeedNotANumber "feed_not_a_number" Error,
    /// A name that means something else where generated code is used.
    TakenName "taken_name" Error,
    /// Two names that become one in Rust.
    DuplicateRustName "duplicate_rust_name" Error,
    /// A name that becomes a keyword of Rust, or no Rust name at all.
    RustKeyword "rust_keyword" Error,
    /// An attribute whose id is the namespace of another.
    AttributeIsNamespace "attribute_is_namespace" Error,
    /// An attribute said to be standard, which the conventions do not know.
    UnknownStandard "unknown_standard" Error,
    /// A standard attribute of another type than the conventions say.
    StandardTypeMismatch "standard_type_mismatch" Error,
    /// An example that is no value of its attribute.
    ExampleMismatch "example_mismatch" Error,
    /// A secret attribute in a body.
    SecretInBody "secret_in_body" Error,
    /// More attributes than a record has.
    TooManyAttributes "too_many_attributes" Error,
    /// Bounds of buckets out of order.
    BucketsNotAscending "buckets_not_ascending" Error,
    /// A timing in two stages.
    TimingUsedTwice "timing_used_twice" Error,
    /// An item whose last version has come.
    Expired "expired" Error,
    /// A former id that is in use.
    RenamedFromTaken "renamed_from_taken" Error,
    /// An item that the runtime records, in a form that it cannot.
    RoleMismatch "role_mismatch" Error,
    /// A suppression of something that is no warning.
    UnknownLint "unknown_lint" Error,
    /// An attribute that nothing uses.
    UnusedAttribute "unused_attribute" Warning,
    /// A screen that no run can reach.
    UnreachableScreen "unreachable_screen" Warning,
    /// An item that uses something deprecated.
    UsesDeprecated "uses_deprecated" Warning,
    /// A standard attribute that is not marked as one.
    UnmarkedStandard "unmarked_standard" Warning,
    /// A standard attribute that the conventions have given up.
    DeprecatedStandard "deprecated_standard" Warning,
    /// A suppression that suppresses nothing.
    UnusedSuppression "unused_suppression" Warning,
}

impl Code {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}
