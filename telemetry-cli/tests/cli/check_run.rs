//! `check-run`: a good run of the product passes with nothing to say, and every rule that is broken is found.

use std::time::Duration;

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;
use jackin_telemetry::stages::*;
use jackin_telemetry::{Run, layer};
use tracing_subscriber::layer::SubscriberExt;

use serde_json::Value;

use crate::product::{self, Ended};
use crate::{Said, fed};

mod captured;
pub(crate) mod live;
mod mutations;
mod order;
mod records;
mod runs;
mod shown;
mod trees;

/// The command, on an input, with the schema of the product.
fn check(arguments: &[&str], input: &[u8]) -> Said {
    fed(
        &[&["check-run", "-", "--schema", "../schema"], arguments].concat(),
        input,
    )
}

/// The lines of a good run.
fn good_lines() -> Vec<Value> {
    let text = std::fs::read_to_string(good(&[]).file()).expect("its file");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .collect()
}

/// Lines as a file has them. A line that is a string is written as it is, and as the last one without an end.
fn text_of(lines: &[Value]) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        match line {
            Value::String(raw) => text.push_str(raw),
            line => text.push_str(&line.to_string()),
        }
        if index + 1 < lines.len() || !line.is_string() {
            text.push('\n');
        }
    }
    text
}

/// A run that does what the schema says: every kind of record, and nothing that wants a look.
pub(crate) fn good(vars: &[(&str, &str)]) -> Ended {
    let home = tempfile::tempdir().expect("a folder");
    let run: Run = product::start(home.path(), vars);
    run.scope(tour);
    let delivery = run.finish(Outcome::Success);
    Ended { home, delivery }
}

fn tour() {
    screen!(List).enter().workspace_name("my-app");
    event!(Select { target: "my-app" });
    screen!(List).navigate(Settings);
    screen!(Settings).navigate(List);
    event!(Confirm { target: "start it" });
    screen!(List).navigate(Launch);
    stage!(Workspace).skip(SkipReason::NoMountedRepositories);
    let built = stage!(DerivedImage).run_as(ErrorType::ImageBuildFailed, |stage| {
        stage.image_source(ImageSource::PublishedImage);
        stage
            .timing(DockerBuild)
            .run_as(ErrorType::ImageBuildFailed, || Err::<(), _>("no space left"))
    });
    assert!(built.is_err());
    stage!(Hardline).start().cancel();
    let request = span!(HttpRequest {
        server: "example.com"
    })
    .start();
    event!(CacheHit {
        cache: Cache::AgentBinary
    });
    request.done();
    event!(ContainerExited {
        container_name: "jk-my-app-1",
        exit_code: 0
    });
    event!(EnvVariableResolved {
        variable: "NPM_TOKEN",
        env_source: EnvSource::Operator,
        secret_reference: Secret::of("op://vault/token")
    });
    event!(LaunchReady {
        plan: Plan::CreateFromValidImage,
        elapsed: Duration::from_millis(1200)
    });
    metric!(PrewarmActive { job: Job::Image }).add(2);
    for _ in 0..2 {
        span!(PrewarmJob { job: Job::Image }).start().done();
        span!(UsageRefresh {}).start().done();
    }
    let subscriber = tracing_subscriber::registry().with(layer());
    tracing::subscriber::with_default(subscriber, || {
        tracing::warn!(target: "jackin::cache", size = 7, "the cache is nearly full");
    });
}
