//! Where a record of a batch was made, in as few words as possible.

use crate::def::{ScreenDef, SpanDef};
use crate::record::{Place, SpanId, TraceId};

/// A [`Place`] in half of the room: no id is zero.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spot {
    pub(super) screen: Option<&'static ScreenDef>,
    pub(super) stage: Option<&'static SpanDef>,
    pub(super) trace: [u64; 2],
    pub(super) span: u64,
    /// Of a span.
    pub(super) parent: u64,
}

impl Spot {
    pub(super) fn of(place: &Place) -> Spot {
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

    pub(super) fn on(trace: TraceId, span: SpanId, parent: Option<SpanId>) -> Spot {
        Spot {
            trace: halves(trace),
            span: span.0,
            parent: parent.map_or(0, |parent| parent.0),
            ..Spot::default()
        }
    }

    pub(super) fn trace(self) -> TraceId {
        TraceId(u128::from(self.trace[0]) << 64 | u128::from(self.trace[1]))
    }

    pub(super) fn parent(self) -> Option<SpanId> {
        (self.parent != 0).then_some(SpanId(self.parent))
    }

    pub(super) fn place(self) -> Place {
        Place {
            screen: self.screen,
            stage: self.stage,
            span: (self.span != 0).then(|| (self.trace(), SpanId(self.span))),
        }
    }
}

fn halves(trace: TraceId) -> [u64; 2] {
    [(trace.0 >> 64) as u64, trace.0 as u64]
}
