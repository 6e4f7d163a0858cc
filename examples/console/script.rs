//! A script in the operator's place: it reads lines and gives the console the same keys and clicks that a
//! terminal would, so that CI walks the very path that a person walks.
//!
//! ```text
//! key s              a key by its name: a letter, enter, esc, tab, backspace, up, down
//! click my-app       a click on that text where the screen shows it, or on a cell: click 12,5
//! type notes         a key a letter
//! see pull           the screen has to show this text; a container may take its time
//! launch my-app      short for a click on it and enter
//! child exit 3       what the container is told: work N, exit N, crash or kill
//! ```

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::{fs, io};

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use thiserror::Error;

use crate::console::Source;
use crate::error::ConsoleError;
use crate::input::{Input, Order};
use crate::launch::container::PATIENCE;
use crate::model::{Console, View};

/// What is wrong with a script.
#[derive(Debug, Error)]
pub(crate) enum ScriptError {
    #[error("cannot read the script {0}: {1}")]
    Unreadable(String, io::Error),
    #[error("line {line}: `{text}` is no command; write key, click, type, see, launch or child")]
    Command { line: usize, text: String },
    #[error("line {line}: there is no key `{text}`; write a letter, enter, esc, tab, backspace, up or down")]
    Key { line: usize, text: String },
    #[error(
        "line {line}: `{text}` is nothing to tell a container; write work with a number, exit with a number up to 255, crash or kill"
    )]
    Order { line: usize, text: String },
    #[error("line {line}: the screen does not show `{text}`; it shows\n{screen}")]
    NotShown {
        line: usize,
        text: String,
        screen: String,
    },
    #[error("line {line}: the console ended before this line")]
    LeftOver { line: usize },
    #[error(
        "the script ends while the console still waits for the operator; end it with `key q` or `child exit 0`"
    )]
    Unfinished,
}

/// A line of a script, read.
#[derive(Clone)]
enum Line {
    Key(KeyCode),
    Click(String),
    See(String),
    Order(Order),
}

/// A script on its way through the console.
pub(crate) struct Script {
    lines: VecDeque<(usize, Line)>,
    background: Receiver<Input>,
}

impl Script {
    /// Reads the whole script first, so that a mistake in its last line costs nothing.
    ///
    /// # Errors
    /// The file cannot be read, or a line is no command.
    pub(crate) fn read(path: &Path, background: Receiver<Input>) -> Result<Script, ScriptError> {
        let text = fs::read_to_string(path)
            .map_err(|error| ScriptError::Unreadable(path.display().to_string(), error))?;
        let mut lines = VecDeque::new();
        for (index, line) in text.lines().enumerate() {
            let words = line.split('#').next().unwrap_or_default().trim();
            if !words.is_empty() {
                lines.extend(parse(index + 1, words)?.into_iter().map(|read| (index + 1, read)));
            }
        }
        Ok(Script { lines, background })
    }

    /// Nothing may be left when the console has ended.
    pub(crate) fn finish(&self) -> Result<(), ScriptError> {
        match self.lines.front() {
            Some((line, _)) => Err(ScriptError::LeftOver { line: *line }),
            None => Ok(()),
        }
    }
}

fn parse(line: usize, words: &str) -> Result<Vec<Line>, ScriptError> {
    let (command, rest) = words.split_once(' ').unwrap_or((words, ""));
    let text = rest.trim().to_owned();
    Ok(match command {
        "key" => vec![Line::Key(key(&text).ok_or(ScriptError::Key { line, text })?)],
        "click" => vec![Line::Click(text)],
        "type" => text
            .chars()
            .map(|letter| Line::Key(KeyCode::Char(letter)))
            .collect(),
        "see" => vec![Line::See(text)],
        "launch" => vec![Line::Click(text), Line::Key(KeyCode::Enter)],
        "child" => vec![Line::Order(
            order(&text).ok_or(ScriptError::Order { line, text })?,
        )],
        _ => {
            return Err(ScriptError::Command {
                line,
                text: words.to_owned(),
            });
        }
    })
}

