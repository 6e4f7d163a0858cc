//! `schema show`: the resolved schema, every reference and default spelt out, or the items of one id in it.

use std::io::Write;

use telemetry_schema::render::resolved::Resolved;

use super::{list, model};
use crate::args::{Format, Shown};
use crate::failure::{Failure, Verdict};
use crate::text::clean;

/// Shows a schema or an item of it, as YAML for a person.
pub(crate) fn show(asked: &Shown, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let model = model(&asked.schema)?;
    let whole = Resolved::new(&model);
    let part = match &asked.item {
        None => whole,
        Some(id) => whole.only(id).ok_or_else(|| {
            Failure::Asked(format!(
                "there is no item `{id}`: `telemetry schema search {id}` finds what is like it"
            ))
        })?,
    };
    if asked.format == Format::Json {
        out.write_all(part.to_json().as_bytes())?;
        return Ok(Verdict::Fine);
    }
    if let Some(id) = &asked.item {
        for entry in list::entries(&model) {
            if entry.id != *id && entry.item.id != *id {
                continue;
            }
            let place = &entry.item.place;
            let place = match entry.item.implicit {
                true => "supplied, because the runtime records it".to_owned(),
                false => format!("{}:{}", place.file, place.line),
            };
            writeln!(out, "# {} {}: {}", entry.kind, entry.id, clean(&place))?;
        }
    }
    for line in part.to_yaml().lines() {
        writeln!(out, "{}", clean(line))?;
    }
    Ok(Verdict::Fine)
}
