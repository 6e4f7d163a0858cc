//! The operator's terminal: full screen with the mouse, given back whatever happens. Its events are read on a
//! thread of their own, into the channel where work in the background answers too.

use std::io::{self, stdout};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, DisableMouseCapture, EnableMouseCapture, Event, KeyEventKind};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use crate::console::Source;
use crate::error::ConsoleError;
use crate::input::Input;
use crate::model::Console;

/// How often the screen is drawn when nothing happens: clocks go on.
const TICK: Duration = Duration::from_millis(100);

/// Whether the terminal is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Lets a panic be read. It has to be called before a run starts, whose own hook records the panic and then comes
/// here: a panic of this thread gives the terminal back before its message is printed, and one of a thread behind
/// the screen is not printed over it, for the console says itself what became of that thread's work.
pub(crate) fn prepare_for_panics() {
    let print = panic::take_hook();
    let operator = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == operator {
            give_back();
        }
        if !TAKEN.load(Ordering::SeqCst) {
            print(panic);
        }
    }));
}

/// The terminal, while it is ours.
pub(crate) struct FullScreen {
    pub(crate) terminal: DefaultTerminal,
}

impl FullScreen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Standard output is no terminal.
    pub(crate) fn take() -> io::Result<FullScreen> {
        let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let screen = FullScreen { terminal };
        execute!(stdout(), EnterAlternateScreen, EnableMouseCapture)?;
        Ok(screen)
    }
}

impl Drop for FullScreen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, once. One that has gone away needs nothing given back.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(stdout(), DisableMouseCapture, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
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
