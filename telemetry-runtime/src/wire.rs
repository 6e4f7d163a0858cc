//! What a record has on the wire beside its own fields: the keys and names that the schema gives them, and what each
//! metric is described as. The first line of a run file carries it, so that a replay years later sends what a live
//! export would have sent, whatever became of the schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::def::{SchemaDef, Severity};

/// What the schema adds to records on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct Wire {
    /// Key of the screen that a log record belongs to.
    pub screen: String,
    /// Key of the stage.
    pub stage: String,
    /// Key of a span's outcome.
    pub outcome: String,
    /// Key of a span's error.
    pub error_type: String,
    /// Event name of the end-of-run summary.
    pub summary: String,
    /// Its severity.
    pub summary_severity: Severity,
    /// Key of its attribute for the run's outcome, where the schema declares one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_outcome: Option<String>,
    /// Key of its attribute for the run's duration in milliseconds, where the schema declares one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_duration: Option<String>,
    /// Descriptions of the metrics that have one, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, String>,
}

impl Wire {
    /// What this schema adds.
    pub fn of(schema: &SchemaDef) -> Wire {
        let roles = &schema.roles;
        let of_summary = |key: &str| {
            let mut slots = roles.summary.attributes.iter();
            slots
                .any(|slot| slot.attribute.key == key)
                .then(|| key.to_owned())
        };
        let described = schema.metrics.iter().filter(|metric| !metric.brief.is_empty());
        Wire {
            screen: roles.screen.key.to_owned(),
            stage: roles.stage.key.to_owned(),
            outcome: roles.outcome.key.to_owned(),
            error_type: roles.error_type.key.to_owned(),
            summary: roles.summary.name.to_owned(),
            summary_severity: roles.summary.severity,
            summary_outcome: of_summary(roles.outcome.key),
            summary_duration: of_summary(roles.duration.key),
            metrics: described
                .map(|metric| (metric.name.to_owned(), metric.brief.to_owned()))
                .collect(),
        }
    }

    /// What a schema of this name adds by convention: for files that do not say it.
    pub fn by_convention(schema: &str) -> Wire {
        Wire {
            screen: format!("{schema}.screen.name"),
            stage: format!("{schema}.stage.name"),
            outcome: "outcome".to_owned(),
            error_type: "error.type".to_owned(),
            summary: "run.summary".to_owned(),
            summary_severity: Severity::Info,
            summary_outcome: None,
            summary_duration: None,
            metrics: BTreeMap::new(),
        }
    }
}
