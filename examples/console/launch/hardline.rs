//! The operator's terminal and the container: attached, the stay itself, and what is to be done when it is over.

use std::fs;
use std::io;
use std::sync::mpsc::Receiver;

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;

use super::container::Container;
use super::{Job, Progress, Signal};
use crate::error::LaunchError;
use crate::input::Order;

/// Attaches the terminal.
pub(crate) fn attach(container: &mut Container) -> Result<(), LaunchError> {
    stage!(Hardline).run(|stage| {
        stage.container_name(&container.name);
        stage
            .timing(HardlineContainerInspect)
            .run_as(ErrorType::AttachFailed, || inspect(container))?;
        container.tell("attach").map_err(LaunchError::Attach)
    })
}

fn inspect(container: &mut Container) -> Result<(), LaunchError> {
    let running = container.process.is_running().map_err(LaunchError::Attach)?;
    let container_state = if running {
        ContainerState::Running
    } else {
        ContainerState::Exited
    };
    event!(ContainerInspected {
        container_name: &container.name,
        container_state
    });
    match running {
        true => Ok(()),
        false => Err(LaunchError::Attach(io::Error::other("the container has ended"))),
    }
}

/// The operator's stay in the container, until it ends; then what is left of it is put away.
pub(crate) fn stay(
    job: &Job,
    mut container: Container,
    sidecar: Option<Container>,
    progress: &Progress,
    signals: &Receiver<Signal>,
) -> Result<(), LaunchError> {
    let agent = job.workspace.agent();
    let attach = span!(HardlineAttach {
        attach_kind: AttachKind::Capsule,
        container_name: &job.container,
        agent
    });
    let stayed = attach.run(|attach| {
        let exit_code = obey(&mut container, signals).map_err(LaunchError::Attach)?;
        attach.exit_code(exit_code);
        match exit_code {
            0 => Ok(()),
            _ => Err(LaunchError::ContainerCrashed {
                name: container.name.clone(),
                exit_code,
            }),
        }
    });
    drop(sidecar);
    let finished = progress.step(Stage::Hardline, || finish(job, &container, &stayed));
    stayed.and(finished)
}

/// Passes the operator's orders on until the container is gone, and gives back its exit code.
fn obey(container: &mut Container, signals: &Receiver<Signal>) -> io::Result<i32> {
    while let Ok(Signal::Order(order)) = signals.recv() {
        let told = match order {
            Order::Exit(code) => container.tell(&format!("exit {code}")),
            Order::Work(tabs) => container.tell(&format!("work {tabs}")),
            Order::Crash => container.tell("crash"),
            Order::Kill => container.process.kill(),
        };
        if told.is_err() {
            // It went before it could be told.
            break;
        }
    }
    container.process.wait()
}

fn finish(job: &Job, container: &Container, stayed: &Result<(), LaunchError>) -> Result<(), LaunchError> {
    stage!(Hardline).run(|stage| {
        let container_name = &container.name;
        stage.container_name(container_name);
        match stayed {
            Ok(()) => event!(ContainerExited {
                container_name,
                exit_code: 0
            }),
            Err(error) => event!(ContainerCrashed {
                container_name,
                exit_code: match error {
                    LaunchError::ContainerCrashed { exit_code, .. } => *exit_code,
                    _ => -1,
                },
                oom_killed: false,
                error_type: ErrorType::from(error),
                log_tail: &container.process.tail(),
            }),
        }
        stage.timing(ForegroundSessionFinalize).run(|| {
            if let Err(error) = fs::remove_dir_all(&job.instance) {
                let message = format_args!("{error}");
                event!(CleanupFailed {
                    target: container_name,
                    error_type: ErrorType::IoFailed,
                    message
                });
            }
            Ok(())
        })
    })
}
