// Reads the run and builds the page: a bar that stays, and each run of the file with all that is known of it.

const page = JSON.parse(document.getElementById("run").textContent);
const texts = page.texts;
const low = [];

const SECTIONS = [["errors", "Errors"], ["open", "Open"], ["path", "Path"], ["waterfall", "Waterfall"], ["events", "Events"], ["resources", "Resources"]];

// The colours of screens go around the circle, each far from the one before.
function prepare(part) {
  part.range = new TimeRange(part.end);
  part.lists = [];
  part.paper = [];
  part.low = (text) => low[text] ??= texts[text].toLowerCase();
  part.byId = new Map(part.rows.map((span, row) => [span.i, row]));
  part.screens = new Set(part.visits.map((visit) => texts[part.rows[visit.row].n]));
  part.hues = new Map([...part.screens].map((name, at) => [name, Math.round(215 + at * 137.5) % 360]));
  const errors = new Set();
  part.events.s.forEach((severity, at) => severity === 4 && errors.add(Math.round((part.events.t[at] / part.range.end) * 4000)));
  part.errorTimes = [...errors].map((at) => (at / 4000) * part.range.end);
}

function hint() {
  const keys = [["↑ ↓", "from row to row"], ["← →", "fold and unfold"], ["Enter", "pin the details"], ["z", "zoom to it"], ["+ − 0", "zoom in, out, whole run"], ["Shift ← →", "earlier, later"], ["Esc", "unpin"]];
  return el("div", { class: "hint" }, el("p", {}, "Point at a bar, a visit or an event to read all that is known of it; a click pins it. A drag on a drawing zooms to a time, and so does the wheel with Ctrl."),
    el("dl", {}, keys.map(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])));
}

function build(part, index) {
  prepare(part);
  const id = `run${index + 1}`;
  const tools = { go: () => {}, at: () => {} };
  const details = new Details(`${id}-details`, hint());
  part.details = details;
  const go = (row) => tools.go(row);
  const main = el("div", { class: "column" });
  const article = el("article", { class: "part", id, "aria-label": dotted(part.command || "run", part.id, part.status) });
  part.element = article;
  const drawn = waterfall(part, id, texts, details, tools);
  const told = events(part, id, texts, details, tools);
  const sticky = part.rows.length || part.events.t.length ? el("div", { class: "timebar timed" }, rangeBar(part), overview(part)) : "";
  const first = index === 0;
  main.append(...[
    head(part, index, page),
    doubts([...(first ? page.doubts : []), ...part.doubts], first ? page.sampled : []),
    faults(part, id, go, (time) => tools.at(time)),
    open(part, id, texts, go),
    sticky,
    path(part, id, texts, details, go),
    drawn, tallies(part, id), told, eventCounts(part, id), resources(part, id), delivery(part, id),
  ].filter(Boolean));
  article.append(main, details.element);
  return article;
}

function delivery(part, id) {
  if (!part.ledger) return "";
  const [emitted, inFile, acknowledged, dropped] = part.ledger;
  return section(`${id}-delivery`, "Delivery", "", el("p", {}, dotted(`${count(emitted, "record")} emitted`, `${grouped(inFile)} in the file`,
    `${grouped(acknowledged)} acknowledged`), dropped ? [" · ", el("b", { class: "bad" }, `${grouped(dropped)} dropped`)] : ""));
}

function bar(parts) {
  const theme = button("", "Colours: as the system, light, dark", () => {
    const order = ["light dark", "light", "dark"];
    dress(order[(order.indexOf(document.documentElement.style.colorScheme || "light dark") + 1) % 3]);
  }, { class: "theme" });
  function dress(scheme) {
    document.documentElement.style.colorScheme = scheme;
    const name = { "light dark": "system", light: "light", dark: "dark" }[scheme];
    theme.textContent = { system: "◐", light: "☀", dark: "☾" }[name];
    theme.setAttribute("aria-label", `Colours: ${name}`);
    // A page without a place to keep it forgets it.
    try { localStorage.setItem("telemetry-report-colours", scheme); } catch { /* forgotten */ }
  }
  let kept = null;
  try { kept = localStorage.getItem("telemetry-report-colours"); } catch { /* nothing kept */ }
  dress(["light", "dark"].includes(kept) ? kept : "light dark");
  const links = parts.length > 1
    ? parts.map((part, at) => el("a", { href: `#run${at + 1}` }, dotted(part.command || "run", part.status)))
    : SECTIONS.filter(([name]) => document.getElementById(`run1-${name}`)).map(([name, title]) => {
      const number = name === "errors" ? el("b", { class: "bad" }, grouped(parts[0].faults.length + parts[0].more_faults)) : "";
      return el("a", { href: `#run1-${name}` }, title, number ? " " : "", number);
    });
  const first = parts[0];
  document.getElementById("bar").append(
    el("a", { class: "home", href: "#main" }, first.id || "run", " ", el("span", { class: `badge ${first.tone}` }, first.status)),
    el("nav", { "aria-label": "Parts of the page" }, links), theme);
}

function start() {
  const { parts } = page;
  document.title = dotted(`run ${parts[0].id}`, parts[0].command, parts[0].status);
  document.getElementById("main").append(...parts.map(build));
  bar(parts);
  document.getElementById("foot").append(el("p", {}, dotted(`${page.file}, ${count(page.records, "record")}`, `written by ${page.tool} on ${page.written}`, "this page loads nothing from anywhere")));
  document.addEventListener("keydown", (event) => event.key === "Escape" && parts.forEach((part) => part.details.unpin()));
  const paper = (on) => parts.forEach((part) => {
    part.paper.forEach((work) => work(on));
    part.lists.forEach((list) => {
      list.paper = on;
      list.rendered = null;
      list.render();
    });
  });
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  // When all of it has been painted once; for whoever measures.
  const frames = (number, then) => requestAnimationFrame(() => number > 1 ? frames(number - 1, then) : setTimeout(then));
  frames(3, () => { document.documentElement.dataset.drawn = performance.now().toFixed(0); });
}

start();
