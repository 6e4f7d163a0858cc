//! What the doctor found, for a person and, as the same facts, for a machine. Values of headers never come here.

use std::io::{self, Write};

use serde::Serialize;
use telemetry_runtime::backend::{Target, Temporality};
use telemetry_runtime::export::Signal;
use telemetry_runtime::scrub::scrub;
use telemetry_schema::model::Model;

use crate::doctor::folder::Folder;
use crate::doctor::settings::Settings;
use crate::look::{Ink, Look};
use crate::quantity::{bytes, count, duration};
use crate::sheet::Sheet;

/// What was found.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Report {
    /// Version of this shape.
    format: u32,
    /// Whether nothing is wrong.
    pub(super) well: bool,
    /// Name and version of the schema that was found.
    schema: Option<String>,
    /// Where runs go: `backend`, `file`, `both`, `nowhere`, or `stopped` when a program would not start.
    #[schemars(extend("enum" = ["backend", "file", "both", "nowhere", "stopped"]))]
    way: &'static str,
    /// What cannot be honoured, each with what to write.
    refused: Vec<String>,
    /// What has no effect, or what a person may not expect.
    remarks: Vec<String>,
    /// Traces, logs and metrics; none where no backend is set.
    signals: Vec<Told>,
    /// The folder of the run files; null where nobody says which it is.
    folder: Option<Folder>,
}

/// What is known of one signal.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Told {
    /// `traces`, `logs` or `metrics`.
    #[schemars(extend("enum" = ["traces", "logs", "metrics"]))]
    signal: &'static str,
    /// Whether the probe was acknowledged.
    pub(super) well: bool,
    /// How it would be exported; none where it is not.
    settings: Vec<Setting>,
    /// Until the acknowledgement, or until it was clear that there is none; the first one connects.
    pub(super) took_ns: Option<u64>,
    /// What went wrong, or what the backend said.
    pub(super) words: Option<String>,
    /// What to do about it.
    pub(super) advice: Option<String>,
}

/// One setting.
#[derive(Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
struct Setting {
    /// Such as `endpoint`.
    name: &'static str,
    /// In words; of headers the names only.
    value: String,
    /// The variable that said so; absent for a default.
    variable: Option<String>,
}

/// What is printed with `--format json`.
pub(crate) fn shape() -> serde_json::Value {
    crate::formats::shape::<Report>()
}

impl Told {
    /// How a signal is set up; nothing was sent yet.
    pub(super) fn of(signal: Signal, target: Option<&Target>) -> Told {
        let settings = target.map(settings);
        Told {
            signal: signal.name(),
            well: false,
            settings: settings.unwrap_or_default(),
            took_ns: None,
            words: None,
            advice: None,
        }
    }
}

fn settings(target: &Target) -> Vec<Setting> {
    let origins = &target.origins;
    let setting = |name, value: String, variable: &Option<String>| Setting {
        name,
        value,
        variable: variable.clone(),
    };
    let path = |path: &std::path::Path| path.display().to_string();
    let headers: Vec<&str> = target.headers.iter().map(|(name, _)| name.as_str()).collect();
    let mut all = vec![
        setting(
            "endpoint",
            scrub(&target.endpoint.to_string()).into_owned(),
            &origins.endpoint,
        ),
        setting("protocol", "grpc".to_owned(), &origins.protocol),
        setting("timeout", format!("{:?}", target.timeout), &origins.timeout),
        setting(
            "compression",
            if target.gzip { "gzip" } else { "none" }.to_owned(),
            &origins.compression,
        ),
    ];
    if !headers.is_empty() {
        all.push(setting("headers", headers.join(", "), &origins.headers));
    }
    if let Some(file) = &target.certificate {
        all.push(setting("certificate", path(file), &origins.certificate));
    }
    if let Some((certificate, key)) = &target.client {
        all.push(setting(
            "client certificate",
            path(certificate),
            &origins.client_certificate,
        ));
        all.push(setting("client key", path(key), &origins.client_key));
    }
    all
}

impl Report {
    pub(super) fn of(
        settings: &Settings,
        signals: Vec<Told>,
        folder: Option<Folder>,
        model: Option<&Model>,
    ) -> Report {
        let config = settings.config.as_ref();
        let backend = config.and_then(|config| config.backend.as_ref());
        let file = config.is_some_and(|config| config.file);
        let way = match backend {
            _ if !settings.refused.is_empty() => "stopped",
            _ if config.is_some_and(|config| config.disabled) => "nowhere",
            None => "file",
            Some(_) if file => "both",
            Some(_) => "backend",
        };
        let mut remarks = config.map_or_else(Vec::new, |config| config.remarks.clone());
        if let Some(Temporality::Delta | Temporality::LowMemory) = backend.map(|backend| backend.temporality)
        {
            remarks.push(
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE asks for sums that count from the last export"
                    .to_owned(),
            );
        }
        let failed = |told: &Told| !told.well && !told.settings.is_empty();
        // A backend that goes away leaves the rest of the run to the file.
        let folder_matters = way != "nowhere";
        Report {
            format: 1,
            well: settings.refused.is_empty()
                && !signals.iter().any(failed)
                && !(folder_matters && folder.as_ref().is_some_and(|folder| folder.trouble.is_some())),
            schema: model.map(|model| format!("{} {}", model.manifest.name, model.manifest.version)),
            way,
            refused: settings.refused.iter().map(ToString::to_string).collect(),
            remarks,
            signals,
            folder,
        }
    }

