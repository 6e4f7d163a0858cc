//! What to do about each kind of trouble, in a sentence that names the variable to change.

use telemetry_runtime::backend::Target;
use telemetry_runtime::export::{Trouble, TroubleKind};

/// Port on which backends speak OTLP over HTTP by convention, and the one for gRPC.
const HTTP_PORT: u16 = 4318;

/// What an operator can do.
pub(super) fn advice(target: &Target, trouble: &Trouble) -> String {
    let endpoint = &target.endpoint;
    let said = |variable: &Option<String>, general: &str| {
        variable
            .clone()
            .unwrap_or_else(|| format!("OTEL_EXPORTER_OTLP_{general}"))
    };
    let variable = said(&target.origins.endpoint, "ENDPOINT");
    let (host, port) = (endpoint.host().unwrap_or_default(), endpoint.port_u16());
    let secure = endpoint.scheme_str() == Some("https");
    let http_port = port == Some(HTTP_PORT);
    match trouble.kind {
        TroubleKind::NotGrpc | TroubleKind::Cut | TroubleKind::Other | TroubleKind::NoService
            if http_port =>
        {
            format!(
                "{HTTP_PORT} is the port of OTLP over HTTP: set {variable} to the gRPC port, usually 4317"
            )
        }
        TroubleKind::NoEndpoint => format!("set {variable}"),
        TroubleKind::ConnectionRefused => format!(
            "nothing listens there: start the backend (`telemetry receive` is one), or set {variable} to where it is"
        ),
        TroubleKind::UnknownHost => format!("no host is called {host}: set {variable} to one that is"),
        TroubleKind::Unreachable => {
            format!("there is no way to {host}: look at the network, or set {variable}")
        }
        TroubleKind::Tls if !secure => format!("the backend wants TLS: write https:// in {variable}"),
        TroubleKind::Tls => match (&target.certificate, &target.client) {
            _ if trouble.words.contains("InvalidContentType") => {
                format!("the backend does not speak TLS: write http:// in {variable}")
            }
            (None, _) => format!(
                "the backend's certificate is not trusted: name its authority in {}",
                said(&target.origins.certificate, "CERTIFICATE")
            ),
            (Some(_), None) => format!(
                "the two sides do not agree on certificates: look at {}, and whether the backend wants one of the \
                 client too (OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and _CLIENT_KEY)",
                said(&target.origins.certificate, "CERTIFICATE")
            ),
            (Some(_), Some(_)) => format!(
                "the two sides do not agree on certificates: look at {} and {}",
                said(&target.origins.certificate, "CERTIFICATE"),
                said(&target.origins.client_certificate, "CLIENT_CERTIFICATE")
            ),
        },
        TroubleKind::NotGrpc | TroubleKind::Cut if !secure => format!(
            "what answers does not speak gRPC, or speaks it over TLS: set {variable} to the backend's port for OTLP over \
             gRPC, or write https:// in it"
        ),
        TroubleKind::NotGrpc => {
            format!(
                "what answers does not speak gRPC: set {variable} to the backend's port for OTLP over gRPC"
            )
        }
        // With TLS 1.3 a client hears only afterwards that it should have shown a certificate, and not always.
        TroubleKind::Cut if target.client.is_none() => {
            "the connection broke: perhaps the backend wants a certificate of \
             the client too (OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and _CLIENT_KEY)"
                .to_owned()
        }
        TroubleKind::Cut => "the connection broke: look at what the backend says of it".to_owned(),
        TroubleKind::NoService => {
            "the backend does not take this signal: set an endpoint of its own for it, or unset it".to_owned()
        }
        TroubleKind::Credentials if target.headers.is_empty() => format!(
            "the backend wants to know who asks: set {}, such as authorization=Bearer%20…",
            said(&target.origins.headers, "HEADERS")
        ),
        TroubleKind::Credentials => format!(
            "the backend does not take these credentials: look at {}",
            said(&target.origins.headers, "HEADERS")
        ),
        TroubleKind::Silence => {
            "something listens and does not answer: look whether the backend is well".to_owned()
        }
        TroubleKind::Busy => "the backend is asked for too much: try again later".to_owned(),
        TroubleKind::Message | TroubleKind::Other => "look at what the backend says of it".to_owned(),
    }
}
