//! What a program says about its run before it starts. Everything that a test wants fixed is here too: time, ids,
//! the environment, the home folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::line::AttributeValue;
use crate::notice::{Hook, Notice};

/// How a run is started.
///
/// ```
/// use telemetry_runtime::options::Options;
///
/// let options = Options::new("console").version(env!("CARGO_PKG_VERSION")).debug(true);
/// # let _ = options;
/// ```
#[must_use = "options do nothing until a run starts with them"]
pub struct Options {
    pub(crate) command: String,
    pub(crate) version: Option<String>,
    pub(crate) debug: bool,
    pub(crate) component: Option<String>,
    pub(crate) resource: Vec<(String, AttributeValue)>,
    pub(crate) vars: Option<Vec<(String, String)>>,
    pub(crate) home: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: Option<u64>,
    pub(crate) hook: Option<Hook>,
    pub(crate) tokio: Option<tokio::runtime::Handle>,
    pub(crate) log_targets: Vec<String>,
    pub(crate) flush_budget: Duration,
}

impl Options {
    /// For a command of this name, as the operator typed it: `console`.
    pub fn new(command: impl Into<String>) -> Options {
        Options {
            command: command.into(),
            version: None,
            debug: false,
            component: None,
            resource: Vec::new(),
            vars: None,
            home: None,
            clock: Arc::new(SystemClock::new()),
            seed: None,
            hook: None,
            tokio: None,
            log_targets: Vec::new(),
            flush_budget: Duration::from_secs(2),
        }
    }

    /// Version of the program: `service.version`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Whether the debug tier is recorded: events and logs of the severities trace and debug. The schema's
    /// variable can turn it on as well, never off.
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Which part of the product this process is, such as `host`.
    pub fn component(mut self, component: impl Into<String>) -> Self {
        self.component = Some(component.into());
        self
    }

    /// Something else that is true of the whole process.
    pub fn resource(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.resource
            .push((key.into(), AttributeValue::String(value.into())));
        self
    }

    /// The environment, in place of the process's own.
    pub fn vars<K: Into<String>, T: Into<String>>(mut self, vars: impl IntoIterator<Item = (K, T)>) -> Self {
        self.vars = Some(
            vars.into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        );
        self
    }

    /// The home folder, in place of the operator's own.
    pub fn home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The clock, in place of the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Fixes all ids, for a test that compares them.
    pub fn ids(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Whom notices are shown to, in place of one line each on the standard error.
    pub fn on_notice(mut self, hook: impl Fn(&Notice) + Send + Sync + 'static) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    /// The program's tokio runtime, to be observed. Without it the one that `start` is called in is taken.
    pub fn tokio(mut self, handle: tokio::runtime::Handle) -> Self {
        self.tokio = Some(handle);
        self
    }

    /// How long the end of the run, or a flush, may wait for the backend: 2 seconds where nothing is said, and at
    /// most 5. What is not delivered by then is in the run file.
    pub fn flush_budget(mut self, budget: Duration) -> Self {
        self.flush_budget = budget.min(Duration::from_secs(5));
        self
    }

    /// Another target of `tracing` events to record, beside those of the schema: a crate name, or a prefix that
    /// ends in `*`.
    pub fn log_target(mut self, target: impl Into<String>) -> Self {
        self.log_targets.push(target.into());
        self
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("command", &self.command)
            .field("debug", &self.debug)
            .finish_non_exhaustive()
    }
}
