//! What the container may know of the operator: the variables that the role asks for, and the agent's sign-in.

use std::env;
use std::io::ErrorKind;
use std::time::Instant;

use jackin_telemetry::prelude::*;
use tokio::fs;

use super::Job;
use super::role::Role;
use crate::error::LaunchError;

/// Resolves the variables and hands over the sign-in.
#[jackin_telemetry::stage(Credentials)]
pub(crate) async fn resolve(job: &Job, role: &Role) -> Result<(), LaunchError> {
    let mut variables = 0;
    for variable in &role.manifest.variables {
        if env::var_os(variable).is_some() {
            variables += 1;
            event!(EnvVariableResolved {
                variable,
                env_source: EnvSource::Manifest
            });
        }
    }
    event!(EnvResolved {
        env_source: EnvSource::Manifest,
        variables
    });
    hand_over_sign_in(job).await
}

/// Copies the agent's sign-in to where the container finds it. Without one the agent will ask for it.
async fn hand_over_sign_in(job: &Job) -> Result<(), LaunchError> {
    let (agent, started) = (job.workspace.agent(), Instant::now());
    let home = job.instance.join("home");
    fs::create_dir_all(&home)
        .await
        .map_err(LaunchError::io("cannot make the container's home"))?;
    let file = format!("{agent}.json");
    match fs::copy(job.world.sign_ins.join(&file), home.join(&file)).await {
        Ok(_) => {
            event!(AgentAuthProvisioned {
                agent,
                provision: Provision::Copied,
                elapsed: started.elapsed()
            });
        }
        Err(error) => {
            let auth_problem = match error.kind() {
                ErrorKind::NotFound => AuthProblem::Missing,
                _ => AuthProblem::Unreadable,
            };
            event!(AgentAuthUnavailable {
                agent,
                auth_problem,
                message: format_args!("{file}: {error}")
            });
        }
    }
    Ok(())
}
