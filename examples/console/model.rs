//! The console's state and what the operator's actions do to it. Input arrives here as an [`Action`], whichever
//! device it came from; what is drawn is read off here. Telemetry appears only as one-line call sites.

mod list;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use jackin_telemetry::prelude::*;
use jackin_telemetry::screens::*;

use crate::board::Board;
use crate::config::{Config, Workspace};
use crate::error::{ConsoleError, LaunchError};
use crate::input::{Action, Input, Order};
use crate::launch::News;
use crate::world::World;

/// What the operator looks at.
pub(crate) enum View {
    /// The workspaces; `asks` while the operator has to confirm a deletion.
    List { asks: bool },
    /// Global settings; the row that is highlighted.
    Settings { row: usize },
    /// A workspace that is edited.
    Editor(Draft),
    /// The folders that a new workspace can be made of; the row that is highlighted.
    Create { folders: Vec<PathBuf>, row: usize },
    /// The launch.
    Launch(Board),
}

/// A workspace in the editor.
pub(crate) struct Draft {
    pub(crate) workspace: Workspace,
    /// Its place in the configuration; none while it is new.
    pub(crate) index: Option<usize>,
    /// Which field is edited, of [`Draft::FIELDS`].
    pub(crate) field: usize,
}

impl Draft {
    pub(crate) const FIELDS: [&str; 4] = ["name", "folder", "role", "agent"];
}

/// Everything that the console knows.
pub(crate) struct Console {
    pub(crate) config: Config,
    pub(crate) view: View,
    /// Row of the list; 0 is the directory that the console was started in.
    pub(crate) row: usize,
    /// Whether the file browser has yet to answer.
    pub(crate) browsing: bool,
    pub(crate) world: Arc<World>,
    /// Where work in the background answers.
    pub(crate) inputs: Sender<Input>,
    pub(crate) runtime: Arc<tokio::runtime::Runtime>,
}

/// Whether the console goes on.
pub(crate) enum Step {
    Stay,
    /// It ends, as the launch ended if there was one.
    Leave(Result<(), LaunchError>),
}

/// The screen that a view is, for `show`: computed on every tick, from whatever the state is.
pub(crate) fn screen_of(view: &View) -> Screen {
    match view {
        View::List { .. } => Screen::List,
        View::Settings { .. } => Screen::Settings,
        View::Editor(_) => Screen::Editor,
        View::Create { .. } => Screen::Create,
        View::Launch(_) => Screen::Launch,
    }
}

impl Console {
    /// Does what the operator asks for.
    pub(crate) fn act(&mut self, action: Action) -> Result<Step, ConsoleError> {
        match self.view {
            View::List { .. } => return self.act_on_list(action),
            View::Settings { .. } => self.act_on_settings(action)?,
            View::Editor(_) => self.act_on_editor(action)?,
            View::Create { .. } => self.act_on_create(action),
            View::Launch(_) => return Ok(self.act_on_launch(action)),
        }
        Ok(Step::Stay)
    }

    /// Takes the answer of the file browser: the move to `create` has no call site of its own, `show` sees it.
    pub(crate) fn browse(&mut self, folders: Vec<PathBuf>) {
        self.browsing = false;
        self.view = View::Create { folders, row: 0 };
    }

    /// Takes news of the launch.
    pub(crate) fn hear(&mut self, news: News) -> Step {
        let View::Launch(board) = &mut self.view else {
            return Step::Stay;
        };
        match board.hear(news) {
            true => Step::Leave(Ok(())),
            false => Step::Stay,
        }
    }

    fn act_on_settings(&mut self, action: Action) -> Result<(), ConsoleError> {
        let View::Settings { row } = &mut self.view else {
            return Ok(());
        };
        let settings = &mut self.config.settings;
        match action {
            Action::Up => *row = row.saturating_sub(1),
            Action::Down => *row = (*row + 1).min(2),
            Action::Choose(chosen) => *row = chosen.min(2),
            Action::Enter => {
                let (name, switch) = match row {
                    0 => ("pull", &mut settings.pull),
                    1 => ("sidecar", &mut settings.sidecar),
                    _ => ("rebuild", &mut settings.rebuild),
                };
                *switch = !*switch;
                event!(Select { target: name } on Settings);
            }
            Action::Back => {
                self.config.save(&self.world.config)?;
                event!(Save { target: "settings" } on Settings);
                screen!(Settings).navigate(List);
                self.view = View::List { asks: false };
            }
            _ => {}
        }
        Ok(())
    }