fn key(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    match (name, letters.next(), letters.next()) {
        ("enter", ..) => Some(KeyCode::Enter),
        ("esc", ..) => Some(KeyCode::Esc),
        ("tab", ..) => Some(KeyCode::Tab),
        ("backspace", ..) => Some(KeyCode::Backspace),
        ("up", ..) => Some(KeyCode::Up),
        ("down", ..) => Some(KeyCode::Down),
        (_, Some(letter), None) => Some(KeyCode::Char(letter)),
        _ => None,
    }
}

fn order(text: &str) -> Option<Order> {
    match text.split_once(' ') {
        Some(("exit", code)) => code.trim().parse().ok().map(Order::Exit),
        Some(("work", tabs)) => tabs.trim().parse().ok().map(Order::Work),
        None if text == "crash" => Some(Order::Crash),
        None if text == "kill" => Some(Order::Kill),
        _ => None,
    }
}

impl Source for Script {
    fn next(&mut self, console: &Console, screen: &Buffer) -> Result<Option<Input>, ConsoleError> {
        // What is shown may be gone after the next news, and a container may talk faster than anybody listens.
        match self.lines.front() {
            Some((line, Line::See(text))) if find(screen, *line, text).is_ok() => {
                self.lines.pop_front();
                return Ok(None);
            }
            Some((_, Line::Order(order))) if !console.busy() => {
                let order = *order;
                self.lines.pop_front();
                return Ok(Some(Input::Order(order)));
            }
            _ => {}
        }
        if let Ok(input) = self.background.try_recv() {
            return Ok(Some(input));
        }
        if console.busy() {
            // The console holds a sender, so this waits for an answer and never for nothing.
            return Ok(self.background.recv().ok());
        }
        let Some((line, command)) = self.lines.pop_front() else {
            return match &console.view {
                View::Launch(board) if board.ended.is_some() => Ok(Some(press(KeyCode::Enter))),
                _ => Err(ScriptError::Unfinished.into()),
            };
        };
        match command {
            Line::Key(code) => Ok(Some(press(code))),
            Line::Order(order) => Ok(Some(Input::Order(order))),
            Line::See(text) => match (find(screen, line, &text), &console.view) {
                (Ok(_), _) => Ok(None),
                // What a container prints comes when it comes.
                (Err(missing), View::Launch(board)) if board.ended.is_none() => {
                    self.lines.push_front((line, Line::See(text)));
                    self.background
                        .recv_timeout(PATIENCE)
                        .map(Some)
                        .map_err(|_| missing)
                }
                (Err(missing), _) => Err(missing),
            },
            Line::Click(text) => {
                let cell = text
                    .split_once(',')
                    .and_then(|(x, y)| Some((x.parse().ok()?, y.trim().parse().ok()?)));
                let (column, row) = cell.map_or_else(|| find(screen, line, &text), Ok)?;
                let kind = MouseEventKind::Down(MouseButton::Left);
                Ok(Some(Input::Mouse(MouseEvent {
                    kind,
                    column,
                    row,
                    modifiers: KeyModifiers::NONE,
                })))
            }
        }
    }
}

fn press(code: KeyCode) -> Input {
    Input::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

/// The cell where `text` begins on the screen.
fn find(screen: &Buffer, line: usize, text: &str) -> Result<(u16, u16), ConsoleError> {
    let rows: Vec<Vec<&str>> = screen
        .content
        .chunks(usize::from(screen.area.width.max(1)))
        .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect())
        .collect();
    for (y, row) in rows.iter().enumerate() {
        let shown = row.concat();
        if let Some(at) = shown.find(text) {
            let x = row
                .iter()
                .scan(0, |bytes, cell| {
                    *bytes += cell.len();
                    Some(*bytes)
                })
                .take_while(|end| *end <= at)
                .count();
            return Ok((u16::try_from(x).unwrap_or(0), u16::try_from(y).unwrap_or(0)));
        }
    }
    let screen = rows
        .iter()
        .map(|row| row.concat().trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n");
    Err(ScriptError::NotShown {
        line,
        text: text.to_owned(),
        screen,
    }
    .into())
}
