//! Where each setting of a target came from: the signal's own variable, the general one, or nowhere, which means the
//! default. For those who have to tell an operator which variable to change.

use crate::config::StartError;
use crate::vars::Vars;

/// The variable of each setting of a target; `None` where nothing was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Origins {
    /// Of the endpoint. Always there: without one there is no target.
    pub endpoint: Option<String>,
    /// Of the protocol.
    pub protocol: Option<String>,
    /// Of the scheme of an endpoint without one.
    pub insecure: Option<String>,
    /// Of the headers.
    pub headers: Option<String>,
    /// Of the timeout.
    pub timeout: Option<String>,
    /// Of the compression.
    pub compression: Option<String>,
    /// Of the certificates that are trusted.
    pub certificate: Option<String>,
    /// Of the client's certificate.
    pub client_certificate: Option<String>,
    /// Of its key.
    pub client_key: Option<String>,
}

impl Origins {
    /// The variables that speak of a signal.
    pub(crate) fn of(signal: &str, vars: &Vars) -> Result<Origins, StartError> {
        let name = |kind| Ok(Variable::of(kind, signal, vars)?.map(|variable| variable.name));
        Ok(Origins {
            endpoint: name("ENDPOINT")?,
            protocol: name("PROTOCOL")?,
            insecure: name("INSECURE")?,
            headers: name("HEADERS")?,
            timeout: name("TIMEOUT")?,
            compression: name("COMPRESSION")?,
            certificate: name("CERTIFICATE")?,
            client_certificate: name("CLIENT_CERTIFICATE")?,
            client_key: name("CLIENT_KEY")?,
        })
    }
}

/// A variable that is set: the signal's own, else the general one.
pub(crate) struct Variable<'v> {
    pub(crate) name: String,
    pub(crate) value: &'v str,
}

impl<'v> Variable<'v> {
    pub(crate) fn of(kind: &str, signal: &str, vars: &'v Vars) -> Result<Option<Variable<'v>>, StartError> {
        for name in [
            format!("OTEL_EXPORTER_OTLP_{signal}_{kind}"),
            format!("OTEL_EXPORTER_OTLP_{kind}"),
        ] {
            if let Some(value) = vars.text(&name)? {
                return Ok(Some(Variable { name, value }));
            }
        }
        Ok(None)
    }
}
