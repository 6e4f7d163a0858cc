//! The switches that hold for every launch.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{ACCENT, QUIET, boxed, draw_rows};
use crate::config::Settings;
use crate::input::Hits;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, settings: &Settings, row: usize, hits: &mut Hits) {
    let block = boxed("for every launch");
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let switches = [
        (
            settings.pull,
            "pull",
            "bring mounted repositories up to date first",
        ),
        (
            settings.sidecar,
            "sidecar",
            "give the container a Docker of its own",
        ),
        (
            settings.rebuild,
            "rebuild",
            "build the image although there is a valid one",
        ),
    ];
    let rows = switches.map(|(on, name, words)| {
        let state = if on {
            Span::raw("● on   ").style(ACCENT)
        } else {
            Span::raw("○ off  ")
        };
        Line::from_iter([
            state,
            Span::raw(format!("{name:<10}")),
            Span::styled(words, QUIET),
        ])
    });
    draw_rows(frame, inside, rows.into(), row, hits);
}
