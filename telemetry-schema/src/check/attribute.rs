//! Attributes: their ids among each other, and what OpenTelemetry's conventions say of them.

use std::collections::HashMap;

use super::Check;
use crate::diagnostic::{Code, Diagnostic};
use crate::lower::Section;
use crate::model::{Attribute, AttributeKind, BodyPart, Sensitivity};
use crate::{near, standard};

impl Check<'_> {
    pub(super) fn attributes(&mut self) {
        self.attribute_is_namespace();
        for (index, attribute) in self.model.attributes.iter().enumerate() {
            if attribute.standard {
                self.unknown_standard(index, attribute);
                self.standard_type_mismatch(index, attribute);
            } else {
                self.unmarked_standard(index, attribute);
            }
            self.example_mismatch(index, attribute);
        }
        self.secret_in_body();
    }

    /// `a.b` beside `a.b.c`: backends that draw attributes as a tree cannot show both.
    fn attribute_is_namespace(&mut self) {
        let attributes = &self.model.attributes;
        let by_id: HashMap<&str, usize> = attributes
            .iter()
            .enumerate()
            .map(|(index, attribute)| (attribute.item.id.as_str(), index))
            .collect();
        for (inner, attribute) in attributes.iter().enumerate() {
            let id = attribute.item.id.as_str();
            for (dot, _) in id.match_indices('.') {
                let Some(&outer) = by_id.get(&id[..dot]) else {
                    continue;
                };
                if attribute.item.implicit && attributes[outer].item.implicit {
                    continue;
                }
                // What was supplied stands in no file, so the declared one of the two is underlined.
                let (here, there) = if attributes[outer].item.implicit {
                    (inner, outer)
                } else {
                    (outer, inner)
                };
                let message = format!(
                    "the attribute `{}` is the namespace of the attribute `{id}`",
                    &id[..dot]
                );
                let diagnostic = self
                    .at_item(Code::AttributeIsNamespace, Section::Attribute, here, message)
                    .help(format!(
                        "rename one of the two, for example to `{}.name`",
                        &id[..dot]
                    ));
                let there_at = self.places.id(Section::Attribute, there);
                let declared = !attributes[there].item.implicit;
                self.error(if declared {
                    diagnostic.also(&there_at, "inside it")
                } else {
                    diagnostic
                });
            }
        }
    }

    fn unknown_standard(&mut self, index: usize, attribute: &Attribute) {
        let id = &attribute.item.id;
        match standard::find(id) {
            None => {
                let at = self.places.part(Section::Attribute, index, "standard", 0);
                let message = format!("OpenTelemetry's conventions have no attribute `{id}`");
                let diagnostic = Diagnostic::new(Code::UnknownStandard, &at, message);
                self.error(match near::nearest(id, standard::names()) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`? Else remove `standard`")),
                    None => diagnostic.help("remove `standard`, and put the id under your own namespace"),
                });
            }
            Some(found) if found.deprecated => {
                let message = format!("OpenTelemetry's conventions have given up `{id}`");
                let diagnostic = self.at_item(Code::DeprecatedStandard, Section::Attribute, index, message);
                let help = "look up what stands in its place, or remove `standard`";
                self.warn(Section::Attribute, index, diagnostic.help(help));
            }
            Some(_) => {}
        }
    }

    fn standard_type_mismatch(&mut self, index: usize, attribute: &Attribute) {
        let Some(found) = standard::find(&attribute.item.id) else {
            return;
        };
        if !found.fits(&attribute.kind) {
            let at = self.places.part(Section::Attribute, index, "type", 0);
            let message = format!("the type of `{}` differs from the convention", attribute.item.id);
            self.error(
                Diagnostic::new(Code::StandardTypeMismatch, &at, message)
                    .label(format!("the convention says `{}`", found.kind))
                    .also(
                        &self.places.part(Section::Attribute, index, "standard", 0),
                        "said to be standard here",
                    )
                    .help(format!(
                        "write `type: {}`, or choose an id of your own",
                        found.kind
                    )),
            );
        }
    }

    fn unmarked_standard(&mut self, index: usize, attribute: &Attribute) {
        let known = standard::find(&attribute.item.id).is_some_and(|found| !found.deprecated);
        if known && !attribute.item.implicit {
            let message = format!(
                "`{}` is an attribute of OpenTelemetry's conventions",
                attribute.item.id
            );
            let diagnostic = self.at_item(Code::UnmarkedStandard, Section::Attribute, index, message);
            let help = "add `standard: true`, so that its type is compared with the convention";
            self.warn(Section::Attribute, index, diagnostic.help(help));
        }
    }

    fn example_mismatch(&mut self, index: usize, attribute: &Attribute) {
        for (n, example) in attribute.examples.iter().enumerate() {
            let fits = match &attribute.kind {
                AttributeKind::String | AttributeKind::Strings => true,
                AttributeKind::Bool | AttributeKind::Bools => example.parse::<bool>().is_ok(),
                AttributeKind::Int | AttributeKind::Ints => example.parse::<i64>().is_ok(),
                AttributeKind::Double | AttributeKind::Doubles => example.parse::<f64>().is_ok(),
                AttributeKind::Enum(values) => values.iter().any(|value| value.id == *example),
                AttributeKind::Screen => self.model.screens.iter().any(|screen| screen.item.id == *example),
                AttributeKind::Stage => self.model.stages.iter().any(|stage| stage.item.id == *example),
                AttributeKind::Error => self.model.errors.iter().any(|error| error.item.id == *example),
            };
            if fits {
                continue;
            }
            let at = self.places.part(Section::Attribute, index, "examples", n);
            let message = format!("the example `{example}` is no value of `{}`", attribute.item.id);
            let diagnostic = Diagnostic::new(Code::ExampleMismatch, &at, message)
                .label(format!("the type is `{}`", attribute.kind.as_str()));
            let known: Vec<&str> = match &attribute.kind {
                AttributeKind::Enum(values) => values.iter().map(|value| value.id.as_str()).collect(),
                _ => Vec::new(),
            };
            self.error(near::suggest(diagnostic, example, known));
        }
    }

    fn secret_in_body(&mut self) {
        for (index, event) in self.model.events.iter().enumerate() {
            for part in &event.body {
                let BodyPart::Slot(slot) = part else { continue };
                let attribute = &self.model.attributes[event.attributes[*slot].attribute];
                if attribute.sensitivity == Sensitivity::Secret {
                    let at = self.places.part(Section::Event, index, "body", 0);
                    let message = format!("the body shows `{}`, which is secret", attribute.item.id);
                    self.error(
                        Diagnostic::new(Code::SecretInBody, &at, message)
                            .also(
                                &self
                                    .places
                                    .id(Section::Attribute, event.attributes[*slot].attribute),
                                "declared here",
                            )
                            .help("remove it from the body"),
                    );
                }
            }
        }
    }
}
