//! From keys and clicks to actions. Each view has a table of doors; the keyboard, the mouse and the line of hints
//! at the bottom all read the same table, so they cannot disagree.

use std::path::PathBuf;

use jackin_telemetry::prelude::*;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::launch::News;
use crate::model::{Console, View};

/// What arrives at the console, from the operator or from work in the background.
pub(crate) enum Input {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Resize {
        columns: u16,
        rows: u16,
    },
    /// The file browser has answered.
    Folders(Vec<PathBuf>),
    /// The launch tells what it does.
    Launch(News),
    /// A script's order to the container; a keyboard gives only some of them.
    Order(Order),
}

/// What the operator wants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Action {
    Up,
    Down,
    Choose(usize),
    Enter,
    Back,
    Settings,
    Edit,
    Create,
    Delete,
    Type(char),
    Erase,
    Order(Order),
}

/// What the container is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Order {
    Exit(u8),
    /// The agent is to work in so many tabs, one after the other.
    Work(u32),
    Crash,
    Kill,
}

/// A key, what it is called, and what it does.
pub(crate) struct Door {
    pub(crate) key: KeyCode,
    pub(crate) sign: &'static str,
    pub(crate) words: &'static str,
    pub(crate) action: Action,
}

/// The places on the screen that can be clicked.
pub(crate) type Hits = Vec<(Rect, Action)>;

/// The doors that are open in the console's present view.
pub(crate) fn doors(console: &Console) -> Vec<Door> {
    let enter = |words| door(KeyCode::Enter, "⏎", words, Action::Enter);
    let back = |words| door(KeyCode::Esc, "esc", words, Action::Back);
    let letter = |key, sign, words, action| door(KeyCode::Char(key), sign, words, action);
    match &console.view {
        View::List { asks: true } => vec![enter("delete it"), back("keep it")],
        View::List { asks: false } => vec![
            enter("launch"),
            letter('e', "e", "edit", Action::Edit),
            letter('n', "n", "new", Action::Create),
            letter('d', "d", "delete", Action::Delete),
            letter('s', "s", "settings", Action::Settings),
            letter('q', "q", "quit", Action::Back),
        ],
        View::Settings { .. } => vec![enter("switch"), back("save and return")],
        View::Editor(_) => vec![
            enter("save"),
            door(KeyCode::Tab, "tab", "next field", Action::Down),
            door(KeyCode::Backspace, "⌫", "erase", Action::Erase),
            back("discard"),
        ],
        View::Create { .. } => vec![enter("use this folder"), back("return")],
        View::Launch(board) if board.ended.is_some() => vec![enter("leave"), back("leave")],
        View::Launch(board) if board.attached => vec![
            letter('0', "0", "exit", Action::Order(Order::Exit(0))),
            letter('3', "3", "exit 3", Action::Order(Order::Exit(3))),
            letter('c', "c", "crash", Action::Order(Order::Crash)),
            letter('k', "k", "kill", Action::Order(Order::Kill)),
        ],
        View::Launch(_) => Vec::new(),
    }
}

fn door(key: KeyCode, sign: &'static str, words: &'static str, action: Action) -> Door {
    Door {
        key,
        sign,
        words,
        action,
    }
}

/// What a key asks for.
pub(crate) fn of_key(key: KeyEvent, doors: &[Door]) -> Option<Action> {
    let held = key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    event!(InputKey {
        key_class: match key.code {
            _ if held => KeyClass::Chord,
            KeyCode::Char(_) => KeyClass::Character,
            KeyCode::Enter | KeyCode::Backspace | KeyCode::Delete | KeyCode::Insert => KeyClass::Editing,
            KeyCode::Esc => KeyClass::Escape,
            KeyCode::F(_) => KeyClass::Function,
            _ => KeyClass::Navigation,
        },
    });
    if held {
        // Raw mode takes ctrl-c from the terminal, so it has to be a way out here.
        return (key.code == KeyCode::Char('c')).then_some(Action::Back);
    }
    let door = doors.iter().find(|door| door.key == key.code);
    door.map(|door| door.action).or(match key.code {
        KeyCode::Up => Some(Action::Up),
        KeyCode::Down => Some(Action::Down),
        KeyCode::Char(letter) => Some(Action::Type(letter)),
        _ => None,
    })
}

/// What the mouse asks for, given what can be clicked.
pub(crate) fn of_mouse(mouse: MouseEvent, hits: &Hits) -> Option<Action> {
    let (column, row) = (mouse.column, mouse.row);
    event!(InputMouse {
        mouse_action: match mouse.kind {
            MouseEventKind::Down(_) => MouseAction::Press,
            MouseEventKind::Up(_) => MouseAction::Release,
            MouseEventKind::Drag(_) => MouseAction::Drag,
            MouseEventKind::Moved => MouseAction::Move,
            _ => MouseAction::Scroll,
        },
        column,
        row,
    });
    match mouse.kind {
        MouseEventKind::Down(_) => {
            let hit = hits
                .iter()
                .rev()
                .find(|(area, _)| area.contains(Position::new(column, row)));
            hit.map(|(_, action)| *action)
        }
        MouseEventKind::ScrollUp => Some(Action::Up),
        MouseEventKind::ScrollDown => Some(Action::Down),
        _ => None,
    }
}
