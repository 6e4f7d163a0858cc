//! Mistakes that a program can make on the wire, each made in an otherwise good run.

use serde_json::{Value, json};

/// One mistake, and the finding that says so.
pub(super) struct Mutation {
    pub(super) what: &'static str,
    pub(super) finds: &'static str,
    pub(super) make: fn(&mut Vec<Value>),
}

const fn mutation(what: &'static str, finds: &'static str, make: fn(&mut Vec<Value>)) -> Mutation {
    Mutation { what, finds, make }
}

pub(super) const ALL: &[Mutation] = &[
    // Wrong span names.
    mutation("a screen has another name", "undeclared_span", |all| {
        span(all, "settings")["name"] = json!("setings");
    }),
    mutation("a stage stands without its screen", "undeclared_span", |all| {
        span(all, "launch.network")["name"] = json!("network");
    }),
    mutation("a timing has another name", "undeclared_span", |all| {
        span(all, "launch.derived_image.docker_build")["name"] = json!("launch.derived_image.build");
    }),
    mutation("the command has another name", "undeclared_span", |all| {
        span(all, "cli.command")["name"] = json!("cli");
    }),
    mutation("a request is a server's span", "wrong_span_kind", |all| {
        span(all, "http.request")["kind"] = json!("server");
    }),
    // Missing attributes of spans.
    mutation(
        "a visit does not say which screen",
        "missing_span_attribute",
        |all| {
            lose(span(all, "list"), "jackin.screen.name");
        },
    ),
    mutation(
        "a visit does not say where it came from",
        "missing_span_attribute",
        |all| {
            lose(span(all, "settings"), "jackin.screen.from");
        },
    ),
    mutation(
        "a launch that is linked does not say from where",
        "missing_span_attribute",
        |all| {
            lose(span(all, "launch"), "jackin.screen.from");
        },
    ),
    mutation("a stage does not say which", "missing_span_attribute", |all| {
        lose(span(all, "launch.network"), "jackin.launch.stage");
    }),
    mutation(
        "a stage does not say how it ended",
        "missing_span_attribute",
        |all| {
            lose(span(all, "launch.network"), "outcome");
        },
    ),
    mutation("a timing does not say which", "missing_span_attribute", |all| {
        lose(
            span(all, "launch.derived_image.docker_build"),
            "jackin.launch.timing",
        );
    }),
    mutation(
        "a command does not say what ran",
        "missing_span_attribute",
        |all| {
            lose(span(all, "process.command"), "process.executable.name");
        },
    ),
    mutation("a session has no id", "missing_span_attribute", |all| {
        lose(span(all, "capsule.session"), "session.id");
    }),
    mutation("a failure has no error", "missing_error_type", |all| {
        lose(span(all, "cli.command"), "error.type");
    }),
    mutation(
        "a visit says it is of another screen",
        "wrong_span_place",
        |all| {
            set(span(all, "editor"), "jackin.screen.name", json!("list"));
        },
    ),
    mutation("a stage says it is another", "wrong_span_place", |all| {
        set(
            span(all, "launch.network"),
            "jackin.launch.stage",
            json!("identity"),
        );
    }),
    // Missing links.
    mutation("a visit has no link to the one before", "missing_link", |all| {
        span(all, "settings")["span_links"] = json!([]);
    }),
    mutation("the launch has no link to the list", "missing_link", |all| {
        span(all, "launch")["span_links"] = json!([]);
    }),
    mutation("the session has no link to the launch", "missing_link", |all| {
        span(all, "capsule.session")
            .as_object_mut()
            .expect("a map")
            .remove("span_links");
    }),
    // The resource.
    mutation("there is no run id", "missing_run_id", |all| {
        lose(resource(all, 0), "parallax.run.id");
    }),
    mutation("there is no run id on the metrics", "missing_run_id", |all| {
        let last = all.iter().filter(|each| each.get("resource").is_some()).count() - 1;
        lose(resource(all, last), "cli.invocation.id");
    }),
    mutation("the run id is empty", "missing_run_id", |all| {
        set(resource(all, 0), "parallax.run.id", json!(""));
    }),
    mutation("the run id is a number", "missing_run_id", |all| {
        set(resource(all, 0), "parallax.run.id", json!(8));
    }),
    mutation("the run has two ids", "run_ids_differ", |all| {
        set(resource(all, 0), "cli.invocation.id", json!("other"));
    }),
    mutation("it is another service", "wrong_service", |all| {
        set(resource(all, 0), "service.name", json!("unknown_service"));
    }),
    // Events on spans.
    mutation("a move has another name", "undeclared_span_event", |all| {
        span(all, "list")["span_events"][0]["name"] = json!("moved");
    }),
    mutation(
        "a move does not say where to",
        "missing_span_event_attribute",
        |all| {
            lose(span_event(all, "navigate"), "jackin.screen.to");
        },
    ),
    // Log records.
    mutation(
        "an event is logged at another severity",
        "wrong_severity",
        |all| {
            log(all, "container.exited")["severity_number"] = json!(17);
        },
    ),
    mutation("an event has another name", "missing_event", |all| {
        log(all, "container.exited")["event_name"] = json!("container.exit");
    }),
    mutation(
        "an event lacks an attribute",
        "required_attribute_not_present",
        |all| {
            lose(log(all, "container.exited"), "process.exit.code");
        },
    ),
    // Metrics.
    mutation("a metric has another name", "missing_metric", |all| {
        metric(all, "process.memory.usage")["name"] = json!("process.memory");
    }),
    mutation("a metric is another instrument", "unexpected_instrument", |all| {
        metric(all, "process.memory.usage")["instrument"] = json!("counter");
    }),
    mutation("a metric has another unit", "unit_mismatch", |all| {
        metric(all, "process.memory.usage")["unit"] = json!("KiBy");
    }),
    // Values.
    mutation("an attribute is of no schema", "missing_attribute", |all| {
        let attributes = log(all, "container.exited")["attributes"].as_array_mut();
        let more = json!({ "name": "jackin.nonsense", "value": 1, "type": "int" });
        attributes.expect("a list").push(more);
    }),
    mutation("an attribute is of another type", "type_mismatch", |all| {
        set(log(all, "container.exited"), "process.exit.code", json!("137"));
    }),
    mutation(
        "a value is outside of its closed set",
        "undeclared_value",
        |all| {
            set(span(all, "list"), "jackin.workspace.kind", json!("borrowed"));
        },
    ),
    mutation("a secret can be read", "secret_shown", |all| {
        let inner = all
            .iter_mut()
            .flat_map(|each| each.as_object_mut().expect("a map").values_mut());
        let lists = inner.filter_map(|each| each.get_mut("attributes")?.as_array_mut());
        let hidden = lists.flatten();
        let mut hidden = hidden.filter(|attribute| attribute["value"] == "[redacted]");
        hidden.next().expect("a secret")["value"] = json!("correct horse battery staple");
    }),
];

