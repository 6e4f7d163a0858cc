//! Locks that outlive a panic: what they guard is whole between any two statements, so a poisoned one is as good
//! as new.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, poisoned or not.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
