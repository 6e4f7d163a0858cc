//! What the operator sees of a launch: its stages as they come and go, what the container prints, and how it
//! ended. It is fed by the launch's own thread, message by message.

use std::collections::VecDeque;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jackin_telemetry::prelude::*;

use crate::error::LaunchError;
use crate::input::Order;
use crate::launch::{Mark, News, Signal};

/// Lines of the container's output that are kept for the view.
const LINES: usize = 200;

/// The state of a launch, as far as it can be seen.
pub(crate) struct Board {
    /// Which workspace in which container.
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) lines: VecDeque<String>,
    /// Whether the container listens to the operator.
    pub(crate) attached: bool,
    /// How it ended, until the operator has taken note.
    pub(crate) ended: Option<Result<(), LaunchError>>,
    pub(crate) launch: Launching,
}

/// A launch on its thread.
pub(crate) struct Launching {
    pub(crate) orders: Sender<Signal>,
    pub(crate) thread: Option<JoinHandle<()>>,
}

impl Drop for Launching {
    /// However the console ends, no container outlives it and the launch has said all that it has to say.
    fn drop(&mut self) {
        let _ = self.orders.send(Signal::Order(Order::Kill));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One run of a stage.
pub(crate) struct Row {
    pub(crate) stage: Stage,
    pub(crate) since: Instant,
    /// How long it took and how it ended; none while it goes on.
    pub(crate) end: Option<(Duration, Mark)>,
}

impl Board {
    pub(crate) fn new(title: String, launch: Launching) -> Board {
        Board {
            title,
            rows: Vec::new(),
            lines: VecDeque::new(),
            attached: false,
            ended: None,
            launch,
        }
    }

    /// Takes one message; true when the launch ended well and there is nothing left to look at.
    pub(crate) fn hear(&mut self, news: News) -> bool {
        match news {
            News::Begin(stage) => self.rows.push(Row {
                stage,
                since: Instant::now(),
                end: None,
            }),
            News::End(stage, mark) => {
                let open = self
                    .rows
                    .iter_mut()
                    .rev()
                    .find(|row| row.stage == stage && row.end.is_none());
                if let Some(row) = open {
                    row.end = Some((row.since.elapsed(), mark));
                }
            }
            News::Attached => self.attached = true,
            News::Line(line) => {
                self.lines.push_back(line);
                if self.lines.len() > LINES {
                    self.lines.pop_front();
                }
            }
            News::Ended(Ok(())) => return true,
            News::Ended(failure) => {
                self.attached = false;
                self.ended = Some(failure);
            }
        }
        false
    }

    /// Passes an order on to the container. Each but to work ends it, so there is nothing more to order.
    pub(crate) fn order(&mut self, order: Order) {
        self.attached &= matches!(order, Order::Work(_));
        // A launch that is over takes no orders, which the next message says anyway.
        let _ = self.launch.orders.send(Signal::Order(order));
    }

    /// Whether the operator has nothing to do but wait.
    pub(crate) fn busy(&self) -> bool {
        !self.attached && self.ended.is_none()
    }
}
