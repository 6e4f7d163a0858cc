//! Whose `tracing` events are recorded: the schema's own crates, and what a program asks for on top. A dependency
//! that speaks a lot would otherwise drown the run's own story.

/// Whose `tracing` events are recorded.
#[derive(Debug)]
pub(crate) struct Targets {
    listed: &'static [&'static str],
    asked_for: Vec<String>,
}

impl Targets {
    /// Those of the schema, and those that the program asked for.
    pub(crate) fn new(listed: &'static [&'static str], asked_for: Vec<String>) -> Targets {
        Targets { listed, asked_for }
    }

    /// Whether a target is on one of the lists: itself, the crate or module that it is in, or by a prefix.
    pub(crate) fn allow(&self, target: &str) -> bool {
        let covers = |entry: &str| match entry.strip_suffix('*') {
            Some(prefix) => target.starts_with(prefix),
            None => target
                .strip_prefix(entry)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::")),
        };
        self.listed.iter().any(|entry| covers(entry)) || self.asked_for.iter().any(|entry| covers(entry))
    }
}
