//! What the environment asks for. [`Config::from_vars`] is the only reader of the environment: it runs once, at
//! the start of a run, before any file or socket exists, and everything else is passed on from here.
//!
//! Empty means unset. A value that cannot be honoured is a [`StartError`] that names the variable, the value and
//! what to write; what is harmlessly without effect is a remark.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::backend::Backend;
use crate::def::SchemaDef;
use crate::record::{SpanId, TraceId};
use crate::vars::Vars;

pub use crate::words::Words;

/// How often metrics are recorded where nothing else is said.
pub const METRIC_INTERVAL: Duration = Duration::from_secs(5);

/// Attributes of the resource that the runtime sets itself, beside those that the schema names.
const OURS: &[&str] = &[
    "service.name",
    "service.version",
    "service.instance.id",
    "telemetry.sdk.name",
    "telemetry.sdk.language",
    "telemetry.sdk.version",
    "os.type",
    "host.arch",
    "process.pid",
];

/// Why a run cannot start. A program may go on without one: see `Run::off`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// An endpoint is configured, and a protocol that is not OTLP over gRPC.
    #[error(
        "{code}: {variable} is `{value}`, but telemetry is exported as OTLP over gRPC only; \
         set it to `grpc` and the endpoint to a gRPC one, or unset the endpoint"
    )]
    UnsupportedProtocol {
        /// The schema's code for this error, such as `E016`.
        code: String,
        /// The variable at fault.
        variable: String,
        /// Its value.
        value: String,
    },
    /// A variable has a value that cannot be honoured.
    #[error("{variable} is `{value}`: {instead}")]
    Variable {
        /// The variable at fault.
        variable: String,
        /// Its value, without what could be secret in it.
        value: String,
        /// What to write instead.
        instead: String,
    },
    /// A variable's value is not UTF-8.
    #[error("{variable} is not UTF-8: write it again, or unset it")]
    NotUnicode {
        /// The variable at fault.
        variable: String,
    },
}

impl StartError {
    /// The schema's code for the error, where it has one.
    pub fn code(&self) -> Option<&str> {
        match self {
            StartError::UnsupportedProtocol { code, .. } => Some(code),
            StartError::Variable { .. } | StartError::NotUnicode { .. } => None,
        }
    }

    /// The variable at fault.
    pub fn variable(&self) -> &str {
        match self {
            StartError::UnsupportedProtocol { variable, .. }
            | StartError::Variable { variable, .. }
            | StartError::NotUnicode { variable } => variable,
        }
    }
}

/// What the environment asks for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// `OTEL_SDK_DISABLED`: nothing is to be recorded at all. Everything else is then as if unset.
    pub disabled: bool,
    /// The debug tier is asked for.
    pub debug: bool,
    /// The file is asked for, beside the backend.
    pub file: bool,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// The run id that was given from outside, cleaned.
    pub run_id: Option<String>,
    /// What `OTEL_RESOURCE_ATTRIBUTES` adds to the resource.
    pub resource: Vec<(String, String)>,
    /// The span that started this process: `TRACEPARENT`.
    pub parent: Option<(TraceId, SpanId)>,
    /// How often metrics are recorded.
    pub metric_interval: Duration,
    /// Where records are exported to; `None` when no endpoint is configured.
    pub backend: Option<Backend>,
    /// What was asked for and has no effect, a sentence each: worth telling in a debug run.
    pub remarks: Vec<String>,
}

impl Config {
    /// The environment of this process.
    pub fn environment() -> impl Iterator<Item = (OsString, OsString)> {
        std::env::vars_os()
    }

