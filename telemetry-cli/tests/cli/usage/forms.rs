//! Every form that a call site can have, alone in a file: what is found, on which line.

use expect_test::{Expect, expect};
use serde_json::json;

use super::{document, found_in, project, sites};

fn finds(source: &str, expected: &Expect) {
    expected.assert_eq(&found_in(source));
}

#[test]
fn an_event_with_its_attributes_punned_nested_and_on_a_screen() {
    finds(
        "use demo::prelude::*;\nfn run() {\n    event!(Pick { item: &format!(\"{}\", event!(Saved { size })) } on List);\n    \
         event!(Saved);\n    event! { Saved { size: { 3 } } }\n}\n",
        &expect![[r#"
            attribute demo.item: 3 with
            attribute demo.size: 3 with, 5 with
            event pick: 3 macro
            event saved: 3 macro, 4 macro, 5 macro
            screen list: 3 macro
        "#]],
    );
}

#[test]
fn a_screen_with_what_is_called_on_it_one_after_the_other() {
    finds(
        "fn run() {\n    screen!(List)\n        .enter()\n        .item(name())\n        .navigate(screens::Detail)\n        \
         .navigate(demo::screens::List)\n        .leave();\n    List.navigate(Detail);\n    demo::screens::Detail.enter();\n    \
         show(Screen::List);\n    let here = screen!(List);\n    here.navigate(Detail);\n}\n",
        &expect![[r#"
            attribute demo.item: 4 with
            screen detail: 5 navigate, 8 navigate, 9 value, 12 navigate
            screen list: 2 macro, 6 navigate, 8 value, 10 value, 11 macro
        "#]],
    );
}

#[test]
fn stages_by_macro_by_attribute_and_by_value_with_their_timings_and_setters() {
    finds(
        "fn run() {\n    stage!(Load).run(|stage| {\n        stage.path(\"x\").timing(OpenFile).run(open)\n    });\n    \
         Stage::Load.start();\n}\n#[stage(Load)]\nfn one() -> R { Ok(()) }\n#[demo::stage(Load as stage)]\n\
         async fn two() -> R { stage.timing(stages::OpenFile).instrument(x).await }\n\
         #[cfg_attr(unix, ::demo::stage(Load))]\nfn three() -> R { Ok(()) }\n",
        &expect![[r#"
            attribute demo.path: 3 setter
            stage list.load: 2 macro, 5 value, 7 macro, 9 macro, 11 macro
            timing list.load.open_file: 3 timing, 10 timing
        "#]],
    );
}

#[test]
fn spans_metrics_errors_and_builders() {
    finds(
        "use demo::{ErrorType as Failed, ErrorType::DiskFull, events, spans::Upload};\nfn run() {\n    \
         let span = span!(Upload { size: 3 }).start();\n    metric!(Queue {}).set(2);\n    span.fail(Failed::DiskFull, &e);\n    \
         let again = DiskFull;\n    events::Saved::event().size(3).emit();\n    Upload::span().size(1).ready();\n    \
         demo::metrics::Saves::metric().ready().add(1);\n}\n",
        &expect![[r#"
            attribute demo.size: 3 with, 7 with, 8 with
            error disk_full: 5 value, 6 value
            event saved: 7 builder
            metric queue: 4 macro
            metric saves: 9 builder
            span upload: 3 macro, 8 builder
        "#]],
    );
}

#[test]
fn call_sites_inside_of_other_macros() {
    finds(
        "fn run() {\n    tokio::select! {\n        _ = one => event!(Saved),\n        two = next() => { screen!(List).navigate(Detail); }\n    }\n    \
         assert!(matches!(stage!(Load).run(|s| s.timing(OpenFile).run(f)), Err(ErrorType::DiskFull)));\n    \
         cfg_if! { if #[cfg(unix)] { use demo::prelude::event as note; note!(Pick { item }); } }\n}\n",
        &expect![[r#"
            attribute demo.item: 7 with
            error disk_full: 6 value
            event pick: 7 macro
            event saved: 3 macro
            screen detail: 4 navigate
            screen list: 4 macro
            stage list.load: 6 macro
            timing list.load.open_file: 6 timing
        "#]],
    );
}

#[test]
fn macros_under_other_names_and_by_their_path() {
    finds(
        "use demo::prelude as d;\nuse demo::prelude::{event as emit, span};\nuse other as renamed;\nfn run() {\n    \
         d::event!(Saved);\n    emit!(Saved);\n    ::demo::prelude::event!(Saved);\n    renamed::prelude::event!(Saved);\n    \
         crate::telemetry::event!(Saved);\n    span!(Upload {}).start();\n}\nmod inner {\n    use super::*;\n    \
         fn run() { emit!(Saved); }\n}\nmod apart {\n    fn run() { emit!(Saved); }\n}\n",
        &expect![[r#"
            event saved: 5 macro, 6 macro, 7 macro, 8 macro, 9 macro, 14 macro, 17 through
            span upload: 10 macro
        "#]],
    );
}

#[test]
fn names_that_a_macro_of_the_program_passes_on() {
    let folder = project(&[
        (
            "src/macros.rs",
            "macro_rules! told {\n    ($name:ident) => { $crate::event!($name { size: 1 }) };\n}\npub use demo::prelude::screen as view;\n",
        ),
        (
            "src/main.rs",
            "fn run() {\n    told!(Saved);\n    told!(Load);\n    view!(List);\n    unrelated!(Pick);\n}\n",
        ),
    ]);
    let document = document(&folder, &["src"]);
    let found = sites(&document);
    assert_eq!(found["event saved"], ["2 through"]);
    assert_eq!(found["screen list"], ["4 through"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        document["strange"],
        json!([]),
        "what the macro does is understood"
    );
}

#[test]
fn names_that_nobody_can_follow_are_told() {
    let folder = project(&[(
        "src/main.rs",
        "macro_rules! made { ($name:ident) => { event!($name) }; }\nfn written() {\n    quote! { span!(#name {}) };\n    \
         event!(Elsewhere);\n}\n",
    )]);
    let document = document(&folder, &["src"]);
    let strange = document["strange"].as_array().expect("names");
    let told: Vec<String> = { strange.iter() }
        .map(|it| format!("{} {}", it["line"], it["name"]))
        .collect();
    assert_eq!(told, ["1 \"$name\"", "3 \"#name\"", "4 \"Elsewhere\""]);
    assert!(sites(&document).is_empty());
}

/// What only looks like a call site.
#[test]
fn what_is_no_call_site_is_not_found() {
    finds(
        "/// `event!(Saved)` in a comment.\nenum Screen { List }\nenum View { List, Detail }\nstruct Load;\nfn run(view: Screen) {\n    \
         let text = \"event!(Saved)\";\n    // screen!(List).enter();\n    match view { Screen::List => {} }\n    \
         View::List.draw();\n    map.entry(Detail);\n    let x: Vec<Upload> = captured.events::<Saved>();\n    Saved::enabled();\n    \
         if a != b { List.push(1) }\n    other::span!(upload);\n    metric!(queue, 1);\n}\n",
        &expect![[r#""#]],
    );
}
