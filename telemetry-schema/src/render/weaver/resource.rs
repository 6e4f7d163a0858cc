//! What is true of the whole process, and arrives with every message: the keys that the runtime puts on the resource
//! by itself, beside those that the schema declares.

use crate::model::Model;

/// A key of the resource that no schema has to declare.
pub(super) struct Key<'m> {
    pub(super) id: &'m str,
    pub(super) kind: &'static str,
    pub(super) brief: &'static str,
    pub(super) example: Option<&'static str>,
}

/// What the runtime adds, by key, type, brief and an example of text.
const ADDED: [(&str, &str, &str, Option<&str>); 9] = [
    (
        "service.name",
        "string",
        "The service that speaks.",
        Some("my-app"),
    ),
    (
        "service.version",
        "string",
        "Version of the program that speaks.",
        Some("1.2.3"),
    ),
    (
        "service.instance.id",
        "string",
        "This process and no other.",
        Some("627cc493-f310-47de-96bd-71410b7dec09"),
    ),
    (
        "telemetry.sdk.name",
        "string",
        "The library that made the telemetry.",
        Some("telemetry-runtime"),
    ),
    (
        "telemetry.sdk.language",
        "string",
        "The language that it is written in.",
        Some("rust"),
    ),
    ("telemetry.sdk.version", "string", "Its version.", Some("0.1.0")),
    ("os.type", "string", "The operating system.", Some("linux")),
    (
        "host.arch",
        "string",
        "The architecture of the processor.",
        Some("amd64"),
    ),
    ("process.pid", "int", "Id of the process.", None),
];

/// What a program may leave out.
const SOMETIMES: &str = "service.version";

/// The keys of the resource that the schema does not declare, the run's own first.
pub(super) fn undeclared(model: &Model) -> Vec<Key<'_>> {
    let ids = model.manifest.run.id_attributes.iter().map(|id| Key {
        id,
        kind: "string",
        brief: "Id of the run, the same on everything that it sends.",
        example: Some("8b4766"),
    });
    let added = ADDED.into_iter().map(|(id, kind, brief, example)| Key {
        id,
        kind,
        brief,
        example,
    });
    let declared = |id: &str| model.attributes.iter().any(|each| each.item.id == id);
    ids.chain(added).filter(|key| !declared(key.id)).collect()
}

/// All keys of the resource but the run's ids, each with whether it is always there.
pub(super) fn descriptive(model: &Model) -> Vec<(&str, bool)> {
    let added = ADDED.into_iter().map(|(id, ..)| (id, id != SOMETIMES));
    let roles = [model.roles.component, model.roles.session];
    let roles = roles.map(|index| (model.attributes[index].item.id.as_str(), false));
    let is_run_id = |id: &str| model.manifest.run.id_attributes.iter().any(|key| key == id);
    added.chain(roles).filter(|(id, _)| !is_run_id(id)).collect()
}
