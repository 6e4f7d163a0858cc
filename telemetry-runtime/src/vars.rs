//! The environment as `config` sees it: a list of names and texts that was passed in, and the few forms that a
//! variable can have. Empty means unset. Every form knows how to say what it would have taken.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::config::StartError;
use crate::scrub::scrub;

/// Names and values, as they were when they were read.
#[derive(Debug, Default)]
pub(crate) struct Vars(BTreeMap<String, OsString>);

impl Vars {
    pub(crate) fn new(vars: impl IntoIterator<Item = (OsString, OsString)>) -> Vars {
        // A name that is not UTF-8 is none of those that we read.
        Vars(
            vars.into_iter()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .collect(),
        )
    }

    /// The value without the blanks around it; `None` when there is none.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, StartError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let text = value.to_str().ok_or_else(|| StartError::NotUnicode {
            variable: name.to_owned(),
        })?;
        Ok(Some(text.trim()).filter(|text| !text.is_empty()))
    }

    /// The value as it came, for paths.
    pub(crate) fn path(&self, name: &str) -> Option<std::path::PathBuf> {
        self.0
            .get(name)
            .filter(|value| !value.is_empty())
            .map(std::path::PathBuf::from)
    }

    /// Yes or no.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, StartError> {
        let Some(text) = self.text(name)? else {
            return Ok(false);
        };
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(refuse(
                name,
                text,
                "say 1, true, yes or on, or 0, false, no or off",
            )),
        }
    }

    /// A time in milliseconds, at least one.
    pub(crate) fn milliseconds(&self, name: &str) -> Result<Option<Duration>, StartError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match text.parse() {
            Ok(0) | Err(_) => Err(refuse(
                name,
                text,
                "write a whole number of milliseconds, such as 5000",
            )),
            Ok(count) => Ok(Some(Duration::from_millis(count))),
        }
    }

    /// One of the words that `meaning` knows.
    pub(crate) fn word<T>(
        &self,
        name: &str,
        meaning: impl Fn(&str) -> Option<T>,
        instead: &'static str,
    ) -> Result<Option<T>, StartError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        meaning(text).map(Some).ok_or_else(|| refuse(name, text, instead))
    }

    /// `key=value,key=value`, percent-decoded. Values may be secrets, so that an error never quotes one.
    pub(crate) fn pairs(&self, name: &str) -> Result<Option<Vec<(String, String)>>, StartError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
        let pairs = members.enumerate().map(|(n, member)| {
            let quoted = |key: &str| format!("{key}=…");
            let (key, value) = member
                .split_once('=')
                .ok_or_else(|| refuse(name, &format!("… (entry {})", n + 1), "write key=value,key=value"))?;
            let decode = |text: &str| percent_decode_str(text.trim()).decode_utf8().map(String::from);
            let (Ok(decoded), Ok(value)) = (decode(key), decode(value)) else {
                return Err(refuse(
                    name,
                    &quoted(key),
                    "percent-encode UTF-8, such as %C3%A9 for é",
                ));
            };
            if decoded.is_empty() {
                return Err(refuse(name, &quoted(key), "write a key before each `=`"));
            }
            Ok((decoded, value))
        });
        pairs.collect::<Result<Vec<_>, _>>().map(Some)
    }
}

/// The error for a value that cannot be honoured.
pub(crate) fn refuse(variable: &str, value: &str, instead: impl Into<String>) -> StartError {
    StartError::Variable {
        variable: variable.to_owned(),
        value: scrub(value).into_owned(),
        instead: instead.into(),
    }
}
