//! The first word of a record: what it is and what follows.

use crate::def::Severity;
use crate::line::Outcome;

/// What a record is. None is zero, which ends a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Event = 1,
    OnSpan,
    Start,
    End,
    Log,
    Seldom,
}

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Absent,
    False,
    True,
    Int,
    Double,
    /// A text that lives as long as the program, by its number.
    Fixed,
    /// Its length, then its bytes.
    Text,
    /// It lies aside.
    Aside,
}

/// Values whose sorts fit a word.
pub(super) const SORTS: usize = 16;

/// The first word of a record, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: Kind,
    /// Whether it is one of the run's own last records.
    pub(super) last: bool,
    /// Whether its fate was known when it came.
    pub(super) settled: bool,
    /// Whether a place follows.
    pub(super) moved: bool,
    /// Whether tags lie aside.
    pub(super) tagged: bool,
    /// Of an end: whether an error type, and a message, follow.
    pub(super) failed: bool,
    pub(super) explained: bool,
    /// Severity of a log record, outcome of a span.
    pub(super) detail: u8,
    pub(super) values: u8,
    pub(super) added: u8,
    pub(super) links: u8,
    /// Number of the definition.
    pub(super) def: u16,
}

impl Head {
    pub(super) const fn of(kind: Kind) -> Head {
        Head {
            kind,
            last: false,
            settled: false,
            moved: false,
            tagged: false,
            failed: false,
            explained: false,
            detail: 0,
            values: 0,
            added: 0,
            links: 0,
            def: 0,
        }
    }

    #[inline(always)]
    pub(super) fn word(self) -> u64 {
        self.kind as u64
            | u64::from(self.last) << 8
            | u64::from(self.settled) << 9
            | u64::from(self.moved) << 10
            | u64::from(self.tagged) << 11
            | u64::from(self.failed) << 12
            | u64::from(self.explained) << 13
            | u64::from(self.detail) << 16
            | u64::from(self.values) << 24
            | u64::from(self.added) << 32
            | u64::from(self.links) << 40
            | u64::from(self.def) << 48
    }

    /// `None` for the end of a segment.
    #[inline]
    pub(super) fn read(word: u64) -> Option<Head> {
        let kind = match word as u8 {
            1 => Kind::Event,
            2 => Kind::OnSpan,
            3 => Kind::Start,
            4 => Kind::End,
            5 => Kind::Log,
            6 => Kind::Seldom,
            _ => return None,
        };
        let bit = |at: u32| word >> at & 1 == 1;
        Some(Head {
            kind,
            last: bit(8),
            settled: bit(9),
            moved: bit(10),
            tagged: bit(11),
            failed: bit(12),
            explained: bit(13),
            detail: (word >> 16) as u8,
            values: (word >> 24) as u8,
            added: (word >> 32) as u8,
            links: (word >> 40) as u8,
            def: (word >> 48) as u16,
        })
    }
}

impl Sort {
    #[inline]
    pub(super) fn read(word: u64) -> Sort {
        match word & 0xf {
            1 => Sort::False,
            2 => Sort::True,
            3 => Sort::Int,
            4 => Sort::Double,
            5 => Sort::Fixed,
            6 => Sort::Text,
            7 => Sort::Aside,
            _ => Sort::Absent,
        }
    }
}

/// The severity of a log record.
pub(super) fn severity(detail: u8) -> Severity {
    const ALL: [Severity; 5] = [
        Severity::Trace,
        Severity::Debug,
        Severity::Info,
        Severity::Warn,
        Severity::Error,
    ];
    ALL.into_iter()
        .find(|known| *known as u8 == detail)
        .unwrap_or(Severity::Info)
}

/// The outcome of a span.
pub(super) fn outcome(detail: u8) -> Outcome {
    Outcome::ALL
        .into_iter()
        .find(|known| *known as u8 == detail)
        .unwrap_or(Outcome::Abandoned)
}
