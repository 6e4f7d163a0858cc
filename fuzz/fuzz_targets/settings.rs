//! Any variables and any times: what the environment asks for, what a launch hands over (the run id, `TRACEPARENT`,
//! `OTEL_RESOURCE_ATTRIBUTES`), times of lines and times that operators type. A line is a variable, or with `@` before
//! it a time. What is refused names a variable that was set and no secret; what is taken makes sense.
#![no_main]

use libfuzzer_sys::fuzz_target;
use telemetry_cli::readers::typed_time;
use telemetry_runtime::config::{Config, Words, clean_run_id};
use telemetry_runtime::timestamp;

/// Clock of the operator.
const NOW: i64 = 1_795_600_000;

fuzz_target!(|text: &str| {
    let mut vars = Vec::new();
    for line in text.lines() {
        match line.strip_prefix('@') {
            Some(time) => times(time),
            None => vars.extend(line.split_once('=')),
        }
    }
    let words = Words {
        service: "jackin",
        unsupported_protocol: "E016",
        debug_env: "DEBUG",
        file_env: "FILE",
        id_attributes: vec!["parallax.run.id"],
        adopt_resource_attributes: vec!["parallax.run.id"],
        adopt_env: vec!["RUN_ID"],
        own_attributes: vec!["session.id"],
    };
    match Config::read(&words, vars.iter().copied()) {
        Err(error) => {
            assert!(vars.iter().any(|(name, _)| *name == error.variable()), "{error}");
            assert!(error.to_string().contains(error.variable()));
        }
        Ok(config) if config.disabled => assert_eq!(config.backend, None),
        Ok(config) => {
            if let Some(id) = &config.run_id {
                assert_eq!(clean_run_id(id).as_ref(), Some(id), "a clean id is clean");
            }
            assert!(!config.metric_interval.is_zero());
            assert!(config.resource.iter().all(|(key, _)| key != "parallax.run.id" && key != "service.name"));
            if let Some((trace, span)) = config.parent {
                assert!(trace.0 != 0 && span.0 != 0);
            }
            let targets = config.backend.as_ref().map(|backend| backend.targets());
            for target in targets.into_iter().flatten().filter_map(|(_, target)| target) {
                assert!(matches!(target.endpoint.scheme_str(), Some("http" | "https")), "{target:?}");
                assert!(target.endpoint.host().is_some_and(|host| !host.is_empty()), "{target:?}");
                assert!(!target.timeout.is_zero());
                let mut other = target.clone();
                for (name, value) in &mut other.headers {
                    assert_eq!(*name, name.to_ascii_lowercase());
                    value.push_str(" and a secret");
                }
                assert_eq!(format!("{target:?}"), format!("{other:?}"), "what is shown does not depend on secrets");
            }
        }
    }
});

fn times(text: &str) {
    if let Some(nanos) = timestamp::parse(text) {
        let seconds = i64::try_from(nanos / 1_000_000_000).expect("it fits");
        // The parser of the commands takes every time that a line may have, and means the same by it.
        if let Ok(moment) = typed_time(text, false, NOW) {
            let back = timestamp::parse(&moment).expect("a moment is a time");
            assert_eq!(i64::try_from(back / 1_000_000_000).expect("it fits"), seconds, "{text} {moment}");
        }
    }
    for until in [false, true] {
        match typed_time(text, until, NOW) {
            Ok(moment) => assert_eq!(typed_time(&moment, until, NOW).as_ref(), Ok(&moment), "a moment is a moment"),
            Err(words) => assert!(words.contains("is no time"), "{words}"),
        }
    }
}
