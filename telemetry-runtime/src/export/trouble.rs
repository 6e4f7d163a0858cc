//! What stood in the way of a message, told by its kind: the gRPC code says one half, and for what went wrong before
//! there was an answer, the causes that the transport gives say the other.

use std::time::Duration;

use tonic::{Code, Status};

use crate::scrub::scrub;

/// Longest words of a backend that are passed on, in bytes.
const WORDS: usize = 1024;

/// What stood in the way of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Which kind of trouble, as far as it can be told.
    pub kind: TroubleKind,
    /// What happened, in words: the gRPC code, the causes, and what the backend said.
    pub words: String,
}

/// Kinds of trouble that ask for different things to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// The signal has no endpoint.
    NoEndpoint,
    /// Nobody listens there.
    ConnectionRefused,
    /// The name of the host is unknown.
    UnknownHost,
    /// There is no way to the host, or the connection did not come about in time.
    Unreachable,
    /// The two sides did not agree on TLS.
    Tls,
    /// What answers is no gRPC server.
    NotGrpc,
    /// The connection broke before there was an answer.
    Cut,
    /// It is one, and has no service for this signal.
    NoService,
    /// It does not know who asks.
    Credentials,
    /// It does not answer.
    Silence,
    /// It is asked for too much at the moment.
    Busy,
    /// It says that something is wrong with the message.
    Message,
    /// Anything else.
    Other,
}

impl Trouble {
    /// Of a backend that answered with an error, or was not reached.
    pub(super) fn of(status: &Status) -> Trouble {
        Trouble {
            kind: kind(status),
            words: words(status),
        }
    }

    /// Of one that did not answer.
    pub(super) fn silence(timeout: Duration) -> Trouble {
        Trouble {
            kind: TroubleKind::Silence,
            words: format!("no answer within {timeout:?}"),
        }
    }
}

/// The kind of trouble. Of what goes wrong before there is an answer, tonic tells only in its causes.
fn kind(status: &Status) -> TroubleKind {
    let causes = causes(status);
    let says = |words: &[&str]| words.iter().any(|word| causes.contains(word));
    match status.code() {
        Code::Unauthenticated | Code::PermissionDenied => TroubleKind::Credentials,
        _ if says(&["certificate", "fatal alert", "tls", "handshake", "UnknownIssuer"]) => TroubleKind::Tls,
        _ if says(&["InvalidContentType"]) => TroubleKind::Tls,
        _ if says(&["Connection refused"]) => TroubleKind::ConnectionRefused,
        _ if says(&["dns error", "failed to lookup address"]) => TroubleKind::UnknownHost,
        _ if says(&[
            "unreachable",
            "No route to host",
            "deadline has elapsed",
            "timed out",
        ]) =>
        {
            TroubleKind::Unreachable
        }
        // An HTTP/1 server closes what it takes for nonsense, or answers in its own way.
        _ if says(&[
            "frame",
            "protocol error",
            "PROTOCOL_ERROR",
            "http2 error",
            "content-type",
        ]) =>
        {
            TroubleKind::NotGrpc
        }
        _ if says(&["reset", "Broken pipe", "broken pipe", "closed"]) => TroubleKind::Cut,
        Code::Unimplemented => TroubleKind::NoService,
        Code::ResourceExhausted => TroubleKind::Busy,
        Code::DeadlineExceeded => TroubleKind::Silence,
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => TroubleKind::Message,
        _ => TroubleKind::Other,
    }
}

/// Everything that an error and its causes say.
fn causes(status: &Status) -> String {
    let mut words = status.message().to_owned();
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

/// What happened, as a person may read it: without what is said twice, and without what could be secret in it.
fn words(status: &Status) -> String {
    let mut parts: Vec<String> = vec![format!("{:?}", status.code())];
    let mut say = |text: String| {
        let known = parts
            .iter()
            .any(|part| part.contains(&text) || text == "transport error");
        if !text.is_empty() && !known {
            parts.push(text);
        }
    };
    say(status.message().to_owned());
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        say(error.to_string());
        cause = error.source();
    }
    bounded(&parts.join(": "))
}

pub(super) fn bounded(words: &str) -> String {
    crate::clamp::clamp(&scrub(words), WORDS).to_owned()
}
