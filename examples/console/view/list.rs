//! The workspace list, and the question before one is deleted.

use ratatui::Frame;
use ratatui::layout::{Alignment, Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::{QUIET, STRONG, boxed, draw_note, draw_rows};
use crate::input::Hits;
use crate::model::Console;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, console: &Console, asks: bool, hits: &mut Hits) {
    let [list, note] = Layout::vertical([Constraint::Min(3), Constraint::Length(2)]).areas(area);
    let block = boxed("where to work");
    let inside = block.inner(list);
    frame.render_widget(block, list);
    let here = Line::from_iter([
        Span::raw("current directory"),
        Span::styled("   as it is, nothing is saved", QUIET),
    ]);
    let saved = console.config.workspaces.iter().map(|workspace| {
        Line::from_iter([
            Span::raw(format!("{:<18}", workspace.name)),
            Span::styled(format!("{:<16}{:<10}", workspace.role, workspace.agent), QUIET),
            Span::styled(
                workspace.folder.file_name().unwrap_or_default().to_string_lossy(),
                QUIET,
            ),
        ])
    });
    draw_rows(
        frame,
        inside,
        std::iter::once(here).chain(saved).collect(),
        console.row,
        hits,
    );
    draw_note(
        frame,
        note,
        if console.browsing {
            " looking for folders …"
        } else {
            ""
        },
    );
    if asks {
        // Behind a question nothing can be clicked.
        hits.clear();
        draw_question(frame, area, console);
    }
}

fn draw_question(frame: &mut Frame<'_>, area: Rect, console: &Console) {
    let name = console
        .row
        .checked_sub(1)
        .and_then(|index| console.config.workspaces.get(index));
    let name = name.map_or("", |workspace| workspace.name.as_str());
    let place = area.centered(Constraint::Length(44), Constraint::Length(4));
    let words = vec![
        Line::from_iter([
            Span::raw("Delete the workspace "),
            Span::styled(name, STRONG),
            Span::raw("?"),
        ]),
        Line::styled("Its folder stays as it is.", QUIET),
    ];
    frame.render_widget(Clear, place);
    frame.render_widget(
        Paragraph::new(words)
            .alignment(Alignment::Center)
            .block(boxed("delete")),
        place,
    );
}
