//! Where a queued record was made, in as few words as possible.

use crate::def::{ScreenDef, SpanDef};
use crate::record::{Place, SpanId, TraceId};

/// A [`Place`] in half of the room, since no id is zero.
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
    #[inline]
    pub(crate) fn of(place: &Place) -> Spot {
        let ids = place.span.map(|(trace, span)| (halves(trace), span.0));
        let (trace, span) = ids.unwrap_or_default();
        Spot {
            screen: place.screen,
            stage: place.stage,
            trace,
            span,
            parent: 0,
        }
    }

    #[inline]
    pub(crate) fn on(trace: TraceId, span: SpanId, parent: Option<SpanId>) -> Spot {
        Spot {
            trace: halves(trace),
            span: span.0,
            parent: parent.map_or(0, |parent| parent.0),
            ..Spot::default()
        }
    }

    /// Whether both are the same place.
    #[inline]
    pub(crate) fn is(&self, other: &Spot) -> bool {
        self.span == other.span
            && self.trace == other.trace
            && self.parent == other.parent
            && self.screen.map(thin) == other.screen.map(thin)
            && self.stage.map(thin) == other.stage.map(thin)
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
fn thin<T>(def: &T) -> *const () {
    std::ptr::from_ref(def).cast()
}

fn halves(trace: TraceId) -> [u64; 2] {
    [(trace.0 >> 64) as u64, trace.0 as u64]
}
