//! Runs of the product, with a record of every kind: what is exported live here is compared with what the command
//! makes of the run's file.

use std::path::{Path, PathBuf};

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;

use jackin_telemetry::stages::*;
use jackin_telemetry::{Delivery, Options, Run};
use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt;

/// A run that ended, with the home that it had.
pub(crate) struct Ended {
    pub(crate) home: TempDir,
    pub(crate) delivery: Delivery,
}

impl Ended {
    /// The run's file, and that there is one.
    pub(crate) fn file(&self) -> PathBuf {
        self.delivery.file.clone().expect("the run has a file")
    }

    pub(crate) fn folder(&self) -> String {
        folder(self.home.path()).display().to_string()
    }
}

/// The folder of the run files in a home.
pub(crate) fn folder(home: &Path) -> PathBuf {
    home.join(".jackin/data/diagnostics/runs")
}

/// Starts a run with these variables.
pub(crate) fn start(home: &Path, vars: &[(&str, &str)]) -> Run {
    let options = Options::new("console")
        .version("0.6.0")
        .component("host")
        .debug(true)
        .vars(vars.iter().copied())
        .home(home)
        .on_notice(|_| ());
    jackin_telemetry::start(options).expect("a sound environment")
}

/// A run with a record of every kind.
pub(crate) fn run(vars: &[(&str, &str)]) -> Ended {
    let home = tempfile::tempdir().expect("a folder");
    // Without effect, of which a debug run is told in a notice.
    let vars = [vars, &[("OTEL_SERVICE_NAME", "other")]].concat();
    let run = start(home.path(), &vars);
    run.scope(tell);
    let delivery = run.finish((Outcome::Failure, 3));
    Ended { home, delivery }
}

/// Records of every kind: visits with links, moves and actions, stages that end in every way, timings, spans of other
/// kinds, events, logs, a panic, and every instrument.
pub(crate) fn tell() {
    screen!(List).enter().workspace_name("my-app");
    screen!(List).navigate(Settings);
    screen!(Settings).navigate(List);
    screen!(List).navigate(Launch);
    let failed = stage!(DerivedImage).run_as(ErrorType::ImageBuildFailed, |stage| {
        stage.image_source(ImageSource::PublishedImage);
        stage.timing(DockerBuild).run_as(ErrorType::ImageBuildFailed, || {
            Err::<(), _>("no space left, password=hunter2hunter2")
        })
    });
    assert!(failed.is_err());
    drop(stage!(Network).start());
    stage!(Hardline).start().cancel();
    let request = span!(HttpRequest {
        server: "example.com"
    })
    .start();
    event!(ContainerExited {
        container_name: "jk-my-app-1",
        exit_code: 137
    });
    request.done();
    event!(CacheHit {
        cache: Cache::AgentBinary
    });
    metric!(PrewarmActive { job: Job::Image }).add(2);
    let subscriber = tracing_subscriber::registry().with(jackin_telemetry::layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::warn!(target: "jackin::cache", size = 7, ratio = 0.5, "the cache is nearly full");
        tracing::debug!(target: "jackin::cache", list = ?[1, 2], "swept");
    });
    let panicked = std::panic::catch_unwind(|| panic!("there is no spoon"));
    assert!(panicked.is_err());
}
