//! Stages: a struct each, which is the open stage, with a setter an attribute; a unit struct a timing; and the
//! `Stage` enum for a program that knows its stage only at run time.

use super::sets::{self, Member};
use super::spans::{guard, setters};
use super::template::fill;
use super::{EXCUSED, accept_ident, defs, deprecated_attribute, ident, literal, place, type_ident};
use crate::model::*;

const MODULE: &str = r#"
/// The steps of a launch, and the timings inside them. Begin one with [`stage!`](crate::prelude::stage).
$excused
pub mod stages {
    $stages
    $timings
    /// What each stage lists, as traits.
    #[doc(hidden)]
    #[allow(missing_docs, reason = "generated; the traits speak through their diagnostics")]
    pub mod rules {
        $rules
    }
}

"#;

const STAGE: &str = r#"
$guard
impl $name {
    /// The stage, about to start. [`stage!`](crate::prelude::stage) writes this.
    pub fn stage() -> crate::__rt::Start<'static, $name, $count> {
        crate::__rt::Start::new([const { crate::__rt::value::Value::Absent }; $count])
    }

    /// A step inside the stage.
    pub fn timing<T: rules::In$name>(&self, _timing: T) -> crate::__rt::StartTiming<'_, T> {
        crate::__rt::StartTiming::new(&self.guard)
    }

    /// Ends the stage: it was not needed after all.
    pub fn skip<'a>(self, reason: impl crate::attributes::accept::$reason<'a, crate::__rt::value::Required>) {
        self.guard.skip(reason.into_value());
    }

    $setters
}

impl<'a, R> crate::__rt::Skip<'a, R> for $name
where
    R: crate::attributes::accept::$reason<'a, crate::__rt::value::Required>,
{
    fn reason(reason: R) -> crate::__rt::value::Value<'a> { reason.into_value() }
}

"#;

const TIMING: &str = r#"
/// The timing `$id` of the stage `$stage`. Declared in $place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct $name; // $place

impl crate::__rt::TimingItem for $name {
    const DEF: &'static crate::__rt::def::SpanDef = &$def;
    type ErrorType = crate::ErrorType;
}

"#;

const RULES: &str = r#"
#[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
pub trait In$name: crate::__rt::TimingItem {}
$timings
"#;

const STAGE_DEFS: &str = r#"
$excused
impl Stage {
    /// Its definition.
    pub fn def(self) -> &'static crate::__rt::def::SpanDef {
        match self {
            $defs
        }
    }

    /// Starts it; its guard is untyped.
    pub fn start(self) -> crate::__rt::SpanGuard {
        crate::__rt::SpanGuard::start(self.def(), &[])
    }
}
"#;

pub(super) fn write(out: &mut String, model: &Model) {
    let (mut stages, mut timings, mut rules) = <(String, String, String)>::default();
    for stage in &model.stages {
        write_stage(&mut stages, model, stage);
        write_rules(&mut rules, stage);
        for timing in &stage.timings {
            write_timing(&mut timings, stage, timing);
        }
    }
    fill(
        out,
        MODULE,
        &[
            ("excused", EXCUSED),
            ("stages", &stages),
            ("timings", &timings),
            ("rules", &rules),
        ],
    );
    write_set(out, model);
}

fn write_stage(out: &mut String, model: &Model, stage: &Stage) {
    fill(
        out,
        STAGE,
        &[
            ("guard", &guard(&stage.item, "The stage", &defs::stage(stage))),
            ("name", &type_ident(&stage.item)),
            ("count", &stage.attributes.len().to_string()),
            (
                "reason",
                &accept_ident(&model.attributes[model.roles.skip_reason]),
            ),
            ("setters", &setters(model, &stage.attributes)),
        ],
    );
}

fn write_timing(out: &mut String, stage: &Stage, timing: &Timing) {
    fill(
        out,
        TIMING,
        &[
            ("id", &timing.id),
            ("stage", &stage.item.id),
            ("place", &format!("{}:{}", stage.item.place.file, timing.line)),
            ("name", &ident(&timing.rust_type)),
            ("def", &defs::timing(timing)),
        ],
    );
}

fn write_rules(out: &mut String, stage: &Stage) {
    let id = &stage.item.id;
    let name = type_ident(&stage.item);
    let ids: Vec<_> = stage.timings.iter().map(|timing| timing.id.as_str()).collect();
    let note = match ids.is_empty() {
        true => format!("`{id}` is declared in {}; it has no timings", place(&stage.item)),
        false => format!(
            "`{id}` is declared in {}; its timings are {}",
            place(&stage.item),
            ids.join(", ")
        ),
    };
    let timings: String = stage
        .timings
        .iter()
        .map(|timing| format!("impl In{name} for super::{} {{}}\n", ident(&timing.rust_type)))
        .collect();
    fill(
        out,
        RULES,
        &[
            (
                "message",
                &literal(&format!("stage `{id}` has no timing `{{Self}}`")),
            ),
            ("label", &literal(&format!("not in `timings` of `{id}`"))),
            ("note", &literal(&note)),
            ("name", &name),
            ("timings", &timings),
        ],
    );
}

fn write_set(out: &mut String, model: &Model) {
    let members: Vec<_> = model
        .stages
        .iter()
        .map(|stage| Member {
            variant: stage.item.rust_type(),
            value: stage.item.id.clone(),
            brief: stage.item.brief.clone(),
            deprecated: deprecated_attribute(stage.item.deprecated.as_ref()),
            renamed_from: stage.item.renamed_from.clone(),
        })
        .collect();
    let documentation = "/// A stage that is known only at run time.\n";
    sets::write(out, "Stage", documentation, "one of the stages", &members);
    let arm = |stage: &Stage| format!("Self::{} => &{},\n", type_ident(&stage.item), defs::stage(stage));
    let arms: String = model.stages.iter().map(arm).collect();
    fill(out, STAGE_DEFS, &[("excused", EXCUSED), ("defs", &arms)]);
}
