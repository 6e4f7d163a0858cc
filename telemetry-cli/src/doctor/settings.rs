//! What the environment asks for, with every refusal of it: a program stops at the first, but who mends the
//! environment wants to know all of them.

use std::ffi::OsString;

use telemetry_runtime::config::{Config, StartError, Words};

/// Most refusals that are looked for.
const MOST: usize = 32;

/// What the environment asks for.
#[derive(Debug)]
pub(super) struct Settings {
    /// As far as it can be honoured; `None` only where nothing can.
    pub(super) config: Option<Config>,
    /// What cannot be honoured.
    pub(super) refused: Vec<StartError>,
}

impl Settings {
    /// Reads the environment of this process by the words of a schema.
    pub(super) fn read(words: &Words<'_>) -> Settings {
        Settings::of(words, Config::environment().collect())
    }

    /// What is refused is set aside, and the rest is read again.
    fn of(words: &Words<'_>, mut vars: Vec<(OsString, OsString)>) -> Settings {
        let mut refused: Vec<StartError> = Vec::new();
        while refused.len() < MOST {
            match Config::read(words, vars.iter().cloned()) {
                Ok(config) => {
                    return Settings {
                        config: Some(config),
                        refused,
                    };
                }
                Err(error) => {
                    vars.retain(|(name, _)| name.to_str() != Some(error.variable()));
                    refused.push(error);
                }
            }
        }
        Settings {
            config: None,
            refused,
        }
    }
}
