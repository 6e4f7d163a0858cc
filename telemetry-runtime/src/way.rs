//! Which way the records of a run go: into its file, to the backend, or both. Decided once, when the run begins.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::backend::Backend;
use crate::config::StartError;
use crate::def::SchemaDef;
use crate::ids::Ids;
use crate::line::Why;
use crate::notice::Notices;
#[cfg(feature = "otlp")]
pub(crate) use crate::otlp::sink::Roads;
#[cfg(feature = "otlp")]
use crate::otlp::sink::{Begin, Otlp};
#[cfg(feature = "otlp")]
use crate::place_of_file::path_of;
use crate::run_file::RunFile;
use crate::sink::Sink;

/// There are none: nothing is exported.
#[cfg(not(feature = "otlp"))]
pub(crate) enum Roads {}

/// The ways to the backend, where one is asked for and there is an exporter.
///
/// # Errors
/// When TLS cannot be set up with the files that were named.
#[cfg(feature = "otlp")]
pub(crate) fn roads(backend: Option<&Backend>) -> Result<Option<Roads>, StartError> {
    let Some(backend) = backend else {
        return Ok(None);
    };
    let refused = |error: &dyn std::fmt::Display| {
        let targets = [&backend.traces, &backend.logs, &backend.metrics];
        let named = targets.into_iter().flatten().find_map(|target| {
            let certificate = target.certificate.as_ref().map(|file| ("CERTIFICATE", file));
            certificate.or(target
                .client
                .as_ref()
                .map(|(file, _)| ("CLIENT_CERTIFICATE", file)))
        });
        let (variable, value) = named.map_or(("ENDPOINT", String::new()), |(variable, file)| {
            (variable, file.display().to_string())
        });
        StartError::Variable {
            variable: format!("OTEL_EXPORTER_OTLP_{variable}"),
            value,
            instead: format!("name PEM files that go together ({error})"),
        }
    };
    Roads::to(backend).map(Some).map_err(|error| refused(&error))
}

/// There is no exporter.
#[cfg(not(feature = "otlp"))]
pub(crate) fn roads(_: Option<&Backend>) -> Result<Option<Roads>, StartError> {
    Ok(None)
}

/// What a way starts from.
pub(crate) struct Place<'p> {
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the export asks"))]
    pub(crate) schema: &'static SchemaDef,
    pub(crate) directory: &'p Path,
    /// The run's id, when it was given.
    pub(crate) given: Option<&'p str>,
    pub(crate) ids: &'p Ids,
    pub(crate) notices: &'p Arc<Notices>,
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the export asks"))]
    pub(crate) budget: Duration,
}

/// The way of a run.
pub(crate) struct Way {
    pub(crate) id: String,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) why: Why,
}

impl Place<'_> {
    /// Into the run file.
    pub(crate) fn in_file(&self, why: Why) -> Way {
        let file = self.file();
        Way {
            id: file.id().to_owned(),
            sink: Box::new(file),
            why,
        }
    }

    /// Into the run file, although a backend is configured.
    pub(crate) fn not_exported(&self, because: &str) -> Way {
        self.notices.tell(
            "not_exported",
            format!("{because}: the run is recorded in its file"),
        );
        self.in_file(Why::Undelivered)
    }

    fn file(&self) -> RunFile {
        let notices = Arc::clone(self.notices);
        match self.given {
            Some(id) => RunFile::adopt(self.directory, id, notices),
            None => RunFile::create(self.directory, || self.ids.run(), notices),
        }
    }

    /// To the backend; with `both` into the file too.
    #[cfg(feature = "otlp")]
    pub(crate) fn exported(&self, roads: Roads, both: bool) -> Way {
        let signals = ["traces", "logs", "metrics"].into_iter().zip(&roads.signals);
        let without: Vec<&str> = signals
            .filter(|(_, road)| road.is_none())
            .map(|(name, _)| name)
            .collect();
        if !without.is_empty() && !both {
            let body = format!(
                "{} have no endpoint: they are recorded in the run file",
                without.join(" and ")
            );
            self.notices.tell("not_exported", body);
        }
        let file = both.then(|| self.file());
        let id = file
            .as_ref()
            .map_or_else(|| self.free_id(), |file| file.id().to_owned());
        let started = Otlp::start(Begin {
            schema: self.schema,
            roads,
            directory: self.directory.to_owned(),
            id: id.clone(),
            notices: Arc::clone(self.notices),
            budget: self.budget,
            file,
        });
        match started {
            Ok(sink) => Way {
                id,
                sink: Box::new(sink),
                why: if both { Why::Requested } else { Why::Undelivered },
            },
            Err(error) => self.not_exported(&format!("the exporter has no thread ({error})")),
        }
    }

    /// No value of this type exists.
    #[cfg(not(feature = "otlp"))]
    pub(crate) fn exported(&self, roads: Roads, _both: bool) -> Way {
        match roads {}
    }

    /// The id that was given, or one that no file has: there may have to be one later.
    #[cfg(feature = "otlp")]
    fn free_id(&self) -> String {
        let is_taken = |id: &str| path_of(self.directory, id).is_ok_and(|path| path.exists());
        self.given.map_or_else(
            || {
                let mut ids = std::iter::repeat_with(|| self.ids.run()).take(32);
                ids.find(|id| !is_taken(id)).unwrap_or_else(|| self.ids.run())
            },
            str::to_owned,
        )
    }
}
