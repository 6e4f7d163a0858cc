//! The way of one signal: what waits for a batch, the message under way, and the circuit that opens when a message
//! was not delivered. Pure decisions; the worker sends and writes.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::otlp::channel::Client;
use crate::otlp::spans::Item;
use crate::otlp::verdict::Verdict;

/// Most items of a message.
pub(crate) const BATCH: usize = 512;

/// How often a message is sent before it goes to the file.
const ATTEMPTS: u32 = 4;

/// Pause after the first failure of a message; it doubles.
const PAUSE: Duration = Duration::from_millis(100);

/// Longest pause that a backend may ask for and still get the same message.
const PATIENCE: Duration = Duration::from_secs(2);

/// With so many items behind it, a message that has no answer yet is given up after [`SLOW`].
const PRESSURE: usize = 2048;

/// See [`PRESSURE`].
const SLOW: Duration = Duration::from_secs(1);

/// Pauses between the probes of an open circuit.
const PROBES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));

/// One signal.
pub(crate) struct Lane {
    /// `None` when the signal has no endpoint: its circuit is open for good.
    pub(crate) client: Option<Client>,
    pub(crate) pending: VecDeque<Item>,
    flight: Option<Flight>,
    /// Distinguishes answers to a message that was given up.
    flights: u64,
    failures: u32,
    /// When the next message or probe may be sent.
    not_before: Option<Instant>,
    /// Whether the circuit is open, and after how many probes.
    open: Option<u32>,
}

struct Flight {
    items: Vec<Item>,
    since: Instant,
    abort: AbortHandle,
}

/// What a lane wants to be done.
#[derive(PartialEq, Eq)]
pub(crate) enum Wish {
    /// Send a batch.
    Send,
    /// Ask the backend, with an empty message, whether it is there.
    Probe,
    /// Stop waiting: see [`PRESSURE`].
    GiveUp,
}

/// What an answer leads to.
pub(crate) enum After {
    /// The backend has these.
    Acknowledged(Vec<Item>),
    /// It does not, or not all, and the operator is told why.
    Undelivered(Vec<Item>, String),
    /// The lane goes on by itself.
    Nothing,
}

impl Lane {
    pub(crate) fn new(client: Option<Client>) -> Lane {
        Lane {
            open: client.is_none().then_some(0),
            client,
            pending: VecDeque::new(),
            flight: None,
            flights: 0,
            failures: 0,
            not_before: None,
        }
    }

    /// Takes an item, or gives it back, because the circuit is open.
    pub(crate) fn push(&mut self, item: Item) -> Option<Item> {
        if self.open.is_some() {
            return Some(item);
        }
        self.pending.push_back(item);
        None
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Number of the oldest record whose fate is not known.
    pub(crate) fn oldest_unsettled(&self) -> Option<u64> {
        self.items()
            .flat_map(Item::unsettled)
            .map(|record| record.seq())
            .min()
    }

    /// Number of the oldest item that waits or is under way.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.items().map(|item| item.lead.seq()).min()
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        let flight = self.flight.iter().flat_map(|flight| &flight.items);
        flight.chain(&self.pending)
    }

    /// What is to be done now, and else when to ask again.
    pub(crate) fn wish(&self, now: Instant, urgent: bool) -> Result<Wish, Option<Instant>> {
        if self.client.is_none() {
            return Err(None);
        }
        let pressed = self.pending.len() >= PRESSURE && self.open.is_none();
        if let Some(flight) = &self.flight {
            let slow = flight.since + SLOW;
            return match pressed {
                true if now >= slow => Ok(Wish::GiveUp),
                true => Err(Some(slow)),
                false => Err(None),
            };
        }
        let rested = self.not_before.filter(|at| now < *at);
        if let (Some(_), Some(at)) = (self.open, rested) {
            return Err(Some(at));
        }
        if self.open.is_some() {
            // A program that waits for a flush does not wait for a backend that is known to be away.
            return if urgent { Err(None) } else { Ok(Wish::Probe) };
        }
        if self.pending.is_empty() {
            return Err(None);
        }
        if let Some(at) = rested {
            return if pressed { Ok(Wish::GiveUp) } else { Err(Some(at)) };
        }
        Ok(Wish::Send)
    }

    /// A message left; returns its number.
    pub(crate) fn next_flight(&mut self) -> u64 {
        self.flights += 1;
        self.flights
    }

    /// The message that left under the last number.
    pub(crate) fn flies(&mut self, items: Vec<Item>, now: Instant, abort: AbortHandle) {
        self.flight = Some(Flight {
            items,
            since: now,
            abort,
        });
    }

    /// An answer came.
    pub(crate) fn answered(&mut self, flight: u64, verdict: Verdict, now: Instant) -> After {
        let Some(Flight { items, .. }) = self.flight.take_if(|_| flight == self.flights) else {
            return After::Nothing;
        };
        match verdict {
            Verdict::Acknowledged => {
                (self.open, self.failures, self.not_before) = (None, 0, None);
                After::Acknowledged(items)
            }
            Verdict::Partial(why) => {
                (self.open, self.failures, self.not_before) = (None, 0, None);
                After::Undelivered(items, why)
            }
            Verdict::Retry(delay, why) => {
                let tried_enough =
                    self.failures + 1 >= ATTEMPTS || delay.is_some_and(|delay| delay > PATIENCE);
                if self.open.is_some() || tried_enough {
                    return self.trip(items, delay, why, now);
                }
                let pause = delay.unwrap_or_else(|| jitter(PAUSE * 2_u32.pow(self.failures)));
                self.failures += 1;
                self.not_before = Some(now + pause);
                for item in items.into_iter().rev() {
                    self.pending.push_front(item);
                }
                After::Nothing
            }
            Verdict::Refused(why) | Verdict::Silent(why) => self.trip(items, None, why, now),
        }
    }

    /// Opens the circuit, and gives back everything that is not acknowledged.
    pub(crate) fn give_up(&mut self, now: Instant) -> Vec<Item> {
        let items = match self.flight.take() {
            Some(flight) => {
                flight.abort.abort();
                flight.items
            }
            None => Vec::new(),
        };
        match self.trip(items, None, String::new(), now) {
            After::Undelivered(items, _) => items,
            After::Acknowledged(_) | After::Nothing => Vec::new(),
        }
    }

    fn trip(&mut self, mut items: Vec<Item>, delay: Option<Duration>, why: String, now: Instant) -> After {
        let probes = self.open.unwrap_or(0);
        let (first, longest) = PROBES;
        let pause = first.saturating_mul(2_u32.saturating_pow(probes)).min(longest);
        self.not_before = Some(now + jitter(pause).max(delay.unwrap_or_default()));
        self.open = Some(probes + 1);
        self.failures = 0;
        items.extend(self.pending.drain(..));
        After::Undelivered(items, why)
    }
}

/// Half to one and a half times a pause, so that programs do not come back all at once.
fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64())
}
