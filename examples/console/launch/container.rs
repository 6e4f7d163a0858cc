//! The container, which is a process of its own here: this very program, started as a capsule with what the launch
//! hands over as its whole environment. It calls back, prints what it does, and exits, crashes or is killed as it is
//! told.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;
use std::{fs, process};

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;
use tokio::net::UnixListener;
use tokio::time::timeout;

use super::process::Process;
use super::{Job, Progress};
use crate::error::LaunchError;

/// How long a container may take to answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A container that has answered.
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) process: Process,
    /// What it is told things over.
    control: UnixStream,
}

impl Container {
    /// Tells the container something. One that is gone hears nothing, which its end says better than this could.
    pub(crate) fn tell(&mut self, words: &str) -> io::Result<()> {
        writeln!(self.control, "{words}")
    }
}

/// Looks for a container of this workspace that could be used again.
pub(crate) fn look_for(job: &Job) -> Result<(), LaunchError> {
    stage!(Restore).run(|stage| {
        let container_name = &job.container;
        let candidates = stage
            .timing(CurrentRestoreCandidate)
            .run(|| count_candidates(job))?;
        stage.container_name(container_name).candidates(candidates);
        event!(LaunchPlanRejected {
            plan: Plan::AttachExisting,
            reason: "no_restore_candidate",
            container_name,
            container_state: ContainerState::Missing,
        });
        Ok(())
    })
}

fn count_candidates(job: &Job) -> Result<usize, LaunchError> {
    let found = match fs::read_dir(&job.world.instances) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        found => found.map_err(LaunchError::io("cannot list the containers"))?,
    };
    Ok(found
        .flatten()
        .filter(|instance| *instance.file_name() == *job.container)
        .count())
}

/// Starts the sidecar and waits until it answers, if the operator wants one.
pub(crate) async fn start_sidecar(
    job: &Job,
    network: &UnixListener,
    progress: &Progress,
) -> Result<Option<Container>, LaunchError> {
    if !job.settings.sidecar {
        stage!(Sidecar).skip(SkipReason::NotRequested);
        progress.skip(Stage::Sidecar);
        return Ok(None);
    }
    let name = format!("{}-dind", job.container);
    let stage = stage!(Sidecar).start();
    stage.container_name(&name);
    let starting = stage.within(async {
        let process = stage
            .timing(DockerStartDind)
            .run(|| spawn(job, &name, None, None))?;
        let control = stage
            .timing(WaitDindReady)
            .instrument(answer(network, LaunchError::SidecarSilent))
            .await?;
        Ok(Some(Container {
            name,
            process,
            control,
        }))
    });
    let result = progress.wait(Stage::Sidecar, starting).await;
    stage.finish(&result);
    result
}

/// Starts the container and waits until its capsule answers.
pub(crate) async fn start(
    job: &Job,
    network: &UnixListener,
    progress: &Progress,
) -> Result<Container, LaunchError> {
    let name = job.container.clone();
    let stage = stage!(Capsule).start();
    stage.container_name(&name);
    let starting = stage.within(async {
        let process = stage
            .timing(DockerRunRole)
            .run(|| spawn(job, &name, Some(job.workspace.agent()), Some(progress.clone())))?;
        event!(ContainerStarted {
            container_name: &name
        });
        let control = stage
            .timing(WaitCapsuleSocket)
            .instrument(answer(network, LaunchError::CapsuleSilent))
            .await?;
        Ok(Container {
            name,
            process,
            control,
        })
    });
    let result = starting.await;
    stage.finish(&result);
    result
}

/// Starts a container, with an agent and its capsule or as a sidecar.
fn spawn(
    job: &Job,
    name: &str,
    agent: Option<Agent>,
    progress: Option<Progress>,
) -> Result<Process, LaunchError> {
    let program = std::env::current_exe().map_err(LaunchError::ContainerStart)?;
    let mut command = match job.world.enter.split_first() {
        Some((enter, arguments)) => {
            let mut command = process::Command::new(enter);
            command.args(arguments).arg(program);
            command
        }
        None => process::Command::new(program),
    };
    command
        .args(["--container", name, "--launch"])
        .arg(&job.world.network);
    // A container has nothing of this machine but what it is given.
    command.env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("HOME", job.world.container_homes.join(name));
    // A crash is told in its own words, whatever this machine likes to see.
    command.env("RUST_BACKTRACE", "0");
    if let Some(agent) = agent {
        command.arg("--agent").arg(agent.to_string());
        hand_over(job, &mut command);
    }
    Process::spawn(&mut command, progress).map_err(LaunchError::ContainerStart)
}

/// What goes to `docker run` as `--env` and `--add-host` in a real launch.
fn hand_over(job: &Job, command: &mut process::Command) {
    let handover = jackin_telemetry::handover();
    command.envs(handover.env());
    // The host that Docker would add. One that enters a network of its own has it there; for one that shares this
    // machine's, the gateway is this machine.
    if !job.world.enter.is_empty() {
        return;
    }
    for (gateway, _) in handover.extra_hosts().filter_map(|host| host.split_once(':')) {
        let endpoints = handover.env().filter(|(name, _)| name.ends_with("ENDPOINT"));
        command.envs(endpoints.map(|(name, value)| (name, value.replace(gateway, "localhost"))));
    }
}

/// Waits for the call of the container that was started last.
async fn answer(network: &UnixListener, silent: LaunchError) -> Result<UnixStream, LaunchError> {
    let Ok(called) = timeout(PATIENCE, network.accept()).await else {
        return Err(silent);
    };
    let control = called
        .and_then(|(control, _)| control.into_std())
        .map_err(LaunchError::ContainerStart)?;
    control
        .set_nonblocking(false)
        .map_err(LaunchError::ContainerStart)?;
    Ok(control)
}
