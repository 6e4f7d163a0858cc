//! A live check: the exported registry and advice, and of Weaver's own rules those that can fail a run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use telemetry_schema::render::weaver::{self, File};
use telemetry_schema::{compile, load};

/// Findings that are Weaver's own.
pub(super) const BUILT_IN: [&str; 7] = [
    "missing_attribute",
    "missing_event",
    "missing_metric",
    "required_attribute_not_present",
    "type_mismatch",
    "unexpected_instrument",
    "unit_mismatch",
];

/// Something that is not as it should be.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) id: String,
    pub(super) level: String,
    #[allow(dead_code, reason = "shown when a test fails")]
    message: String,
}

pub(super) struct Check {
    engine: regorus::Engine,
    rules: String,
    /// The registry's attributes, by id.
    attributes: BTreeMap<String, Value>,
    /// Its events and metrics, by kind and name.
    signals: BTreeMap<(&'static str, String), Value>,
    pub(super) attributes_seen: usize,
}

impl Check {
    /// What is exported of `schema/`.
    pub(super) fn of_the_schema() -> Check {
        let sources = load::folder("schema").expect("schema/ is there");
        let model = compile(&sources).model.expect("it has no mistake");
        let files = weaver::render(&model);
        let text = |path: &str| {
            let file: Option<&File> = files.iter().find(|file| file.path == path);
            file.expect(path).text.clone()
        };
        let mut engine = regorus::Engine::new();
        for path in ["advice/rules.rego", "advice/vocabulary.rego"] {
            engine.add_policy(path.to_owned(), text(path)).expect("Rego");
        }
        let registry: Value = serde_saphyr::from_str(&text("registry/registry.yaml")).expect("YAML");
        let (mut attributes, mut signals) = (BTreeMap::new(), BTreeMap::new());
        for group in registry["groups"].as_array().expect("groups") {
            let name = |key: &str| group[key].as_str().expect(key).to_owned();
            match group["type"].as_str().expect("a type") {
                "attribute_group" => {
                    for attribute in group["attributes"].as_array().expect("attributes") {
                        let id = attribute["id"].as_str().expect("an id");
                        attributes.insert(id.to_owned(), attribute.clone());
                    }
                }
                "event" => _ = signals.insert(("event", name("name")), group.clone()),
                "metric" => _ = signals.insert(("metric", name("metric_name")), group.clone()),
                _ => {}
            }
        }
        Check {
            engine,
            rules: text("advice/rules.rego"),
            attributes,
            signals,
            attributes_seen: 0,
        }
    }

    /// Every id that the advice can give.
    pub(super) fn ids_of_the_advice(&self) -> BTreeSet<&str> {
        let given = self
            .rules
            .lines()
            .filter_map(|line| line.strip_prefix("deny contains finding(\""));
        given.filter_map(|rest| rest.split('"').next()).collect()
    }

    /// Everything that is found in these samples.
    pub(super) fn all(&mut self, samples: &[Value]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for sample in samples {
            let (kind, inner) = sample
                .as_object()
                .and_then(|map| map.iter().next())
                .expect("a sample");
            self.advise(sample, &mut findings);
            match kind.as_str() {
                "log" => self.event(inner, &mut findings),
                "metric" => self.metric(inner, &mut findings),
                _ => {}
            }
            self.attributes(inner, &mut findings);
            for (list, kind) in [("span_events", "span_event"), ("span_links", "span_link")] {
                for each in inner[list].as_array().into_iter().flatten() {
                    self.advise(&json!({ kind: each }), &mut findings);
                    self.attributes(each, &mut findings);
                }
            }
        }
        findings
    }

    /// What the advice has to say of one sample.
    fn advise(&mut self, sample: &Value, findings: &mut Vec<Finding>) {
        let input = json!({ "sample": sample, "registry_attribute": null, "registry_group": null });
        self.answer(&input, findings);
    }

    /// What it has to say of an input as Weaver gives it.
    pub(super) fn answer(&mut self, input: &Value, findings: &mut Vec<Finding>) {
        let input = regorus::Value::from_json_str(&input.to_string()).expect("JSON");
        self.engine.set_input(input);
        let denied = self.engine.eval_rule("data.live_check_advice.deny".to_owned());
        let denied = denied
            .expect("the rules can be evaluated")
            .to_json_str()
            .expect("JSON");
        let denied: Vec<Value> = serde_json::from_str(&denied).expect("a set");
        for finding in denied {
            let text = |key: &str| finding[key].as_str().expect(key).to_owned();
            // Weaver refuses one without a context.
            assert!(finding["context"].is_object(), "{finding}");
            findings.push(Finding {
                id: text("id"),
                level: text("level"),
                message: text("message"),
            });
        }
    }

    fn attributes(&mut self, sample: &Value, findings: &mut Vec<Finding>) {
        for attribute in sample["attributes"].as_array().into_iter().flatten() {
            self.attributes_seen += 1;
            self.advise(&json!({ "attribute": attribute }), findings);
            let name = attribute["name"].as_str().expect("a name");
            match self.attributes.get(name) {
                None => find(findings, "missing_attribute", name),
                Some(known) => {
                    let there = attribute["type"].as_str().unwrap_or_default();
                    let fits = match &known["type"] {
                        Value::String(kind) => there == kind,
                        // A closed set.
                        _ => there == "string",
                    };
                    if !fits {
                        find(findings, "type_mismatch", name);
                    }
                }
            }
        }
    }

    fn event(&mut self, log: &Value, findings: &mut Vec<Finding>) {
        let name = log["event_name"].as_str().expect("a name");
        match self.signals.get(&("event", name.to_owned())) {
            None => find(findings, "missing_event", name),
            Some(event) => required(event, log, findings),
        }
    }

    fn metric(&mut self, metric: &Value, findings: &mut Vec<Finding>) {
        let name = metric["name"].as_str().expect("a name");
        let Some(declared) = self.signals.get(&("metric", name.to_owned())).cloned() else {
            return find(findings, "missing_metric", name);
        };
        if declared["instrument"] != metric["instrument"] {
            find(findings, "unexpected_instrument", name);
        }
        if declared["unit"] != metric["unit"] {
            find(findings, "unit_mismatch", name);
        }
        for point in metric["data_points"].as_array().expect("points") {
            required(&declared, point, findings);
            self.attributes(point, findings);
        }
    }
}

/// What the registry requires is there.
fn required(group: &Value, sample: &Value, findings: &mut Vec<Finding>) {
    for used in group["attributes"].as_array().into_iter().flatten() {
        let there = sample["attributes"].as_array().into_iter().flatten();
        let is_there = there
            .into_iter()
            .any(|attribute| attribute["name"] == used["ref"]);
        if used["requirement_level"] == "required" && !is_there {
            find(
                findings,
                "required_attribute_not_present",
                &used["ref"].to_string(),
            );
        }
    }
}

fn find(findings: &mut Vec<Finding>, id: &str, message: &str) {
    findings.push(Finding {
        id: id.to_owned(),
        level: "violation".to_owned(),
        message: message.to_owned(),
    });
}
