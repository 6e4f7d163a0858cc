//! The schema and its edits.

use super::Row;

pub(super) const BASE: &str = "\
schema:
  name: demo
  version: 1.4.2
  url: https://example.com/telemetry/1.4.2
  namespace: demo
service: { name: demo-service }
run:
  id_attributes: [demo.run.id, other.run.id]
  adopt_from: { env: [DEMO_RUN_ID, OTHER_RUN_ID] }
  directory: ~/.demo/runs
  keep: { runs: 200, days: 30 }
  debug_env: DEMO_DEBUG
errors:
  disk_full: { code: E001, brief: No room. }
  host_gone: { brief: The host went away. }
attributes:
  demo.item:
    type: string
    brief: What was picked.
    max_length: 256
  demo.count: { type: int, brief: How many., unit: \"{thing}\" }
  demo.took: { type: int, brief: How long., unit: ms }
  demo.speed: { type: enum, brief: How soon., values: { fast: Soon., slow: Later. } }
  demo.mode:
    type: enum
    brief: How.
    values:
      on: Yes.
      off: { brief: No., deprecated: { since: 1.2.0, reason: Nobody turns it off. } }
  demo.view: { type: screen, brief: Where. }
  demo.who: { type: string, brief: Who., sensitivity: identifying }
  demo.text: { type: string, brief: Free text. }
  demo.old: { type: string, brief: Old., deprecated: { since: 1.3.0, reason: Too vague., use: demo.item } }
  demo.past: { type: string, brief: Had another id., renamed_from: demo.before }
screens:
  list:
    brief: Everything there is.
    entry: true
    navigates_to: [detail, help]
    actions: [pick, old.act]
    attributes: { demo.item: optional }
  detail: { brief: One thing., navigates_to: [list] }
  help: { brief: Words., entry: true, navigates_to: [list] }
stages:
  detail:
    slow_after: 500ms
    stages:
      fetch:
        label: fetch
        brief: Get it.
        attributes: { demo.count: optional }
        timings: [connect, download]
      unpack: { label: unpack, brief: Open it. }
events:
  pick:
    brief: Picked.
    record: span_event
    attributes: { demo.item: required, demo.view: optional, demo.old: optional }
  old.act: { brief: Old., deprecated: { since: 1.1.0, reason: Nobody does. } }
  saved:
    brief: Saved.
    severity: warn
    body: \"saved {demo.item}\"
    attributes: { demo.item: required, demo.count: required, demo.speed: optional, demo.mode: optional, demo.who: optional }
    counts: demo.saves
spans:
  job:
    brief: Work.
    kind: client
    trace: new
    links: [visit]
    attributes: { demo.text: required, demo.past: optional, demo.took: optional }
metrics:
  demo.saves: { brief: Saves., kind: counter, unit: \"{save}\", attributes: { demo.speed: optional } }
  demo.wait: { brief: Waits., kind: histogram, unit: ms, buckets: [10, 100, 1000] }
";

/// A row: what happened; the YAML before and after, for each place that is edited; the least version; what is said.
macro_rules! rows {
    ($($what:literal: $($before:literal => $after:literal),+; $least:literal, [$($says:literal),+ $(,)?];)+) => {
        &[$(Row { what: $what, edits: &[$(($before, $after)),+], says: &[$($says),+], least: $least }),+]
    };
}

pub(super) const CHANGES: &[Row] = rows! {
    // Attributes.
    "an attribute more": "  demo.text: {" => "  demo.new: { type: int, brief: New. }\n  demo.text: {"; "1.5.0",
        ["added attribute demo.new:"];
    "an attribute less, which nothing announced":
        "  demo.past: { type: string, brief: Had another id., renamed_from: demo.before }\n" => "",
        ", demo.past: optional" => ""; "2.0.0",
        ["removed attribute demo.past: call_site, stored_query, old_file", "narrowed span job: call_site, stored_query, old_file"];
    "a short name is another word at call sites only": "demo.took: { type: int," => "demo.took: { type: int, short_name: millis,"; "2.0.0",
        ["renamed attribute demo.took: call_site"];
    "an int becomes a double": "demo.took: { type: int, brief" => "demo.took: { type: double, brief"; "2.0.0",
        ["widened attribute demo.took: call_site, stored_query"];
    "a number becomes text": "demo.took: { type: int, brief: How long., unit: ms }" => "demo.took: { type: string, brief: How long. }"; "2.0.0",
        ["narrowed attribute demo.took: call_site, stored_query, old_file", "narrowed attribute demo.took: call_site"];
    "open text becomes a closed set": "demo.text: { type: string, brief: Free text. }"
        => "demo.text: { type: enum, brief: Free text., values: { a: A. } }"; "2.0.0",
        ["narrowed attribute demo.text: call_site, old_file"];
    "a closed set becomes open text": "demo.speed: { type: enum, brief: How soon., values: { fast: Soon., slow: Later. } }"
        => "demo.speed: { type: string, brief: How soon. }"; "2.0.0",
        ["widened attribute demo.speed: call_site"];
    "a value more": "slow: Later. }" => "slow: Later., never: No. }"; "1.5.0",
        ["added attribute demo.speed:"];
    "a value less": "fast: Soon., slow: Later." => "fast: Soon."; "2.0.0",
        ["removed attribute demo.speed: call_site, stored_query, old_file"];
    "a value less that was deprecated": "      off: { brief: No., deprecated: { since: 1.2.0, reason: Nobody turns it off. } }\n" => ""; "1.5.0",
        ["removed attribute demo.mode:"];
    "a value renamed": "slow: Later. }" => "late: { brief: Later., renamed_from: slow } }"; "2.0.0",
        ["renamed attribute demo.speed: call_site, stored_query"];
    "a value in other words": "slow: Later. }" => "slow: Not yet. }"; "1.4.3",
        ["reworded attribute demo.speed:"];
    "a value deprecated": "slow: Later. }" => "slow: { brief: Later., deprecated: { since: 1.5.0, reason: Why wait. } } }"; "1.5.0",
        ["deprecated attribute demo.speed:"];
    "shorter text": "max_length: 256" => "max_length: 64"; "2.0.0",
        ["narrowed attribute demo.item: stored_query, old_file"];
    "longer text": "max_length: 256" => "max_length: 512"; "1.5.0",
        ["widened attribute demo.item:"];
    "another unit": "unit: ms }\n  demo.speed" => "unit: us }\n  demo.speed"; "2.0.0",
        ["narrowed attribute demo.took: call_site, stored_query, old_file"];
    "no duration any more": ", unit: ms }\n  demo.speed" => " }\n  demo.speed"; "2.0.0",
        ["narrowed attribute demo.took: call_site"];
    "a unit that is a word only": ", unit: \"{thing}\" }" => " }"; "1.4.3",
        ["reworded attribute demo.count:"];
    "a secret": "brief: Who., sensitivity: identifying" => "brief: Who., sensitivity: secret"; "2.0.0",
        ["narrowed attribute demo.who: call_site, stored_query, old_file"];
    "more people may see it": "brief: Who., sensitivity: identifying" => "brief: Who."; "1.5.0",
        ["widened attribute demo.who:"];
    "fewer people should see it": "demo.text: { type: string," => "demo.text: { type: string, sensitivity: identifying,"; "1.5.0",
        ["narrowed attribute demo.text:"];
    "secrets are scrubbed from it": "demo.text: { type: string," => "demo.text: { type: string, scrub: true,"; "1.5.0",
        ["narrowed attribute demo.text:"];
    "an attribute deprecated": "brief: Free text. }" => "brief: Free text., deprecated: { since: 1.5.0, reason: Too free. } }"; "1.5.0",
        ["deprecated attribute demo.text:"];
    "a deprecation taken back": "brief: Old., deprecated: { since: 1.3.0, reason: Too vague., use: demo.item } }" => "brief: Old. }"; "1.5.0",
        ["widened attribute demo.old:"];
    "a former id forgotten": ", renamed_from: demo.before }" => " }"; "2.0.0",
        ["narrowed attribute demo.past: old_file"];
    "other words": "brief: What was picked." => "brief: What the operator picked.\n    note: By hand.\n    owner: us"; "1.4.3",
        ["reworded attribute demo.item:"];
    // Errors.
    "an error more": "  host_gone: {" => "  no_net: { brief: Offline. }\n  host_gone: {"; "1.5.0",
        ["added error no_net:"];
    "an error less": "  host_gone: { brief: The host went away. }\n" => ""; "2.0.0",
        ["removed error host_gone: call_site, stored_query, old_file"];
    "an error renamed": "  host_gone: {" => "  host_lost: { renamed_from: host_gone,"; "2.0.0",
        ["renamed error host_lost: call_site, stored_query"];
    "another code for an error": "code: E001" => "code: E002"; "2.0.0",
        ["narrowed error disk_full: stored_query"];
    "a code for an error": "host_gone: {" => "host_gone: { code: E009,"; "1.5.0",
        ["widened error host_gone:"];
    // Screens.
    "a screen more": "  help: { brief: Words., entry: true, navigates_to: [list] }"
        => "  help: { brief: Words., entry: true, navigates_to: [list, about] }\n  about: { brief: Us., navigates_to: [list] }"; "1.5.0",
        ["widened screen help:", "added screen about:"];
    "a screen less":
        "navigates_to: [detail, help]" => "navigates_to: [detail]",
        "  help: { brief: Words., entry: true, navigates_to: [list] }\n" => ""; "2.0.0",
        ["narrowed screen list: call_site, old_file", "removed screen help: call_site, stored_query, old_file"];
    "a screen renamed, and the ways to it with it":
        "navigates_to: [detail, help]" => "navigates_to: [detail, manual]",
        "  help: {" => "  manual: { renamed_from: help,"; "2.0.0",
        ["renamed screen manual: call_site, stored_query"];
    "a screen renamed, and with it the spans of its stages":
        "navigates_to: [detail, help]" => "navigates_to: [one, help]",
        "  detail: {" => "  one: { renamed_from: detail,",
        "  detail:\n" => "  one:\n"; "2.0.0",
        ["renamed screen one: call_site, stored_query", "renamed stage one.fetch: call_site, stored_query",
         "renamed stage one.unpack: call_site, stored_query"];
    "a way less": "navigates_to: [detail, help]" => "navigates_to: [detail]"; "2.0.0",
        ["narrowed screen list: call_site, old_file"];
    "a way more": "One thing., navigates_to: [list]" => "One thing., navigates_to: [list, help]"; "1.5.0",
        ["widened screen detail:"];
    "no run begins here any more": "Words., entry: true" => "Words., entry: false"; "2.0.0",
        ["narrowed screen help: call_site, old_file"];
    "a run may begin here": "One thing., navigates_to" => "One thing., entry: true, navigates_to"; "1.5.0",
        ["widened screen detail:"];
    "an action less": "actions: [pick, old.act]" => "actions: [old.act]"; "2.0.0",
        ["narrowed screen list: call_site, old_file"];
    "an action less that was deprecated": "actions: [pick, old.act]" => "actions: [pick]"; "1.5.0",
        ["narrowed screen list:"];
    "an action more": "One thing., navigates_to: [list]" => "One thing., navigates_to: [list], actions: [pick]"; "1.5.0",
        ["widened screen detail:"];
    "a tag less": "    attributes: { demo.item: optional }\n  detail" => "  detail"; "2.0.0",
        ["narrowed screen list: call_site, stored_query, old_file"];
    // Stages.
    "a stage more": "      unpack: {" => "      verify: { label: verify, brief: Is it whole. }\n      unpack: {"; "1.5.0",
        ["added stage detail.verify:"];
    "a stage less": "      unpack: { label: unpack, brief: Open it. }\n" => ""; "2.0.0",
        ["removed stage detail.unpack: call_site, stored_query, old_file"];
    "a stage renamed": "      unpack: {" => "      open: { renamed_from: unpack,"; "2.0.0",
        ["renamed stage detail.open: call_site, stored_query"];
    "another label": "label: unpack" => "label: opening"; "1.4.3",
        ["reworded stage detail.unpack:"];
    "a timing more": "[connect, download]" => "[connect, download, check]"; "1.5.0",
        ["added stage detail.fetch:"];
    "a timing less": "[connect, download]" => "[connect]"; "2.0.0",
        ["removed stage detail.fetch: call_site, stored_query, old_file"];
    "slow later": "slow_after: 500ms" => "slow_after: 2s"; "1.5.0",
        ["narrowed stage detail.fetch:", "narrowed stage detail.unpack:"];
    "never slow": "    slow_after: 500ms\n" => ""; "2.0.0",
        ["narrowed stage detail.fetch: stored_query", "narrowed stage detail.unpack: stored_query"];
    // Events.
    "an event more": "  saved:\n" => "  lost: { brief: Lost. }\n  saved:\n"; "1.5.0",
        ["added event lost:"];
    "an event less that was deprecated, with its action":
        "actions: [pick, old.act]" => "actions: [pick]",
        "  old.act: { brief: Old., deprecated: { since: 1.1.0, reason: Nobody does. } }\n" => ""; "1.5.0",
        ["narrowed screen list:", "removed event old.act:"];
    "an attribute less that was deprecated, with its uses":
        "  demo.old: { type: string, brief: Old., deprecated: { since: 1.3.0, reason: Too vague., use: demo.item } }\n" => "",
        "demo.view: optional, demo.old: optional" => "demo.view: optional"; "1.5.0",
        ["removed attribute demo.old:", "narrowed event pick:"];
    "an attribute renamed, and the uses and bodies with it":
        "  demo.item:\n" => "  demo.thing:\n    renamed_from: demo.item\n",
        "use: demo.item }" => "use: demo.thing }",
        "attributes: { demo.item: optional }" => "attributes: { demo.thing: optional }",
        "{ demo.item: required, demo.view" => "{ demo.thing: required, demo.view",
        "saved {demo.item}" => "saved {demo.thing}",
        "{ demo.item: required, demo.count" => "{ demo.thing: required, demo.count"; "2.0.0",
        ["renamed attribute demo.thing: call_site, stored_query", "reworded attribute demo.old:"];
    "an event renamed, and the actions with it":
        "actions: [pick, old.act]" => "actions: [choose, old.act]",
        "  pick:\n" => "  choose:\n    renamed_from: pick\n"; "2.0.0",
        ["renamed event choose: call_site, stored_query"];
    "a deprecated event goes up in another":
        "actions: [pick, old.act]" => "actions: [pick]",
        "  pick:\n" => "  pick:\n    renamed_from: old.act\n",
        "  old.act: { brief: Old., deprecated: { since: 1.1.0, reason: Nobody does. } }\n" => ""; "1.5.0",
        ["reworded event pick:", "renamed event pick:"];
    "two items change places":
        "  disk_full: { code: E001, brief: No room. }\n  host_gone: { brief: The host went away. }\n"
        => "  host_gone: { brief: The host went away. }\n  disk_full: { code: E001, brief: No room., owner: us }\n"; "1.4.3",
        ["reworded error disk_full:"];
    "less severe": "severity: warn" => "severity: info"; "2.0.0",
        ["narrowed event saved: stored_query"];
    "more severe": "severity: warn" => "severity: error"; "1.5.0",
        ["widened event saved:"];
    "no log record any more": "    severity: warn\n" => "    severity: warn\n    record: span_event\n"; "2.0.0",
        ["narrowed event saved: stored_query"];
    "a log record as well": "record: span_event" => "record: both"; "1.5.0",
        ["widened event pick:"];
    "another body": "\"saved {demo.item}\"" => "\"{demo.item} is safe\""; "1.4.3",
        ["reworded event saved:"];
    "an attribute that may be there": "{ demo.item: required, demo.view: optional, demo.old: optional }"
        => "{ demo.item: required, demo.view: optional, demo.old: optional, demo.took: optional }"; "1.5.0",
        ["widened event pick:"];
    "an attribute that must be there": "{ demo.item: required, demo.view: optional, demo.old: optional }"
        => "{ demo.item: required, demo.view: optional, demo.old: optional, demo.took: required }"; "2.0.0",
        ["narrowed event pick: call_site, old_file"];
    "an attribute that is not there": "demo.view: optional, demo.old: optional" => "demo.old: optional"; "2.0.0",
        ["narrowed event pick: call_site, stored_query, old_file"];
    "a deprecated attribute that is not there": "demo.view: optional, demo.old: optional" => "demo.view: optional"; "1.5.0",
        ["narrowed event pick:"];
    "may be missing now": "{ demo.item: required, demo.view: optional" => "{ demo.item: optional, demo.view: optional"; "2.0.0",
        ["widened event pick: stored_query"];
    "may not be missing now": "{ demo.item: required, demo.view: optional" => "{ demo.item: required, demo.view: required"; "2.0.0",
        ["narrowed event pick: call_site, old_file"];
    "counts no more": "    counts: demo.saves\n" => ""; "2.0.0",
        ["narrowed event saved: stored_query"];
    // Spans.
    "a span renamed": "  job:\n" => "  task:\n    renamed_from: job\n"; "2.0.0",
        ["renamed span task: call_site, stored_query"];
    "another kind of span": "kind: client" => "kind: server"; "2.0.0",
        ["narrowed span job: stored_query"];
    "no trace of its own": "    trace: new\n" => ""; "2.0.0",
        ["narrowed span job: stored_query"];
    "a link less": "    links: [visit]\n" => ""; "2.0.0",
        ["narrowed span job: stored_query"];
    "a link more": "links: [visit]" => "links: [visit, previous]"; "1.5.0",
        ["widened span job:"];
    // Metrics.
    "another instrument": "demo.wait: { brief: Waits., kind: histogram, unit: ms, buckets: [10, 100, 1000] }"
        => "demo.wait: { brief: Waits., kind: gauge, value: double, unit: ms }"; "2.0.0",
        ["narrowed metric demo.wait: call_site, stored_query, old_file"];
    "another unit of a metric": "\"{save}\"" => "\"{thing}\""; "2.0.0",
        ["narrowed metric demo.saves: call_site, stored_query, old_file"];
    "finer buckets": "[10, 100, 1000]" => "[10, 50, 100, 1000]"; "1.5.0",
        ["widened metric demo.wait:"];
    "other buckets": "[10, 100, 1000]" => "[10, 200, 1000]"; "2.0.0",
        ["narrowed metric demo.wait: stored_query"];
    "a metric of floating point numbers": "kind: counter, unit" => "kind: counter, value: double, unit"; "2.0.0",
        ["widened metric demo.saves: call_site, stored_query"];
    "a metric of whole numbers": "kind: histogram, unit" => "kind: histogram, value: int, unit"; "2.0.0",
        ["narrowed metric demo.wait: call_site, stored_query, old_file"];
    "a metric less that was announced to nobody":
        "    counts: demo.saves\n" => "",
        "  demo.saves: { brief: Saves., kind: counter, unit: \"{save}\", attributes: { demo.speed: optional } }\n" => ""; "2.0.0",
        ["narrowed event saved: stored_query", "removed metric demo.saves: call_site, stored_query, old_file"];
    // The manifest.
    "another service": "demo-service" => "demo-server"; "2.0.0",
        ["renamed manifest service.name: stored_query"];
    "runs are named by one attribute less": "[demo.run.id, other.run.id]" => "[demo.run.id]"; "2.0.0",
        ["narrowed manifest run.id_attributes: stored_query"];
    "no run id from there": "[DEMO_RUN_ID, OTHER_RUN_ID]" => "[DEMO_RUN_ID]"; "2.0.0",
        ["narrowed manifest run.adopt_from.env: call_site"];
    "another folder": "~/.demo/runs" => "~/.demo/telemetry"; "2.0.0",
        ["renamed manifest run.directory: old_file"];
    "fewer runs kept": "runs: 200" => "runs: 100"; "2.0.0",
        ["narrowed manifest run.keep.runs: old_file"];
    "runs kept longer": "days: 30" => "days: 60"; "1.5.0",
        ["widened manifest run.keep.days:"];
    "another variable for the debug tier": "DEMO_DEBUG" => "DEMO_VERBOSE"; "2.0.0",
        ["renamed manifest run.debug_env: call_site"];
};
