//! The fields of a workspace that is edited or made.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::{QUIET, STRONG, boxed, draw_note, draw_rows};
use crate::input::Hits;
use crate::model::Draft;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, draft: &Draft, hits: &mut Hits) {
    let [fields, note] = Layout::vertical([Constraint::Length(6), Constraint::Min(1)]).areas(area);
    let block = boxed("workspace");
    let inside = block.inner(fields);
    frame.render_widget(block, fields);
    let workspace = &draft.workspace;
    let folder = workspace.folder.to_string_lossy();
    let values = [
        workspace.name.as_str(),
        &folder,
        &workspace.role,
        &workspace.agent,
    ];
    let rows = Draft::FIELDS
        .iter()
        .zip(values)
        .enumerate()
        .map(|(index, (name, value))| {
            let cursor = if index == draft.field { "▏" } else { "" };
            Line::from_iter([
                Span::styled(format!("{name:<8}"), QUIET),
                Span::styled(value.to_owned(), STRONG),
                Span::raw(cursor),
            ])
        });
    draw_rows(frame, inside, rows.collect(), draft.field, hits);
    draw_note(
        frame,
        note,
        " Any letter in the field `agent` goes on to the next agent.",
    );
}
