//! The part of the environment that speaks of a backend: the OTLP variables, each with its variants for one
//! signal. Read and validated by `config`; the OTLP sink works from it and reads nothing itself.
//!
//! Where no endpoint is configured the other variables mean nothing, and are not looked at.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;

use crate::config::StartError;
use crate::origins::Variable;
use crate::vars::{Vars, refuse};

pub use crate::origins::Origins;

/// How long an export may take where nothing else is said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);

/// Where records are exported to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Backend {
    /// For spans; `None` when they have no endpoint.
    pub traces: Option<Target>,
    /// For events and `log` records.
    pub logs: Option<Target>,
    /// For metrics.
    pub metrics: Option<Target>,
    /// Whether points count from the start of the run, or from the last export.
    pub temporality: Temporality,
}

/// Where one signal goes, and how.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Target {
    /// `http` or `https`, host, port and path.
    pub endpoint: Uri,
    /// The endpoint as it was written, with a scheme where it had none: for a container, which is told the same.
    pub written: String,
    /// What goes with every request; names are in lower case. Values may be secrets: `Debug` hides them.
    pub headers: Vec<(String, String)>,
    /// How long an export may take.
    pub timeout: Duration,
    /// Whether requests are compressed with gzip.
    pub gzip: bool,
    /// File with the certificates that are trusted, in place of the system's.
    pub certificate: Option<PathBuf>,
    /// Files with the client's certificate and its key.
    pub client: Option<(PathBuf, PathBuf)>,
    /// Which variable each of these came from.
    pub origins: Origins,
}

/// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Temporality {
    /// Points count from the start of the run.
    #[default]
    Cumulative,
    /// Points count from the last export.
    Delta,
    /// As delta, but up-down counters count from the start of the run.
    LowMemory,
}

/// Parts of the variables' names, in the order in which they are read.
pub(crate) const SIGNALS: [&str; 3] = ["TRACES", "LOGS", "METRICS"];

impl Backend {
    /// `None` when no signal has an endpoint.
    pub(crate) fn from_vars(unsupported: &str, vars: &Vars) -> Result<Option<Backend>, StartError> {
        let mut endpoints = [None, None, None];
        for (endpoint, signal) in endpoints.iter_mut().zip(SIGNALS) {
            *endpoint = Variable::of("ENDPOINT", signal, vars)?;
        }
        if endpoints.iter().all(Option::is_none) {
            return Ok(None);
        }
        // First of all: with another protocol every other variable may be right for it, and wrong for us.
        refuse_other_protocols(unsupported, vars)?;
        refuse_sampling(vars)?;
        let [traces, logs, metrics] = endpoints;
        let target = |endpoint: Option<Variable<'_>>, signal| {
            endpoint
                .map(|endpoint| Target::from_vars(&endpoint, signal, vars))
                .transpose()
        };
        Ok(Some(Backend {
            traces: target(traces, SIGNALS[0])?,
            logs: target(logs, SIGNALS[1])?,
            metrics: target(metrics, SIGNALS[2])?,
            temporality: temporality(vars)?,
        }))
    }

    /// Traces, logs and metrics, each with its name.
    pub fn targets(&self) -> [(&'static str, Option<&Target>); 3] {
        [
            ("traces", self.traces.as_ref()),
            ("logs", self.logs.as_ref()),
            ("metrics", self.metrics.as_ref()),
        ]
    }

    /// The signals that have no endpoint while others have one.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = String> {
        let missing = [self.traces.is_none(), self.logs.is_none(), self.metrics.is_none()];
        SIGNALS.into_iter().zip(missing).filter(|(_, missing)| *missing).map(|(signal, _)| {
            let name = signal.to_ascii_lowercase();
            format!(
                "{name} are not exported: neither OTEL_EXPORTER_OTLP_ENDPOINT nor OTEL_EXPORTER_OTLP_{signal}_ENDPOINT is set"
            )
        })
    }
}

impl Target {
    fn from_vars(endpoint: &Variable<'_>, signal: &str, vars: &Vars) -> Result<Target, StartError> {
        let insecure = match Variable::of("INSECURE", signal, vars)? {
            Some(variable) => vars.flag(&variable.name)?,
            None => true,
        };
        let headers = match Variable::of("HEADERS", signal, vars)? {
            Some(variable) => headers(&variable.name, vars)?,
            None => Vec::new(),
        };
        let timeout = match Variable::of("TIMEOUT", signal, vars)? {
            Some(variable) => vars.milliseconds(&variable.name)?,
            None => None,
        };
        let gzip = match Variable::of("COMPRESSION", signal, vars)? {
            Some(Variable { value: "gzip", .. }) => true,
            None | Some(Variable { value: "none", .. }) => false,
            Some(other) => return Err(refuse(&other.name, other.value, "write gzip or none")),
        };
        let written = with_scheme(endpoint.value, insecure);
        Ok(Target {
            endpoint: uri(endpoint, &written)?,
            written,
            headers,
            timeout: timeout.unwrap_or(TIMEOUT),
            gzip,
            certificate: Variable::of("CERTIFICATE", signal, vars)?
                .map(|file| readable(&file))
                .transpose()?,
            client: client(signal, vars)?,
            origins: Origins::of(signal, vars)?,
        })
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Target")
            .field("endpoint", &crate::scrub::scrub(&self.endpoint.to_string()))
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("gzip", &self.gzip)
            .field("certificate", &self.certificate)
            .field("client", &self.client)
            .finish()
    }
}

