//! Rules on the operator's path: each visit links to the visit before it, `navigate` stands on the visit that was
//! left, the schema lists the move, and the next visit is where it went.

use std::collections::HashMap;

use telemetry_runtime::line::Kind;

use crate::check_run::attributes::few;
use crate::check_run::book::{Book, Move, Span};
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};

/// What the path of a whole run can break.
pub(super) fn whole(check: &mut Check<'_>, book: &Book) {
    let visits = book.visits();
    let mut moves: HashMap<&str, &Move> = HashMap::new();
    for moved in &book.moves {
        let visit = moved.span_id.as_deref().and_then(|id| book.span(id));
        match visit.filter(|span| span.kind == Kind::Screen) {
            Some(visit) => {
                unlisted_move(check, moved, visit);
                moves.insert(&visit.span_id, moved);
            }
            None => move_off_visit(check, book, moved),
        }
    }
    // What is between two visits may be at the backend.
    if book.is_partial() {
        return;
    }
    if let Some(first) = visits.first() {
        wrong_entry(check, first);
        wrong_from(check, first, None);
    }
    for pair in visits.windows(2) {
        let [before, visit] = pair else { continue };
        missing_link(check, before, visit);
        wrong_link(check, before, visit);
        wrong_from(check, visit, Some(before));
        overlapping_visits(check, before, visit);
        match moves.get(before.span_id.as_str()) {
            Some(moved) => move_elsewhere(check, moved, before, Some(visit)),
            None => silent_move(check, before, visit),
        }
    }
    if let Some(last) = visits.last()
        && let Some(moved) = moves.get(last.span_id.as_str())
    {
        move_elsewhere(check, moved, last, None);
    }
}

fn at(visit: &Span) -> At<'_> {
    At {
        line: visit.line,
        name: &visit.name,
    }
}

fn wrong_entry(check: &mut Check<'_>, first: &Span) {
    let Some(screen) = check.names.screen(&first.name) else {
        return;
    };
    if !screen.entry {
        let says = Says::at(&screen.item.place, "it is no entry");
        let wrong = "is where the run begins";
        check.findings.add(Code::WrongEntry, at(first), wrong, says);
    }
}

fn missing_link(check: &mut Check<'_>, before: &Span, visit: &Span) {
    if visit.links.is_empty() {
        let wrong = format!(
            "has no link, and comes after the visit of `{}` on line {}",
            before.name, before.line
        );
        check.findings.add(Code::MissingLink, at(visit), wrong, None);
    }
}

fn wrong_link(check: &mut Check<'_>, before: &Span, visit: &Span) {
    let leads = visit
        .links
        .iter()
        .any(|link| link.span_id == before.span_id && link.trace_id == before.trace_id);
    if !visit.links.is_empty() && !leads {
        let wrong = format!(
            "links to another span than the visit before it, `{}` on line {}",
            before.name, before.line
        );
        check.findings.add(Code::WrongLink, at(visit), wrong, None);
    }
}

fn wrong_from(check: &mut Check<'_>, visit: &Span, before: Option<&Span>) {
    let key = check.names.key(check.names.model.roles.screen_from);
    let came = before.map(|before| before.name.as_str());
    if visit.from.as_deref() == came {
        return;
    }
    let said = |name: Option<&str>| name.map_or("nothing".to_owned(), |name| format!("`{name}`"));
    let wrong = format!(
        "has {} as `{key}`, and the visit before it is {}",
        said(visit.from.as_deref()),
        said(came)
    );
    check.findings.add(Code::WrongPlaceName, at(visit), wrong, None);
}

fn overlapping_visits(check: &mut Check<'_>, before: &Span, visit: &Span) {
    if let (Some((_, Some(ended))), Some(started)) = (before.ended, visit.started)
        && started < ended
    {
        let wrong = format!(
            "began before the visit of `{}` on line {} ended",
            before.name, before.line
        );
        check
            .findings
            .add(Code::OverlappingVisits, at(visit), wrong, None);
    }
}

fn navigate<'b>(check: &Check<'b>, moved: &Move) -> At<'b> {
    At {
        line: moved.line,
        name: &check.names.model.events[check.names.model.roles.navigate].item.id,
    }
}

fn move_off_visit(check: &mut Check<'_>, book: &Book, moved: &Move) {
    // The start of its visit may be at the backend.
    if book.is_partial() && moved.span_id.is_some() {
        return;
    }
    let at = navigate(check, moved);
    let wrong = "is not on the visit that was left";
    check.findings.add(Code::MoveOffVisit, at, wrong, None);
}

fn unlisted_move(check: &mut Check<'_>, moved: &Move, visit: &Span) {
    let names = check.names;
    let Some(screen) = names.screen(&visit.name) else {
        return;
    };
    let to: Vec<&str> = screen
        .navigates_to
        .iter()
        .map(|to| names.model.screens[*to].item.id.as_str())
        .collect();
    if to.contains(&moved.to.as_str()) {
        return;
    }
    let id = &screen.item.id;
    let says = Says::at(&screen.item.place, format!("`{id}` navigates to {}", few(&to)));
    let wrong = format!("goes from `{id}` to `{}`", moved.to);
    check
        .findings
        .add(Code::UnlistedMove, navigate(check, moved), wrong, says);
}

fn move_elsewhere(check: &mut Check<'_>, moved: &Move, before: &Span, next: Option<&Span>) {
    let wrong = match next {
        Some(next) if next.name == moved.to => return,
        Some(next) => format!(
            "goes from `{}` to `{}`, and the next visit is `{}` on line {}",
            before.name, moved.to, next.name, next.line
        ),
        None => format!(
            "goes from `{}` to `{}`, and there is no visit after it",
            before.name, moved.to
        ),
    };
    check
        .findings
        .add(Code::MoveElsewhere, navigate(check, moved), wrong, None);
}

fn silent_move(check: &mut Check<'_>, before: &Span, visit: &Span) {
    let wrong = format!(
        "follows `{}` on line {}, which has no move to it",
        before.name, before.line
    );
    check.findings.add(Code::SilentMove, at(visit), wrong, None);
}
