//! The manifest, with the defaults that let a small schema say little.

use crate::diagnostic::{At, Code, Diagnostic, Problems};
use crate::model::{Manifest, Run};
use crate::syntax::Document;
use crate::syntax::collection::List;
use crate::syntax::item::Short;
use crate::syntax::manifest as written;
use crate::syntax::read::Placed;

/// Id of the error that stands for an OTLP protocol other than gRPC.
const UNSUPPORTED_PROTOCOL: &str = "unsupported_protocol";

pub(super) fn lower(document: &Document, top: &At, problems: &mut Problems) -> Manifest {
    let schema = document.schema.as_ref();
    if schema.is_none() && !problems.iter().any(|problem| problem.code == Code::SyntaxError) {
        missing_schema(top, problems);
    }
    let name = schema
        .and_then(|schema| schema.name.as_ref())
        .map_or("schema", |name| name.value.0.as_str());
    let version = schema.and_then(|schema| schema.version.as_ref());
    let url = schema.and_then(|schema| schema.url.as_ref());
    if let (Some(version), Some(url)) = (version, url) {
        url_without_version(&url.value.0, &url.at, &version.value.0, &version.at, problems);
    }
    let namespace = schema
        .and_then(|schema| schema.namespace.as_ref())
        .map_or(name, |text| text.value.0.as_str());
    let service = document
        .service
        .as_ref()
        .and_then(|service| service.name.as_ref());
    let targets = document.logs.as_ref().and_then(|logs| logs.targets.as_ref());
    Manifest {
        name: name.to_owned(),
        version: version.map_or_else(|| "0.0.0".to_owned(), |version| version.value.0.clone()),
        url: url.map(|url| url.value.0.clone()).unwrap_or_default(),
        namespace: namespace.to_owned(),
        service: service.map_or(name, |name| name.value.0.as_str()).to_owned(),
        run: run(document.run.as_ref().map(|run| &run.value), name, namespace),
        unsupported_protocol: unsupported_protocol(document),
        log_targets: texts(
            targets,
            |target| &target.0,
            || format!("{}*", name.replace('-', "_")),
        ),
    }
}

fn run(run: Option<&written::Run>, name: &str, namespace: &str) -> Run {
    let variable = namespace.to_uppercase().replace('.', "_");
    let adopt = run.and_then(|run| run.adopt_from.as_ref());
    let keep = run.and_then(|run| run.keep.as_ref());
    let text = |written: Option<&str>, default: String| written.map_or(default, ToOwned::to_owned);
    Run {
        id_attributes: texts(
            run.and_then(|run| run.id_attributes.as_ref()),
            |id| &id.0,
            || format!("{namespace}.run.id"),
        ),
        adopt_resource_attributes: adopt
            .and_then(|adopt| adopt.resource_attributes.as_ref())
            .map(|list| list.0.iter().map(|id| id.value.0.clone()).collect())
            .unwrap_or_default(),
        adopt_env: texts(
            adopt.and_then(|adopt| adopt.env.as_ref()),
            |name| &name.0,
            || format!("{variable}_RUN_ID"),
        ),
        directory: text(
            run.and_then(|run| run.directory.as_ref())
                .map(|text| text.value.0.as_str()),
            format!("~/.{name}/runs"),
        ),
        keep_runs: keep
            .and_then(|keep| keep.runs.as_ref())
            .map_or(200, |runs| u64::from(runs.value.0)),
        keep_days: keep
            .and_then(|keep| keep.days.as_ref())
            .map_or(30, |days| u64::from(days.value.0)),
        file_env: text(
            run.and_then(|run| run.file_env.as_ref())
                .map(|text| text.value.0.as_str()),
            format!("{variable}_TELEMETRY_FILE"),
        ),
        debug_env: text(
            run.and_then(|run| run.debug_env.as_ref())
                .map(|text| text.value.0.as_str()),
            format!("{variable}_DEBUG"),
        ),
    }
}

/// The texts of a list as written, or one default where there is no list.
fn texts<T>(
    list: Option<&Placed<List<T>>>,
    text: impl Fn(&T) -> &String,
    default: impl FnOnce() -> String,
) -> Vec<String> {
    match list {
        Some(list) => list.0.iter().map(|item| text(&item.value).clone()).collect(),
        None => vec![default()],
    }
}

/// Ids of the attributes that carry the run id, as far as they were written.
pub(super) fn run_ids(document: &Document) -> Vec<String> {
    let list = document.run.as_ref().and_then(|run| run.id_attributes.as_ref());
    list.iter()
        .flat_map(|list| &list.0)
        .map(|id| id.value.0.clone())
        .collect()
}

fn unsupported_protocol(document: &Document) -> String {
    let errors = document.errors.iter().flat_map(|errors| &errors.entries);
    let error = errors
        .filter(|(id, _)| id == UNSUPPORTED_PROTOCOL)
        .map(|(_, error)| &error.value)
        .next();
    match error {
        Some(Short::Text(code)) => code.0.clone(),
        Some(Short::Record(error)) => error
            .code
            .as_ref()
            .map_or_else(|| UNSUPPORTED_PROTOCOL.to_owned(), |code| code.value.0.clone()),
        None => UNSUPPORTED_PROTOCOL.to_owned(),
    }
}

fn missing_schema(top: &At, problems: &mut Problems) {
    problems.push(
        Diagnostic::new(Code::MissingKey, top, "no file has the key `schema`")
            .help("add `schema:` with `name`, `version`, `url` and `namespace`, best in a file of its own"),
    );
}

fn url_without_version(url: &str, url_at: &At, version: &str, version_at: &At, problems: &mut Problems) {
    // A version or an address of a bad form was reported.
    let reported = problems
        .iter()
        .any(|problem| [url_at, version_at].contains(&&problem.primary.at));
    if let Some((front, last)) = url.rsplit_once('/')
        && last != version
        && !reported
    {
        problems.push(
            Diagnostic::new(
                Code::BadUrl,
                url_at,
                "the schema URL does not end in the schema's version",
            )
            .label(format!("ends in `{last}`"))
            .also(version_at, "the version")
            .help(format!("write `{front}/{version}`")),
        );
    }
}
