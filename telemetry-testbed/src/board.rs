//! The board that the server writes to and the tests read from: plans, what was received, and a bell that rings
//! at each change, so that nobody has to sleep and look again.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use socket2::Socket;
use tonic::Code;

use crate::behaviour::{Behaviour, Plan, Signal};
use crate::received::{Answer, Body, Received, Request, Tally};

/// Shared by a testbed and all the servers that it has over its life.
pub(crate) struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Sockets of servers that have stopped, open so that their clients find an end and no reset.
    buried: Vec<Socket>,
    /// Grows with every change, so that a waiter looks again only when there is something new.
    version: u64,
    plans: [Plan; 3],
    keeps_requests: bool,
    /// How many requests were taken off the front.
    taken: usize,
    received: Received,
}

impl Board {
    pub(crate) fn new() -> Board {
        let state = State {
            buried: Vec::new(),
            version: 0,
            plans: Signal::ALL.map(|_| Plan::from(Behaviour::Accept)),
            keeps_requests: true,
            taken: 0,
            received: Received::default(),
        };
        Board {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn set_plan(&self, signal: Signal, plan: Plan) {
        self.lock().plans[signal as usize] = plan;
    }

    pub(crate) fn count_only(&self) {
        self.lock().keeps_requests = false;
    }

    /// Takes the requests off the board that stand before the first one without an answer.
    pub(crate) fn take(&self) -> Vec<Arc<Request>> {
        let mut state = self.lock();
        let pending = |request: &Arc<Request>| request.answer == Answer::Pending;
        let requests = &mut state.received.requests;
        let answered = requests.iter().position(pending).unwrap_or(requests.len());
        let taken = requests.drain(..answered).collect();
        state.taken += answered;
        taken
    }

    pub(crate) fn received(&self) -> Received {
        self.lock().received.clone()
    }

    /// Waits until `condition` holds, at most for `timeout`. The condition runs on a snapshot and without the
    /// lock, so it may ask the testbed itself.
    pub(crate) fn wait_for(&self, condition: impl Fn(&Received) -> bool, timeout: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.lock();
        loop {
            let (seen, snapshot) = (state.version, state.received.clone());
            drop(state);
            if condition(&snapshot) {
                return true;
            }
            let left = timeout.saturating_sub(started.elapsed());
            let unchanged = |state: &mut State| state.version == seen;
            let waited = self.changed.wait_timeout_while(self.lock(), left, unchanged);
            let (guard, result) = waited.unwrap_or_else(PoisonError::into_inner);
            if result.timed_out() {
                return false;
            }
            state = guard;
        }
    }

    /// Keeps a socket open, unread, as long as the testbed lives.
    pub(crate) fn bury(&self, socket: Socket) {
        self.lock().buried.push(socket);
    }

    /// Gives a new connection its number.
    pub(crate) fn connected(&self) -> u64 {
        self.change(|state| {
            state.received.connections += 1;
            state.received.connections - 1
        })
    }

    /// Writes a call down, and says what to do with it.
    pub(crate) fn arrived(
        self: &Arc<Self>,
        connection: u64,
        headers: BTreeMap<String, String>,
        body: Body,
    ) -> (Arrival, Behaviour) {
        let (signal, items) = (body.signal(), body.items());
        let request = Request {
            arrived: SystemTime::now(),
            connection,
            headers: Arc::new(headers),
            body: Arc::new(body),
            answer: Answer::Pending,
            kept: 0,
        };
        let (index, behaviour) = self.change(|state| {
            let tally = &mut state.received.tallies[signal as usize];
            tally.calls += 1;
            tally.arrived += items;
            let index = state
                .keeps_requests
                .then_some(state.taken + state.received.requests.len());
            if index.is_some() {
                state.received.requests.push(Arc::new(request));
            }
            (index, state.plans[signal as usize].next())
        });
        let arrival = Arrival {
            board: self.clone(),
            signal,
            items,
            index,
            answered: false,
        };
        (arrival, behaviour)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        state.version += 1;
        let result = change(&mut state);
        drop(state);
        self.changed.notify_all();
        result
    }

    /// A test that panics in the middle of a change leaves nothing half-written, so poison says nothing here.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call on the board that waits for its answer. Dropped without one, it is lost.
pub(crate) struct Arrival {
    board: Arc<Board>,
    signal: Signal,
    items: u64,
    /// Its place among the requests; `None` when only counts are kept.
    index: Option<usize>,
    answered: bool,
}

impl Arrival {
    /// How many items the call carries.
    pub(crate) fn items(&self) -> u64 {
        self.items
    }

    /// Answered OK, with the last `rejected` items turned away.
    pub(crate) fn accepted(self, rejected: u64) {
        let kept = self.items.saturating_sub(rejected);
        self.close(Answer::Accepted { rejected }, kept, |tally| {
            tally.acknowledged += kept;
            tally.rejected += rejected;
        });
    }

    /// Answered with a code.
    pub(crate) fn refused(self, code: Code) {
        self.close(Answer::Refused(code), 0, |_| ());
    }

    /// Stored, and never answered.
    pub(crate) fn stored_in_silence(self) {
        let kept = self.items;
        self.close(Answer::Lost, kept, |_| ());
    }

    fn close(mut self, answer: Answer, kept: u64, count: impl FnOnce(&mut Tally)) {
        self.answered = true;
        self.write(answer, kept, count);
    }

    fn write(&self, answer: Answer, kept: u64, count: impl FnOnce(&mut Tally)) {
        self.board.change(|state| {
            let tally = &mut state.received.tallies[self.signal as usize];
            tally.kept += kept;
            count(tally);
            let request = self
                .index
                .and_then(|index| state.received.requests.get_mut(index - state.taken));
            if let Some(request) = request {
                let request = Arc::make_mut(request);
                request.answer = answer;
                request.kept = kept;
            }
        });
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if !self.answered {
            self.write(Answer::Lost, 0, |_| ());
        }
    }
}