fn refuse_other_protocols(unsupported: &str, vars: &Vars) -> Result<(), StartError> {
    let own = SIGNALS
        .iter()
        .map(|signal| format!("OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"));
    for variable in std::iter::once("OTEL_EXPORTER_OTLP_PROTOCOL".to_owned()).chain(own) {
        if let Some(value) = vars.text(&variable)?.filter(|value| *value != "grpc") {
            let (code, value) = (unsupported.to_owned(), value.to_owned());
            return Err(StartError::UnsupportedProtocol {
                code,
                variable,
                value,
            });
        }
    }
    Ok(())
}

/// Every run is told whole: a sampler that leaves something out cannot be honoured.
fn refuse_sampling(vars: &Vars) -> Result<(), StartError> {
    let all = |word: &str| matches!(word, "always_on" | "parentbased_always_on").then_some(());
    let instead = "runs are always recorded whole; write always_on or parentbased_always_on, or unset it";
    vars.word("OTEL_TRACES_SAMPLER", all, instead).map(|_| ())
}

fn temporality(vars: &Vars) -> Result<Temporality, StartError> {
    let meaning = |word: &str| match word.to_ascii_lowercase().as_str() {
        "cumulative" => Some(Temporality::Cumulative),
        "delta" => Some(Temporality::Delta),
        "lowmemory" => Some(Temporality::LowMemory),
        _ => None,
    };
    let name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    Ok(vars
        .word(name, meaning, "write cumulative, delta or lowmemory")?
        .unwrap_or_default())
}

/// An endpoint without a scheme is a plain one, unless `INSECURE` says no: that is what people mean by it.
fn with_scheme(endpoint: &str, insecure: bool) -> String {
    match endpoint.contains("://") {
        true => endpoint.to_owned(),
        false => format!("{}://{endpoint}", if insecure { "http" } else { "https" }),
    }
}

fn uri(variable: &Variable<'_>, written: &str) -> Result<Uri, StartError> {
    const INSTEAD: &str = "write http://host:port or https://host:port, such as http://127.0.0.1:4317";
    let bad = || refuse(&variable.name, variable.value, INSTEAD);
    let (scheme, rest) = written.split_once("://").ok_or_else(bad)?;
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https") {
        return Err(bad());
    }
    let uri: Uri = format!("{scheme}://{rest}").parse().map_err(|_| bad())?;
    let authority = uri.authority().ok_or_else(bad)?;
    let host_and_port = authority
        .as_str()
        .rsplit_once('@')
        .map_or(authority.as_str(), |(_, host)| host);
    // A port that is no number from 1 to 65535 is still there as text, but not as a port.
    let names_port = host_and_port
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    if authority.host().is_empty() || names_port && authority.port_u16().is_none_or(|port| port == 0) {
        return Err(bad());
    }
    Ok(uri)
}

fn headers(variable: &str, vars: &Vars) -> Result<Vec<(String, String)>, StartError> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in vars.pairs(variable)?.unwrap_or_default() {
        let name = name.to_ascii_lowercase();
        let shown = format!("{name}=…");
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() || name.ends_with("-bin") {
            let instead = "names of headers are letters, digits, - and _, and do not end in -bin";
            return Err(refuse(variable, &shown, instead));
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(refuse(variable, &shown, "values of headers are printable ASCII"));
        }
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value));
    }
    Ok(headers)
}

fn client(signal: &str, vars: &Vars) -> Result<Option<(PathBuf, PathBuf)>, StartError> {
    let certificate = Variable::of("CLIENT_CERTIFICATE", signal, vars)?;
    let key = Variable::of("CLIENT_KEY", signal, vars)?;
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some((readable(&certificate)?, readable(&key)?))),
        (Some(alone), None) => Err(refuse(
            &alone.name,
            alone.value,
            "name its key too, in the CLIENT_KEY variable",
        )),
        (None, Some(alone)) => Err(refuse(
            &alone.name,
            alone.value,
            "name its certificate too, in the CLIENT_CERTIFICATE variable",
        )),
    }
}

fn readable(variable: &Variable<'_>) -> Result<PathBuf, StartError> {
    let opened = std::fs::File::open(variable.value).and_then(|file| file.metadata());
    let trouble = match opened {
        Ok(there) if there.is_file() => return Ok(PathBuf::from(variable.value)),
        Ok(_) => "it is no file".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(refuse(
        &variable.name,
        variable.value,
        format!("name a PEM file that can be read ({trouble})"),
    ))
}
