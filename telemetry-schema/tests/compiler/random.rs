//! Random schemas without mistakes: every key of the language, in every combination that means something.

use std::fmt::Write;

/// Random bytes, turned into decisions: all the same when they run out, so that a failure shrinks to little.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Choices(bytes)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first) % end
    }

    pub(crate) fn yes(&mut self) -> bool {
        self.below(2) == 1
    }

    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

const TYPES: [&str; 12] = [
    "string", "bool", "int", "double", "enum", "screen", "stage", "error", "string[]", "int[]", "double[]",
    "bool[]",
];

/// Words that are hard to write down.
const WORDS: [&str; 8] = [
    "A word.",
    "It's \"quoted\": {braces} # and more",
    "ends in spaces  ",
    "two\nlines",
    "null",
    "ä 漢 🦀",
    "tab\there, bell\u{7}, delete\u{7f}, mark\u{feff}, line\u{2028}",
    "- 1.5",
];

/// A schema, complete with manifest.
pub(crate) fn schema(bytes: &[u8]) -> String {
    let mut choices = Choices::new(bytes);
    let mut text = manifest(&mut choices);
    let counts: [usize; 6] = std::array::from_fn(|_| choices.below(4));
    let [attributes, screens, stages, events, spans, metrics] = counts;
    let types: Vec<&str> = (0..attributes).map(|_| choices.one_of(&TYPES)).collect();
    section(&mut text, "errors", choices.below(3), |text, n| {
        error(text, &mut choices, n)
    });
    section(&mut text, "attributes", attributes, |text, n| {
        attribute(text, &mut choices, types[n], n)
    });
    section(&mut text, "screens", screens, |text, n| {
        screen(text, &mut choices, (n, screens, attributes, events))
    });
    let groups = if screens == 0 { 0 } else { stages.min(1) };
    section(&mut text, "stages", groups, |text, _| {
        let slow = if choices.yes() { "slow_after: 1500ms, " } else { "" };
        let _ = write!(text, "  s0: {{ {slow}stages: {{ ");
        for n in 0..stages {
            stage(text, &mut choices, n, attributes);
        }
        text.push_str("} }\n");
    });
    section(&mut text, "events", events, |text, n| {
        event(text, &mut choices, n, attributes, metrics)
    });
    section(&mut text, "spans", spans, |text, n| {
        span(text, &mut choices, n, attributes)
    });
    section(&mut text, "metrics", metrics, |text, n| {
        metric(text, &mut choices, n)
    });
    text
}

fn section(text: &mut String, key: &str, count: usize, mut item: impl FnMut(&mut String, usize)) {
    if count > 0 {
        let _ = writeln!(text, "{key}:");
        (0..count).for_each(|n| item(text, n));
    }
}

fn words(choices: &mut Choices<'_>) -> String {
    let json = serde_json::to_string(choices.one_of(&WORDS)).expect("words are JSON");
    // What YAML wants escaped and JSON does not.
    json.replace('\u{7f}', "\\u007f")
        .replace('\u{feff}', "\\ufeff")
        .replace('\u{2028}', "\\u2028")
}

fn manifest(choices: &mut Choices<'_>) -> String {
    let mut text = super::MANIFEST.to_owned();
    if choices.yes() {
        let _ = writeln!(text, "service: {{ name: {} }}", words(choices));
    }
    if choices.yes() {
        let days = 1 + choices.below(60);
        let _ = writeln!(
            text,
            "run: {{ id_attributes: [demo.run.id, x.id], adopt_from: {{ resource_attributes: [x.id], env: [] }}, \
             directory: {}, keep: {{ days: {days} }}, debug_env: DEMO_D }}",
            words(choices)
        );
    }
    if choices.yes() {
        text.push_str("logs: { targets: [demo, 'demo_cli::*'] }\n");
    }
    if choices.yes() {
        text.push_str("roles: { stage: demo.step, navigate: moved }\n");
    }
    text
}

/// What every item may have.
fn item(choices: &mut Choices<'_>, id: &str) -> String {
    let mut item = format!("brief: {}", words(choices));
    if choices.yes() {
        let _ = write!(
            item,
            ", note: {}, owner: {}, issue: {}",
            words(choices),
            words(choices),
            words(choices)
        );
    }
    if choices.yes() {
        let _ = write!(
            item,
            ", deprecated: {{ since: 1.0.0, reason: {}, use: {id} }}",
            words(choices)
        );
    }
    if choices.yes() {
        let old = id.replace('.', "_");
        let _ = write!(item, ", renamed_from: [old.{old}, older.{old}]");
    }
    if choices.yes() {
        item.push_str(", expires_in: 1.10.0");
    }
    if choices.yes() {
        let _ = write!(item, ", allow: {{ uses_deprecated: {} }}", words(choices));
    }
    item
}

fn error(text: &mut String, choices: &mut Choices<'_>, n: usize) {
    let item = item(choices, &format!("e{n}"));
    let written = match choices.below(3) {
        0 => "E016".to_owned(),
        1 => format!("{{ {item}, code: E1 }}"),
        _ => format!("{{ {item} }}"),
    };
    let _ = writeln!(text, "  e{n}: {written}");
}

