# Written by `telemetry schema export weaver`; the schema's own files are what to edit.
# What the schema says, for rules.rego.
package live_check_advice

import rego.v1

run_ids := ["demo.run.id"]

service := "demo"

error_type := "error.type"

screen_from := "demo.screen.from"

spans := {
	"list": {"always":["demo.screen.name","outcome"],"kind":"internal","link":"after_another","place":{"demo.screen.name":"list"}},
	"load": {"always":["demo.screen.name","outcome","demo.screen.from"],"kind":"internal","link":"required","place":{"demo.screen.name":"load"}},
	"load.read": {"always":["demo.screen.name","demo.stage.name","outcome"],"kind":"internal","link":"free","place":{"demo.stage.name":"read"}},
	"load.read.seek": {"always":["demo.screen.name","demo.stage.name","demo.timing.name","outcome"],"kind":"internal","link":"free","place":{"demo.stage.name":"read","demo.timing.name":"seek"}},
	"flush": {"always":["demo.size","outcome"],"kind":"client","link":"expected","place":{}},
	"cli.command": {"always":["cli.command.name","outcome"],"kind":"internal","link":"free","place":{}},
}

span_events := {
	"pick": ["demo.key"],
	"navigate": ["demo.screen.to"],
}

severities := {
	"stored": 13,
	"slow.foreground.wait": 13,
	"panic": 17,
	"run.summary": 9,
}

closed := {
	"demo.size": ["far-too-much","little"],
	"demo.screen.from": ["list","load"],
	"demo.screen.to": ["list","load"],
	"demo.screen.name": ["list","load"],
	"demo.stage.name": ["read"],
	"error.type": ["disk_full","_OTHER"],
}

secrets := ["demo.key"]
