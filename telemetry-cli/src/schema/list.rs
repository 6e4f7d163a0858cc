//! `schema list` and `schema search`: what a schema declares, one row an item.

use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use telemetry_schema::model::{AttributeKind, BodyPart, Item, Model};

use super::model;
use crate::args::{Format, Listed, Searched};
use crate::failure::{Failure, Verdict};
use crate::formats;
use crate::look::{Ink, Look};
use crate::quantity::count;
use crate::runs::json;
use crate::sheet::Sheet;

/// Lists the items of a schema.
pub(crate) fn list(asked: &Listed, look: &Look, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let model = model(&asked.schema)?;
    let wanted = |entry: &Entry<'_>| {
        asked.kinds.is_empty() || asked.kinds.iter().any(|kind| kind.as_str() == entry.kind)
    };
    let entries: Vec<Entry<'_>> = entries(&model).into_iter().filter(wanted).collect();
    write(&entries, asked.format, look, out)?;
    Ok(Verdict::Fine)
}

/// Finds the items in which every word occurs, those first that have them in their ids.
pub(crate) fn search(asked: &Searched, look: &Look, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let model = model(&asked.schema)?;
    let words: Vec<String> = asked.words.iter().map(|word| word.to_lowercase()).collect();
    let mut found: Vec<(usize, Entry<'_>)> = entries(&model)
        .into_iter()
        .filter_map(|entry| Some((rank(&entry, &words)?, entry)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    let entries: Vec<Entry<'_>> = found.into_iter().map(|(_, entry)| entry).collect();
    write(&entries, asked.format, look, out)?;
    Ok(if entries.is_empty() {
        Verdict::Findings
    } else {
        Verdict::Fine
    })
}

/// How far from its id an item's words are: 0 for each that is in the id, more for others; nothing when one is
/// nowhere.
fn rank(entry: &Entry<'_>, words: &[String]) -> Option<usize> {
    let places = [
        entry.id.to_lowercase(),
        entry.item.brief.to_lowercase(),
        entry.words.to_lowercase(),
    ];
    words
        .iter()
        .map(|word| places.iter().position(|place| place.contains(word)))
        .sum()
}

/// An item, and where else than in id and brief it can be found.
pub(super) struct Entry<'m> {
    pub(super) kind: &'static str,
    /// Of a stage, with its screen in front.
    pub(super) id: String,
    pub(super) item: &'m Item,
    words: String,
}

/// Every item, in the order of the sections and of declaration.
pub(super) fn entries<'m>(model: &'m Model) -> Vec<Entry<'m>> {
    let mut all = Vec::new();
    let mut add = |kind, id: String, item: &'m Item, more: String| {
        let Item {
            note,
            renamed_from,
            owner,
            ..
        } = item;
        let note = note.as_deref().unwrap_or_default();
        let owner = owner.as_deref().unwrap_or_default();
        let words = format!("{more} {} {owner} {note}", renamed_from.join(" "));
        all.push(Entry {
            kind,
            id,
            item,
            words,
        });
    };
    for each in &model.attributes {
        let values = match &each.kind {
            AttributeKind::Enum(values) => values.as_slice(),
            _ => &[],
        };
        let values = values.iter().map(|value| format!("{} {}", value.id, value.brief));
        let words = format!("{} {}", each.kind.as_str(), values.collect::<Vec<_>>().join(" "));
        add("attribute", each.item.id.clone(), &each.item, words);
    }
    // The error for everything else is in no schema, so that it could not be shown either.
    for each in model.errors.iter().filter(|error| !error.item.implicit) {
        let code = each.code.clone().unwrap_or_default();
        add("error", each.item.id.clone(), &each.item, code);
    }
    for each in &model.screens {
        add("screen", each.item.id.clone(), &each.item, String::new());
    }
    for each in &model.stages {
        let id = format!("{}.{}", model.screens[each.screen].item.id, each.item.id);
        let timings: Vec<&str> = each.timings.iter().map(|timing| timing.id.as_str()).collect();
        add(
            "stage",
            id,
            &each.item,
            format!("{} {}", each.label, timings.join(" ")),
        );
    }
    for each in &model.events {
        let text = each.body.iter().map(|part| match part {
            BodyPart::Text(text) => text.as_str(),
            BodyPart::Slot(_) => " ",
        });
        add("event", each.item.id.clone(), &each.item, text.collect());
    }
    for each in &model.spans {
        add("span", each.item.id.clone(), &each.item, String::new());
    }
    for each in &model.metrics {
        add("metric", each.item.id.clone(), &each.item, each.unit.clone());
    }
    all
}

fn write(entries: &[Entry<'_>], format: Format, look: &Look, out: &mut dyn Write) -> Result<(), Failure> {
    if format == Format::Json {
        let items = entries.iter().map(row).collect();
        return json::write(&Items { format: 1, items }, out);
    }
    let mut sheet = Sheet::new(out, look.clone());
    // A column of ids longer than half the sheet would leave no room for what they mean.
    let widest = entries
        .iter()
        .map(|entry| entry.id.len())
        .max()
        .unwrap_or_default();
    let brief = 11 + widest.min(look.width.saturating_sub(11) / 2) + 2;
    for entry in entries {
        let mut row = sheet.row();
        row.put(Ink::Faint, entry.kind).to(11).put(Ink::Strong, &entry.id);
        if 11 + entry.id.len() + 2 > brief {
            sheet.put(&row)?;
            row = sheet.row();
        }
        row.to(brief);
        let old = entry.item.deprecated.as_ref().map_or("", |_| "(deprecated) ");
        sheet.put_going_on(row, brief, Ink::Plain, &format!("{old}{}", entry.item.brief))?;
    }
    sheet.flow(0, "", &[(Ink::Faint, count(entries.len() as u64, "item"))])?;
    Ok(())
}

/// Items for machines. `schema list` and `schema search` print this with `--format json`.
#[derive(Debug, Serialize, JsonSchema)]
struct Items<'m> {
    /// Version of this shape.
    format: u32,
    /// In the order of the sections and of declaration; what was searched for, best first.
    items: Vec<Row<'m>>,
}

/// One item.
#[derive(Debug, Serialize, JsonSchema)]
struct Row<'m> {
    /// `attribute`, `error`, `screen`, `stage`, `event`, `span` or `metric`.
    #[schemars(extend("enum" = ["attribute", "error", "screen", "stage", "event", "span", "metric"]))]
    kind: &'static str,
    /// Its id; of a stage, with its screen in front.
    id: &'m str,
    /// What it means.
    brief: &'m str,
    /// Whether it is not to be used any more.
    deprecated: bool,
    /// Whether the compiler supplied it, because the runtime records it.
    supplied: bool,
    /// File in which it is declared; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'m str>,
    /// Line of the declaration, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> Value {
    formats::shape::<Items<'_>>()
}

fn row<'m>(entry: &'m Entry<'_>) -> Row<'m> {
    let item = entry.item;
    let place = (!item.implicit).then_some(&item.place);
    Row {
        kind: entry.kind,
        id: &entry.id,
        brief: &item.brief,
        deprecated: item.deprecated.is_some(),
        supplied: item.implicit,
        file: place.map(|place| &*place.file),
        line: place.map(|place| place.line),
    }
}
