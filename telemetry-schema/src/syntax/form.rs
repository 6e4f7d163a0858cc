//! Text of a certain form, such as an id or a version. Each form is one pattern, which the reader matches and
//! the JSON Schema repeats; a value of the wrong form is reported and kept, so that who refers to it finds it.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::{Value, json};

use super::node::{Kind, Node};
use super::read::{Definitions, Read, called, wrong_type};
use crate::diagnostic::{Code, Diagnostic, NEVER_EMITTED, Problems};

/// Text of a form.
pub(crate) trait Form: Read {
    /// The only texts that mean something, each with what it means; empty when the set is open.
    fn known() -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }

    /// The text itself.
    fn into_text(self) -> String;
}

/// Longest id, in characters, all of which are ASCII: what backends commonly take as a name.
const LONGEST_ID: usize = 128;

macro_rules! forms {
    ($($(#[doc = $doc:literal])+ $name:ident $pattern:literal $code:ident $looks:literal $(missing $missing:ident)?;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Default)]
            pub(crate) struct $name(pub(crate) String);

            impl Read for $name {
                $(const MISSING: Code = Code::$missing;)?

                fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
                    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
                    let Kind::Text(text) = &node.kind else {
                        return wrong_type(node, name, "text", problems);
                    };
                    if Code::$code == Code::BadId && text.chars().count() > LONGEST_ID {
                        problems.push(too_long(node, name, text));
                    } else if !PATTERN.as_ref().is_none_or(|pattern| pattern.is_match(text)) {
                        problems.push(malformed(node, name, text, Code::$code, $looks));
                    }
                    Some($name(text.clone()))
                }

                fn describe(_: &mut Definitions) -> Value {
                    let mut schema = json!({ "type": "string", "pattern": $pattern });
                    if Code::$code == Code::BadId {
                        schema["maxLength"] = json!(LONGEST_ID);
                    }
                    schema
                }
            }

            impl Form for $name {
                fn into_text(self) -> String {
                    self.0
                }
            }
        )+

        #[cfg(test)]
        const PATTERNS: &[&str] = &[$($pattern),+];
    };
}

forms! {
    /// Id of an item.
    Id r"^[a-z][a-z0-9]*([._][a-z0-9]+)*$" BadId
        "lower-case words, joined by `.` or `_`, such as `container.exited`";
    /// An id in one word: of an error, a short name, a lint code.
    Word r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$" BadId
        "lower-case words, joined by `_`, such as `exit_code`";
    /// A value of an enum.
    ValueId r"^[a-z0-9][a-z0-9._-]*$" BadId
        "lower-case letters, digits, `.`, `_` and `-`, such as `current-dir`";
    /// A semantic version.
    Version r"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$" BadVersion
        "three numbers, such as `1.0.0`";
    /// The address of a version of a schema.
    Url r"^https?://[^/\s?#]+(/[^/\s?#]+)+$" BadUrl
        "an address that ends in the version, such as `https://example.com/telemetry/1.0.0`";
    /// A span of time.
    Duration r"^[0-9]{1,9}(ms|s)$" BadDuration
        "a number of milliseconds or seconds, such as `500ms` or `2s`";
    /// Name of a vocabulary.
    Name r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*$" BadName
        "lower-case words, joined by `-`, `_` or `.`, such as `my-app`";
    /// Name of an environment variable.
    Variable r"^[A-Za-z_][A-Za-z0-9_]*$" BadName
        "letters, digits and `_`, such as `MY_RUN_ID`";
    /// Target of `tracing` events.
    Target r"^[A-Za-z0-9_][A-Za-z0-9_.:-]*[*]?$" BadName
        "a crate's name, or a prefix that ends in `*`, such as `my_app*`";
    /// Words for a person, in one line or more.
    Words r"\S" EmptyText "at least a word";
    /// What an item is, in one sentence.
    Brief r"\S" MissingBrief "one sentence" missing MissingBrief;
}

macro_rules! references {
    ($($(#[doc = $doc:literal])+ $name:ident)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Default)]
            pub(crate) struct $name(pub(crate) String);

            impl Read for $name {
                fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
                    Id::read(node, name, problems).map(|id| $name(id.0))
                }

                /// By name, so that the ids of a schema can be put in.
                fn describe(definitions: &mut Definitions) -> Value {
                    let mut schema = Id::describe(definitions);
                    schema["description"] = json!(concat!($($doc),+).trim_ascii());
                    definitions.insert(stringify!($name).to_owned(), schema);
                    json!({ "$ref": concat!("#/$defs/", stringify!($name)) })
                }
            }

            impl Form for $name {
                fn into_text(self) -> String {
                    self.0
                }
            }

            impl AsRef<str> for $name {
                fn as_ref(&self) -> &str {
                    &self.0
                }
            }
        )+
    };
}

references! {
    /// Id of a screen.
    ScreenId
    /// Id of an attribute.
    AttributeId
    /// Id of an event.
    EventId
    /// Id of a span.
    SpanId
    /// Id of a metric.
    MetricId
}

/// The code of a warning that an item may allow itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lint(String);

impl Read for Lint {
    fn read(node: &Node, name: &str, problems: &mut Problems) -> Option<Self> {
        Word::read(node, name, problems).map(|word| Lint(word.0))
    }

    fn describe(definitions: &mut Definitions) -> Value {
        Word::describe(definitions)
    }
}

impl Form for Lint {
    fn known() -> Vec<(&'static str, &'static str)> {
        let lints = Code::ALL.iter().filter(|code| code.is_suppressible());
        let own = lints.map(|code| (code.as_str(), code.explanation()));
        own.chain([(NEVER_EMITTED, "An item that no call site emits.")])
            .collect()
    }

    fn into_text(self) -> String {
        self.0
    }
}

fn malformed(node: &Node, name: &str, text: &str, code: Code, looks: &str) -> Diagnostic {
    let message = if text.trim().is_empty() {
        format!("{} is empty", called(name))
    } else {
        format!("{} cannot be `{text}`", called(name))
    };
    let diagnostic = Diagnostic::new(code, &node.at, message).label(format!("must be {looks}"));
    let suggestion = lowered(text);
    if code == Code::BadId && suggestion != text && suggestion.starts_with(|c: char| c.is_ascii_lowercase()) {
        diagnostic.help(format!("write `{suggestion}`"))
    } else {
        diagnostic
    }
}

fn too_long(node: &Node, name: &str, text: &str) -> Diagnostic {
    let message = format!("{} has {} characters", called(name), text.chars().count());
    Diagnostic::new(Code::BadId, &node.at, message).label(format!("must be at most {LONGEST_ID}"))
}

/// The id that was probably meant: `Container-Exited` to `container_exited`.
fn lowered(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    let mut after_lower = false;
    for c in text.chars().take(100) {
        if c.is_ascii_uppercase() && after_lower {
            id.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        id.push(match c {
            '.' => '.',
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => '_',
        });
    }
    id.split('.')
        .map(|part| {
            part.split('_')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join("_")
        })
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one_that_the_engine_reads() {
        for pattern in PATTERNS {
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn a_bad_id_is_turned_into_the_one_that_was_meant() {
        assert_eq!(lowered("ContainerExited"), "container_exited");
        assert_eq!(lowered("container-exited..now"), "container_exited.now");
        assert_eq!(lowered("é"), "");
    }
}
