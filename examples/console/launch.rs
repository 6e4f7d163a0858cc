//! A launch, from the choice of a workspace to the container's end: which steps in which order. It runs on a
//! thread of its own and tells the console what it does. The work behind each step is in the modules below,
//! and so is its stage.

pub(crate) mod binaries;
pub(crate) mod container;
pub(crate) mod credentials;
pub(crate) mod git;
pub(crate) mod hardline;
pub(crate) mod image;
pub(crate) mod process;
pub(crate) mod role;
pub(crate) mod workspace;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Instant;

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::CreateNetwork;
use tokio::net::UnixListener;
use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;

use crate::board::Launching;
use crate::config::{Settings, Workspace};
use crate::error::LaunchError;
use crate::input::{Input, Order};
use crate::world::World;
use container::Container;

/// What is launched, and how.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) workspace: Workspace,
    pub(crate) kind: WorkspaceKind,
    pub(crate) settings: Settings,
    pub(crate) world: Arc<World>,
    /// Name of the container.
    pub(crate) container: String,
    /// Folder of what the container has of its own.
    pub(crate) instance: PathBuf,
}

/// What the console is told.
pub(crate) enum News {
    Begin(Stage),
    End(Stage, Mark),
    /// The container listens to the operator.
    Attached,
    /// The container printed a line.
    Line(String),
    Ended(Result<(), LaunchError>),
}

/// How a stage ended, for the eye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mark {
    Done,
    Skipped,
    Failed,
}

/// What the launch is told while the container runs.
pub(crate) enum Signal {
    Order(Order),
    /// The container has closed its output.
    Gone,
}

impl Job {
    pub(crate) fn new(
        workspace: Workspace,
        kind: WorkspaceKind,
        settings: Settings,
        world: &Arc<World>,
    ) -> Job {
        let container = format!("jk-{}-{}", workspace.name.replace(' ', "-"), workspace.role);
        let instance = world.instances.join(&container);
        Job {
            workspace,
            kind,
            settings,
            world: world.clone(),
            container,
            instance,
        }
    }

    /// What the operator reads above the launch.
    pub(crate) fn title(&self) -> String {
        format!(
            "launching {} as {} with {}",
            self.workspace.name, self.workspace.role, self.workspace.agent
        )
    }
}

/// Begins to launch; its news goes to `inputs`, and what it returns takes the operator's orders.
pub(crate) fn begin(job: Job, inputs: Sender<Input>, runtime: Arc<Runtime>) -> Launching {
    let (orders, signals) = mpsc::channel();
    let progress = Progress {
        inputs,
        signals: orders.clone(),
    };
    let thread = thread::spawn(move || {
        let launch = || runtime.block_on(launch(&job, &progress, &signals));
        // The panic itself is recorded where it happened; here the console only learns that nothing more comes.
        let result = catch_unwind(AssertUnwindSafe(launch)).unwrap_or(Err(LaunchError::Panicked));
        progress.tell(News::Ended(result));
    });
    Launching {
        orders,
        thread: Some(thread),
    }
}

async fn launch(job: &Job, progress: &Progress, signals: &Receiver<Signal>) -> Result<(), LaunchError> {
    let started = Instant::now();
    match prepare(job, progress).await {
        Ok((container, sidecar, plan)) => {
            event!(LaunchReady {
                plan,
                elapsed: started.elapsed()
            });
            progress.tell(News::Attached);
            hardline::stay(job, container, sidecar, progress, signals)
        }
        Err(error) => {
            event!(LaunchFailed {
                error_type: ErrorType::from(&error),
                message: format_args!("{error}")
            });
            Err(error)
        }
    }
}

/// Every stage before the terminal is the operator's.
async fn prepare(
    job: &Job,
    progress: &Progress,
) -> Result<(Container, Option<Container>, Plan), LaunchError> {
    progress.step(Stage::Identity, || git::identity(job))?;
    progress.step(Stage::Restore, || container::look_for(job))?;
    let role = progress.step(Stage::Role, || role::refresh(job))?;
    progress
        .wait(Stage::Credentials, credentials::resolve(job, &role))
        .await?;
    let base = progress.step(Stage::Construct, || role::choose_base(&role))?;

    // Two stages that overlap: the network is made and held open while another thread fetches the binaries.
    progress.begin(Stage::Network);
    let network = stage!(Network).start();
    let fetching = spawn_blocking({
        let (job, progress) = (job.clone(), progress.clone());
        move || progress.step(Stage::AgentBinaries, || binaries::fetch(&job))
    });
    let listener = network
        .timing(CreateNetwork)
        .instrument_as(ErrorType::NetworkCreateFailed, async {
            UnixListener::bind(&job.world.network)
        })
        .await
        .map_err(LaunchError::Network);
    let binary = fetching.await.unwrap_or(Err(LaunchError::Panicked));
    network.finish(&listener);
    progress.end(Stage::Network, Mark::of(&listener));
    let (listener, binary) = (listener?, binary?);

    let plan = progress.step(Stage::DerivedImage, || image::build(job, &role, &base, &binary))?;
    workspace::pull(job, progress)?;
    progress.step(Stage::Workspace, || workspace::materialize(job))?;
    let sidecar = container::start_sidecar(job, &listener, progress).await?;
    let mut container = progress
        .wait(Stage::Capsule, container::start(job, &listener, progress))
        .await?;
    progress.step(Stage::Hardline, || hardline::attach(&mut container))?;
    Ok((container, sidecar, plan))
}

/// The launch's way of telling the console what it does.
#[derive(Clone)]
pub(crate) struct Progress {
    inputs: Sender<Input>,
    /// The launch's own ear, for the container's output threads.
    pub(crate) signals: Sender<Signal>,
}

impl Mark {
    fn of<T, E>(result: &Result<T, E>) -> Mark {
        if result.is_ok() { Mark::Done } else { Mark::Failed }
    }
}

impl Progress {
    /// Tells the console; one that has ended needs no news.
    pub(crate) fn tell(&self, news: News) {
        let _ = self.inputs.send(Input::Launch(news));
    }

    fn begin(&self, stage: Stage) {
        self.tell(News::Begin(stage));
    }

    fn end(&self, stage: Stage, mark: Mark) {
        self.tell(News::End(stage, mark));
    }

    /// Shows a stage while `work` is done.
    pub(crate) fn step<T>(
        &self,
        stage: Stage,
        work: impl FnOnce() -> Result<T, LaunchError>,
    ) -> Result<T, LaunchError> {
        self.begin(stage);
        let result = work();
        self.end(stage, Mark::of(&result));
        result
    }

    /// Shows a stage while `work` is awaited.
    pub(crate) async fn wait<T>(
        &self,
        stage: Stage,
        work: impl Future<Output = Result<T, LaunchError>>,
    ) -> Result<T, LaunchError> {
        self.begin(stage);
        let result = work.await;
        self.end(stage, Mark::of(&result));
        result
    }

    /// Shows a stage that is not needed.
    pub(crate) fn skip(&self, stage: Stage) {
        self.begin(stage);
        self.end(stage, Mark::Skipped);
    }
}
