//! Rules on the steps of a launch: a stage below a visit of its screen, a timing below its stage, and each says where
//! it belongs.

use telemetry_runtime::line::Attributes;

use crate::check_run::book::{Book, Span};
use crate::check_run::check::Check;
use crate::check_run::code::Code;
use crate::check_run::finding::{At, Says};
use crate::check_run::names::Declared;
use crate::story::plain;

/// A span's attributes for screen, stage and timing name what it is.
pub(super) fn wrong_place_name(check: &mut Check<'_>, at: At<'_>, declared: Declared<'_>, of: &Attributes) {
    let roles = &check.names.model.roles;
    let expected = match declared {
        Declared::Screen(screen) => vec![(roles.screen, &screen.item.id)],
        Declared::Stage(stage) => vec![(roles.stage, &stage.item.id)],
        Declared::Timing(stage, timing) => vec![(roles.stage, &stage.item.id), (roles.timing, &timing.id)],
        Declared::Span(_) => vec![],
    };
    for (attribute, name) in expected {
        let key = check.names.key(attribute);
        let wrong = match of.get(key).map(plain) {
            Some(said) if said == *name => continue,
            Some(said) => format!("has `{key}` = `{said}` in the place of `{name}`"),
            None => format!("lacks `{key}`, which names it"),
        };
        let (place, line) = declared.place();
        let says = Says::on(place, line, format!("it is `{name}`"));
        check.findings.add(Code::WrongPlaceName, at, wrong, says);
    }
}

/// What the stages and timings of a whole run can break.
pub(super) fn whole(check: &mut Check<'_>, book: &Book) {
    for span in &book.spans {
        match check.names.span(span.kind, &span.name) {
            Some(Declared::Stage(stage)) => {
                let screen = check.names.model.screens[stage.screen].item.id.clone();
                stray(check, book, span, &screen, Code::StrayStage);
            }
            Some(Declared::Timing(stage, _)) => {
                let screen = &check.names.model.screens[stage.screen].item.id;
                let above = format!("{screen}.{}", stage.item.id);
                stray(check, book, span, &above, Code::StrayTiming);
            }
            _ => {}
        }
    }
}

/// A step that is no child of what it is a step of.
fn stray(check: &mut Check<'_>, book: &Book, span: &Span, above: &str, code: Code) {
    let at = At {
        line: span.line,
        name: &span.name,
    };
    let parent = span.parent.as_deref().map(|id| book.span(id));
    let wrong = match parent {
        Some(Some(parent)) if parent.name == above => return,
        Some(Some(parent)) => format!("is a child of `{}`", parent.name),
        // That the parent never started is told by another rule.
        Some(None) => return,
        None => "has no parent".to_owned(),
    };
    let declared = check.names.span(span.kind, &span.name).map(Declared::place);
    let says = declared.and_then(|(place, line)| Says::on(place, line, format!("it is a step of `{above}`")));
    check.findings.add(code, at, wrong, says);
}
