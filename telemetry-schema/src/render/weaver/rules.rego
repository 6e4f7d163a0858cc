# What the live check asks of a run. The same for every schema; vocabulary.rego says what this one answers.
package live_check_advice

import rego.v1

finding(id, level, context, message) := {
	"id": id,
	"level": level,
	"context": context,
	"message": message,
}

keys(sample) := {attribute.name | some attribute in sample.attributes}

# --- the resource: every run has an id, and it is the same under each of its names

deny contains finding("missing_run_id", "violation", {"attribute_name": key}, message) if {
	resource := input.sample.resource
	some key in run_ids
	not has_text(resource, key)
	message := sprintf("The resource has no run id: `%s` must be a text that is not empty.", [key])
}

deny contains finding("missing_run_id", "violation", {}, message) if {
	some kind in ["span", "log", "metric"]
	input.sample[kind]
	# Only where Weaver hands the resource to policies and there is none; elsewhere it is not known.
	input.resource == null
	message := sprintf("The %s comes without a resource, so that nobody knows its run.", [kind])
}

deny contains finding("run_ids_differ", "violation", {"values": values}, message) if {
	resource := input.sample.resource
	values := {attribute.value |
		some attribute in resource.attributes
		attribute.name in run_ids
	}
	count(values) > 1
	message := "The run has one id under one name and another under another."
}

deny contains finding("wrong_service", "violation", {"service": attribute.value}, message) if {
	resource := input.sample.resource
	some attribute in resource.attributes
	attribute.name == "service.name"
	attribute.value != service
	message := sprintf("The schema is of the service `%s`, and the resource of `%v`.", [service, attribute.value])
}

has_text(sample, key) if {
	some attribute in sample.attributes
	attribute.name == key
	is_string(attribute.value)
	attribute.value != ""
}

# --- spans

deny contains finding("undeclared_span", "violation", {"span_name": span.name}, message) if {
	span := input.sample.span
	not spans[span.name]
	message := sprintf("The schema has no span `%s`.", [span.name])
}

deny contains finding("wrong_span_kind", "violation", {"expected": kind}, message) if {
	span := input.sample.span
	kind := spans[span.name].kind
	span.kind != kind
	message := sprintf("The span `%s` is of the kind %s, not %s.", [span.name, kind, span.kind])
}

deny contains finding("missing_span_attribute", "violation", {"attribute_name": key}, message) if {
	span := input.sample.span
	some key in spans[span.name].always
	not key in keys(span)
	message := sprintf("The span `%s` lacks `%s`, which it always has.", [span.name, key])
}

deny contains finding("wrong_span_place", "violation", {"attribute_name": key}, message) if {
	span := input.sample.span
	some key, value in spans[span.name].place
	some attribute in span.attributes
	attribute.name == key
	attribute.value != value
	message := sprintf("The span `%s` says `%v` as `%s`, which is `%s`.", [span.name, attribute.value, key, value])
}

deny contains finding("missing_error_type", "violation", {"attribute_name": error_type}, message) if {
	span := input.sample.span
	spans[span.name]
	span.status.code == "error"
	not error_type in keys(span)
	message := sprintf("The span `%s` failed and lacks `%s`.", [span.name, error_type])
}

# --- links

deny contains finding("missing_link", "violation", {"span_name": span.name}, message) if {
	span := input.sample.span
	unlinked(span)
	must_link(span, spans[span.name].link)
	message := sprintf("The span `%s` links to no other span.", [span.name])
}

deny contains finding("missing_link", "improvement", {"span_name": span.name}, message) if {
	span := input.sample.span
	unlinked(span)
	spans[span.name].link == "expected"
	message := sprintf("The span `%s` links to no visit; it should, if there was one.", [span.name])
}

unlinked(span) if count(object.get(span, "span_links", [])) == 0

must_link(_, rule) if rule == "required"

# What says where the operator came from has to link there.
must_link(span, rule) if {
	rule == "after_another"
	screen_from in keys(span)
}

# And the other way round.
deny contains finding("missing_span_attribute", "violation", {"attribute_name": screen_from}, message) if {
	span := input.sample.span
	spans[span.name].link == "after_another"
	not unlinked(span)
	not screen_from in keys(span)
	message := sprintf("The span `%s` links to a visit and lacks `%s`.", [span.name, screen_from])
}

# --- events on spans: a registry has no word for them

deny contains finding("undeclared_span_event", "violation", {"event_name": event.name}, message) if {
	event := input.sample.span_event
	not span_events[event.name]
	message := sprintf("The schema has no event `%s` that stands on a span.", [event.name])
}

deny contains finding("missing_span_event_attribute", "violation", {"attribute_name": key}, message) if {
	event := input.sample.span_event
	some key in span_events[event.name]
	not key in keys(event)
	message := sprintf("The event `%s` lacks `%s`, which it always has.", [event.name, key])
}

# --- log records

deny contains finding("wrong_severity", "violation", {"expected": severity}, message) if {
	log := input.sample.log
	severity := severities[log.event_name]
	log.severity_number != severity
	message := sprintf("The event `%s` has the severity %v, not %v.", [log.event_name, severity, log.severity_number])
}

# --- values: the sets of a schema are closed, and its secrets do not arrive

deny contains finding("undeclared_value", "violation", {"attribute_name": attribute.name}, message) if {
	attribute := input.sample.attribute
	values := closed[attribute.name]
	not attribute.value in values
	message := sprintf("`%v` is none of the values of `%s`.", [attribute.value, attribute.name])
}

deny contains finding("secret_shown", "violation", {"attribute_name": attribute.name}, message) if {
	attribute := input.sample.attribute
	attribute.name in secrets
	attribute.value != "[redacted]"
	message := sprintf("`%s` is secret and can be read.", [attribute.name])
}
