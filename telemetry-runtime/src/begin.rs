//! How a run begins: what the program said and what the environment asks for become an id, a resource, a file and
//! a recorder. Nothing is opened before the whole configuration has proven sound.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use crate::config::{Config, StartError};
use crate::def::SchemaDef;
use crate::handover::Onward;
use crate::ids::Ids;
use crate::line::{self, AttributeValue, Attributes, Why};
use crate::notice::Notices;
use crate::options::Options;
use crate::record::Link;
use crate::recorder::{Parts, Recorder};
use crate::run::{Live, Run};
use crate::sampler::{Probe, Sampler};
use crate::session;
use crate::targets::Targets;
use crate::vocabulary::Vocabulary;
use crate::way::{self, Place, Roads, Way};

impl<V: Vocabulary> Run<V> {
    /// Starts a run and makes it the ambient one, which the macros record into. Dropped or finished, it makes
    /// room for the one before it, if that is still alive.
    ///
    /// # Errors
    /// When the environment asks for something that cannot be honoured. A file that cannot be written is no error:
    /// the operator is told, the records are counted as dropped, and the program goes on.
    pub fn start(options: Options) -> Result<Run<V>, StartError> {
        Run::open(options, false)
    }

    /// Joins the run that launched this container, and makes this stay in it a session: the same run id, a
    /// `session.id` of its own on everything, and a span of its own trace that links to the launch. The session's
    /// span is at the backend from the session's beginning on, and everything else as soon as it ended, so that a
    /// container that is killed has told its story.
    ///
    /// What [`Run::handover`] gave is taken from the environment. Without it the session is a run of its own that
    /// links to nothing, which a debug run says. Without an endpoint the session is recorded in a file, as every run
    /// is: one of its own, named by the run's id and the beginning of the session's. Unless the program says
    /// otherwise, the command's name is the part of the product that this process is.
    ///
    /// # Errors
    /// As [`Run::start`].
    pub fn join(options: Options) -> Result<Run<V>, StartError> {
        Run::open(options, true)
    }

    fn open(options: Options, joins: bool) -> Result<Run<V>, StartError> {
        let schema = V::SCHEMA;
        let mut config = match &options.vars {
            Some(vars) => Config::from_vars(schema, vars.iter().cloned())?,
            None => Config::from_vars(schema, Config::environment())?,
        };
        if config.disabled {
            return Ok(Run::off());
        }
        let directory = directory(schema, options.home.as_deref().or(config.home.as_deref()))?;
        let roads = way::roads(config.backend.as_ref())?;
        if joins {
            config.remark_on_joining(schema);
        }
        Ok(Run::of(begin(schema, options, joins, &config, &directory, roads)))
    }
}

fn begin(
    schema: &'static SchemaDef,
    mut options: Options,
    joins: bool,
    config: &Config,
    directory: &Path,
    roads: Option<Roads>,
) -> Live {
    let debug = options.debug || config.debug;
    let ids = Ids::new(options.seed);
    // Backends group by it whatever else they know, so it has to differ from that of every other session: a UUID.
    let session = joins.then(|| ids.instance());
    if joins && options.component.is_none() && is_component(schema, &options.command) {
        options.component = Some(options.command.clone());
    }
    let notices = Arc::new(Notices::new(options.hook.clone()));
    if debug {
        config
            .remarks
            .iter()
            .for_each(|remark| notices.tell("without_effect", remark.as_str()));
    }
    // A session's file is never the run's own: in a folder that both can see, two processes would write one story.
    let joined = session.as_deref().map(|session| {
        let run_id = config.run_id.clone().unwrap_or_else(|| ids.run());
        let file_id = session::file_id(&run_id, session);
        (run_id, file_id)
    });
    let file_id = joined.as_ref().map(|(_, file_id)| file_id.as_str());
    let place = Place {
        schema,
        directory,
        given: file_id.or(config.run_id.as_deref()),
        ids: &ids,
        notices: &notices,
        budget: options.flush_budget,
    };
    let Way { id, sink, why } = match roads {
        Some(roads) => place.exported(roads, config.file),
        None if config.backend.is_some() => place.not_exported("this program has no exporter built in"),
        None => place.in_file(Why::NoEndpoint),
    };
    let id = joined.map_or(id, |(run_id, _)| run_id);
    let first = line::Run {
        format: line::FORMAT,
        schema: schema_name(schema),
        run_id: id.clone(),
        command: options.command.clone(),
        pid: std::process::id(),
        debug,
        resource: resource(
            schema,
            &options,
            config,
            [&id, &ids.instance()],
            session.as_deref(),
        ),
        why,
        wire: Some(line::Wire::of(schema)),
    };
    let recorder = Recorder::new(Parts {
        schema,
        id,
        debug,
        clock: options.clock,
        ids,
        sink,
        notices,
        handover: config.parent.map(|(trace_id, span_id)| Link {
            trace_id,
            span_id,
            name: "",
        }),
        onward: Onward::of(config),
        session,
        targets: Targets::new(schema.log_targets, options.log_targets),
    });
    let mut live = Live::begin(recorder, &first, true);
    live.make_room();
    let sampler = sampler(live.recorder(), config.metric_interval, options.tokio);
    live.recorder().settle();
    live.sampled_by(sampler)
}

