//! `choice!` makes a closed set of words from one text: the type, its reader, its description for editors, and
//! where the model has the same set, the way there.

use super::node::{Kind, Node};
use super::read::{called, wrong_type};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::near;

macro_rules! choice {
    (
        $(#[doc = $doc:literal])+
        pub(crate) enum $name:ident for $Meaning:ty {
            $($(#[doc = $value_doc:literal])+ $variant:ident $word:literal,)+
        }
    ) => {
        $crate::syntax::choice::choice! {
            $(#[doc = $doc])+
            pub(crate) enum $name {
                $($(#[doc = $value_doc])+ $variant $word,)+
            }
        }

        impl From<$name> for $Meaning {
            fn from(written: $name) -> Self {
                match written {
                    $($name::$variant => <$Meaning>::$variant,)+
                }
            }
        }
    };
    (
        $(#[doc = $doc:literal])+
        pub(crate) enum $name:ident {
            $($(#[doc = $value_doc:literal])+ $variant:ident $word:literal,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($(#[doc = $value_doc])+ $variant,)+
        }

        impl $crate::syntax::read::Read for $name {
            fn read(
                node: &$crate::syntax::node::Node,
                name: &str,
                problems: &mut $crate::diagnostic::Problems,
            ) -> Option<Self> {
                match $crate::syntax::choice::word(node, name, &[$($word),+], problems)? {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// Not as alternatives with a description each: an editor would show that of the value that is
            /// there in the place of the key's own.
            fn describe(_: &mut $crate::syntax::read::Definitions) -> serde_json::Value {
                serde_json::json!({
                    "enum": [$($word),+],
                    "markdownEnumDescriptions": [$(concat!($($value_doc),+).trim_ascii()),+],
                })
            }
        }
    };
}

/// Reads one of a closed set of words.
pub(crate) fn word<'a>(
    node: &'a Node,
    name: &str,
    words: &[&'static str],
    problems: &mut Problems,
) -> Option<&'a str> {
    let Kind::Text(text) = &node.kind else {
        return wrong_type(node, name, "text", problems);
    };
    if words.contains(&text.as_str()) {
        return Some(text);
    }
    let diagnostic = Diagnostic::new(
        Code::UnknownValue,
        &node.at,
        format!("{} cannot be `{text}`", called(name)),
    );
    problems.push(near::suggest(diagnostic, text, words.iter().copied()));
    None
}

pub(crate) use choice;
