//! What a run tells a container that it launches, so that the session inside of it tells the same story: the run's
//! id, where the launch stands, and a way to the backend that works from in there. `Onward` is worked out once, when
//! the run begins; [`Handover`] adds the place at which it is asked for.
//!
//! [`Run::join`](crate::Run::join) is the other end.

use std::sync::atomic::{AtomicBool, Ordering};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::backend::{Backend, SIGNALS, TIMEOUT, Target, Temporality};
use crate::config::{Config, METRIC_INTERVAL};
use crate::container_endpoint::{GATEWAY, from_container};
use crate::context;
use crate::def::RunDef;
use crate::inner::Inner;
use crate::recorder::Recorder;

/// What a header keeps of itself when it is written into a variable; everything else is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a container is told, so that the session inside of it continues the run.
///
/// Empty when the run is off. `Debug` shows names without values: headers may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "the container has to be told it"]
pub struct Handover {
    env: Vec<(String, String)>,
    gateway: bool,
}

impl Handover {
    /// The variables to set in the container, as names and values: for `Command::envs`, or for `docker run --env`.
    /// Values may be secrets.
    pub fn env(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.env
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What the container's hosts have to hold, each as `docker run --add-host` takes it: the way to the host's
    /// gateway when an endpoint leads to the host's loopback, else nothing.
    pub fn extra_hosts(&self) -> impl Iterator<Item = &str> + Clone {
        self.gateway.then_some(GATEWAY).into_iter()
    }
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.env().map(|(name, _)| name).collect();
        f.debug_struct("Handover")
            .field("env", &names)
            .field("extra_hosts", &self.extra_hosts().collect::<Vec<_>>())
            .finish()
    }
}

/// What the run of this thread tells a container, for code that does not hold the run: see
/// [`Run::handover`](crate::Run::handover). Empty when nobody listens.
pub fn handover() -> Handover {
    context::here(|recorder, inner| recorder.hand_over(inner)).unwrap_or_default()
}

/// What stays the same for every container of a run.
#[derive(Debug, Default)]
pub(crate) struct Onward {
    env: Vec<(String, String)>,
    gateway: bool,
    /// Variables that name files of this machine.
    withheld: Vec<&'static str>,
    /// Whether the operator was told of them.
    told: AtomicBool,
}

impl Onward {
    /// What the environment asked for, as it reads from inside of a container.
    pub(crate) fn of(config: &Config) -> Onward {
        let mut onward = Onward::default();
        let Some(backend) = &config.backend else {
            return onward;
        };
        onward.endpoints(backend);
        onward.put_one("PROTOCOL", "grpc".to_owned());
        onward.put(backend, "HEADERS", headers);
        onward.put(backend, "TIMEOUT", |target| {
            (target.timeout != TIMEOUT).then(|| target.timeout.as_millis().to_string())
        });
        onward.put(backend, "COMPRESSION", |target| {
            target.gzip.then(|| "gzip".to_owned())
        });
        match backend.temporality {
            Temporality::Cumulative => {}
            Temporality::Delta => onward.put_one("METRICS_TEMPORALITY_PREFERENCE", "delta".to_owned()),
            Temporality::LowMemory => {
                onward.put_one("METRICS_TEMPORALITY_PREFERENCE", "lowmemory".to_owned())
            }
        }
        if config.metric_interval != METRIC_INTERVAL {
            let millis = config.metric_interval.as_millis().to_string();
            onward
                .env
                .push(("OTEL_METRIC_EXPORT_INTERVAL".to_owned(), millis));
        }
        let targets = || targets(backend).into_iter().flatten();
        if targets().any(|target| target.certificate.is_some()) {
            onward.withheld.push("OTEL_EXPORTER_OTLP_CERTIFICATE");
        }
        if targets().any(|target| target.client.is_some()) {
            onward.withheld.push("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE");
        }
        onward
    }

    fn endpoints(&mut self, backend: &Backend) {
        let gateway = targets(backend)
            .into_iter()
            .flatten()
            .any(|target| from_container(&target.written).1);
        self.gateway = gateway;
        self.put(backend, "ENDPOINT", |target| {
            Some(from_container(&target.written).0)
        });
    }

    /// One variable when it is the same for all signals, else one for each signal that has it. No signal gets what it
    /// does not have here.
    fn put(&mut self, backend: &Backend, kind: &str, of: impl Fn(&Target) -> Option<String>) {
        let values = targets(backend).map(|target| target.and_then(&of));
        match values {
            [Some(traces), Some(logs), Some(metrics)] if traces == logs && logs == metrics => {
                self.put_one(kind, traces);
            }
            values => {
                for (signal, value) in SIGNALS.into_iter().zip(values) {
                    if let Some(value) = value {
                        self.put_one(&format!("{signal}_{kind}"), value);
                    }
                }
            }
        }
    }

    fn put_one(&mut self, kind: &str, value: String) {
        self.env.push((format!("OTEL_EXPORTER_OTLP_{kind}"), value));
    }
}

fn targets(backend: &Backend) -> [Option<&Target>; 3] {
    [&backend.traces, &backend.logs, &backend.metrics].map(Option::as_ref)
}

/// `name=value,name=value`, percent-encoded, so that what is read is what was read here.
fn headers(target: &Target) -> Option<String> {
    let encode = |text| utf8_percent_encode(text, ENCODED);
    let pairs: Vec<String> = target
        .headers
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    (!pairs.is_empty()).then(|| pairs.join(","))
}

impl Recorder {
    /// What a container is told that is launched at this place.
    pub(crate) fn hand_over(&self, inner: Option<&Inner>) -> Handover {
        let onward = self.onward();
        if !onward.withheld.is_empty() && !onward.told.swap(true, Ordering::Relaxed) {
            let body = format!(
                "the container is not told {}: files of this machine are not in there, so it trusts the system's roots \
                 and shows no certificate; mount them and set the variables there if the backend asks for them",
                onward.withheld.join(" and ")
            );
            self.notices().tell("not_handed_over", body);
        }
        // The visit, rather than the step in it: that is the launch, whichever step starts the container.
        let visit = match inner {
            Some(inner) => inner.visit().cloned(),
            None => self.visit(),
        };
        let (trace, span) = visit
            .map(|visit| visit.ids())
            .or(inner.map(Inner::ids))
            .unwrap_or_else(|| self.whole());
        let mut env = onward.env.clone();
        let RunDef {
            adopt_env, debug_env, ..
        } = self.schema().run;
        if let Some(name) = adopt_env.first() {
            env.push(((*name).to_owned(), self.id().to_owned()));
        }
        env.push((
            "TRACEPARENT".to_owned(),
            format!("00-{:032x}-{:016x}-01", trace.0, span.0),
        ));
        if self.debug() {
            env.push((debug_env.to_owned(), "1".to_owned()));
        }
        Handover {
            env,
            gateway: onward.gateway,
        }
    }
}
