//! What can go wrong, and which of the schema's error types each of it is. `run.finish(&result)` and every
//! stage that ends in an `Err` ask here, so no call site has to say it again.

use std::io;
use std::path::PathBuf;

use jackin_telemetry::prelude::*;
use thiserror::Error;

use crate::launch::container::PATIENCE;
use crate::script::ScriptError;

/// Why the console ended other than by the operator's wish.
#[derive(Debug, Error)]
pub(crate) enum ConsoleError {
    #[error("cannot read the configuration: {0}")]
    ConfigUnreadable(io::Error),
    #[error("cannot save the configuration: {0}")]
    ConfigUnwritten(io::Error),
    #[error("cannot use the terminal ({0}); where there is none, give a --script")]
    Terminal(io::Error),
    #[error("the console panicked; the place is in its run")]
    Panicked,
    #[error(transparent)]
    Script(#[from] ScriptError),
    #[error(transparent)]
    Launch(#[from] LaunchError),
}

impl ConsoleError {
    /// What the process ends with: a container's own exit code, 2 for a script that is wrong, 101 for a panic as
    /// everywhere in Rust, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            ConsoleError::Launch(LaunchError::ContainerCrashed { exit_code, .. }) => {
                u8::try_from(*exit_code).unwrap_or(1)
            }
            ConsoleError::Script(_) => 2,
            ConsoleError::Panicked => 101,
            _ => 1,
        }
    }
}

impl From<&ConsoleError> for ErrorType {
    fn from(error: &ConsoleError) -> ErrorType {
        match error {
            ConsoleError::ConfigUnreadable(_) => ErrorType::ConfigUnreadable,
            ConsoleError::ConfigUnwritten(_) => ErrorType::ConfigWriteFailed,
            ConsoleError::Terminal(error) => kind_of(error),
            ConsoleError::Panicked => ErrorType::Panicked,
            ConsoleError::Script(_) => ErrorType::InvalidArguments,
            ConsoleError::Launch(error) => error.into(),
        }
    }
}

/// Why a launch did not end in a container that ended well.
#[derive(Debug, Error)]
pub(crate) enum LaunchError {
    #[error("{program} is not installed or cannot be started: {source}")]
    Command {
        program: &'static str,
        source: io::Error,
    },
    #[error("git {what} failed in {folder}: {words}")]
    Git {
        what: String,
        folder: PathBuf,
        words: String,
    },
    #[error("there is no role `{0}`; write agent-smith or the-architect in the editor")]
    RoleNotFound(String),
    #[error("the role's manifest {path} is not valid: {reason}")]
    Manifest { path: PathBuf, reason: String },
    #[error("the folder {0} does not exist; choose another in the editor")]
    MountMissing(PathBuf),
    #[error("the binary of {agent} could not be fetched: {source}")]
    AgentBinary { agent: Agent, source: io::Error },
    #[error("the image could not be built: {0}")]
    ImageBuild(String),
    #[error("the container's network could not be made: {0}")]
    Network(io::Error),
    #[error("the container could not be started: {0}")]
    ContainerStart(io::Error),
    #[error("the sidecar did not answer within {PATIENCE:?}")]
    SidecarSilent,
    #[error("the capsule did not answer within {PATIENCE:?}")]
    CapsuleSilent,
    #[error("the terminal could not be attached: {0}")]
    Attach(io::Error),
    #[error("the container {name} ended with exit code {exit_code}")]
    ContainerCrashed { name: String, exit_code: i32 },
    #[error("the launch panicked; its place is in the run file")]
    Panicked,
    #[error("{doing}: {source}")]
    Io { doing: &'static str, source: io::Error },
}

impl LaunchError {
    /// For `map_err`: what was being done when the error came.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> LaunchError {
        move |source| LaunchError::Io { doing, source }
    }
}

impl From<&LaunchError> for ErrorType {
    fn from(error: &LaunchError) -> ErrorType {
        match error {
            LaunchError::Command { .. } => ErrorType::CommandNotFound,
            LaunchError::Git { .. } => ErrorType::GitCommandFailed,
            LaunchError::RoleNotFound(_) => ErrorType::RoleNotFound,
            LaunchError::Manifest { .. } => ErrorType::ManifestInvalid,
            LaunchError::MountMissing(_) => ErrorType::MountSourceMissing,
            LaunchError::AgentBinary { .. } => ErrorType::AgentBinaryFailed,
            LaunchError::ImageBuild(_) => ErrorType::ImageBuildFailed,
            LaunchError::Network(_) => ErrorType::NetworkCreateFailed,
            LaunchError::ContainerStart(_) => ErrorType::ContainerStartFailed,
            LaunchError::SidecarSilent => ErrorType::DindHealthCheckFailed,
            LaunchError::CapsuleSilent => ErrorType::CapsuleSocketTimeout,
            LaunchError::Attach(_) => ErrorType::AttachFailed,
            LaunchError::ContainerCrashed { .. } => ErrorType::ContainerCrashed,
            LaunchError::Panicked => ErrorType::Panicked,
            LaunchError::Io { source, .. } => kind_of(source),
        }
    }
}

fn kind_of(error: &io::Error) -> ErrorType {
    match error.kind() {
        io::ErrorKind::PermissionDenied => ErrorType::PermissionDenied,
        io::ErrorKind::StorageFull => ErrorType::DiskFull,
        io::ErrorKind::TimedOut => ErrorType::TimedOut,
        _ => ErrorType::IoFailed,
    }
}
