//! Locks that outlive a panic: what they guard is whole between any two statements, so a poisoned one is as good
//! as new.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, poisoned or not.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_a_panic_poisoned_is_as_good_as_new() {
        let count = Mutex::new(1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            *lock(&count) = 2;
            let _held = lock(&count);
            panic!("while the lock is held");
        }));
        assert!(panicked.is_err() && count.is_poisoned());
        assert_eq!(*lock(&count), 2);
    }
}
