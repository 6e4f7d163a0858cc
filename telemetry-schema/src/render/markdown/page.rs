//! A Markdown text under construction, block by block, and the little that has to be escaped.

/// Markdown blocks with one empty line between them.
#[derive(Debug, Default)]
pub(super) struct Page {
    blocks: Vec<String>,
}

impl Page {
    /// A page without a word on it.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A heading of level 1 to 6.
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        self.blocks.push(format!("{} {text}", "#".repeat(level)));
    }

    /// A paragraph, or anything else that stands alone. Nothing is added for an empty text.
    pub(super) fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.blocks.push(text.to_owned());
        }
    }

    /// Text in a fence that names its language.
    pub(super) fn fence(&mut self, language: &str, text: &str) {
        self.blocks
            .push(format!("```{language}\n{}\n```", text.trim_end()));
    }

    /// A table; nothing is added when it has no rows.
    pub(super) fn table(&mut self, heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let mut lines: Vec<String> = rows
            .into_iter()
            .map(|cells| {
                let cells: Vec<_> = cells.iter().map(|text| cell(text)).collect();
                format!("| {} |", cells.join(" | "))
            })
            .collect();
        if lines.is_empty() {
            return;
        }
        lines.insert(0, format!("| {} |", heads.join(" | ")));
        lines.insert(1, format!("|{}", " --- |".repeat(heads.len())));
        self.blocks.push(lines.join("\n"));
    }

    /// The whole text, with a line end as its last character.
    pub(super) fn into_text(self) -> String {
        let mut text = self.blocks.join("\n\n");
        text.push('\n');
        text
    }
}

/// `text` as code, whatever backticks it has.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // A space keeps the text's own backticks apart from the fence.
    let pad = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Parts of a cell with commas between; a dash when there are none.
pub(super) fn list(parts: &[String]) -> String {
    match parts.is_empty() {
        true => "–".to_owned(),
        false => parts.join(", "),
    }
}

/// `text` in one cell of a table: on one line, with its bars escaped (also inside code, as GitHub wants it).
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_survives_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
    }

    #[test]
    fn a_cell_stays_in_its_row() {
        assert_eq!(cell("a | b\nc"), "a \\| b c");
    }

    #[test]
    fn a_table_without_rows_leaves_no_trace() {
        let mut page = Page::new();
        page.table(&["A"], []);
        assert_eq!(page.into_text(), "\n");
    }
}
