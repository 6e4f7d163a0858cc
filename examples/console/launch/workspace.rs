//! The workspace: its repository is brought up to date, then the container gets a copy of its own. One stage that
//! runs twice.

use std::fs;
use std::time::Instant;

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;

use super::{Job, Progress, git};
use crate::error::LaunchError;

/// Pulls the mounted repository, if there is one and the operator wants it.
pub(crate) fn pull(job: &Job, progress: &Progress) -> Result<(), LaunchError> {
    let reason = match (job.settings.pull, is_saved_repository(job)) {
        (true, true) => return progress.step(Stage::Workspace, || pull_now(job)),
        (false, _) => SkipReason::NotRequested,
        (true, false) => SkipReason::NoMountedRepositories,
    };
    stage!(Workspace).skip(reason);
    progress.skip(Stage::Workspace);
    Ok(())
}

fn pull_now(job: &Job) -> Result<(), LaunchError> {
    stage!(Workspace).run(|stage| {
        let (repository_path, started) = (&job.workspace.folder, Instant::now());
        stage.mounts(1);
        match stage
            .timing(GitPullOnEntry)
            .run(|| git::run(repository_path, &["pull", "--ff-only", "--stat"]))
        {
            Ok(_) => event!(GitPullDone {
                repository_path,
                elapsed: started.elapsed()
            }),
            // What is there can be worked on: no reason to stop.
            Err(error) => event!(GitPullFailed {
                repository_path,
                error_type: ErrorType::from(&error),
                message: format_args!("{error}"),
            }),
        }
        Ok(())
    })
}

/// Gives the container its own copy of a repository, or the folder itself.
pub(crate) fn materialize(job: &Job) -> Result<(), LaunchError> {
    stage!(Workspace).run(|stage| {
        let folder = &job.workspace.folder;
        stage.mounts(1);
        if !folder.is_dir() {
            return Err(LaunchError::MountMissing(folder.clone()));
        }
        stage.timing(MaterializeWorkspace).run(|| {
            fs::create_dir_all(&job.instance)
                .map_err(LaunchError::io("cannot make the container's folder"))?;
            if !is_saved_repository(job) {
                return fs::write(job.instance.join("mounts"), folder.to_string_lossy().as_bytes())
                    .map_err(LaunchError::io("cannot write down the mounts"));
            }
            git::run(
                &job.instance,
                &["clone", "--quiet", &folder.to_string_lossy(), "workspace"],
            )?;
            event!(MountIsolated {
                mount_path: folder,
                isolation: Isolation::Clone
            });
            Ok(())
        })
    })
}

/// Whether the folder is a repository of a saved workspace: the directory that the console happens to be started
/// in is never touched.
fn is_saved_repository(job: &Job) -> bool {
    job.kind == WorkspaceKind::Named && job.workspace.folder.join(".git").exists()
}
