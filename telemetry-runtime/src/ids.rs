//! Ids of traces, spans and runs: random and valid, or counted out from a seed for a test. The generator of a
//! thread is seeded from the operating system, and again when the process finds itself forked.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;

use crate::clock::SteadyNanos;
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

    /// A new trace and its first span, at this time of a steady clock.
    #[inline]
    pub(crate) fn root(&self, steady: SteadyNanos) -> (TraceId, SpanId) {
        self.draw(steady, |rng| (trace(rng), span(rng)))
    }

    /// A new span, at this time of a steady clock.
    #[inline]
    pub(crate) fn span(&self, steady: SteadyNanos) -> SpanId {
        self.draw(steady, span)
    }

    /// Id of a run: six lower-case hex digits.
    pub(crate) fn run(&self) -> String {
        self.draw(SteadyNanos::MAX, |rng| format!("{:06x}", rng.u32(..1 << 24)))
    }

    /// Id of a service instance: a random UUID, version 4.
    pub(crate) fn instance(&self) -> String {
        let bits = self.draw(SteadyNanos::MAX, |rng| rng.u128(..));
        let bits = bits & !(0xf << 76) | 4 << 76;
        let bits = bits & !(0b11 << 62) | 0b10 << 62;
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }

    #[inline]
    fn draw<T>(&self, steady: SteadyNanos, draw: impl FnOnce(&mut Rng) -> T) -> T {
        match self {
            Ids::Seeded(rng) => draw(&mut rng.lock().unwrap_or_else(PoisonError::into_inner)),
            Ids::Random => GENERATOR.with_borrow_mut(|generator| draw(generator.at(steady))),
        }
    }
}

fn trace(rng: &mut Rng) -> TraceId {
    TraceId(u128::from(bits(rng)) << 64 | u128::from(bits(rng)))
}

fn span(rng: &mut Rng) -> SpanId {
    SpanId(bits(rng))
}

/// Random bits that are not all zero.
#[inline]
fn bits(rng: &mut Rng) -> u64 {
    loop {
        let bits = rng.u64(..);
        if bits != 0 {
            return bits;
        }
    }
}

thread_local! {
    /// It has no destructor, so that it serves to the thread's very end, and nothing that is drawn draws.
    static GENERATOR: RefCell<Generator> = const { RefCell::new(Generator::NEW) };
}

/// No fork is done in less (ADR 0009): a thread that draws again within it is still in the same process.
const FORK: SteadyNanos = 10_000;

/// A thread's generator, and the process that it was seeded in.
#[cfg_attr(test, derive(Clone))]
struct Generator {
    pid: u32,
    /// When it was drawn from last, by the steady clock of whoever drew.
    asked: SteadyNanos,
    rng: Option<Rng>,
}

impl Generator {
    const NEW: Generator = Generator {
        pid: 0,
        asked: 0,
        rng: None,
    };

    /// The generator of this process. Asking for the process is a system call, which takes longer than a whole
    /// event, so it is left out where no fork can have been.
    #[inline]
    fn at(&mut self, steady: SteadyNanos) -> &mut Rng {
        // Another clock may show less than before.
        let forked = steady.wrapping_sub(self.asked) >= FORK;
        self.asked = steady;
        if forked {
            self.of_process(std::process::id())
        } else {
            self.rng()
        }
    }

    /// The generator, seeded anew when the process is another one: a forked child inherits its parent's state,
    /// and would otherwise give out its parent's ids.
    fn of_process(&mut self, pid: u32) -> &mut Rng {
        if self.pid != pid {
            self.pid = pid;
            self.rng = None;
        }
        self.rng()
    }

    #[inline]
    fn rng(&mut self) -> &mut Rng {
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

    const NOW: SteadyNanos = 7_000_000_000;

    #[test]
    fn a_forked_child_does_not_repeat_the_ids_of_its_parent() {
        let mut parent = Generator::NEW;
        parent.of_process(100);
        // What a fork does to memory: the child begins with a copy.
        let (mut child, mut twin) = (parent.clone(), parent.clone());

        let of_parent = parent.of_process(100).u64(..);
        assert_eq!(
            twin.of_process(100).u64(..),
            of_parent,
            "the copy is exact, so the fork must be noticed"
        );
        assert_ne!(child.of_process(101).u64(..), of_parent);
    }

    #[test]
    fn the_process_is_asked_for_unless_the_last_draw_was_just_now() {
        let mut generator = Generator::NEW;
        generator.of_process(100);
        generator.asked = NOW;
        let expected = generator.clone().rng().u64(..);
        assert_eq!(
            generator.at(NOW + FORK / 2).u64(..),
            expected,
            "no fork is so fast"
        );
        assert_eq!(generator.pid, 100);
        generator.at(NOW + 2 * FORK);
        assert_eq!(
            generator.pid,
            std::process::id(),
            "this is another process than 100"
        );
    }

    #[test]
    fn a_seed_fixes_every_id() {
        let (one, two) = (Ids::new(Some(7)), Ids::new(Some(7)));
        assert_eq!(
            (one.root(NOW), one.span(NOW), one.run()),
            (two.root(NOW), two.span(NOW), two.run())
        );
        let (one, other) = (Ids::new(None).root(NOW), Ids::new(None).root(NOW));
        assert!(one.0 != other.0 && one.1 != other.1);
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
