use std::time::Duration;

use telemetry_runtime::backend::{Target, Temporality};
use telemetry_runtime::config::{Config, StartError};
use telemetry_runtime::record::{SpanId, TraceId};

use crate::vocabulary::SCHEMA;

const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317");

fn config(vars: &[(&str, &str)]) -> Result<Config, StartError> {
    Config::from_vars(&SCHEMA, vars.iter().copied())
}

fn good(vars: &[(&str, &str)]) -> Config {
    config(vars).unwrap_or_else(|error| panic!("{vars:?}: {error}"))
}

/// The words of the error that one variable makes, beside an endpoint.
fn error(name: &str, value: &str) -> String {
    match config(&[ENDPOINT, (name, value)]) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{name}={value:?} was taken"),
    }
}

#[test]
fn nothing_set_asks_for_nothing() {
    let config = good(&[("HOME", "/home/me"), ("PATH", "/bin")]);
    assert_eq!(config.home.as_deref(), Some(std::path::Path::new("/home/me")));
    assert!(!config.debug && !config.file && !config.disabled);
    assert_eq!((config.run_id, config.parent, config.backend), (None, None, None));
    assert_eq!(config.metric_interval, Duration::from_secs(5));
    assert!(config.resource.is_empty() && config.remarks.is_empty());
}

#[test]
fn empty_means_unset() {
    for name in [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_SDK_DISABLED",
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_SERVICE_NAME",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "TRACEPARENT",
        "APP_RUN_ID",
        "APP_FILE",
        "APP_DEBUG",
    ] {
        assert_eq!(good(&[(name, "")]), good(&[]), "{name}");
        assert_eq!(good(&[(name, "  ")]), good(&[]), "{name}");
    }
    for kind in [
        "PROTOCOL",
        "HEADERS",
        "TIMEOUT",
        "COMPRESSION",
        "CERTIFICATE",
        "CLIENT_KEY",
        "TRACES_PROTOCOL",
    ] {
        let name = format!("OTEL_EXPORTER_OTLP_{kind}");
        assert_eq!(good(&[ENDPOINT, (&name, " ")]), good(&[ENDPOINT]), "{name}");
    }
}

#[test]
fn a_flag_has_four_words_for_yes_and_four_for_no() {
    for word in ["1", "true", "yes", "on", "TRUE", " On "] {
        let config = good(&[("APP_FILE", word), ("APP_DEBUG", word)]);
        assert!(config.file && config.debug, "{word}");
        assert!(good(&[("OTEL_SDK_DISABLED", word)]).disabled, "{word}");
    }
    for word in ["0", "false", "no", "off", "False"] {
        let config = good(&[
            ("APP_FILE", word),
            ("APP_DEBUG", word),
            ("OTEL_SDK_DISABLED", word),
        ]);
        assert!(!config.file && !config.debug && !config.disabled, "{word}");
    }
    assert_eq!(
        config(&[("APP_DEBUG", "very")]).map_err(|error| error.to_string()),
        Err("APP_DEBUG is `very`: say 1, true, yes or on, or 0, false, no or off".to_owned())
    );
}

#[test]
fn a_disabled_sdk_asks_for_nothing_and_complains_about_nothing() {
    let config = good(&[
        ("OTEL_SDK_DISABLED", "true"),
        ENDPOINT,
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
    ]);
    assert!(config.disabled && config.backend.is_none());
}

