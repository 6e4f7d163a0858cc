//! Ids of traces, spans and runs: random and valid, or counted out from a seed for a test. The generator of a
//! thread is seeded from the operating system, and again when the process finds itself forked.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;

use crate::record::{SpanId, TraceId};

/// Where a run takes its ids from.
#[derive(Debug)]
pub(crate) enum Ids {
    /// From the thread's generator.
    Random,
    /// From one generator with a fixed seed.
    Seeded(Mutex<Rng>),
}

impl Ids {
    /// Random ids, or those that a seed fixes.
    pub(crate) fn new(seed: Option<u64>) -> Ids {
        match seed {
            None => Ids::Random,
            Some(seed) => Ids::Seeded(Mutex::new(Rng::with_seed(seed))),
        }
    }

    /// A new trace.
    pub(crate) fn trace(&self) -> TraceId {
        self.draw(|rng| TraceId(rng.u128(1..)))
    }

    /// A new span.
    pub(crate) fn span(&self) -> SpanId {
        self.draw(|rng| SpanId(rng.u64(1..)))
    }

    /// Id of a run: six lower-case hex digits.
    pub(crate) fn run(&self) -> String {
        self.draw(|rng| format!("{:06x}", rng.u32(..1 << 24)))
    }

    /// Id of a service instance: a random UUID, version 4.
    pub(crate) fn instance(&self) -> String {
        let bits = self.draw(|rng| rng.u128(..));
        let bits = bits & !(0xf << 76) | 4 << 76;
        let bits = bits & !(0b11 << 62) | 0b10 << 62;
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        match self {
            Ids::Seeded(rng) => draw(&mut rng.lock().unwrap_or_else(PoisonError::into_inner)),
            Ids::Random => GENERATOR.with(|generator| match generator.try_borrow_mut() {
                Ok(mut generator) => draw(generator.of_process(std::process::id())),
                // Not reached: `draw` runs no code of others.
                Err(_) => draw(&mut Rng::with_seed(seed())),
            }),
        }
    }
}

thread_local! {
    static GENERATOR: RefCell<Generator> = const { RefCell::new(Generator { pid: 0, rng: None }) };
}

/// A thread's generator, and the process that it was seeded in.
struct Generator {
    pid: u32,
    rng: Option<Rng>,
}

impl Generator {
    /// The generator, seeded anew when the process is another one: a forked child inherits its parent's state,
    /// and would otherwise give out its parent's ids.
    fn of_process(&mut self, pid: u32) -> &mut Rng {
        if self.pid != pid {
            self.pid = pid;
            self.rng = None;
        }
        self.rng.get_or_insert_with(|| Rng::with_seed(seed()))
    }
}

/// 64 bits from the operating system; where it has none to give, from the standard library's hash keys.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};

    getrandom::u64().unwrap_or_else(|_| RandomState::new().hash_one(std::thread::current().id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forked_child_does_not_repeat_the_ids_of_its_parent() {
        let mut parent = Generator { pid: 0, rng: None };
        parent.of_process(100);
        // What a fork does to memory: the child begins with a copy.
        let mut child = Generator {
            pid: parent.pid,
            rng: parent.rng.clone(),
        };
        let mut twin = Generator {
            pid: parent.pid,
            rng: parent.rng.clone(),
        };

        let of_parent = parent.of_process(100).u64(..);
        assert_eq!(
            twin.of_process(100).u64(..),
            of_parent,
            "the copy is exact, so the fork must be noticed"
        );
        assert_ne!(child.of_process(101).u64(..), of_parent);
    }

    #[test]
    fn a_seed_fixes_every_id() {
        let (one, two) = (Ids::new(Some(7)), Ids::new(Some(7)));
        assert_eq!(
            (one.trace(), one.span(), one.run()),
            (two.trace(), two.span(), two.run())
        );
        assert_ne!(Ids::new(None).trace(), Ids::new(None).trace());
    }

    #[test]
    fn a_run_id_is_six_hex_digits_and_an_instance_a_uuid() {
        let ids = Ids::new(Some(1));
        for _ in 0..1_000 {
            let run = ids.run();
            assert!(
                run.len() == 6 && run.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
                "{run}"
            );
        }
        let instance = ids.instance();
        assert_eq!(instance.len(), 36);
        assert_eq!(&instance[14..15], "4");
        assert!("89ab".contains(&instance[19..20]), "{instance}");
    }
}