fn attribute(text: &mut String, choices: &mut Choices<'_>, kind: &str, n: usize) {
    let item = item(choices, &format!("demo.a{n}"));
    let _ = write!(text, "  demo.a{n}: {{ {item}, type: '{kind}'");
    let more = match kind {
        "enum" => {
            "values: { one: One., two-2: { brief: Two., renamed_from: zwei }, 3d: { brief: D., deprecated: { since: 1.0.0, reason: Flat. } } }, examples: [one]"
        }
        "int" => "unit: ms, examples: [1, -2]",
        "double" => "unit: s, examples: [1.5, 2]",
        "string" => "max_length: 80, scrub: true, examples: [yes, 12, '']",
        _ => "sensitivity: identifying",
    };
    if choices.yes() {
        let _ = write!(text, ", {more}");
    } else if kind == "enum" {
        text.push_str(", values: { one: One. }");
    }
    if choices.yes() {
        let _ = write!(text, ", short_name: word{n}");
    }
    text.push_str(" }\n");
}

fn uses(choices: &mut Choices<'_>, attributes: usize, needs: &[&str]) -> String {
    let chosen: Vec<usize> = (0..attributes).filter(|_| choices.yes()).collect();
    let uses: Vec<String> = chosen
        .iter()
        .map(|n| format!("demo.a{n}: {}", choices.one_of(needs)))
        .collect();
    format!("attributes: {{ {} }}", uses.join(", "))
}

fn screen(
    text: &mut String,
    choices: &mut Choices<'_>,
    (n, screens, attributes, events): (usize, usize, usize, usize),
) {
    let item = item(choices, &format!("s{n}"));
    let to: Vec<String> = (0..screens)
        .filter(|_| choices.yes())
        .map(|n| format!("s{n}"))
        .collect();
    let actions: Vec<String> = (0..events)
        .filter(|_| choices.yes())
        .map(|n| format!("ev.n{n}"))
        .collect();
    let entry = choices.yes();
    let uses = uses(choices, attributes, &["optional"]);
    let (to, actions) = (to.join(", "), actions.join(", "));
    let _ = writeln!(
        text,
        "  s{n}: {{ {item}, navigates_to: [{to}], actions: [{actions}], entry: {entry}, {uses} }}"
    );
}

fn stage(text: &mut String, choices: &mut Choices<'_>, n: usize, attributes: usize) {
    let item = item(choices, &format!("g{n}"));
    let uses = uses(choices, attributes, &["optional"]);
    let label = words(choices);
    let _ = write!(
        text,
        "g{n}: {{ {item}, label: {label}, timings: [t{n}, u{n}], {uses} }}, "
    );
}

fn event(text: &mut String, choices: &mut Choices<'_>, n: usize, attributes: usize, metrics: usize) {
    let item = item(choices, &format!("ev.n{n}"));
    let severity = choices.one_of(&["trace", "debug", "info", "warn", "error"]);
    let record = choices.one_of(&["log", "span_event", "both"]);
    let uses = uses(choices, attributes, &["required", "optional"]);
    let _ = write!(
        text,
        "  ev.n{n}: {{ {item}, severity: {severity}, record: {record}, {uses}"
    );
    if choices.yes() {
        // Whatever the event uses can stand in its body.
        let placeholders: String = uses
            .split_whitespace()
            .filter_map(|word| word.strip_suffix(':').filter(|word| word.starts_with("demo.")))
            .map(|id| format!("{{{id}}} {{{{}}}}"))
            .collect();
        let _ = write!(text, ", body: '{placeholders}.'");
    }
    if metrics > 0 && choices.yes() {
        text.push_str(", counts: m0");
    }
    text.push_str(" }\n");
}

fn span(text: &mut String, choices: &mut Choices<'_>, n: usize, attributes: usize) {
    let item = item(choices, &format!("sp.n{n}"));
    let kind = choices.one_of(&["internal", "client", "server", "producer", "consumer"]);
    let trace = choices.one_of(&["new", "child"]);
    let links = choices.one_of(&["[]", "[handover]", "[visit, previous]"]);
    let uses = uses(choices, attributes, &["required", "optional"]);
    let _ = writeln!(
        text,
        "  sp.n{n}: {{ {item}, kind: {kind}, trace: {trace}, links: {links}, {uses} }}"
    );
}

/// The first one is a counter, which events may feed.
fn metric(text: &mut String, choices: &mut Choices<'_>, n: usize) {
    let item = item(choices, &format!("m{n}"));
    let more = match if n == 0 { 0 } else { choices.below(4) } {
        0 => "kind: counter, unit: '{thing}'",
        1 => "kind: up_down_counter, observes: process_memory_usage, unit: By",
        2 => "kind: gauge, value: double, observes: process_cpu_utilization",
        _ => "kind: histogram, buckets: [-1, 0, 0.005, 1e300]",
    };
    let _ = writeln!(text, "  m{n}: {{ {item}, {more} }}");
}
