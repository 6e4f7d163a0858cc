//! The run that a sample is: a command, the operator's path with everything that happens on it, a session, the
//! instruments, the summary. What [`steps`](super::steps) and [`moments`](super::moments) add to it is made here too.

use std::collections::{BTreeMap, HashMap, HashSet};

use telemetry_runtime::line::{
    AttributeValue, Attributes, End, FORMAT, Kind, Ledger, Line, Link, Log, Outcome, Record, Run, SchemaName,
    Severity, SpanKind, StageSummary, Summary, Why, Wire,
};
use telemetry_schema::model::{AttributeIndex, EventIndex, Model, SpanIndex};

use super::moments::{Place, severity};
use super::path::{Step, path};
use super::pen::{Ending, Open, Pen};
use super::points::Points;
use super::values::{Values, text};

/// What the command of a sample is called, so that nobody takes it for a run of the program.
pub(super) const COMMAND: &str = "telemetry-sample";

/// A sample.
pub(super) struct Sample {
    pub(super) run_id: String,
    pub(super) lines: Vec<Line>,
    /// Items that no run can record, each with the reason.
    pub(super) left_out: BTreeMap<String, String>,
}

/// A sample under way.
pub(super) struct Tour<'m> {
    pub(super) model: &'m Model,
    pub(super) pen: Pen,
    pub(super) values: Values<'m>,
    pub(super) points: Points<'m>,
    pub(super) events: BTreeMap<String, u64>,
    pub(super) stages: Vec<StageSummary>,
    /// The visit that began last.
    pub(super) visit: Option<Open>,
    /// The span of each name that started last.
    pub(super) last: HashMap<SpanIndex, Link>,
    /// Events and spans that stand in no special place, dealt out over the stages.
    pub(super) loose_events: Vec<EventIndex>,
    pub(super) loose_spans: Vec<SpanIndex>,
    /// Errors that are still to be shown.
    pub(super) errors: Vec<String>,
    left_out: BTreeMap<String, String>,
}

/// A sample of everything that a schema declares, which begins at this time.
pub(super) fn sample(model: &Model, began: u64, seed: u64) -> Sample {
    let path = path(model);
    let mut tour = Tour::new(model, &path, Pen::new(began, seed));
    if path.is_empty() {
        tour.no_screens();
    }
    let run_id = format!("sample-{}", tour.pen.hex(6));
    tour.begin(&run_id);
    tour.points.make_up(&mut tour.values, &mut tour.pen);
    tour.points.put(&mut tour.pen);
    tour.log();
    let command = tour.command();
    tour.walk(&path);
    tour.session();
    tour.points.make_up(&mut tour.values, &mut tour.pen);
    tour.points.put(&mut tour.pen);
    tour.left_out.extend(tour.points.missing());
    tour.finish(began, command);
    Sample {
        run_id,
        lines: tour.pen.lines,
        left_out: tour.left_out,
    }
}

