//! Files that are no run files, known by their beginning: a person who opened the wrong one is told which it is.

/// What a file is whose first line is no record, where its beginning tells; `next` is what follows.
pub(crate) fn other_format(first: &[u8], next: &[u8]) -> Option<&'static str> {
    // A run file with a damaged first line is still a run file.
    let says = |words: &[u8]| first.windows(words.len()).any(|at| at == words);
    if says(b"\"seq\":") || says(b"\"record\":") {
        return None;
    }
    let magics: [(&[u8], &str); 9] = [
        (b"\x1F\x8B", "a gzip archive; unpack it first"),
        (b"\x28\xB5\x2F\xFD", "a zstd archive; unpack it first"),
        (b"PK\x03\x04", "a zip archive; unpack it first"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x7FELF", "a program"),
        (b"\xFF\xFE", "text in UTF-16; run files are UTF-8"),
        (b"\xFE\xFF", "text in UTF-16; run files are UTF-8"),
        (b"<", "XML or HTML"),
        (b"[", "one JSON list; a run file has one object a line"),
    ];
    if let Some((_, name)) = magics.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Some(name);
    }
    if first.trim_ascii() == b"{" && next.first().is_some_and(u8::is_ascii_whitespace) {
        return Some("one JSON document over many lines; a run file has one object a line");
    }
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(first).ok()?;
    let has = |key: &str| object.contains_key(key);
    if ["resourceSpans", "resourceLogs", "resourceMetrics"]
        .into_iter()
        .any(has)
    {
        Some("OTLP in JSON")
    } else if has("traceEvents") {
        Some("a trace of a browser")
    } else if has("ts_ms") && has("kind") {
        Some("diagnostics of the generation before this format")
    } else {
        Some("JSON lines of another program: the first has neither `seq` nor `record`")
    }
}
