//! Where a queued record was made, in as few words as possible.

use crate::def::{ScreenDef, SpanDef};
use crate::record::{Place, SpanId, TraceId};

/// A [`Place`] in half of the room, since no id is zero, and the parent of the span that is meant. A span says nothing of
/// screen and stage here, and what happens on it nothing of its parent, so that a span and all that is on it have one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spot {
    pub(crate) screen: Option<&'static ScreenDef>,
    pub(crate) stage: Option<&'static SpanDef>,
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
    /// Of a span.
    pub(crate) parent: u64,
}

impl Spot {
    /// Where something is that happened here after what is at this spot; `None` when this one says it.
    #[inline(always)]
    pub(crate) fn next_place(&self, place: &Place) -> Option<Spot> {
        let (trace, span) = match place.span {
            Some((trace, span)) => (halves(trace), span.0),
            None => ([0, 0], 0),
        };
        let same_span = self.span == span && self.trace == trace;
        let same =
            same_span && thin(self.screen) == thin(place.screen) && thin(self.stage) == thin(place.stage);
        (!same).then_some(Spot {
            screen: place.screen,
            stage: place.stage,
            trace,
            span,
            parent: if same_span { self.parent } else { 0 },
        })
    }

    /// The same for a span that starts or ends.
    #[inline(always)]
    pub(crate) fn next_span(&self, trace: TraceId, span: SpanId, parent: Option<SpanId>) -> Option<Spot> {
        let next = Spot {
            trace: halves(trace),
            span: span.0,
            parent: parent.map_or(0, |parent| parent.0),
            ..*self
        };
        let same = self.span == next.span && self.trace == next.trace && self.parent == next.parent;
        (!same).then_some(next)
    }

    /// Whether both are the same.
    #[inline]
    pub(crate) fn is(&self, other: &Spot) -> bool {
        self.span == other.span
            && self.trace == other.trace
            && self.parent == other.parent
            && thin(self.screen) == thin(other.screen)
            && thin(self.stage) == thin(other.stage)
    }

    pub(crate) fn trace(&self) -> TraceId {
        TraceId(u128::from(self.trace[0]) << 64 | u128::from(self.trace[1]))
    }

    pub(crate) fn span(&self) -> SpanId {
        SpanId(self.span)
    }

    pub(crate) fn parent(&self) -> Option<SpanId> {
        (self.parent != 0).then_some(SpanId(self.parent))
    }

    pub(crate) fn place(&self) -> Place {
        Place {
            screen: self.screen,
            stage: self.stage,
            span: (self.span != 0).then(|| (self.trace(), self.span())),
        }
    }
}

/// The address of a definition.
fn thin<T>(def: Option<&'static T>) -> Option<*const T> {
    def.map(std::ptr::from_ref)
}

/// The two words of a trace's id, the upper one first.
pub(crate) fn halves(trace: TraceId) -> [u64; 2] {
    [(trace.0 >> 64) as u64, trace.0 as u64]
}