    fn act_on_editor(&mut self, action: Action) -> Result<(), ConsoleError> {
        let View::Editor(draft) = &mut self.view else {
            return Ok(());
        };
        let folder = draft.workspace.folder.to_string_lossy().into_owned();
        let mut text = [draft.workspace.name.clone(), folder, draft.workspace.role.clone()];
        match action {
            Action::Down => draft.field = (draft.field + 1) % Draft::FIELDS.len(),
            Action::Up => draft.field = (draft.field + Draft::FIELDS.len() - 1) % Draft::FIELDS.len(),
            Action::Choose(field) => draft.field = field.min(Draft::FIELDS.len() - 1),
            Action::Type(_) | Action::Erase if draft.field == 3 => {
                draft.workspace.next_agent();
                event!(Select { target: "agent", agent: draft.workspace.agent() } on Editor);
            }
            Action::Type(letter) => text[draft.field].push(letter),
            Action::Erase => drop(text[draft.field].pop()),
            Action::Enter => return self.save_draft(),
            Action::Back => {
                event!(Dismiss { target: "changes" } on Editor);
                return self.reload();
            }
            _ => {}
        }
        let [name, folder, role] = text;
        (draft.workspace.name, draft.workspace.folder, draft.workspace.role) = (name, folder.into(), role);
        Ok(())
    }

    fn save_draft(&mut self) -> Result<(), ConsoleError> {
        let View::Editor(Draft { workspace, index, .. }) = &self.view else {
            return Ok(());
        };
        screen!(Editor).workspace_name(&workspace.name);
        event!(Save { target: &workspace.name } on Editor);
        match *index {
            Some(index) => self.config.workspaces[index] = workspace.clone(),
            None => self.config.workspaces.push(workspace.clone()),
        }
        self.config.save(&self.world.config)?;
        self.reload()
    }

    fn act_on_create(&mut self, action: Action) {
        let View::Create { folders, row } = &mut self.view else {
            return;
        };
        let last = folders.len().saturating_sub(1);
        match action {
            Action::Up => *row = row.saturating_sub(1),
            Action::Down => *row = (*row + 1).min(last),
            Action::Choose(chosen) => *row = chosen.min(last),
            Action::Back => {
                event!(Dismiss { target: "new workspace" } on Create);
                self.view = View::List { asks: false };
            }
            Action::Enter => {
                let Some(folder) = folders.get(*row) else { return };
                let name = folder
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                event!(Select { target: &name } on Create);
                screen!(Create).navigate(Editor).workspace_name(&name);
                let workspace = Workspace {
                    name,
                    role: "agent-smith".to_owned(),
                    agent: Agent::Claude.to_string(),
                    folder: folder.clone(),
                };
                self.view = View::Editor(Draft {
                    workspace,
                    index: None,
                    field: 0,
                });
            }
            _ => {}
        }
    }

    fn act_on_launch(&mut self, action: Action) -> Step {
        let View::Launch(board) = &mut self.view else {
            return Step::Stay;
        };
        match (action, board.ended.take()) {
            (Action::Back | Action::Enter, Some(result)) => {
                event!(Dismiss { target: "failure" } on Launch);
                return Step::Leave(result);
            }
            (Action::Order(order), None) => board.order(order),
            // Only ctrl-c comes here: whoever is in a hurry leaves no container behind.
            (Action::Back, None) => board.order(Order::Kill),
            (_, ended) => board.ended = ended,
        }
        Step::Stay
    }

    /// Back to the list, as the configuration on disk has it. Who comes here by way of several views: `show`
    /// records the move that it was.
    fn reload(&mut self) -> Result<(), ConsoleError> {
        self.config = Config::load(&self.world.config)?;
        event!(ConfigReloaded);
        self.row = self.row.min(self.config.workspaces.len());
        self.view = View::List { asks: false };
        Ok(())
    }
}
