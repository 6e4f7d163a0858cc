//! The tables' places in `README.md`: each between two comments that bear its name. What stands outside of them
//! is left as it is.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The place of the tables of `bench`.
pub(crate) const RUN_TIME: &str = "run time";
/// The place of the table of `bench sites`.
pub(crate) const SITES: &str = "sites";
/// The place of the table of `bench weight`.
pub(crate) const WEIGHT: &str = "weight";

/// Puts `table` into its place.
pub(crate) fn write(section: &str, table: &str) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).context("reading benches/README.md")?;
    let text = replaced(&text, section, table)
        .with_context(|| format!("benches/README.md has no place for the tables of `{section}`"))?;
    fs::write(&path, text).context("writing benches/README.md")
}

fn replaced(text: &str, section: &str, table: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- measured: {section} -->\n"),
        format!("<!-- end: {section} -->"),
    );
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{}\n\n{end}{after}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_the_one_before_and_nothing_else() {
        let text = "a\n<!-- measured: x -->\nold\n<!-- end: x -->\nb\n";
        let once = replaced(text, "x", "new\n").expect("there is a place");
        assert_eq!(once, "a\n<!-- measured: x -->\n\nnew\n\n<!-- end: x -->\nb\n");
        assert_eq!(replaced(&once, "x", "new"), Some(once.clone()));
        assert_eq!(replaced(text, "y", "new"), None);
    }
}
