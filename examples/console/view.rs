//! Draws the console: a title, the view's own body, and the line of hints, which can be clicked. Each view has a
//! file; none of them changes anything.

mod create;
mod editor;
mod launch;
mod list;
mod settings;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};

use crate::input::{Action, Hits, doors};
use crate::model::{Console, View};

/// The colour of what is chosen or under way.
const ACCENT: Color = Color::Green;
/// Words that only help.
const QUIET: Style = Style::new().fg(Color::DarkGray);
const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);

/// Draws what the operator sees, and notes what can be clicked.
pub(crate) fn draw(frame: &mut Frame<'_>, console: &Console, hits: &mut Hits) {
    let [title, body, hints] =
        Layout::vertical([Constraint::Length(2), Constraint::Min(3), Constraint::Length(1)])
            .horizontal_margin(1)
            .areas(frame.area());
    draw_title(frame, title, &console.view);
    match &console.view {
        View::List { asks } => list::draw(frame, body, console, *asks, hits),
        View::Settings { row } => settings::draw(frame, body, &console.config.settings, *row, hits),
        View::Editor(draft) => editor::draw(frame, body, draft, hits),
        View::Create { folders, row } => create::draw(frame, body, folders, *row, hits),
        View::Launch(board) => launch::draw(frame, body, board),
    }
    draw_hints(frame, hints, console, hits);
}

fn draw_title(frame: &mut Frame<'_>, area: Rect, view: &View) {
    let here = match view {
        View::List { .. } => "workspaces",
        View::Settings { .. } => "settings",
        View::Editor(draft) if draft.index.is_none() => "new workspace",
        View::Editor(_) => "edit workspace",
        View::Create { .. } => "choose a folder",
        View::Launch(board) => &board.title,
    };
    let words = [
        Span::styled(" jackin' ", STRONG.fg(Color::Black).bg(ACCENT)),
        Span::raw("  "),
        here.into(),
    ];
    frame.render_widget(Line::from_iter(words), area);
}

fn draw_hints(frame: &mut Frame<'_>, area: Rect, console: &Console, hits: &mut Hits) {
    let mut x = area.x;
    for door in doors(console) {
        let hint = Line::from_iter([
            Span::styled(door.sign, STRONG.fg(ACCENT)),
            Span::raw(" "),
            Span::styled(door.words, QUIET),
        ]);
        let width = u16::try_from(hint.width()).unwrap_or(u16::MAX);
        let place = Rect {
            x,
            y: area.y,
            width,
            height: 1,
        }
        .intersection(area);
        frame.render_widget(hint, place);
        hits.push((place, door.action));
        x = x.saturating_add(width).saturating_add(3);
    }
}

/// A box with a title, as every view has one.
fn boxed(title: &str) -> Block<'_> {
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(QUIET)
        .title(format!(" {title} "))
}

/// Rows of which one is chosen, each of which can be clicked.
fn draw_rows(frame: &mut Frame<'_>, area: Rect, rows: Vec<Line<'_>>, chosen: usize, hits: &mut Hits) {
    for (index, (row, place)) in rows.into_iter().zip(area.rows()).enumerate() {
        let (mark, style) = match index == chosen {
            true => ("▸ ", STRONG.fg(ACCENT)),
            false => ("  ", Style::new()),
        };
        let mut line = Line::from(Span::styled(mark, style));
        line.extend(
            row.spans
                .into_iter()
                .map(|span| Span::styled(span.content, style.patch(span.style))),
        );
        frame.render_widget(line, place);
        hits.push((place, Action::Choose(index)));
    }
}

/// A sentence below the rows.
fn draw_note(frame: &mut Frame<'_>, area: Rect, words: &str) {
    frame.render_widget(Paragraph::new(words).style(QUIET), area);
}
