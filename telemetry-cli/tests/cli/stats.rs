//! `schema stats`: a schema in numbers, for a person at every width and for a machine.

use expect_test::expect_file;
use serde_json::{Value, json};

use crate::{fine, session};

const OWN: &str = "../examples/own_schema/schema";

#[test]
fn a_schema_in_numbers_is_drawn_as_it_is_pinned() {
    let said = session(&[
        "schema stats -s ../schema",
        "schema stats -s ../examples/own_schema/schema --width 40",
        "schema stats -s ../docs",
    ]);
    expect_file!["../drawn/stats.txt"].assert_eq(&said);
}

#[test]
fn a_machine_gets_every_number() {
    let stats: Value =
        serde_json::from_str(&fine(&["schema", "stats", "-s", OWN, "--format", "json"])).expect("JSON");
    assert_eq!(stats["format"], 1);
    assert_eq!(
        stats["items"]["screen"],
        json!({ "declared": 2, "supplied": 0, "deprecated": 0 })
    );
    assert_eq!(stats["items"]["event"]["declared"], 2);
    assert_eq!(stats["items"]["event"]["deprecated"], 1);
    assert_eq!(stats["screens"]["moves"], 2);
    assert_eq!(stats["screens"]["depth"], 1);
    assert_eq!(
        stats["deprecated"],
        json!([{ "kind": "event", "id": "bread.given", "since": "1.0.0" }])
    );
    assert_eq!(stats["documented"]["want_examples"], 2);
    assert_eq!(stats["documented"]["with_examples"], 0);
}

/// What is counted in two ways comes to the same.
#[test]
fn the_numbers_are_those_of_the_list() {
    let of = |arguments: &[&str]| -> Value {
        let typed = [&["schema"], arguments, &["-s", "../schema", "--format", "json"]].concat();
        serde_json::from_str(&fine(&typed)).expect("JSON")
    };
    let stats = of(&["stats"]);
    for kind in ["screen", "stage", "event", "span", "metric", "error", "attribute"] {
        let list = of(&["list", kind]);
        let listed = list["items"].as_array().expect("items");
        let supplied = listed.iter().filter(|item| item["supplied"] == true).count();
        let counted = json!([listed.len() - supplied, supplied]);
        assert_eq!(
            json!([stats["items"][kind]["declared"], stats["items"][kind]["supplied"]]),
            counted,
            "{kind}"
        );
    }
    let sum = |table: &Value| {
        table
            .as_object()
            .expect("a table")
            .values()
            .filter_map(Value::as_u64)
            .sum::<u64>()
    };
    let events = of(&["list", "event"])["items"].as_array().expect("items").len() as u64;
    assert_eq!(
        (
            sum(&stats["events"]["by_severity"]),
            sum(&stats["events"]["by_record"])
        ),
        (events, events)
    );
}
