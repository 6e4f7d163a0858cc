//! What the operator configures: workspaces and settings, in a JSON file. The console's state holds it, the
//! editor and the settings screen change it, and a launch is made of one of its workspaces.

use std::fs;
use std::path::{Path, PathBuf};

use jackin_telemetry::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::ConsoleError;

/// A folder to work on, and who works on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) name: String,
    /// Which role's repository the image is made from.
    pub(crate) role: String,
    /// Which agent works in the container.
    pub(crate) agent: String,
    /// The folder that is mounted.
    pub(crate) folder: PathBuf,
}

impl Workspace {
    /// The agent, as telemetry knows it; an agent that was written by hand and is unknown is Claude.
    pub(crate) fn agent(&self) -> Agent {
        Agent::from_recorded(&self.agent).unwrap_or(Agent::Claude)
    }

    /// The agent that follows in the list of agents.
    pub(crate) fn next_agent(&mut self) {
        let now = Agent::ALL
            .iter()
            .position(|agent| *agent == self.agent())
            .unwrap_or(0);
        self.agent = Agent::ALL[(now + 1) % Agent::ALL.len()].to_string();
    }
}

/// What holds for every launch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// Whether mounted repositories are pulled before they are mounted.
    pub(crate) pull: bool,
    /// Whether a container gets a Docker of its own, in a sidecar.
    pub(crate) sidecar: bool,
    /// Whether the agent image is built again although a valid one exists.
    pub(crate) rebuild: bool,
}

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) settings: Settings,
    pub(crate) workspaces: Vec<Workspace>,
}

impl Config {
    /// Reads the configuration at `path`.
    ///
    /// # Errors
    /// It cannot be read, or is no configuration.
    pub(crate) fn load(path: &Path) -> Result<Config, ConsoleError> {
        let text = fs::read_to_string(path).map_err(ConsoleError::ConfigUnreadable)?;
        serde_json::from_str(&text).map_err(|error| ConsoleError::ConfigUnreadable(error.into()))
    }

    /// Writes the configuration to `path`.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn save(&self, path: &Path) -> Result<(), ConsoleError> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| ConsoleError::ConfigUnwritten(error.into()))?;
        fs::write(path, text).map_err(ConsoleError::ConfigUnwritten)?;
        // A fact that has no declared name yet still finds its way, through `tracing`.
        tracing::info!(target: "jackin_console", workspaces = self.workspaces.len(), "configuration saved");
        Ok(())
    }
}
