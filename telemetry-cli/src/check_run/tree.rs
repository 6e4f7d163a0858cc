//! Rules on the spans of a whole run: inside of the run, below a parent of the same trace, one trace for each root,
//! and links that lead somewhere.

use std::collections::{HashMap, HashSet};

use telemetry_runtime::line::Kind;
use telemetry_schema::model::LinkRule;

use crate::check_run::book::{Book, Span};
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};
use crate::check_run::names::Declared;

/// What the spans of a whole run can break.
pub(super) fn whole(check: &mut Check<'_>, book: &Book) {
    let mut first = First::of(book);
    let mut roots: HashMap<&str, &Span> = HashMap::new();
    for span in &book.spans {
        let at = At {
            line: span.line,
            name: &span.name,
        };
        never_ended(check, at, book, span);
        outside_run(check, at, book, span);
        wrong_target(check, at, book, span);
        declared_links(check, at, book, &mut first, span);
        match &span.parent {
            Some(parent) => {
                root_with_parent(check, at, span);
                below(check, at, book, span, parent);
            }
            None => {
                if let Some(other) = roots.insert(&span.trace_id, span) {
                    shared_trace(check, at, other);
                }
            }
        }
    }
}

fn never_ended(check: &mut Check<'_>, at: At<'_>, book: &Book, span: &Span) {
    if span.ended.is_none() && book.end.is_some() && !book.is_partial() {
        let wrong = "is still open at the end of the run";
        check.findings.add(Code::NeverEnded, at, wrong, None);
    }
}

fn outside_run(check: &mut Check<'_>, at: At<'_>, book: &Book, span: &Span) {
    let early = matches!((book.began, span.started), (Some(began), Some(started)) if started < began);
    let end = book.end.as_ref().and_then(|(_, _, time)| *time);
    let ended = span.ended.and_then(|(_, time)| time);
    let late = matches!((end, ended), (Some(end), Some(ended)) if ended > end);
    if early || late {
        let wrong = if early {
            "started before its run"
        } else {
            "ended after its run"
        };
        check.findings.add(Code::OutsideRun, at, wrong, None);
    }
}

fn root_with_parent(check: &mut Check<'_>, at: At<'_>, span: &Span) {
    if let Some(declared) = check.names.span(span.kind, &span.name)
        && declared.is_root()
    {
        let (place, line) = declared.place();
        let says = Says::on(place, line, "it is the root of a trace of its own");
        check.findings.add(Code::RootWithParent, at, "has a parent", says);
    }
}

fn below(check: &mut Check<'_>, at: At<'_>, book: &Book, span: &Span, parent: &str) {
    let Some(above) = book.span(parent) else {
        if !book.is_partial() {
            let wrong = format!("its parent {parent} never started");
            check.findings.add(Code::MissingParent, at, wrong, None);
        }
        return;
    };
    if above.trace_id != span.trace_id {
        let wrong = format!("is in another trace than its parent `{}`", above.name);
        check.findings.add(Code::OtherTrace, at, wrong, None);
    }
    if let (Some(above_started), Some(started)) = (above.started, span.started)
        && started < above_started
    {
        let wrong = format!("started before its parent `{}`", above.name);
        check.findings.add(Code::BeforeParent, at, wrong, None);
    }
}

fn shared_trace(check: &mut Check<'_>, at: At<'_>, other: &Span) {
    let wrong = format!(
        "has the trace of `{}` on line {}, and both are roots",
        other.name, other.line
    );
    check.findings.add(Code::SharedTrace, at, wrong, None);
}

/// A link to a span of this process leads to one that there was.
fn wrong_target(check: &mut Check<'_>, at: At<'_>, book: &Book, span: &Span) {
    for link in &span.links {
        check.checked.links += 1;
        // A link without a name leads into another process.
        if link.name.is_empty() || book.is_partial() {
            continue;
        }
        let target = book.span(&link.span_id);
        if target.is_none_or(|target| target.trace_id != link.trace_id) {
            let wrong = format!("links to {}, and there is no such span", link.span_id);
            check.findings.add(Code::WrongLink, at, wrong, None);
        }
    }
}

/// What is no visit links as its own declaration says.
fn declared_links<'b>(
    check: &mut Check<'_>,
    at: At<'_>,
    book: &'b Book,
    first: &mut First<'b>,
    span: &'b Span,
) {
    let Some(Declared::Span(def)) = check.names.span(span.kind, &span.name) else {
        return;
    };
    if book.is_partial() {
        return;
    }
    for rule in &def.links {
        let mut targets = span.links.iter().filter_map(|link| book.span(&link.span_id));
        let (is_fine, what) = match rule {
            // Which one was the current one is not asked: another thread may have moved on between the look at it
            // and the start of the span.
            LinkRule::Visit => {
                let had_begun = first.visit.is_some() && first.visit < span.started;
                let links = targets.any(|target| target.kind == Kind::Screen);
                (links || !had_begun, "the visit")
            }
            // One has none before it. It need not be the earliest: threads read the clock before they get in line.
            LinkRule::Previous => {
                let links = targets.any(|target| target.name == span.name && target.span_id != span.span_id);
                (links || first.unlinked.insert(&span.name), "the one before it")
            }
            // It is another process's, and there may be none.
            LinkRule::Handover => continue,
        };
        if !is_fine {
            let says = Says::at(&def.item.place, format!("it links to {what}"));
            let wrong = format!("does not link to {what}");
            check.findings.add(Code::MissingLink, at, wrong, says);
        }
    }
}

/// What may be without a link, because nothing was before it.
struct First<'b> {
    /// When the first visit began.
    visit: Option<u64>,
    /// Names of which one was met without a link to another of its name.
    unlinked: HashSet<&'b str>,
}

impl<'b> First<'b> {
    fn of(book: &'b Book) -> First<'b> {
        let visits = book.spans.iter().filter(|span| span.kind == Kind::Screen);
        First {
            visit: visits.filter_map(|visit| visit.started).min(),
            unlinked: HashSet::new(),
        }
    }
}