/// Whether the schema knows a part of the product by this name.
fn is_component(schema: &SchemaDef, name: &str) -> bool {
    let known = schema.roles.component.values;
    known.is_empty() || known.contains(&name)
}

/// Begins to look at the process itself, every `interval`.
fn sampler(recorder: &Arc<Recorder>, interval: Duration, tokio: Option<Handle>) -> Option<Sampler> {
    let probe = Probe::new(tokio.or_else(|| Handle::try_current().ok()));
    // It holds no run: one that ended lets go of its file at once, whenever the thread notices.
    let watched = Arc::downgrade(recorder);
    let sampler = Sampler::start(interval, probe, move |probe| {
        if let Some(recorder) = watched.upgrade() {
            recorder.sample(probe);
            recorder.put_metrics();
        }
    });
    if let Err(error) = &sampler {
        recorder
            .notices()
            .tell("not_sampled", format!("the process is not observed: {error}"));
    }
    sampler.ok()
}

/// Names the vocabulary in a run's first line.
pub(crate) fn schema_name(schema: &SchemaDef) -> line::SchemaName {
    line::SchemaName {
        name: schema.name.to_owned(),
        version: schema.version.to_owned(),
        url: schema.url.to_owned(),
    }
}

/// The folder of the run files.
fn directory(schema: &SchemaDef, home: Option<&Path>) -> Result<PathBuf, StartError> {
    let Some(under_home) = schema.run.directory.strip_prefix("~/") else {
        return Ok(schema.run.directory.into());
    };
    match home {
        Some(home) => Ok(home.join(under_home)),
        None => Err(StartError::Variable {
            variable: "HOME".to_owned(),
            value: String::new(),
            instead: format!(
                "set it to your home folder, because runs are kept in {}",
                schema.run.directory
            ),
        }),
    }
}

/// What is true of the whole process. Later entries win, and ours come last.
fn resource(
    schema: &SchemaDef,
    options: &Options,
    config: &Config,
    [run_id, instance]: [&str; 2],
    session: Option<&str>,
) -> Attributes {
    let text = |text: &str| AttributeValue::String(text.to_owned());
    let mut resource: Attributes = config
        .resource
        .iter()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect();
    resource.extend(options.resource.iter().cloned());
    let mut put = |key: &str, value| resource.insert(key.to_owned(), value);
    put("service.name", text(schema.service));
    if let Some(version) = &options.version {
        put("service.version", text(version));
    }
    put("service.instance.id", text(instance));
    put("telemetry.sdk.name", text(env!("CARGO_PKG_NAME")));
    put("telemetry.sdk.language", text("rust"));
    put("telemetry.sdk.version", text(env!("CARGO_PKG_VERSION")));
    put("os.type", text(os_type()));
    put("host.arch", text(host_arch()));
    put("process.pid", AttributeValue::Int(std::process::id().into()));
    if let Some(component) = &options.component {
        put(schema.roles.component.key, text(component));
    }
    if let Some(session) = session {
        put(schema.roles.session.key, text(session));
    }
    for key in schema.run.id_attributes {
        put(key, text(run_id));
    }
    resource
}

/// `os.type` as the semantic conventions spell it.
fn os_type() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "dragonfly" => "dragonflybsd",
        os => os,
    }
}

/// `host.arch` as the semantic conventions spell it.
fn host_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "arm" => "arm32",
        "powerpc" => "ppc32",
        "powerpc64" => "ppc64",
        arch => arch,
    }
}