fn named<'a>(all: &'a mut [Value], kind: &str, key: &str, name: &str) -> &'a mut Value {
    let mut inner = all.iter_mut().filter_map(|each| each.get_mut(kind));
    inner
        .find(|each| each[key] == name)
        .unwrap_or_else(|| panic!("no {kind} {name}"))
}

fn span<'a>(all: &'a mut [Value], name: &str) -> &'a mut Value {
    named(all, "span", "name", name)
}

fn log<'a>(all: &'a mut [Value], name: &str) -> &'a mut Value {
    named(all, "log", "event_name", name)
}

fn metric<'a>(all: &'a mut [Value], name: &str) -> &'a mut Value {
    named(all, "metric", "name", name)
}

fn resource(all: &mut [Value], n: usize) -> &mut Value {
    let mut resources = all.iter_mut().filter_map(|each| each.get_mut("resource"));
    resources.nth(n).expect("a resource")
}

fn span_event<'a>(all: &'a mut [Value], name: &str) -> &'a mut Value {
    let spans = all.iter_mut().filter_map(|each| each.get_mut("span"));
    let mut events = spans.flat_map(|span| span["span_events"].as_array_mut().into_iter().flatten());
    events.find(|event| event["name"] == name).expect(name)
}

fn lose(sample: &mut Value, key: &str) {
    let attributes = sample["attributes"].as_array_mut().expect("attributes");
    attributes.retain(|attribute| attribute["name"] != key);
}

fn set(sample: &mut Value, key: &str, value: Value) {
    let attributes = sample["attributes"].as_array_mut().expect("attributes");
    let attribute = attributes.iter_mut().find(|attribute| attribute["name"] == key);
    let kind = if value.is_string() { "string" } else { "int" };
    let attribute = attribute.expect(key);
    attribute["value"] = value;
    attribute["type"] = json!(kind);
}
