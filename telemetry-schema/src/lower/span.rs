//! Spans that are neither screens nor stages.

use super::place::Section;
use super::{Index, Lowering};
use crate::model::{Span, SpanKind};
use crate::syntax::Document;
use crate::syntax::signal::Trace;

impl Lowering<'_> {
    /// The spans of the schema, then those that were supplied.
    pub(super) fn spans(&mut self, documents: [&Document; 2], attributes: &Index) -> Vec<Span> {
        let entries = documents.into_iter().flat_map(|document| &document.spans);
        let mut spans = Vec::new();
        for (id, written) in entries.flat_map(|spans| &spans.entries) {
            let item = self.item(Section::Span, id, &written.key, &written.item);
            spans.push(Span {
                item,
                kind: written
                    .kind
                    .as_ref()
                    .map_or(SpanKind::Internal, |kind| kind.value.into()),
                new_trace: written
                    .trace
                    .as_ref()
                    .is_some_and(|trace| trace.value == Trace::New),
                links: written
                    .links
                    .iter()
                    .flat_map(|list| &list.0)
                    .map(|link| link.value.into())
                    .collect(),
                attributes: self.uses(Section::Span, written.attributes.as_ref(), attributes, Ok(())),
            });
        }
        spans
    }
}
