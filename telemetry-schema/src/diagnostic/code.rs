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
    /// The file is not YAML that a schema may use.
    SyntaxError "syntax_error" Error,
}

impl Code {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}
