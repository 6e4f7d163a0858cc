//! What every item may have, and attributes and errors, as written.

use crate::diagnostic::Problems;
use serde_json::{Value, json};

use super::choice::choice;
use super::collection::{Keyed, List, OneOrMany};
use super::form::{AttributeId, Brief, Lint, ValueId, Version, Word, Words};
use super::node::{Kind, Node};
use super::read::{Definitions, Read, Scalar, Text, Whole};
use super::record::record;
use crate::model;

record! {
    /// What every item may have.
    pub(crate) struct Item {
        /// What it is, in one sentence.
        required brief: Brief,
        /// More, as Markdown.
        optional note: Words,
        /// Since when and why it should no longer be used.
        optional deprecated: Deprecated,
        /// Ids that it had in earlier versions, so that old run files stay readable.
        optional renamed_from: OneOrMany<ValueId>,
        /// Team or person in charge.
        optional owner: Words,
        /// Link to the discussion.
        optional issue: Words,
        /// Version of the vocabulary in which it has to be gone.
        optional expires_in: Version,
        /// Warnings that are suppressed here: code, and the reason.
        optional allow: Keyed<Lint, Words>,
    }
}

record! {
    /// Since when and why something should no longer be used.
    pub(crate) struct Deprecated {
        /// Version of the vocabulary that deprecated it.
        required since: Version,
        /// Why.
        required reason: Words,
        /// Id of what to use instead.
        optional instead as "use": ValueId,
    }
}

record! {
    /// A named, typed value.
    pub(crate) struct Attribute with item: Item {
        /// Type of its values.
        required kind as "type": Type,
        /// Example values.
        optional examples: List<Scalar>,
        /// Unit of a number, in UCUM; with `s`, `ms`, `us` or `ns`, call sites may pass a `Duration`.
        optional unit: Words,
        /// Who may see it; `public` by default.
        optional sensitivity: Sensitivity,
        /// Longest string in bytes, 1024 by default; a longer one is cut on a character boundary.
        optional max_length: Whole<1, 65_536>,
        /// The closed set of values of an `enum`, each with its brief.
        optional values: Keyed<ValueId, Short<EnumValue>>,
        /// Whether it is an OpenTelemetry semantic convention, with which its type is compared.
        optional standard: bool,
        /// Its word at call sites, when the id's own is too long.
        optional short_name: Word,
        /// Whether it is free text, from which secrets are scrubbed.
        optional scrub: bool,
    }
}

record! {
    /// A value of a closed set.
    pub(crate) struct EnumValue {
        /// What it means, in one sentence.
        required brief: Brief,
        /// Since when and why it should no longer be used.
        optional deprecated: Deprecated,
        /// Values that it had in earlier versions.
        optional renamed_from: OneOrMany<ValueId>,
    }
}

record! {
    /// An error that an operator can meet.
    pub(crate) struct Error with item: Item {
        /// Code that the operator sees, such as `E016`.
        optional code: Words,
    }
}

/// An error, or only its code.
pub(crate) type ErrorType = Short<Error>;

/// A record, or one text that says the most important of it.
#[derive(Debug, Clone)]
pub(crate) enum Short<R> {
    /// Only the text.
    Text(Text),
    /// The whole record.
    Record(Box<R>),
}

impl<R: Read> Read for Short<R> {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        if matches!(node.kind, Kind::Text(_)) {
            // Reported when empty, like any words.
            return Words::read(node, name, problems).map(|words| Short::Text(Text(words.0)));
        }
        R::read(node, name, problems).map(|record| Short::Record(Box::new(record)))
    }

    fn describe(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [Words::describe(definitions), R::describe(definitions)] })
    }
}

choice! {
    /// Type of an attribute's values.
    pub(crate) enum Type {
        /// UTF-8 text.
        String "string",
        /// true or false.
        Bool "bool",
        /// Signed 64-bit integer.
        Int "int",
        /// 64-bit floating point number.
        Double "double",
        /// One of a closed set, given by `values`.
        Enum "enum",
        /// One of the screens.
        Screen "screen",
        /// One of the stages.
        Stage "stage",
        /// One of the errors.
        Error "error",
        /// List of strings.
        Strings "string[]",
        /// List of integers.
        Ints "int[]",
        /// List of floating point numbers.
        Doubles "double[]",
        /// List of booleans.
        Bools "bool[]",
    }
}

choice! {
    /// Who may see an attribute's values.
    pub(crate) enum Sensitivity for model::Sensitivity {
        /// Anybody.
        Public "public",
        /// Tells something of a person or their work.
        Identifying "identifying",
        /// Never recorded: `[redacted]` stands in its place.
        Secret "secret",
    }
}

choice! {
    /// Whether an item may do without one of its attributes.
    pub(crate) enum Need {
        /// Never.
        Required "required",
        /// Yes.
        Optional "optional",
    }
}

/// Attributes of an item, in the order of their slots.
pub(crate) type Uses = Keyed<AttributeId, Need>;