    /// Reads what `vars` ask for.
    ///
    /// # Errors
    /// When a variable has a value that cannot be honoured.
    pub fn from_vars<N, T>(
        schema: &SchemaDef,
        vars: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Config, StartError>
    where
        N: Into<OsString>,
        T: Into<OsString>,
    {
        Config::read(&Words::of(schema), vars)
    }

    /// The same, by the words of a schema that this program need not have been compiled with.
    ///
    /// # Errors
    /// As [`Config::from_vars`].
    pub fn read<N, T>(words: &Words<'_>, vars: impl IntoIterator<Item = (N, T)>) -> Result<Config, StartError>
    where
        N: Into<OsString>,
        T: Into<OsString>,
    {
        let vars = &Vars::new(vars.into_iter().map(|(name, value)| (name.into(), value.into())));
        let mut config = Config::nothing(vars.path("HOME"));
        if vars.flag("OTEL_SDK_DISABLED")? {
            config.disabled = true;
            return Ok(config);
        }
        config.debug = vars.flag(words.debug_env)?;
        config.file = vars.flag(words.file_env)?;
        let asked = vars.pairs("OTEL_RESOURCE_ATTRIBUTES")?.unwrap_or_default();
        config.run_id = run_id(words, vars, &asked)?;
        config.add_resource(words, vars, asked)?;
        config.parent = config.read_parent(vars)?;
        if let Some(interval) = vars.milliseconds("OTEL_METRIC_EXPORT_INTERVAL")? {
            config.metric_interval = interval;
        }
        config.backend = Backend::from_vars(words.unsupported_protocol, vars)?;
        if let Some(backend) = &config.backend {
            config.remarks.extend(backend.remarks());
        }
        Ok(config)
    }

    /// Notes what a process that joins a run was not handed.
    pub(crate) fn remark_on_joining(&mut self, schema: &SchemaDef) {
        if self.run_id.is_none() {
            let names = schema.run.adopt_env.join(" nor ");
            self.remarks.push(format!(
                "there is no run to join, so this session is a run of its own: {names} is not set"
            ));
        }
        if self.parent.is_none() {
            self.remarks
                .push("there is no launch to link the session to: TRACEPARENT gives none".to_owned());
        }
    }

    fn nothing(home: Option<PathBuf>) -> Config {
        Config {
            disabled: false,
            debug: false,
            file: false,
            home,
            run_id: None,
            resource: Vec::new(),
            parent: None,
            metric_interval: METRIC_INTERVAL,
            backend: None,
            remarks: Vec::new(),
        }
    }

    /// Takes over the attributes that nobody here sets.
    fn add_resource(
        &mut self,
        words: &Words<'_>,
        vars: &Vars,
        asked: Vec<(String, String)>,
    ) -> Result<(), StartError> {
        let is_ours = |key: &str| {
            OURS.contains(&key) || words.id_attributes.contains(&key) || words.own_attributes.contains(&key)
        };
        for (key, value) in asked {
            if !is_ours(&key) {
                self.resource.retain(|(known, _)| *known != key);
                self.resource.push((key, value));
            } else if !words.adopt_resource_attributes.contains(&key.as_str()) {
                self.remarks.push(format!(
                    "`{key}` of OTEL_RESOURCE_ATTRIBUTES has no effect: the program sets it"
                ));
            }
        }
        if let Some(name) = vars.text("OTEL_SERVICE_NAME")?
            && name != words.service
        {
            self.remarks.push(format!(
                "OTEL_SERVICE_NAME has no effect: the service is `{}`",
                words.service
            ));
        }
        Ok(())
    }

    /// The standard asks to go on without a parent that makes no sense.
    fn read_parent(&mut self, vars: &Vars) -> Result<Option<(TraceId, SpanId)>, StartError> {
        let Some(text) = vars.text("TRACEPARENT")? else {
            return Ok(None);
        };
        let parent = trace_parent(text);
        if parent.is_none() {
            self.remarks.push(
                "TRACEPARENT has no effect: it is not of the form 00-<32 hex digits>-<16 hex digits>-<2 hex digits>"
                    .to_owned(),
            );
        }
        Ok(parent)
    }
}

/// The run id that was given, where one was: the first of the schema's places that holds one.
fn run_id(
    words: &Words<'_>,
    vars: &Vars,
    resource: &[(String, String)],
) -> Result<Option<String>, StartError> {
    for key in &words.adopt_resource_attributes {
        let given = resource.iter().rev().find(|(known, _)| known == key);
        if let Some(id) = given.and_then(|(_, value)| clean_run_id(value)) {
            return Ok(Some(id));
        }
    }
    for name in &words.adopt_env {
        if let Some(id) = vars.text(name)?.and_then(clean_run_id) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// A run id from outside as it names files and fills attributes: without `run_`, of letters, digits, `_` and `-`,
/// at most 64. `None` when nothing is left.
///
/// ```
/// # use telemetry_runtime::config::clean_run_id;
/// assert_eq!(clean_run_id(" run_8b47/66 ").as_deref(), Some("8b4766"));
/// // What is clean stays as it is when it is handed on.
/// assert_eq!(clean_run_id("\0run_run_8b4766").as_deref(), Some("8b4766"));
/// assert_eq!(clean_run_id("../.."), None);
/// ```
pub fn clean_run_id(given: &str) -> Option<String> {
    let is_kept = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let kept: String = given.chars().filter(is_kept).collect();
    let id: String = kept.trim_start_matches("run_").chars().take(64).collect();
    Some(id).filter(|id| !id.is_empty())
}

/// A W3C trace parent. Versions to come may add parts at the end, and `ff` is none.
fn trace_parent(text: &str) -> Option<(TraceId, SpanId)> {
    let mut parts = text.split('-');
    let mut hex = |length: usize| {
        let is_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(is_hex))
    };
    let (version, trace, span, _flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
    if version == "ff" || version == "00" && parts.next().is_some() {
        return None;
    }
    let trace = u128::from_str_radix(trace, 16).ok().filter(|id| *id != 0)?;
    let span = u64::from_str_radix(span, 16).ok().filter(|id| *id != 0)?;
    Some((TraceId(trace), SpanId(span)))
}
