//! What changed in the manifest: names, how runs are found and kept, and which items the runtime records.

use super::Differ;
use super::change::{Hurt, Kind, Subject, Verdict};
use crate::model::{Manifest, Model};

const STARTER: &[Hurt] = &[Hurt::CallSite];
const QUERY: &[Hurt] = &[Hurt::StoredQuery];
const FILES: &[Hurt] = &[Hurt::OldFile];

impl Differ<'_> {
    pub(super) fn manifest(&mut self) {
        let (before, after) = (&self.base.manifest, &self.head.manifest);
        let address = |manifest: &Manifest| {
            let url = manifest.url.as_str();
            url.rsplit_once('/').map_or(url, |(front, _)| front).to_owned()
        };
        let names = [
            ("schema.name", before.name.clone(), after.name.clone(), QUERY),
            ("schema.url", address(before), address(after), QUERY),
            (
                "schema.namespace",
                before.namespace.clone(),
                after.namespace.clone(),
                STARTER,
            ),
            (
                "service.name",
                before.service.clone(),
                after.service.clone(),
                QUERY,
            ),
            (
                "run.directory",
                before.run.directory.clone(),
                after.run.directory.clone(),
                FILES,
            ),
            (
                "run.file_env",
                before.run.file_env.clone(),
                after.run.file_env.clone(),
                STARTER,
            ),
            (
                "run.debug_env",
                before.run.debug_env.clone(),
                after.run.debug_env.clone(),
                STARTER,
            ),
        ];
        for (key, was, is, hurts) in names {
            if was != is {
                self.on(key, |subject| {
                    subject.say(Verdict::Renamed, hurts, format!("is `{is}`, was `{was}`"));
                });
            }
        }
        let (was, is) = (&before.run, &after.run);
        let lists = [
            (
                "run.id_attributes",
                "has",
                &was.id_attributes,
                &is.id_attributes,
                QUERY,
            ),
            (
                "run.adopt_from.resource_attributes",
                "has",
                &was.adopt_resource_attributes,
                &is.adopt_resource_attributes,
                STARTER,
            ),
            (
                "run.adopt_from.env",
                "has",
                &was.adopt_env,
                &is.adopt_env,
                STARTER,
            ),
            (
                "logs.targets",
                "has",
                &before.log_targets,
                &after.log_targets,
                QUERY,
            ),
        ];
        for (key, what, was, is, hurts) in lists {
            let was: Vec<(String, bool)> = was.iter().map(|each| (each.clone(), false)).collect();
            self.on(key, |subject| subject.set(what, &was, is, hurts));
        }
        for (key, was, is) in [
            ("run.keep.runs", was.keep_runs, is.keep_runs),
            ("run.keep.days", was.keep_days, is.keep_days),
        ] {
            if was != is {
                let (verdict, hurts) = match is < was {
                    true => (Verdict::Narrowed, FILES),
                    false => (Verdict::Widened, &[][..]),
                };
                self.on(key, |subject| {
                    subject.say(verdict, hurts, format!("is {is}, was {was}"))
                });
            }
        }
        self.roles();
    }

    /// What the runtime records by itself comes under another name when its role goes to another item.
    fn roles(&mut self) {
        let (before, after) = (roles(self.base), roles(self.head));
        for (role, kind, was) in &before {
            let is = after.iter().find(|(other, ..)| other == role).map(|(.., id)| *id);
            let today = self.today(*kind, was);
            match is {
                Some(is) if is == today => {}
                Some(is) => self.on(&format!("roles.{role}"), |subject| {
                    subject.say(Verdict::Renamed, QUERY, format!("is `{is}`, was `{was}`"));
                }),
                None => self.on(&format!("roles.{role}"), |subject| {
                    subject.say(Verdict::Narrowed, QUERY, format!("is nobody, was `{was}`"));
                }),
            }
        }
        for (role, _, is) in &after {
            if !before.iter().any(|(other, ..)| other == role) {
                self.on(&format!("roles.{role}"), |subject| {
                    subject.say(Verdict::Widened, &[], format!("is `{is}`"));
                });
            }
        }
    }

    fn on(&mut self, key: &str, say: impl FnOnce(&mut Subject)) {
        let mut subject = Subject::called(Kind::Manifest, key.to_owned(), None);
        say(&mut subject);
        self.changes.append(&mut subject.changes);
    }
}

/// Every role that an item plays.
fn roles(model: &Model) -> Vec<(&'static str, Kind, &str)> {
    let roles = &model.roles;
    let mut all: Vec<(&str, Kind, &str)> = roles
        .attributes()
        .map(|(role, index)| (role, Kind::Attribute, model.attributes[index].item.id.as_str()))
        .collect();
    let events = [
        ("navigate", Some(roles.navigate)),
        ("slow_wait", Some(roles.slow_wait)),
        ("panic", Some(roles.panic)),
        ("summary", Some(roles.summary)),
        ("session_start", roles.session_start),
        ("session_end", roles.session_end),
    ];
    let spans = [
        ("command", Some(roles.command)),
        ("session_span", roles.session_span),
    ];
    let metrics = [
        ("cache_hits", roles.cache_hits),
        ("cache_misses", roles.cache_misses),
    ];
    all.extend(
        events
            .into_iter()
            .filter_map(|(role, index)| Some((role, Kind::Event, model.events[index?].item.id.as_str()))),
    );
    all.extend(
        spans
            .into_iter()
            .filter_map(|(role, index)| Some((role, Kind::Span, model.spans[index?].item.id.as_str()))),
    );
    all.extend(
        metrics
            .into_iter()
            .filter_map(|(role, index)| Some((role, Kind::Metric, model.metrics[index?].item.id.as_str()))),
    );
    all
}
