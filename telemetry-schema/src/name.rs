//! Ids to Rust words. The only place that knows how a Rust name is made.

/// `container.exited` or `current-dir` to `ContainerExited`, `CurrentDir`.
///
/// ```
/// assert_eq!(telemetry_schema::name::upper_camel("docker_build"), "DockerBuild");
/// ```
pub fn upper_camel(id: &str) -> String {
    let mut word = String::with_capacity(id.len());
    let mut start = true;
    for c in id.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(if start { c.to_ascii_uppercase() } else { c });
            start = false;
        } else {
            start = true;
        }
    }
    word
}

/// `container.exited` to `container_exited`; a leading `namespace.` is stripped.
///
/// ```
/// assert_eq!(telemetry_schema::name::snake("jackin.workspace.name", "jackin"), "workspace_name");
/// ```
pub fn snake(id: &str, namespace: &str) -> String {
    let rest = id
        .strip_prefix(namespace)
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(id);
    rest.replace(['.', '-'], "_")
}

/// `current-dir` to `CurrentDir`: the variant of an enum for one of its values. One that begins with a digit gets
/// a `V` in front, as in `V2fa`.
pub fn variant(value: &str) -> String {
    let word = upper_camel(value);
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        format!("V{word}")
    } else {
        word
    }
}

/// Words that are no names in Rust, of the 2024 edition: its keywords and those it keeps for later.
const KEYWORDS: [&str; 53] = [
    "Self", "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self",
    "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Whether a word can name something in Rust: ASCII letters, digits and underscores, no digit first, no keyword.
///
/// ```
/// assert!(telemetry_schema::name::is_rust_name("exit_code"));
/// assert!(!telemetry_schema::name::is_rust_name("type"));
/// ```
pub fn is_rust_name(word: &str) -> bool {
    let begins = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && KEYWORDS.binary_search(&word).is_err()
}
