//! A value that every emission reads and that changes seldom: the ambient run, the current visit. Each thread keeps
//! what it saw last and asks with one load whether that is still true, so that readers share no counter and take no
//! lock. The price: a thread that records nothing any more keeps what it saw until it ends.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::LocalKey;

use crate::sync::lock;

/// Numbers every state of every shared value, so that one number tells which state of which value a thread saw.
static STATES: AtomicU64 = AtomicU64::new(1);

/// The value, or none.
pub(crate) struct Shared<T> {
    state: AtomicU64,
    value: Mutex<Option<Arc<T>>>,
}

/// What a thread saw last.
pub(crate) struct Seen<T> {
    state: u64,
    value: Option<Arc<T>>,
}

impl<T> Seen<T> {
    pub(crate) const NOTHING: Seen<T> = Seen {
        state: 0,
        value: None,
    };
}

impl<T: 'static> Shared<T> {
    pub(crate) const fn none() -> Shared<T> {
        Shared {
            state: AtomicU64::new(0),
            value: Mutex::new(None),
        }
    }

    /// The value, with a share in it.
    pub(crate) fn load(&self) -> Option<Arc<T>> {
        lock(&self.value).clone()
    }

    /// Replaces the value. The old one is dropped when nothing is locked.
    pub(crate) fn store(&self, value: Option<Arc<T>>) {
        let old = {
            let mut held = lock(&self.value);
            let old = std::mem::replace(&mut *held, value);
            let state = STATES.fetch_add(1, Ordering::Relaxed);
            self.state.store(state, Ordering::Release);
            old
        };
        drop(old);
    }

    /// Shows the value to `f`. What `f` drops or calls may come here again.
    #[inline]
    pub(crate) fn with<R>(
        &self,
        seen: &'static LocalKey<RefCell<Seen<T>>>,
        f: impl FnOnce(Option<&Arc<T>>) -> R,
    ) -> R {
        let state = self.state.load(Ordering::Acquire);
        let mut f = Some(f);
        let result = seen.try_with(|seen| {
            let mut seen = seen.try_borrow_mut().ok()?;
            if seen.state != state {
                seen.value = self.load();
                seen.state = state;
            }
            Some(f.take()?(seen.value.as_ref()))
        });
        match (result, f) {
            (Ok(Some(result)), _) => result,
            // The thread is ending, or is in here already.
            (_, Some(f)) => f(self.load().as_ref()),
            _ => unreachable!("`f` is taken only to be called"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    thread_local! {
        static SEEN: RefCell<Seen<u32>> = const { RefCell::new(Seen::NOTHING) };
    }

    #[test]
    fn a_reader_sees_each_change_and_is_not_confused_by_another_value() {
        static ONE: Shared<u32> = Shared::none();
        static OTHER: Shared<u32> = Shared::none();
        let see = |shared: &Shared<u32>| shared.with(&SEEN, |value| value.map(|value| **value));
        assert_eq!((see(&ONE), see(&OTHER)), (None, None));
        ONE.store(Some(Arc::new(1)));
        OTHER.store(Some(Arc::new(2)));
        assert_eq!((see(&ONE), see(&OTHER), see(&ONE)), (Some(1), Some(2), Some(1)));
        ONE.store(Some(Arc::new(3)));
        let both = ONE.with(&SEEN, |one| (one.map(|one| **one), see(&OTHER)));
        assert_eq!(both, (Some(3), Some(2)), "also inside of another look");
        ONE.store(None);
        assert_eq!(see(&ONE), None);
    }
}
