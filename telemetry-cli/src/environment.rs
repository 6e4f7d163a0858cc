//! The environment as a program of the schema would read it: the same variables, the same refusals. What it needs of
//! the schema comes out of its folder; without one, what every schema has will do.

use telemetry_runtime::config::{Config, StartError, Words};
use telemetry_schema::model::Model;

use crate::args::RunsPlace;
use crate::schema;

/// The words of a schema that the environment is read by.
pub(crate) struct Known {
    model: Option<Model>,
}

impl Known {
    /// Those of the schema in the folder that was named; a folder of something else is none.
    pub(crate) fn of(place: &RunsPlace) -> Known {
        let model = place.schema.is_dir().then(|| schema::model(&place.schema).ok());
        Known {
            model: model.flatten(),
        }
    }

    /// The schema, where there is one.
    pub(crate) fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// What is looked for.
    pub(crate) fn words(&self) -> Words<'_> {
        let Some(model) = &self.model else {
            return Words {
                service: "",
                unsupported_protocol: "unsupported protocol",
                debug_env: "",
                file_env: "",
                id_attributes: Vec::new(),
                adopt_resource_attributes: Vec::new(),
                adopt_env: Vec::new(),
                own_attributes: Vec::new(),
            };
        };
        words_of(model)
    }

    /// Reads the environment of this process.
    ///
    /// # Errors
    ///
    /// The first value that cannot be honoured.
    pub(crate) fn environment(&self) -> Result<Config, StartError> {
        Config::read(&self.words(), Config::environment())
    }
}

/// The words of a schema that the environment is read by.
pub(crate) fn words_of(model: &Model) -> Words<'_> {
    let (manifest, roles) = (&model.manifest, &model.roles);
    let id = |index: usize| model.attributes[index].item.id.as_str();
    Words {
        service: &manifest.service,
        unsupported_protocol: &manifest.unsupported_protocol,
        debug_env: &manifest.run.debug_env,
        file_env: &manifest.run.file_env,
        id_attributes: all(&manifest.run.id_attributes),
        adopt_resource_attributes: all(&manifest.run.adopt_resource_attributes),
        adopt_env: all(&manifest.run.adopt_env),
        own_attributes: vec![id(roles.component), id(roles.session)],
    }
}

fn all(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}