impl<'m> Tour<'m> {
    fn new(model: &'m Model, path: &[Step], pen: Pen) -> Tour<'m> {
        let roles = &model.roles;
        let special: HashSet<EventIndex> = [roles.navigate, roles.slow_wait, roles.summary]
            .into_iter()
            .chain(roles.session_start)
            .chain(roles.session_end)
            .collect();
        let on_path: HashSet<usize> = path.iter().map(|step| step.screen).collect();
        let listed: HashSet<EventIndex> = { &on_path }
            .iter()
            .flat_map(|screen| model.screens[*screen].actions.iter().copied())
            .collect();
        let loose = |index: &EventIndex| !special.contains(index) && !listed.contains(index);
        let of_runtime = |index: &SpanIndex| *index == roles.command || Some(*index) == roles.session_span;
        let errors = model.errors.iter().map(|error| error.item.id.clone());
        Tour {
            model,
            pen,
            values: Values::new(model),
            points: Points::new(model),
            events: BTreeMap::new(),
            stages: Vec::new(),
            visit: None,
            last: HashMap::new(),
            loose_events: (0..model.events.len()).filter(loose).collect(),
            loose_spans: (0..model.spans.len())
                .filter(|index| !of_runtime(index))
                .collect(),
            errors: errors.rev().collect(),
            left_out: BTreeMap::new(),
        }
    }

    /// Notes an item that cannot be recorded, because an attribute that it needs can have no value.
    pub(super) fn left_out(&mut self, item: &str, attribute: String) {
        let why = format!("it needs `{attribute}`, which can have no value in this schema");
        self.left_out.insert(item.to_owned(), why);
    }

    /// Notes that nothing happens on screens: a run can begin on none.
    fn no_screens(&mut self) {
        let why = "a run begins on no screen of this schema: none has `entry: true`";
        let mut note = |id: &str| _ = self.left_out.insert(id.to_owned(), why.to_owned());
        self.model.screens.iter().for_each(|screen| note(&screen.item.id));
        for stage in &self.model.stages {
            note(&stage.item.id);
            let timings = stage
                .timings
                .iter()
                .map(|timing| format!("{}.{}", stage.item.id, timing.id));
            timings.for_each(|id| note(&id));
        }
    }

    fn begin(&mut self, run_id: &str) {
        let manifest = &self.model.manifest;
        let mut resource = Attributes::new();
        let component = self.model.roles.component;
        if let Some(value) = self.values.of(component) {
            resource.insert(self.values.key(component), value);
        }
        let instance = self.pen.hex(32);
        resource.insert("service.name".to_owned(), text(&manifest.service));
        resource.insert("service.version".to_owned(), text("0.0.0-sample"));
        resource.insert("service.instance.id".to_owned(), text(&instance));
        for key in &manifest.run.id_attributes {
            resource.insert(key.clone(), text(run_id));
        }
        self.pen.put(Record::Run(Run {
            format: FORMAT,
            schema: SchemaName {
                name: manifest.name.clone(),
                version: manifest.version.clone(),
                url: manifest.url.clone(),
            },
            run_id: run_id.to_owned(),
            command: COMMAND.to_owned(),
            pid: 1,
            debug: true,
            resource,
            why: Why::NoEndpoint,
            wire: Some(wire(self.model)),
        }));
    }

    /// What a program says through `tracing`, with words that tell what this is.
    fn log(&mut self) {
        let Some(target) = self.model.manifest.log_targets.first() else {
            return;
        };
        let target = target.trim_end_matches('*').trim_end_matches(':').to_owned();
        self.pen.put(Record::Log(Log {
            severity: Severity::Info,
            target,
            body: "this run is a sample: `telemetry schema sample` made it from the schema".to_owned(),
            screen: None,
            stage: None,
            trace_id: None,
            span_id: None,
            attributes: Attributes::new(),
            dropped_attributes: 0,
        }));
    }

    fn command(&mut self) -> Open {
        let span = &self.model.spans[self.model.roles.command];
        let mut attributes = self.of_span(&span.attributes, true).unwrap_or_default();
        let name = self.model.roles.command_name;
        if matches!(
            self.model.attributes[name].kind,
            telemetry_schema::model::AttributeKind::String
        ) {
            attributes.insert(self.values.key(name), text(COMMAND));
        }
        let kinds = (Kind::Span, kind(span.kind));
        let links = self.links(self.model.roles.command);
        let id = span.item.id.clone();
        self.pen.open(&id, kinds, None, links, attributes)
    }

    /// The stay in a container: its span is told at its beginning.
    fn session(&mut self) {
        let roles = &self.model.roles;
        let session = self.pen.hex(32);
        let mut known = vec![(roles.session, text(&session))];
        let mut place = Place::default();
        if let Some(index) = roles.session_span {
            let span = &self.model.spans[index];
            let mut attributes = self.of_span(&span.attributes, true).unwrap_or_default();
            attributes.insert(self.values.key(roles.session), text(&session));
            let id = span.item.id.clone();
            let links = self.links(index);
            let open = self
                .pen
                .open(&id, (Kind::Span, kind(span.kind)), None, links, attributes);
            place = place.inside(&open);
            self.pen.close(open, Ending::of(Outcome::Success));
        }
        if let Some(start) = roles.session_start {
            self.event_with(start, &place, true, &known);
        }
        if let Some(end) = roles.session_end {
            self.pen.wait(200);
            known.push((roles.duration, AttributeValue::Int(200)));
            self.event_with(end, &place, true, &known);
        }
    }

    /// The last records of a run, in their order.
    fn finish(&mut self, began: u64, command: Open) {
        self.pen.wait(5);
        let duration_ns = self.pen.now - began;
        let records = self.pen.lines.len() as u64 + 1;
        let logs = self
            .pen
            .lines
            .iter()
            .filter(|line| matches!(line.record, Record::Log(_)))
            .count();
        self.pen.put(Record::Summary(Summary {
            outcome: Some(Outcome::Success),
            duration_ns: Some(duration_ns),
            stages: std::mem::take(&mut self.stages),
            events: std::mem::take(&mut self.events),
            logs: logs as u64,
            cache_hits: self.points.total(self.model.roles.cache_hits),
            cache_misses: self.points.total(self.model.roles.cache_misses),
            unexpected: 0,
            ledger: Ledger {
                emitted: records,
                in_file: records,
                ..Ledger::default()
            },
        }));
        self.pen.close(command, Ending::of(Outcome::Success));
        self.pen.put(Record::End(End {
            outcome: Outcome::Success,
            exit_code: Some(0),
            error_type: None,
            duration_ns,
        }));
    }
}

/// What the schema adds to records on the wire.
fn wire(model: &Model) -> Wire {
    let roles = &model.roles;
    let key = |index: AttributeIndex| model.attributes[index].item.id.clone();
    let summary = &model.events[roles.summary];
    let of_summary = |index: AttributeIndex| {
        let uses = summary.attributes.iter().any(|used| used.attribute == index);
        uses.then(|| key(index))
    };
    let described = model
        .metrics
        .iter()
        .filter(|metric| !metric.item.brief.is_empty());
    Wire {
        screen: key(roles.screen),
        stage: key(roles.stage),
        outcome: key(roles.outcome),
        error_type: key(roles.error_type),
        summary: summary.item.id.clone(),
        summary_severity: severity(summary.severity),
        summary_outcome: of_summary(roles.outcome),
        summary_duration: of_summary(roles.duration),
        metrics: described
            .map(|metric| (metric.item.id.clone(), metric.item.brief.clone()))
            .collect(),
    }
}

pub(super) fn kind(kind: telemetry_schema::model::SpanKind) -> SpanKind {
    use telemetry_schema::model::SpanKind as Declared;
    match kind {
        Declared::Internal => SpanKind::Internal,
        Declared::Client => SpanKind::Client,
        Declared::Server => SpanKind::Server,
        Declared::Producer => SpanKind::Producer,
        Declared::Consumer => SpanKind::Consumer,
    }
}
