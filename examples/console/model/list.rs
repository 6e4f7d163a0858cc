//! The workspace list: what its actions do, and the moves to every other screen.

use std::path::PathBuf;
use std::{fs, thread};

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;

use super::{Console, Draft, Step, View};
use crate::board::Board;
use crate::config::Workspace;
use crate::error::ConsoleError;
use crate::input::{Action, Input};
use crate::launch::{self, Job};

impl Console {
    pub(super) fn act_on_list(&mut self, action: Action) -> Result<Step, ConsoleError> {
        let View::List { asks } = &mut self.view else {
            return Ok(Step::Stay);
        };
        if *asks {
            match action {
                Action::Enter => self.delete()?,
                Action::Back => {
                    *asks = false;
                    event!(Dismiss { target: "delete workspace" } on List);
                }
                _ => {}
            }
            return Ok(Step::Stay);
        }
        match action {
            Action::Up => self.select(self.row.saturating_sub(1)),
            Action::Down => self.select(self.row + 1),
            Action::Choose(row) => self.select(row),
            Action::Delete => *asks = self.row > 0,
            Action::Settings => {
                screen!(List).navigate(Settings);
                self.view = View::Settings { row: 0 };
            }
            Action::Edit if self.row > 0 => {
                let workspace = self.selected();
                screen!(List).navigate(Editor).workspace_name(&workspace.name);
                self.view = View::Editor(Draft {
                    workspace,
                    index: Some(self.row - 1),
                    field: 0,
                });
            }
            Action::Create => self.open_file_browser(),
            Action::Enter => self.launch(),
            Action::Back => {
                event!(Exit on List);
                return Ok(Step::Leave(Ok(())));
            }
            _ => {}
        }
        Ok(Step::Stay)
    }

    /// The workspace of the highlighted row; row 0 is made of the current directory.
    fn selected(&self) -> Workspace {
        match self
            .row
            .checked_sub(1)
            .and_then(|index| self.config.workspaces.get(index))
        {
            Some(workspace) => workspace.clone(),
            None => Workspace {
                name: "current directory".to_owned(),
                role: "agent-smith".to_owned(),
                agent: Agent::Claude.to_string(),
                folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            },
        }
    }

    fn kind(&self) -> WorkspaceKind {
        if self.row == 0 {
            WorkspaceKind::CurrentDir
        } else {
            WorkspaceKind::Named
        }
    }

    fn select(&mut self, row: usize) {
        self.row = row.min(self.config.workspaces.len());
        let workspace = self.selected();
        screen!(List)
            .workspace_name(&workspace.name)
            .workspace_kind(self.kind())
            .agent(workspace.agent());
        event!(Select { target: &workspace.name } on List);
    }

    fn delete(&mut self) -> Result<(), ConsoleError> {
        let workspace = self.config.workspaces.remove(self.row - 1);
        event!(Confirm { target: "delete workspace" } on List);
        event!(Delete { target: &workspace.name } on List);
        self.config.save(&self.world.config)?;
        self.view = View::List { asks: false };
        self.row = self.row.min(self.config.workspaces.len());
        Ok(())
    }

    /// Lists the folders on a thread of its own; the answer arrives on a later tick, as [`Input::Folders`].
    fn open_file_browser(&mut self) {
        self.browsing = true;
        let (inputs, folder) = (self.inputs.clone(), self.world.projects.clone());
        thread::spawn(move || {
            let entries = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            if let Err(error) = &entries {
                event!(ConsoleTaskFailed {
                    console_task: ConsoleTask::FileBrowser,
                    error_type: ErrorType::IoFailed,
                    message: format_args!("{}: {error}", folder.display()),
                });
            }
            let mut folders: Vec<_> = entries
                .unwrap_or_default()
                .iter()
                .map(fs::DirEntry::path)
                .collect();
            folders.sort();
            // Nobody to tell means that the console has ended.
            let _ = inputs.send(Input::Folders(folders));
        });
    }

    fn launch(&mut self) {
        let (workspace, workspace_kind) = (self.selected(), self.kind());
        let agent = workspace.agent();
        event!(Launch { target: &workspace.name, workspace_kind, agent } on List);
        screen!(List)
            .navigate(Launch)
            .workspace_name(&workspace.name)
            .workspace_kind(workspace_kind)
            .role(&workspace.role)
            .agent(agent);
        let job = Job::new(
            workspace,
            workspace_kind,
            self.config.settings.clone(),
            &self.world,
        );
        let title = job.title();
        let launch = launch::begin(job, self.inputs.clone(), self.runtime.clone());
        self.view = View::Launch(Board::new(title, launch));
    }
}
