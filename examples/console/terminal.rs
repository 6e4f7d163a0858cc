//! The operator's terminal: full screen with the mouse, given back whatever happens. Its events are read on a
//! thread of their own, into the channel where work in the background answers too.

use std::io::{self, stdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, DisableMouseCapture, EnableMouseCapture, Event, KeyEventKind};
use ratatui::crossterm::execute;

use crate::console::Source;
use crate::error::ConsoleError;
use crate::input::Input;
use crate::model::Console;

/// How often the screen is drawn when nothing happens: clocks go on.
const TICK: Duration = Duration::from_millis(100);

/// The terminal, while it is ours.
pub(crate) struct FullScreen {
    pub(crate) terminal: DefaultTerminal,
}

impl FullScreen {
    /// Takes the terminal. A panic gives it back before its message is printed: ratatui's hook runs before the one
    /// that was there.
    ///
    /// # Errors
    /// Standard output is no terminal.
    pub(crate) fn take() -> io::Result<FullScreen> {
        let terminal = ratatui::try_init()?;
        let screen = FullScreen { terminal };
        execute!(stdout(), EnableMouseCapture)?;
        Ok(screen)
    }
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        // A terminal that has gone away needs nothing given back.
        let _ = execute!(stdout(), DisableMouseCapture);
        ratatui::restore();
    }
}

/// A person at the terminal.
pub(crate) struct Operator {
    inputs: Receiver<Input>,
}

impl Operator {
    /// Begins to listen; what is heard goes the way of `sender`, whose other end is `inputs`.
    pub(crate) fn listen(sender: Sender<Input>, inputs: Receiver<Input>) -> Operator {
        thread::spawn(move || {
            while let Ok(event) = event::read() {
                let input = match event {
                    Event::Key(key) if key.kind != KeyEventKind::Release => Input::Key(key),
                    Event::Mouse(mouse) => Input::Mouse(mouse),
                    Event::Resize(columns, rows) => Input::Resize { columns, rows },
                    _ => continue,
                };
                if sender.send(input).is_err() {
                    break;
                }
            }
        });
        Operator { inputs }
    }
}

impl Source for Operator {
    fn next(&mut self, _: &Console, _: &Buffer) -> Result<Option<Input>, ConsoleError> {
        match self.inputs.recv_timeout(TICK) {
            Ok(input) => Ok(Some(input)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(ConsoleError::Terminal(io::Error::from(
                io::ErrorKind::UnexpectedEof,
            ))),
        }
    }
}
