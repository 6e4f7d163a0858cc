//! What machines read: resolved schemas and diagnostics as JSON.

use expect_test::expect;
use proptest::prelude::*;
use serde_json::{Value, json};
use telemetry_schema::draw::Colour;
use telemetry_schema::model::{Item, Model, Place};
use telemetry_schema::render::resolved;
use telemetry_schema::{Source, compile, load};

use super::{model, random, source};

/// The model without what says where something was written.
fn meaning(mut model: Model) -> Model {
    let plain = |item: &mut Item| {
        item.place = Place {
            file: "".into(),
            line: 0,
        };
        item.implicit = false;
    };
    for attribute in &mut model.attributes {
        plain(&mut attribute.item);
        if let telemetry_schema::model::AttributeKind::Enum(values) = &mut attribute.kind {
            values.iter_mut().for_each(|value| value.line = 0);
        }
    }
    model.errors.iter_mut().for_each(|each| plain(&mut each.item));
    model.screens.iter_mut().for_each(|each| plain(&mut each.item));
    model.events.iter_mut().for_each(|each| plain(&mut each.item));
    model.spans.iter_mut().for_each(|each| plain(&mut each.item));
    model.metrics.iter_mut().for_each(|each| plain(&mut each.item));
    for stage in &mut model.stages {
        plain(&mut stage.item);
        stage.timings.iter_mut().for_each(|timing| timing.line = 0);
    }
    model
}

/// The model of these sources, and of its own resolved form.
fn there_and_back(sources: &[Source]) -> (Model, Model) {
    let first = compile(sources);
    let drawing = first.draw(Colour::Plain);
    let first = first
        .model
        .unwrap_or_else(|| panic!("{drawing}\n{}", sources[0].text));
    let text = resolved::render(&first);
    let second = compile(&[source("resolved.yaml", &text)]);
    let drawing = second.draw(Colour::Plain);
    let second = second.model.unwrap_or_else(|| panic!("{drawing}\n{text}"));
    assert_eq!(resolved::render(&second), text);
    let yaml = resolved::Resolved::new(&first).to_yaml();
    let third = compile(&[source("resolved.yaml", &yaml)]);
    let drawing = third.draw(Colour::Plain);
    let third = third.model.unwrap_or_else(|| panic!("{drawing}\n{yaml}"));
    assert_eq!(resolved::render(&third), text, "as YAML:\n{yaml}");
    (meaning(first), meaning(second))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_resolved_schema_is_a_schema_of_the_same_meaning(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (first, second) = there_and_back(&[source("schema/all.yaml", &random::schema(&bytes))]);
        prop_assert_eq!(first, second);
    }
}

#[test]
fn the_facades_own_schema_survives_the_way_through_its_resolved_form() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema");
    let (first, second) = there_and_back(&load::folder(folder).unwrap());
    assert!(first.events.len() > 50);
    assert_eq!(first, second);
}

#[test]
fn a_resolved_schema_spells_out_every_default() {
    let text = resolved::render(&model("events:\n  saved: { brief: The file was saved. }\n"));
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        value["events"]["saved"],
        json!({
            "brief": "The file was saved.",
            "severity": "info",
            "body": "The file was saved",
            "record": "log",
            "attributes": {},
        })
    );
    assert_eq!(value["run"]["keep"], json!({ "runs": 200, "days": 30 }));
    assert_eq!(value["roles"]["screen"], json!("demo.screen.name"));
    assert_eq!(value["attributes"]["demo.duration"]["unit"], json!("ms"));
}

#[test]
fn a_part_of_a_resolved_schema_is_every_item_of_the_id_in_its_section() {
    let text = "\
screens: { list: { brief: All., entry: true } }
stages: { list: { slow_after: 1s, stages: { load: { label: load, brief: Load. }, other: { label: o, brief: O. } } } }
events: { load: { brief: \"Loaded: yes\" } }
";
    let whole = resolved::Resolved::new(&model(text));
    let only = |id| whole.only(id).map(|part| part.to_yaml()).unwrap_or_default();
    let both = only("load");
    assert_eq!(
        only("list.load"),
        both.replace(&both[both.find("events:").unwrap()..], "")
    );
    expect![[r#"
        stages:
          list:
            slow_after: "1000ms"
            stages:
              load:
                brief: Load.
                label: load
                attributes: {}
                timings: []
        events:
          load:
            brief: "Loaded: yes"
            severity: info
            body: "Loaded: yes"
            record: log
            attributes: {}
    "#]]
    .assert_eq(&both);
    assert_eq!(
        (only("loa"), only("brief"), only("slow_after")),
        Default::default()
    );
}
