//! The role: cloned or pulled from its repository, checked, and asked which image it builds on.

use std::fs;
use std::path::{Path, PathBuf};

use jackin_telemetry::prelude::*;
use jackin_telemetry::stages::*;
use serde::Deserialize;

use super::{Job, git};
use crate::error::LaunchError;

/// A role that was fetched and is valid.
pub(crate) struct Role {
    pub(crate) folder: PathBuf,
    /// Its commit.
    pub(crate) revision: String,
    pub(crate) manifest: Manifest,
}

/// What a role says of itself.
#[derive(Deserialize)]
pub(crate) struct Manifest {
    pub(crate) version: u32,
    /// Environment variables that it asks for.
    pub(crate) variables: Vec<String>,
}

/// Fetches and validates the role.
pub(crate) fn refresh(job: &Job) -> Result<Role, LaunchError> {
    stage!(Role).run(|stage| {
        let name = &job.workspace.role;
        stage.role(name);
        let folder = job.world.roles.join(name);
        stage.timing(RepoRefresh).run(|| fetch(job, &folder))?;
        let revision = git::run(&folder, &["rev-parse", "HEAD"])?;
        let manifest = read_manifest(folder.join("role.json"))?;
        event!(RoleResolved {
            role: name,
            role_revision: &revision
        });
        Ok(Role {
            folder,
            revision,
            manifest,
        })
    })
}

fn fetch(job: &Job, folder: &Path) -> Result<(), LaunchError> {
    let name = &job.workspace.role;
    let origin = job.world.role_origins.join(name);
    if name.is_empty() || name.contains(['/', '\\']) || !origin.is_dir() {
        return Err(LaunchError::RoleNotFound(name.clone()));
    }
    if folder.is_dir() {
        return git::run(folder, &["pull", "--ff-only", "--quiet"]).map(drop);
    }
    fs::create_dir_all(&job.world.roles).map_err(LaunchError::io("cannot make the folder of the roles"))?;
    git::run(
        &job.world.roles,
        &["clone", "--quiet", &origin.to_string_lossy(), name],
    )
    .map(drop)
}

fn read_manifest(path: PathBuf) -> Result<Manifest, LaunchError> {
    let invalid = |reason: String| LaunchError::Manifest {
        path: path.clone(),
        reason,
    };
    let text = fs::read_to_string(&path).map_err(|error| invalid(error.to_string()))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?;
    match manifest.version {
        1 => Ok(manifest),
        other => Err(invalid(format!("version {other} is not known"))),
    }
}

/// Chooses the base image: the one that the role's Dockerfile begins from.
#[jackin_telemetry::stage(Construct)]
pub(crate) fn choose_base(role: &Role) -> Result<String, LaunchError> {
    let text = fs::read_to_string(role.folder.join("Dockerfile"))
        .map_err(LaunchError::io("cannot read the role's Dockerfile"))?;
    let base = text.lines().find_map(|line| line.strip_prefix("FROM "));
    base.map(str::to_owned)
        .ok_or_else(|| LaunchError::ImageBuild("the Dockerfile has no FROM".to_owned()))
}
