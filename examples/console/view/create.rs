//! The folders that a new workspace can be made of.

use std::path::PathBuf;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{QUIET, boxed, draw_rows};
use crate::input::Hits;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, folders: &[PathBuf], row: usize, hits: &mut Hits) {
    let block = boxed("folders");
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let rows = folders.iter().map(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let kind = if folder.join(".git").exists() {
            "git repository"
        } else {
            "folder"
        };
        Line::from_iter([Span::raw(format!("{name:<24}")), Span::styled(kind, QUIET)])
    });
    draw_rows(frame, inside, rows.collect(), row, hits);
}
