// What a person asks first: which run, how did it end, what went wrong, what is to be doubted, what was open.

const FAULTS = 8;

function head(part, index, page) {
  const facts = [
    part.exit === null ? "" : `exit ${part.exit}`,
    part.began,
    ...part.facts,
    count(part.records, "record"),
  ];
  const several = page.parts.length > 1 ? el("span", { class: "piece" }, `part ${index + 1} of ${page.parts.length}`) : "";
  const title = el("h1", {}, part.command || "run", " ", el("span", { class: `badge ${part.tone}` }, part.status),
    part.error ? el("span", { class: "error" }, part.error) : "");
  const pairs = attributes(part.resource, page.texts);
  const resource = pairs.length ? el("details", { class: "resource" }, el("summary", {}, "Resource"), pairs[1]) : "";
  part.paper.push((on) => { if (resource) resource.open = on; });
  return el("header", { class: `head ${part.tone}` },
    el("div", { class: "line" }, title, several),
    el("p", { class: "big" },
      el("span", {}, el("b", {}, part.took), " "),
      el("span", { class: "id" }, part.id ? ["run ", el("code", {}, part.id)] : "run without its first line")),
    el("p", { class: "facts" }, dotted(facts)),
    part.running ? el("p", { class: "still" }, `It was still going when this page was written, ${page.written}.`) : "",
    resource);
}

function doubts(words, sampled) {
  if (!words.length && !sampled.length) return "";
  return el("div", { class: "doubts" },
    words.length ? el("ul", { "aria-label": "To be doubted" }, words.map((text) => el("li", {}, text))) : "",
    sampled.length ? el("div", { class: "sampled" }, el("p", {}, "This page is not the whole run:"),
      el("ul", {}, sampled.map((text) => el("li", {}, text)))) : "");
}

// The names of a place; of a stage its dots part places.
const within = (part, name) => part.screens.has(name.split(".")[0]) ? name.replaceAll(".", " › ") : name;

function faults(part, id, go, at) {
  const all = part.faults.length + part.more_faults;
  if (!all) return "";
  const one = (fault) => el("li", { class: "fault" },
    el("h3", {}, el("span", { class: "sign", "aria-hidden": "true" }, "✗ "), fault.name,
      fault.times > Math.max(1, fault.places.length) ? el("small", {}, `said ${count(fault.times, "time")}`) : ""),
    el("p", { class: "where" }, `at ${clock(fault.at)}`,
      fault.places.length ? [" in ", fault.places.map((place, n) => [n ? ", " : "", el("b", {}, within(part, place))])] : ""),
    fault.words ? el("pre", {}, fault.words) : "",
    el("p", { class: "actions" },
      fault.row === null ? "" : button("In the waterfall", "Show the span that failed", () => go(fault.row)),
      button("Events around it", "Show the events of that time", () => at(fault.at))));
  const list = el("ol", { class: "faults" }, part.faults.slice(0, FAULTS).map(one));
  const rest = part.faults.length - FAULTS;
  const more = rest > 0 ? button(`Show ${count(rest, "more error")}`, "Show all errors", () => {
    list.append(...part.faults.slice(FAULTS).map(one));
    more.remove();
  }, { class: "more" }) : "";
  const note = part.more_faults ? el("p", { class: "rest" }, `… ${count(part.more_faults, "more error")}, too many for a page`) : "";
  part.paper.push((on) => on && more && more.click());
  return section(`${id}-errors`, "Errors", grouped(all), list, more, note);
}

function open(part, id, texts, go) {
  if (part.ended && !part.open.length) return "";
  const title = part.ended ? "Never closed" : part.running ? "Open when this was written" : "Open when it was killed";
  const heard = part.ended ? "" : `last heard at ${clock(part.last)}: ${part.last_record}`;
  const rows = part.open.slice(0, 50).map((row) => {
    const span = part.rows[row];
    const name = texts[span.n];
    return el("li", {}, el("span", { class: "sign", "aria-hidden": "true" }, `${MARKS.open} `),
      button(span.k === 3 ? name : name.replaceAll(".", " › "), "Show it in the waterfall", () => go(row), { class: "link" }),
      el("small", {}, ` since ${clock(span.s)}, for ${duration(Math.max(0, part.last - span.s))}`));
  });
  const more = part.open.length - rows.length;
  return section(`${id}-open`, title, heard,
    rows.length ? el("ul", { class: "open" }, rows) : el("p", {}, "Nothing: it was between two spans."),
    more > 0 ? el("p", { class: "rest" }, `… ${grouped(more)} more in the waterfall`) : "");
}
