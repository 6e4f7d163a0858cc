//! The loop: say which screen it is, draw it, take the next input, act. It is the same with a person at a terminal
//! and with a script, which differ only in their [`Source`].

use jackin_telemetry::prelude::*;
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::buffer::Buffer;

use crate::error::ConsoleError;
use crate::input::{self, Action, Hits, Input};
use crate::model::{Console, Step, View, screen_of};
use crate::view;

/// Where input comes from.
pub(crate) trait Source {
    /// The next input, when there is one within a tick. `screen` is what the operator sees.
    ///
    /// # Errors
    /// A script asks for what is not there.
    fn next(&mut self, console: &Console, screen: &Buffer) -> Result<Option<Input>, ConsoleError>;
}

/// Runs the console until the operator leaves or the launch ends.
///
/// # Errors
/// The terminal, the configuration, the script or the launch failed.
pub(crate) fn run<B>(
    console: &mut Console,
    terminal: &mut Terminal<B>,
    source: &mut impl Source,
) -> Result<(), ConsoleError>
where
    B: Backend<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    loop {
        // A tick on which nothing changed costs nothing, and one that changed the screen records the move.
        jackin_telemetry::show(screen_of(&console.view));
        let mut hits = Hits::new();
        let drawn = terminal
            .draw(|frame| view::draw(frame, console, &mut hits))
            .map_err(|error| ConsoleError::Terminal(std::io::Error::other(error)))?;
        let Some(input) = source.next(console, drawn.buffer)? else {
            continue;
        };
        if let Step::Leave(result) = take(console, input, &hits)? {
            return Ok(result?);
        }
    }
}

fn take(console: &mut Console, input: Input, hits: &Hits) -> Result<Step, ConsoleError> {
    let action = match input {
        Input::Key(key) => input::of_key(key, &input::doors(console)),
        Input::Mouse(mouse) => input::of_mouse(mouse, hits),
        Input::Order(order) => Some(Action::Order(order)),
        Input::Resize { columns, rows } => {
            event!(TerminalResized { columns, rows });
            None
        }
        Input::Folders(folders) => {
            console.browse(folders);
            None
        }
        Input::Launch(news) => return Ok(console.hear(news)),
    };
    match action {
        Some(action) => console.act(action),
        None => Ok(Step::Stay),
    }
}

impl Console {
    /// Whether the operator has nothing to do but wait for work in the background.
    pub(crate) fn busy(&self) -> bool {
        match &self.view {
            View::Launch(board) => board.busy(),
            _ => self.browsing,
        }
    }
}