#[test]
fn another_protocol_is_the_schemas_error_in_every_variable_but_only_beside_an_endpoint() {
    for signal in ["", "TRACES_", "LOGS_", "METRICS_"] {
        let name = format!("OTEL_EXPORTER_OTLP_{signal}PROTOCOL");
        for value in ["http/protobuf", "http/json", "GRPC", "grpc2"] {
            assert_eq!(good(&[(&name, value)]), good(&[]), "without an endpoint");
            let error = match config(&[ENDPOINT, (&name, value)]) {
                Err(error) => error,
                Ok(_) => panic!("{name}={value} was taken"),
            };
            assert_eq!(error.code(), Some("E016"));
            assert_eq!(
                error.to_string(),
                format!(
                    "E016: {name} is `{value}`, but telemetry is exported as OTLP over gRPC only; set it to `grpc` and \
                     the endpoint to a gRPC one, or unset the endpoint"
                )
            );
        }
        assert!(good(&[ENDPOINT, (&name, " grpc ")]).backend.is_some());
    }
    // An endpoint of one signal is an endpoint.
    let own = ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://h:1");
    assert!(config(&[own, ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json")]).is_err());
}

#[test]
fn each_setting_knows_the_variable_that_it_came_from() {
    let config = good(&[
        ENDPOINT,
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://logs:1"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=swordfish"),
        ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "7"),
        ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", ""),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ]);
    let backend = config.backend.expect("an endpoint");
    let [traces, logs, metrics] = backend.targets().map(|(_, target)| target.expect("a target"));
    let of =
        |name: Option<&String>| name.map(|name| name.trim_start_matches("OTEL_EXPORTER_OTLP_").to_owned());
    let endpoint = |target: &Target| of(target.origins.endpoint.as_ref());
    assert_eq!(endpoint(traces).as_deref(), Some("ENDPOINT"));
    assert_eq!(endpoint(logs).as_deref(), Some("LOGS_ENDPOINT"));
    let headers = |target: &Target| of(target.origins.headers.as_ref());
    assert_eq!(headers(traces).as_deref(), Some("TRACES_HEADERS"));
    assert_eq!(headers(metrics).as_deref(), Some("HEADERS"));
    assert_eq!(of(logs.origins.timeout.as_ref()).as_deref(), Some("LOGS_TIMEOUT"));
    assert_eq!(traces.origins.timeout, None);
    assert_eq!(metrics.origins.compression, None, "empty means unset");
    assert_eq!(of(metrics.origins.protocol.as_ref()).as_deref(), Some("PROTOCOL"));
    let shown = format!("{traces:?} {:?}", traces.origins);
    assert!(
        !shown.contains("hunter2") && !shown.contains("swordfish"),
        "{shown}"
    );
}

#[test]
fn an_endpoint_is_taken_as_people_write_it() {
    for (written, meant) in [
        ("http://127.0.0.1:4317", "http://127.0.0.1:4317/"),
        (
            " https://collector.example.com ",
            "https://collector.example.com/",
        ),
        (
            "HTTP://localhost:4317/v1/traces",
            "http://localhost:4317/v1/traces",
        ),
        ("localhost:4317", "http://localhost:4317/"),
        ("http://[::1]:4317", "http://[::1]:4317/"),
        ("http://[::1]", "http://[::1]/"),
        ("http://me:hunter2@host:4317", "http://me:hunter2@host:4317/"),
    ] {
        let backend = good(&[("OTEL_EXPORTER_OTLP_ENDPOINT", written)])
            .backend
            .expect("a backend");
        let traces = backend.traces.expect("traces have an endpoint");
        assert_eq!(traces.endpoint.to_string(), meant);
        assert!(
            !format!("{traces:?}").contains("hunter2"),
            "Debug shows no password"
        );
    }
    let secure = good(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "h:1"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "false"),
    ]);
    let traces = secure.backend.and_then(|backend| backend.traces).expect("traces");
    assert_eq!(traces.endpoint.to_string(), "https://h:1/");
    for wrong in [
        "http://",
        "http://:4317",
        "ftp://host",
        "unix:///tmp/s",
        "grpc://h:1",
        "http://h:99999",
        "http://h:x",
        "http://h:0",
        "not a url",
        "http://a b",
        "http://me:hunter2@",
    ] {
        let told = match config(&[("OTEL_EXPORTER_OTLP_ENDPOINT", wrong)]) {
            Err(error) => error.to_string(),
            Ok(config) => panic!("{wrong} was taken as {config:?}"),
        };
        assert!(told.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT is `"), "{told}");
        assert!(
            told.ends_with("write http://host:port or https://host:port, such as http://127.0.0.1:4317"),
            "{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_signals_own_variable_wins_and_a_signal_without_endpoint_is_told() {
    let own = ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "https://logs:1");
    let timeouts = [
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "700"),
        ("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "900"),
    ];
    let both = good(&[ENDPOINT, own, timeouts[0], timeouts[1]])
        .backend
        .expect("a backend");
    let (traces, logs) = (both.traces.expect("traces"), both.logs.expect("logs"));
    assert_eq!(
        (traces.endpoint.host(), traces.timeout),
        (Some("127.0.0.1"), Duration::from_millis(700))
    );
    assert_eq!(
        (logs.endpoint.host(), logs.timeout),
        (Some("logs"), Duration::from_millis(900))
    );
    assert!(both.metrics.is_some());

    let config = good(&[own]);
    let alone = config.backend.expect("a backend");
    assert!(alone.traces.is_none() && alone.logs.is_some() && alone.metrics.is_none());
    let remark = |signal: &str, name: &str| {
        format!(
            "{name} are not exported: neither OTEL_EXPORTER_OTLP_ENDPOINT nor OTEL_EXPORTER_OTLP_{signal}_ENDPOINT is set"
        )
    };
    assert_eq!(
        config.remarks,
        [remark("TRACES", "traces"), remark("METRICS", "metrics")]
    );
}

#[test]
fn headers_are_decoded_and_an_error_never_shows_a_value() {
    let headers = |value| {
        let config = good(&[ENDPOINT, ("OTEL_EXPORTER_OTLP_HEADERS", value)]);
        config
            .backend
            .and_then(|backend| backend.traces)
            .expect("traces")
            .headers
    };
    let pairs = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        headers("Authorization=Bearer%20x"),
        pairs(&[("authorization", "Bearer x")])
    );
    assert_eq!(
        headers(" a = 1 , b=2=3, ,c="),
        pairs(&[("a", "1"), ("b", "2=3"), ("c", "")])
    );
    assert_eq!(headers("a=1,A=2"), pairs(&[("a", "2")]));
    let own = good(&[
        ENDPOINT,
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "b=2"),
    ]);
    assert_eq!(
        own.backend
            .and_then(|backend| backend.logs)
            .expect("logs")
            .headers,
        pairs(&[("b", "2")])
    );
    for (value, what) in [
        ("hunter2", "`… (entry 1)`: write key=value,key=value"),
        ("a=1,hunter2", "`… (entry 2)`: write key=value,key=value"),
        ("=hunter2", "`=…`: write a key before each `=`"),
        ("a b=hunter2", "`a b=…`: names of headers are"),
        ("a-bin=hunter2", "`a-bin=…`: names of headers are"),
        ("a=hunter2%0A", "`a=…`: values of headers are printable ASCII"),
        ("a=hunter2%FF", "`a=…`: percent-encode UTF-8"),
    ] {
        let told = error("OTEL_EXPORTER_OTLP_HEADERS", value);
        assert!(
            told.starts_with(&format!("OTEL_EXPORTER_OTLP_HEADERS is {what}")),
            "{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn a_value_that_cannot_be_honoured_names_the_variable_the_value_and_what_to_write() {
    for (name, value, instead) in [
        (
            "OTEL_EXPORTER_OTLP_TIMEOUT",
            "2s",
            "write a whole number of milliseconds, such as 5000",
        ),
        (
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
            "0",
            "write a whole number of milliseconds, such as 5000",
        ),
        (
            "OTEL_METRIC_EXPORT_INTERVAL",
            "-1",
            "write a whole number of milliseconds, such as 5000",
        ),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "write gzip or none"),
        (
            "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
            "on",
            "write gzip or none",
        ),
        (
            "OTEL_TRACES_SAMPLER",
            "traceidratio",
            "runs are always recorded whole; write always_on or parentbased_always_on, or unset it",
        ),
        (
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            "sometimes",
            "write cumulative, delta or lowmemory",
        ),
        (
            "OTEL_EXPORTER_OTLP_INSECURE",
            "maybe",
            "say 1, true, yes or on, or 0, false, no or off",
        ),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "… (entry 1)",
            "write key=value,key=value",
        ),
    ] {
        let given = if value.starts_with('…') { "alone" } else { value };
        assert_eq!(error(name, given), format!("{name} is `{value}`: {instead}"));
    }
}

#[test]
fn compression_sampler_and_temporality_are_taken() {
    let config = good(&[
        ENDPOINT,
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "none"),
        ("OTEL_TRACES_SAMPLER", "parentbased_always_on"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "250"),
    ]);
    assert_eq!(config.metric_interval, Duration::from_millis(250));
    let backend = config.backend.expect("a backend");
    assert!(backend.traces.is_some_and(|traces| traces.gzip));
    assert!(backend.logs.is_some_and(|logs| !logs.gzip));
    assert_eq!(backend.temporality, Temporality::Delta);
}

#[test]
fn certificates_are_files_that_can_be_read_and_a_client_has_both_of_its() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "pem").expect("a file");
    let (file, folder) = (
        file.to_str().expect("UTF-8"),
        folder.path().to_str().expect("UTF-8"),
    );
    let names =
        ["CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"].map(|kind| format!("OTEL_EXPORTER_OTLP_{kind}"));
    let config = good(&[ENDPOINT, (&names[0], file), (&names[1], file), (&names[2], file)]);
    let traces = config.backend.and_then(|backend| backend.traces).expect("traces");
    assert_eq!(traces.certificate.as_deref(), Some(file.as_ref()));
    assert_eq!(traces.client, Some((file.into(), file.into())));

    let missing = format!("{file}.no");
    let trouble = "(No such file or directory (os error 2))";
    assert_eq!(
        error(&names[0], &missing),
        format!(
            "{} is `{missing}`: name a PEM file that can be read {trouble}",
            names[0]
        )
    );
    assert_eq!(
        error(&names[0], folder),
        format!(
            "{} is `{folder}`: name a PEM file that can be read (it is no file)",
            names[0]
        )
    );
    assert!(error(&names[1], file).ends_with("name its key too, in the CLIENT_KEY variable"));
    assert!(error(&names[2], file).ends_with("name its certificate too, in the CLIENT_CERTIFICATE variable"));
}

#[test]
fn a_run_id_is_adopted_from_the_first_place_that_has_one_and_cleaned() {
    for (vars, id) in [
        (&[("APP_RUN_ID", "8b4766")][..], Some("8b4766")),
        (&[("APP_RUN_ID", "  run_8b4766  ")], Some("8b4766")),
        (&[("APP_RUN_ID", "../../etc/passwd")], Some("etcpasswd")),
        (&[("APP_RUN_ID", "a b\u{e9}_c-D\n")], Some("ab_c-D")),
        (&[("APP_RUN_ID", "run_")], None),
        (&[("APP_RUN_ID", "/.\\")], None),
        (
            &[
                ("OTEL_RESOURCE_ATTRIBUTES", "x=1,app.run.id=abc"),
                ("APP_RUN_ID", "def"),
            ],
            Some("abc"),
        ),
        (
            &[("OTEL_RESOURCE_ATTRIBUTES", "app.run.id=run%5Fabc")],
            Some("abc"),
        ),
        (
            &[("OTEL_RESOURCE_ATTRIBUTES", "app.run.id="), ("APP_RUN_ID", "def")],
            Some("def"),
        ),
        (&[("RUN_ID", "abc")], None),
    ] {
        assert_eq!(good(vars).run_id.as_deref(), id, "{vars:?}");
    }
    let long = "x".repeat(100);
    assert_eq!(good(&[("APP_RUN_ID", &long)]).run_id.map(|id| id.len()), Some(64));
}

#[test]
fn resource_attributes_add_and_never_replace_what_the_schema_owns() {
    let config = good(&[
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "team=a%2Cb, k%20y = v=w ,service.name=mine,app.run.id=abc,process.pid=1,team=last",
        ),
        ("OTEL_SERVICE_NAME", "mine"),
    ]);
    let pairs = [("k y", "v=w"), ("team", "last")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(config.resource, pairs);
    assert_eq!(
        config.remarks,
        [
            "`service.name` of OTEL_RESOURCE_ATTRIBUTES has no effect: the program sets it".to_owned(),
            "`process.pid` of OTEL_RESOURCE_ATTRIBUTES has no effect: the program sets it".to_owned(),
            format!(
                "OTEL_SERVICE_NAME has no effect: the service is `{}`",
                SCHEMA.service
            ),
        ]
    );
    assert!(good(&[("OTEL_SERVICE_NAME", SCHEMA.service)]).remarks.is_empty());
    assert!(error("OTEL_RESOURCE_ATTRIBUTES", "a=%FF").contains("percent-encode UTF-8"));
}

#[test]
fn a_trace_parent_is_taken_when_it_is_one_and_told_when_it_is_none() {
    let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let parent = Some((
        TraceId(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
        SpanId(0x00f0_67aa_0ba9_02b7),
    ));
    for (text, expected) in [
        (format!("00-{trace}-{span}-01"), parent),
        (format!("00-{trace}-{span}-00"), parent),
        (format!("cc-{trace}-{span}-01-what-comes-later"), parent),
        (format!("00-{trace}-{span}-01-more"), None),
        (format!("ff-{trace}-{span}-01"), None),
        (format!("00-{}-{span}-01", "0".repeat(32)), None),
        (format!("00-{trace}-{}-01", "0".repeat(16)), None),
        (format!("00-{}-{span}-01", trace.to_uppercase()), None),
        (format!("00-{trace}-{span}"), None),
        ("nonsense".to_owned(), None),
    ] {
        let config = good(&[("TRACEPARENT", &text)]);
        assert_eq!(config.parent, expected, "{text}");
        assert_eq!(config.remarks.is_empty(), expected.is_some(), "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_an_error_only_in_a_variable_that_is_read() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let broken = || OsString::from_vec(vec![b'a', 0xff]);
    let read = |name: &str| Config::from_vars(&SCHEMA, [(OsString::from(name), broken())]);
    assert!(read("EDITOR").is_ok() && Config::from_vars(&SCHEMA, [(broken(), broken())]).is_ok());
    assert_eq!(
        read("APP_RUN_ID").map_err(|error| error.to_string()),
        Err("APP_RUN_ID is not UTF-8: write it again, or unset it".to_owned())
    );
    assert_eq!(read("HOME").map(|config| config.home), Ok(Some(broken().into())));
}
