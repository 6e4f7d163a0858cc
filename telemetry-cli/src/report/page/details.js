// What is known of one thing: beside the drawings where there is room, at the foot of the window where there is not.

class Details {
  constructor(id, hint) {
    this.body = el("div", { class: "about" });
    this.close = button("✕", "Close (Escape)", () => this.unpin(), { class: "close", "aria-label": "Close the details" });
    this.element = el("aside", { class: "details", id, "aria-label": "Details" }, this.close, this.body);
    this.hint = hint;
    this.pinned = null;
    this.owner = null;
    this.put(null);
  }
  // `make` makes the content. A pinned one gives way only to the next that is pinned.
  show(make, pinned, owner) {
    if (pinned) {
      if (this.owner && this.owner !== owner) this.owner.unpin();
      this.owner = owner;
      this.pinned = make;
    } else if (this.owner === owner && owner && owner.pinned === null) {
      this.pinned = null;
      this.owner = null;
    }
    this.put(make ?? this.pinned);
  }
  unpin() {
    this.owner?.unpin();
    this.owner = null;
    this.pinned = null;
    this.put(null);
  }
  put(make) {
    this.element.classList.toggle("full", Boolean(make));
    this.element.classList.toggle("pinned", Boolean(this.pinned));
    this.body.replaceChildren(make ? make() : this.hint.cloneNode(true));
  }
}

// Names and values, those that are empty left out.
function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return el("dl", {}, rows.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function attributes(numbers, texts) {
  const pairs = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) pairs.push([texts[numbers[at]], texts[numbers[at + 1]]]);
  return pairs.length ? [el("h4", {}, "Attributes"), facts(pairs)] : [];
}

// A span in full. `go` leads to another one.
function aboutSpan(part, row, texts, go) {
  const span = part.rows[row];
  const how = span.d === undefined ? "still open" : OUTCOMES[span.o ?? 0];
  const took = span.d ?? Math.max(0, part.last - span.s);
  const links = (span.y ?? []).map(([trace, id, name]) => {
    const target = part.byId.get(texts[id]);
    if (target !== undefined) return button(`${texts[name] || "span"} ${texts[id]}`, "Show it", () => go(target), { class: "link" });
    return el("span", {}, `${texts[name] || "another process"} · trace ${texts[trace]} · span ${texts[id]}`);
  });
  return el("div", {},
    el("h3", {}, texts[span.n], el("small", {}, KINDS[span.k])),
    el("p", { class: `how ${tone(span)}` }, dotted(`${mark(span)} ${how}`.trim(), span.w ? "slow" : "", span.e === undefined ? "" : texts[span.e])),
    span.m === undefined ? "" : el("pre", {}, texts[span.m]),
    facts([
      ["opened", clock(span.s)],
      ["took", span.d === undefined ? `${duration(took)} until the run last spoke` : duration(took)],
      ["ended", span.d === undefined ? "" : clock(span.s + took)],
      ["share of the run", part.end > 0 ? percent(Math.min(1, took / part.end)) : ""],
    ]),
    el("p", { class: "actions" },
      button("Zoom to it", "Show only its time (z)", () => part.range.around(span.s, span.s + took))),
    attributes(span.a ?? [], texts),
    links.length ? [el("h4", {}, "Came from"), el("ul", {}, links.map((link) => el("li", {}, link)))] : [],
    el("h4", {}, "Ids"),
    facts([["trace", texts[span.t]], ["span", span.i]]));
}

// An event in full.
function aboutEvent(part, at, texts, go) {
  const events = part.events;
  const severity = SEVERITIES[events.s[at]];
  const on = events.r[at];
  return el("div", {},
    el("h3", {}, texts[events.n[at]], el("small", {}, events.l[at] ? "log" : "event")),
    el("p", { class: `how ${severity}` }, dotted(severity, clock(events.t[at]))),
    el("pre", {}, texts[events.b[at]]),
    facts([
      ["screen", events.p[at] < 0 ? "" : texts[events.p[at]]],
      ["stage", events.g[at] < 0 ? "" : texts[events.g[at]]],
    ]),
    el("p", { class: "actions" },
      on < 0 ? "" : button(`In ${texts[part.rows[on].n]}`, "Show the span that it is on", () => go(on)),
      button("Zoom to it", "Show only the time around it (z)", () => part.range.around(events.t[at]))),
    attributes(events.a[at], texts));
}

// How a span ended, as a class and as a sign.
const tone = (span) => span.d === undefined ? "open" : span.o ? TONES[span.o] : span.w ? "slow" : "fine";
const mark = (span) => MARKS[tone(span)] ?? "";
