//! The container, which is a process of its own here: this very program, started as a capsule. It calls back over
//! the launch's network, prints what it does, and exits, crashes or is killed as it is told.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;
use std::{fs, process};

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;
use tokio::net::TcpListener;
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
    control: TcpStream,
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
    network: &TcpListener,
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
            .run(|| spawn(&name, network, None))?;
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
    network: &TcpListener,
    progress: &Progress,
) -> Result<Container, LaunchError> {
    let name = job.container.clone();
    let stage = stage!(Capsule).start();
    stage.container_name(&name);
    let starting = stage.within(async {
        let process = stage
            .timing(DockerRunRole)
            .run(|| spawn(&name, network, Some(progress.clone())))?;
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

fn spawn(name: &str, network: &TcpListener, progress: Option<Progress>) -> Result<Process, LaunchError> {
    let port = network.local_addr().map_err(LaunchError::ContainerStart)?.port();
    let program = std::env::current_exe().map_err(LaunchError::ContainerStart)?;
    let mut command = process::Command::new(program);
    command.args(["--container", name, "--port", &port.to_string()]);
    // A crash is told in its own words, whatever this machine likes to see.
    command.env("RUST_BACKTRACE", "0");
    Process::spawn(&mut command, progress).map_err(LaunchError::ContainerStart)
}

/// Waits for the call of the container that was started last.
async fn answer(network: &TcpListener, silent: LaunchError) -> Result<TcpStream, LaunchError> {
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
