//! Mistakes as SARIF 2.1.0, which code scanning and editors collect: every code a rule, every mistake a result with
//! its region, the second places as related locations.

use serde_json::{Value, json};
use telemetry_schema::diagnostic::{At, Code, Diagnostic, Label};

use super::{Schema, trim};

pub(super) fn document(schemas: &[Schema]) -> Value {
    let results: Vec<Value> = schemas
        .iter()
        .flat_map(|schema| {
            schema
                .compiled
                .diagnostics
                .iter()
                .map(|found| result(schema, found))
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "telemetry schema check",
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Code::ALL.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            // As the compiler counts.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.explanation() },
        "defaultConfiguration": { "level": code.severity().as_str() },
    })
}

fn result(schema: &Schema, found: &Diagnostic) -> Value {
    let mut text = found.message.clone();
    if let Some(help) = &found.help {
        text = format!("{text}\nhelp: {help}");
    }
    let mut value = json!({
        "ruleId": found.code.as_str(),
        "ruleIndex": Code::ALL.iter().position(|code| *code == found.code),
        "level": found.code.severity().as_str(),
        "message": { "text": text },
        "locations": [location(schema, &found.primary)],
    });
    if !found.secondary.is_empty() {
        let related = found.secondary.iter().map(|label| location(schema, label));
        value["relatedLocations"] = related.collect();
    }
    value
}

fn location(schema: &Schema, label: &Label) -> Value {
    let At {
        file, line, column, ..
    } = &label.at;
    let (end_line, end_column) = schema.end(&label.at);
    let mut value = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": {
                "startLine": line,
                "startColumn": column,
                "endLine": end_line,
                "endColumn": end_column,
            },
        },
    });
    if !label.text.is_empty() {
        value["message"] = json!({ "text": label.text });
    }
    value
}

/// A path as a URI: relative to where the command was called, or of the scheme `file`.
fn uri(path: &str) -> String {
    let path = trim(path);
    let mut uri = String::with_capacity(path.len() + 8);
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if drive {
        uri.push_str("file:///");
    }
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte.into())
            }
            b':' if drive && at == 1 => uri.push(':'),
            _ => uri.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
    uri
}

fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_uri_that_names_the_same_file() {
        assert_eq!(uri("schema/events.yaml"), "schema/events.yaml");
        assert_eq!(uri("./my schema/é#1.yaml"), "my%20schema/%C3%A9%231.yaml");
        assert_eq!(
            uri("100%:x.yaml"),
            "100%25%3Ax.yaml",
            "a colon in front would be a scheme"
        );
        assert_eq!(uri("/srv/schema/all.yaml"), "file:///srv/schema/all.yaml");
        assert_eq!(uri("C:/schema/all.yaml"), "file:///C:/schema/all.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