    /// Shows it to a person.
    pub(super) fn draw(&self, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        let mut sheet = Sheet::new(out, look.clone());
        let schema = match &self.schema {
            Some(schema) => format!("as a program of schema {schema} would read the environment"),
            None => "as any program would read the environment: there is no schema here".to_owned(),
        };
        sheet.flow(0, "", &[(Ink::Faint, schema)])?;
        let way = match self.way {
            "nowhere" => "nothing is recorded: OTEL_SDK_DISABLED says so",
            "file" => "runs go to their files: no endpoint is set",
            "stopped" => "a program would not start with this environment: nothing was sent",
            "both" => "runs go to the backend and to their files",
            _ => "runs go to the backend; their files take what it does not",
        };
        sheet.flow(0, "", &[(Ink::Strong, way.to_owned())])?;
        for refused in &self.refused {
            let sign = look.signs().failed;
            sheet.flow(0, "", &[(Ink::Bad, format!("{sign} {refused}"))])?;
        }
        for remark in &self.remarks {
            let sign = look.signs().slow;
            sheet.flow(0, "", &[(Ink::Warn, format!("{sign} {remark}"))])?;
        }
        let mut shown: Option<&[Setting]> = None;
        for told in &self.signals {
            self.draw_signal(&mut sheet, told, shown)?;
            shown = Some(&told.settings);
        }
        self.folder
            .as_ref()
            .map_or(Ok(()), |folder| draw_folder(&mut sheet, folder))?;
        let (ink, words) = match self.well {
            true => (Ink::Good, "all is well"),
            false => (Ink::Bad, "not all is well"),
        };
        sheet.blank()?;
        sheet.flow(0, "", &[(ink, words.to_owned())])
    }

    fn draw_signal(&self, sheet: &mut Sheet<'_>, told: &Told, before: Option<&[Setting]>) -> io::Result<()> {
        let signs = sheet.look.signs();
        sheet.blank()?;
        let took = told.took_ns.map(|took| duration(took, signs)).unwrap_or_default();
        let state = match (told.well, told.took_ns) {
            (true, _) => (Ink::Good, format!("acknowledged in {took}")),
            (false, Some(_)) => (Ink::Bad, format!("{} failed after {took}", signs.failed)),
            (false, None) => (Ink::Faint, "not exported".to_owned()),
        };
        sheet.flow(0, "  ", &[(Ink::Strong, told.signal.to_owned()), state])?;
        if let Some(words) = &told.words {
            sheet.flow(
                2,
                "",
                &[(if told.well { Ink::Warn } else { Ink::Bad }, words.clone())],
            )?;
        }
        if let Some(advice) = &told.advice {
            sheet.flow(2, "", &[(Ink::Plain, format!("{} {advice}", signs.arrow))])?;
        }
        if before == Some(&told.settings) && !told.settings.is_empty() {
            return sheet.flow(2, "", &[(Ink::Faint, "the same settings".to_owned())]);
        }
        let names = told.settings.iter().map(|setting| setting.name.len());
        let column = 4 + names.max().unwrap_or(0);
        for setting in &told.settings {
            let from = match &setting.variable {
                Some(variable) => format!("  ({variable})"),
                None => "  (default)".to_owned(),
            };
            let mut row = sheet.row();
            row.to(2).put(Ink::Faint, setting.name).to(column);
            sheet.put_going_on(row, column, Ink::Plain, &format!("{}{from}", setting.value))?;
        }
        Ok(())
    }
}

fn draw_folder(sheet: &mut Sheet<'_>, folder: &Folder) -> io::Result<()> {
    let signs = sheet.look.signs();
    sheet.blank()?;
    let holds = match (folder.exists, folder.runs) {
        (false, _) => "does not exist yet: the first run makes it".to_owned(),
        (true, 0) => "holds no run".to_owned(),
        (true, runs) => format!("{}, {}", count(runs, "run"), bytes(folder.bytes as f64)),
    };
    let head = [(Ink::Strong, "run files".to_owned()), (Ink::Plain, holds)];
    sheet.flow(0, "  ", &head)?;
    sheet.flow(2, "", &[(Ink::Plain, folder.path.display().to_string())])?;
    match &folder.trouble {
        Some(trouble) => sheet.flow(2, "", &[(Ink::Bad, format!("{} {trouble}", signs.failed))]),
        None => Ok(()),
    }
}
