//! The file of a page: the script and the style are our own and stand in it, the run stands in it as data. The policy in
//! its head lets the browser load nothing, run no other script than this one, and make no markup of any text.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

use crate::failure::Failure;
use crate::report::page::Page;

/// The style, from colours to paper.
const STYLE: &str = concat!(
    include_str!("page/colours.css"),
    include_str!("page/frame.css"),
    include_str!("page/lists.css"),
    include_str!("page/drawings.css"),
    include_str!("page/paper.css"),
);

/// The script, each file after those that it stands on.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("page/words.js"),
    include_str!("page/elements.js"),
    include_str!("page/range.js"),
    include_str!("page/list.js"),
    include_str!("page/details.js"),
    include_str!("page/head.js"),
    include_str!("page/path.js"),
    include_str!("page/overview.js"),
    include_str!("page/waterfall.js"),
    include_str!("page/events.js"),
    include_str!("page/plots.js"),
    include_str!("page/main.js"),
    "})();\n",
);

/// Writes the file.
pub(crate) fn write(page: &Page, out: &mut dyn Write) -> Result<(), Failure> {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let head = include_str!("page/head.html").replace("{policy}", &policy);
    for piece in [
        &head,
        "<style>",
        STYLE,
        "</style>\n",
        include_str!("page/body.html"),
    ] {
        out.write_all(piece.as_bytes())?;
    }
    out.write_all(b"<script type=\"application/json\" id=\"run\">")?;
    serde_json::to_writer(Inert(&mut *out), page)?;
    for piece in ["</script>\n<script>", SCRIPT, "</script>\n</body>\n</html>\n"] {
        out.write_all(piece.as_bytes())?;
    }
    Ok(())
}

/// A source as the policy allows it by name.
fn hash(source: &str) -> String {
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, source.as_bytes())))
}

/// JSON that ends no element and begins no comment: outside of strings it has no `<`, and inside it is escaped.
struct Inert<W>(W);

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        for (index, piece) in bytes.split(|byte| *byte == b'<').enumerate() {
            if index > 0 {
                self.0.write_all(b"\\u003c")?;
            }
            self.0.write_all(piece)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_run_ends_its_element() {
        let text = "</script><!--<img src=x onerror=alert(1)> ünïcödé";
        let mut out = Vec::new();
        serde_json::to_writer(Inert(&mut out), text).expect("a vector takes everything");
        let written = String::from_utf8(out).expect("UTF-8");
        assert!(!written.contains('<'), "{written}");
        assert_eq!(
            serde_json::from_str::<String>(&written).expect("still JSON"),
            text
        );
    }

    #[test]
    fn the_script_and_the_style_stand_in_their_elements_as_they_are() {
        for (source, end) in [(SCRIPT, "</script"), (STYLE, "</style")] {
            let lower = source.to_lowercase();
            assert!(!lower.contains(end) && !lower.contains("<!--"), "{end}");
        }
        for word in [
            "http:",
            "https:",
            "import ",
            "@import",
            "url(",
            "fetch(",
            "innerHTML",
            "eval(",
        ] {
            assert!(!SCRIPT.contains(word) && !STYLE.contains(word), "{word}");
        }
    }
}
