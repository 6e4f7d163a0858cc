// Events and logs in time, with filters. The time that is looked at is a filter too.

const BINS = 120;

function events(part, id, texts, details, tools) {
  const { events: all, range } = part;
  const total = Object.values(part.severities).reduce((sum, number) => sum + number, 0);
  if (!total) return "";
  const number = all.t.length;
  const filter = { text: "", severities: new Set([0, 1, 2, 3, 4]), name: "", screen: "", seen: true };
  // Above so many the debug tier is switched off at first: it is the firehose.
  if (number > 2000 && all.s.some((severity) => severity >= 2)) [0, 1].forEach((one) => filter.severities.delete(one));

  const choices = (of, none) => {
    const counts = new Map();
    for (let at = 0; at < number; at += 1) {
      const key = of(at);
      if (key >= 0) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const sorted = [...counts].sort((a, b) => texts[a[0]].localeCompare(texts[b[0]]));
    return [el("option", { value: "" }, none), sorted.map(([key, times]) => el("option", { value: key }, `${texts[key]} (${grouped(times)})`))].flat();
  };

  const matches = (at) => {
    if (!filter.severities.has(all.s[at])) return false;
    if (filter.name !== "" && all.n[at] !== filter.name) return false;
    if (filter.screen !== "" && all.p[at] !== filter.screen) return false;
    if (!filter.text) return true;
    return part.low(all.b[at]).includes(filter.text) || part.low(all.n[at]).includes(filter.text)
      || all.a[at].some((text) => part.low(text).includes(filter.text));
  };

  const marks = SEVERITIES.map((name) => svg("path", { class: name }));
  const strip = el("div", { class: "density" }, svg("svg", { viewBox: `0 0 ${BINS} 40`, preserveAspectRatio: "none", "aria-hidden": "true" }, marks));
  function density() {
    const bins = SEVERITIES.map(() => new Float64Array(BINS));
    let most = 1;
    for (const at of passed) {
      const place = Math.floor(range.place(all.t[at]) * BINS);
      // The last moment belongs to the last bin.
      const bin = place === BINS && all.t[at] <= range.to ? BINS - 1 : place;
      if (bin >= 0 && bin < BINS) bins[all.s[at]][bin] += part.strides[SEVERITIES[all.s[at]]] ?? 1;
    }
    for (let bin = 0; bin < BINS; bin += 1) most = Math.max(most, bins.reduce((sum, one) => sum + one[bin], 0));
    const base = new Float64Array(BINS).fill(40);
    for (let severity = 4; severity >= 0; severity -= 1) {
      let d = "";
      bins[severity].forEach((value, bin) => {
        if (!value) return;
        const high = Math.max(severity >= 3 ? 4 : 1.5, (value / most) * 38);
        base[bin] -= high;
        d += `M${bin + 0.1} ${base[bin].toFixed(2)}h.8v${high.toFixed(2)}h-.8z`;
      });
      marks[severity].setAttribute("d", d);
    }
  }

  // What passes the filters, and of that what is in the time that is looked at.
  let passed = [];
  const said = el("output", { class: "number", "aria-live": "polite" });
  const empty = el("p", { class: "empty", hidden: true }, "Nothing passes these filters. ", button("Clear them", "Show all events", () => clear()));
  function narrow() {
    const inSight = range.whole || !filter.seen ? passed : passed.filter((at) => all.t[at] >= range.from && all.t[at] <= range.to);
    list.fill(inSight);
    const where = range.whole || !filter.seen ? "" : ` from ${clock(range.from)} to ${clock(range.to)}`;
    said.textContent = `${grouped(inSight.length)} of ${count(number, "event")}${where}`;
    empty.hidden = inSight.length > 0;
    list.box.hidden = inSight.length === 0;
    density();
  }
  function sift() {
    passed = [];
    for (let at = 0; at < number; at += 1) if (matches(at)) passed.push(at);
    narrow();
  }

  // In one line. Of an event whose words are only its name, what it carries.
  function words(at) {
    const body = texts[all.b[at]].trim();
    if (body && body !== texts[all.n[at]]) return body.replace(/\s*\n\s*/g, " ⏎ ");
    const pairs = [];
    for (let n = 0; n + 1 < all.a[at].length && n < 6; n += 2) pairs.push(`${texts[all.a[at][n]].split(".").at(-1)}=${texts[all.a[at][n + 1]]}`);
    return pairs.join(", ") || body;
  }

  const list = new List({
    id: `${id}-list`, role: "grid", label: "Events",
    row: (at) => el("div", { class: SEVERITIES[all.s[at]] },
      el("span", { class: "when", role: "gridcell" }, clock(all.t[at])),
      el("span", { class: "severity", role: "gridcell" }, SEVERITIES[all.s[at]]),
      el("span", { class: `name ${all.l[at] ? "log" : ""}`, role: "gridcell" }, texts[all.n[at]]),
      el("span", { class: "words", role: "gridcell" }, words(at)),
      el("span", { class: "place", role: "gridcell" }, [all.p[at], all.g[at]].filter((text) => text >= 0).map((text) => texts[text]).join(" › "))),
    show: (at, pinned) => details.show(at === null ? null : () => aboutEvent(part, at, texts, tools.go), pinned, list),
    keys: (event, at) => {
      if (event.key === "z") range.around(all.t[at]);
      else return event.key !== "click" && range.key(event);
      return true;
    },
  });

  let waiting;
  const search = el("input", { type: "search", placeholder: "text, name, attribute", "aria-label": "Find events by text, name or attribute",
    on: { input: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { filter.text = search.value.trim().toLowerCase(); sift(); }, number > 5000 ? 150 : 0);
    } } });
  const boxes = SEVERITIES.map((name, severity) => {
    const there = part.severities[name] ?? 0;
    if (!there) return null;
    const box = el("input", { type: "checkbox", on: { change: () => {
      if (box.checked) filter.severities.add(severity);
      else filter.severities.delete(severity);
      sift();
    } } });
    box.checked = filter.severities.has(severity);
    const label = el("label", { class: `chip ${name}` }, box, `${name} `, el("b", {}, grouped(there)));
    return { severity, box, label };
  }).filter(Boolean).reverse();
  const pick = (key, label, of, none) => {
    const select = el("select", { "aria-label": label, on: { change: () => { filter[key] = select.value === "" ? "" : Number(select.value); sift(); } } }, choices(of, none));
    return select;
  };
  const name = pick("name", "Name of the event", (at) => all.n[at], "every name");
  const screen = pick("screen", "Screen of the event", (at) => all.p[at], "every screen");
  const seen = el("input", { type: "checkbox", on: { change: () => { filter.seen = seen.checked; narrow(); } } });
  seen.checked = true;
  function clear() {
    search.value = name.value = screen.value = filter.text = filter.name = filter.screen = "";
    filter.severities = new Set([0, 1, 2, 3, 4]);
    boxes.forEach(({ box }) => { box.checked = true; });
    range.all();
    sift();
  }
  const controls = el("div", { class: "controls" }, search,
    el("span", { class: "chips", role: "group", "aria-label": "Severities" }, boxes.map(({ label }) => label)),
    name, screen.options.length > 1 ? screen : "",
    el("label", { class: "chip" }, seen, "only in the time shown"),
    button("Clear", "Show all events", clear), said);

  range.listen(framed(narrow));
  gestures(strip, range);
  sift();
  part.lists.push(list);
  // Shows what was said around a moment.
  tools.at = (time) => {
    clear();
    range.around(time, time, 25);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const nearest = list.order.reduce((best, at) => Math.abs(all.t[at] - time) < Math.abs(all.t[best] - time) ? at : best, list.order[0]);
      element.scrollIntoView({ block: "start" });
      if (nearest !== undefined) list.choose(nearest);
      list.element.focus({ preventScroll: true });
    }));
  };
  const thinned = Object.entries(part.strides).reverse().map(([severity, stride]) => `1 of every ${grouped(stride)} ${severity} events is here`);
  const counts = SEVERITIES.toReversed().filter((one) => part.severities[one]).map((one) => `${grouped(part.severities[one])} ${one}`);
  const element = section(`${id}-events`, "Events", dotted(grouped(total), counts),
    thinned.length ? el("p", { class: "sampled" }, `${dotted(thinned)}; the numbers of severities are those of the whole run.`) : "",
    controls,
    el("div", { class: "timed" }, el("span", { class: "gutter" }, "how many, in time"), strip),
    el("div", { class: "timed foot" }, el("span", { class: "gutter" }), axis(range)),
    list.box, empty);
  return element;
}

// How often each event happened, in the whole run.
function eventCounts(part, id) {
  if (part.event_counts.length < 2) return "";
  const most = part.event_counts[0][1];
  const one = ([name, times]) => el("li", {}, el("span", { class: "name" }, name), el("span", { class: "meter", "aria-hidden": "true" },
    el("i", { style: { width: share(times / most) } })), el("span", { class: "n" }, grouped(times)));
  const list = el("ol", { class: "counts" }, part.event_counts.slice(0, 12).map(one));
  const rest = part.event_counts.length - 12;
  const more = rest > 0 ? button(`Show ${count(rest, "more name")}`, "Show all names", () => {
    list.append(...part.event_counts.slice(12).map(one));
    more.remove();
  }, { class: "more" }) : "";
  return section(`${id}-counts`, "How often", count(part.event_counts.length, "name"), list, more);
}
