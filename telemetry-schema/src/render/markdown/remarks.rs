//! What is true of an item of any kind: where it was declared, what became of it, who is in charge.

use super::page::code;
use crate::model::{Deprecated, Item, Place};

/// Link to an item's declaration.
pub(super) fn source(item: &Item) -> String {
    match item.implicit {
        true => "supplied by the compiler".to_owned(),
        false => place(&item.place.file, item.place.line),
    }
}

/// Link to a line of a file.
pub(super) fn place(file: &str, line: u32) -> String {
    format!("[{file}:{line}](../{file}#L{line})")
}

/// Link from `text` to a line of the file in which `place` is.
pub(super) fn link(text: &str, place: &Place, line: u32) -> String {
    match place.file.is_empty() {
        true => text.to_owned(),
        false => format!("[{text}](../{}#L{line})", place.file),
    }
}

/// Brief, note and all remarks of an item, as one cell of a table.
pub(super) fn about(item: &Item) -> String {
    let mut parts = vec![item.brief.clone()];
    parts.extend(item.note.clone());
    parts.extend(remarks(item));
    parts.join(" ")
}

/// Everything but brief and note, a sentence each.
pub(super) fn remarks(item: &Item) -> Vec<String> {
    let mut remarks = Vec::new();
    remarks.extend(item.deprecated.as_ref().map(deprecation));
    if !item.renamed_from.is_empty() {
        let ids: Vec<_> = item.renamed_from.iter().map(|id| code(id)).collect();
        remarks.push(format!("Renamed from {}.", ids.join(", ")));
    }
    remarks.extend(
        item.expires_in
            .as_ref()
            .map(|version| format!("Has to be gone in version {}.", code(version))),
    );
    remarks.extend(item.owner.as_ref().map(|owner| format!("Owner: {owner}.")));
    remarks.extend(item.issue.as_ref().map(|issue| format!("Discussion: <{issue}>.")));
    for (lint, reason) in &item.allow {
        remarks.push(format!("The lint {} is suppressed: {reason}", code(lint)));
    }
    remarks
}

/// `**Deprecated** since …`, with what to use instead.
pub(super) fn deprecation(deprecated: &Deprecated) -> String {
    let reason = deprecated.reason.trim_end_matches('.');
    let instead = deprecated
        .instead
        .as_ref()
        .map(|id| format!(" Use {} instead.", code(id)))
        .unwrap_or_default();
    format!(
        "**Deprecated** since {}: {reason}.{instead}",
        code(&deprecated.since)
    )
}
