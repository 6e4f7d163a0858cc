//! The launch: its stages as they come and go, each with a bar as long as it took, and what the container prints.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::{ACCENT, QUIET, STRONG, boxed};
use crate::board::{Board, Row};
use crate::launch::Mark;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, board: &Board) {
    let stages = u16::try_from(board.rows.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2)
        .max(5);
    let [above, below] = Layout::vertical([Constraint::Max(stages), Constraint::Min(4)]).areas(area);
    draw_stages(frame, above, board);
    draw_container(frame, below, board);
}

fn draw_stages(frame: &mut Frame<'_>, area: Rect, board: &Board) {
    let block = boxed("stages");
    let inside = block.inner(area);
    let longest = board
        .rows
        .iter()
        .map(took)
        .max()
        .unwrap_or_default()
        .max(Duration::from_millis(1));
    let room = usize::from(inside.width.saturating_sub(34));
    let lines = board.rows.iter().map(|row| line(row, longest, room));
    // The latest stages, when there is no room for all of them.
    let hidden = board.rows.len().saturating_sub(usize::from(inside.height));
    frame.render_widget(
        Paragraph::new(lines.skip(hidden).collect::<Vec<_>>()).block(block),
        area,
    );
}

fn took(row: &Row) -> Duration {
    row.end.map_or_else(|| row.since.elapsed(), |(took, _)| took)
}

fn line(row: &Row, longest: Duration, room: usize) -> Line<'static> {
    let (sign, style) = match row.end {
        None => ("▸", Style::new().fg(Color::Yellow)),
        Some((_, Mark::Done)) => ("✓", Style::new().fg(ACCENT)),
        Some((_, Mark::Skipped)) => ("–", QUIET),
        Some((_, Mark::Failed)) => ("✗", Style::new().fg(Color::Red)),
    };
    let took = took(row);
    let share = match row.end {
        Some((_, Mark::Skipped)) => 0.0,
        _ => took.as_secs_f64() / longest.as_secs_f64(),
    };
    let cells = (share * room as f64).ceil().min(room as f64);
    let time = match row.end {
        Some((_, Mark::Skipped)) => "skipped".to_owned(),
        _ => format!("{} ms", took.as_millis()),
    };
    Line::from_iter([
        Span::styled(format!(" {sign} "), style),
        Span::raw(format!("{:<18}", row.stage.def().label)),
        Span::styled(format!("{time:>9}  "), QUIET),
        Span::styled("━".repeat(cells as usize), style),
    ])
}

fn draw_container(frame: &mut Frame<'_>, area: Rect, board: &Board) {
    let inside = usize::from(area.height.saturating_sub(2));
    let mut lines: Vec<Line<'_>> = board
        .lines
        .iter()
        .map(|line| Line::raw(format!(" {line}")))
        .collect();
    match &board.ended {
        Some(Err(error)) => {
            lines.push(Line::default());
            lines.push(Line::styled(format!(" {error}"), STRONG.fg(Color::Red)));
        }
        _ if board.attached => lines.push(Line::styled(" ▏", Style::new().fg(ACCENT))),
        _ => lines.push(Line::styled(" waiting for the container …", QUIET)),
    }
    let hidden = lines.len().saturating_sub(inside);
    let words = Paragraph::new(lines.split_off(hidden)).wrap(Wrap { trim: false });
    frame.render_widget(words.block(boxed("container")), area);
}
