//! The traces of the model: who is whose child, who begins one, and who points at whom.

use telemetry_schema::model::LinkRule;
use telemetry_testbed::Testbed;
use telemetry_testbed::proto::trace::v1::Span;

use super::super::span;
use super::expected::Expected;

impl Expected {
    /// Who is whose child, who is a root, and who points at whom.
    pub(super) fn traces_and_links(&self, testbed: &Testbed) {
        let model = &self.model;
        let is_child = |child: &Span, parent: &Span| {
            (&child.trace_id, &child.parent_span_id) == (&parent.trace_id, &parent.span_id)
        };
        for stage in &model.stages {
            let name = self.name_of(stage);
            let (visit, span_of) = (
                span(testbed, &model.screens[stage.screen].item.id),
                span(testbed, &name),
            );
            assert!(is_child(&span_of, &visit), "{name}");
            for timing in &stage.timings {
                let timing = span(testbed, &format!("{name}.{}", timing.id));
                assert!(is_child(&timing, &span_of), "{}", timing.name);
            }
        }
        // The walk enters the screens in the order of their declaration.
        let visits: Vec<_> = model
            .screens
            .iter()
            .map(|screen| span(testbed, &screen.item.id))
            .collect();
        for pair in visits.windows(2) {
            assert!(pair[1].parent_span_id.is_empty(), "{}", pair[1].name);
            assert!(
                pair[1].links.iter().any(|link| link.span_id == pair[0].span_id),
                "{}",
                pair[1].name
            );
        }
        let last = visits.last().expect("a screen");
        for declared in &model.spans {
            let id = &declared.item.id;
            let span = span(testbed, id);
            assert_eq!(span.parent_span_id.is_empty(), declared.new_trace, "{id}");
            let links: Vec<_> = span
                .links
                .iter()
                .map(|link| (&link.trace_id[..], &link.span_id[..]))
                .collect();
            let parent = (
                &0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes()[..],
                &0xb7ad_6b71_6920_3331_u64.to_be_bytes()[..],
            );
            // There is no earlier span of the same name to point at.
            let expected = declared.links.iter().filter_map(|rule| match rule {
                LinkRule::Handover => Some(parent),
                LinkRule::Visit => Some((&last.trace_id[..], &last.span_id[..])),
                LinkRule::Previous => None,
            });
            assert_eq!(links, expected.collect::<Vec<_>>(), "{id}");
        }
    }
}
