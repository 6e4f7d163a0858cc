//! The README's YAML is a schema that compiles. Its Rust blocks are documentation tests of the facade.

use telemetry_schema::draw::Colour;
use telemetry_schema::{Source, compile};

#[test]
fn every_yaml_block_of_the_readme_is_a_schema() {
    let readme = std::fs::read_to_string("README.md").expect("README.md is there");
    let blocks: Vec<&str> = readme
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .collect();
    assert!(!blocks.is_empty(), "the README shows no schema");
    for block in blocks {
        let source = Source {
            path: "README.md".to_owned(),
            text: block.to_owned(),
        };
        let compiled = compile(&[source]);
        assert!(compiled.model.is_some(), "{}", compiled.draw(Colour::Plain));
    }
}

#[test]
fn the_readme_gives_two_commands_that_exist() {
    let readme = std::fs::read_to_string("README.md").expect("README.md is there");
    assert!(readme.contains("cargo run --example console"));
    assert!(readme.contains("\ncargo nextest run --workspace\n"));
}
