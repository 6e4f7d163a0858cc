//! The few words of a schema that the environment is read by. A program has them in its definitions; the command line
//! takes them out of a schema's folder, so that it reads the environment as the program would.

use crate::def::SchemaDef;

/// What the environment has to do with a schema: the part of it that is looked for, and left alone. Made from the
/// definitions of a program, or by whoever reads a schema without being compiled with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words<'s> {
    /// `service.name` of the resource.
    pub service: &'s str,
    /// Error code for a protocol other than gRPC.
    pub unsupported_protocol: &'s str,
    /// Variable that turns on the debug tier.
    pub debug_env: &'s str,
    /// Variable that asks for the file beside a backend.
    pub file_env: &'s str,
    /// Resource attributes that carry the run id.
    pub id_attributes: Vec<&'s str>,
    /// Keys of `OTEL_RESOURCE_ATTRIBUTES` from which a run id is adopted.
    pub adopt_resource_attributes: Vec<&'s str>,
    /// Variables from which a run id is adopted.
    pub adopt_env: Vec<&'s str>,
    /// Further attributes of the resource that only the program sets.
    pub own_attributes: Vec<&'s str>,
}

impl Words<'static> {
    /// Those of a program's definitions.
    pub fn of(schema: &SchemaDef) -> Words<'static> {
        let run = &schema.run;
        Words {
            service: schema.service,
            unsupported_protocol: schema.unsupported_protocol,
            debug_env: run.debug_env,
            file_env: run.file_env,
            id_attributes: run.id_attributes.to_vec(),
            adopt_resource_attributes: run.adopt_resource_attributes.to_vec(),
            adopt_env: run.adopt_env.to_vec(),
            own_attributes: vec![schema.roles.component.key, schema.roles.session.key],
        }
    }
}
