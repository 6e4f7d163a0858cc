// What the run used, on the same time as everything else: CPU and memory, the runtime's counters, and the last state of
// every other instrument.

const CPU = "process.cpu.utilization";
const MEMORY = "process.memory.usage";
const PLOTTED = [
  [CPU, "CPU", (value) => `${(value * 100).toFixed(value < 0.1 ? 1 : 0)}%`],
  [MEMORY, "Memory", bytes],
  ["tokio.runtime.workers", "Runtime workers", grouped],
  ["tokio.runtime.alive.tasks", "Alive tasks", grouped],
  ["tokio.runtime.global.queue.depth", "Global queue", grouped],
];

// The least round number that a value fits under.
function roundUp(value, unit) {
  if (value <= 0) return 1;
  const base = unit === "By" ? 2 ** (10 * Math.floor(Math.log2(Math.max(1, value)) / 10)) : 1;
  const scaled = value / base;
  const power = 10 ** Math.floor(Math.log10(scaled));
  return [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((one) => one >= scaled - 1e-12) * base;
}

function plot(part, metric, title, words) {
  const { range } = part;
  const top = metric.name === CPU ? Math.max(0.1, Math.min(1, roundUp(metric.peak, ""))) : roundUp(metric.peak, metric.unit);
  const area = svg("path", { class: "area" });
  const line = svg("path", { class: "line" });
  const cursor = el("i", { class: "cursor", hidden: true });
  const readout = el("output", { class: "readout" });
  const dots = el("div", { class: "dots" });
  const usual = `peak ${words(metric.peak)}, last ${words(metric.last)}`;
  const errors = svg("path", { class: "errormark" });
  const box = el("div", { class: "box", tabindex: 0, role: "slider", "aria-label": `${title}, moment by moment`, "aria-valuemin": 0, "aria-valuemax": metric.t.length - 1, "aria-valuenow": 0, "aria-valuetext": usual },
    svg("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" }, area, errors, line), dots, cursor);
  const y = (value) => 100 - (Math.max(0, value) / top) * 94;
  range.listen(() => {
    // What is in sight, and a sample on either side.
    const first = Math.max(0, metric.t.findIndex((time) => time >= range.from) - 1);
    const past = metric.t.findIndex((time) => time > range.to);
    const last = past < 0 ? metric.t.length - 1 : past;
    const points = [];
    for (let at = first; at <= last; at += 1) points.push([range.place(metric.t[at]) * 1000, y(metric.v[at])]);
    const d = points.map(([x, h], n) => `${n ? "L" : "M"}${x.toFixed(2)} ${h.toFixed(2)}`).join("");
    line.setAttribute("d", d);
    area.setAttribute("d", points.length ? `${d}L${points.at(-1)[0].toFixed(2)} 100L${points[0][0].toFixed(2)} 100z` : "");
    dots.replaceChildren(...(points.length <= 40 ? points.filter(([x]) => x >= 0 && x <= 1000).map(([x, h]) => el("i", { style: { left: share(x / 1000), top: share(h / 100) } })) : []));
    // A few errors are lines over the whole plot; many are marks at its top, or nothing else would be seen.
    const said = part.errorTimes.map((time) => range.place(time)).filter((place) => place >= 0 && place <= 1);
    errors.setAttribute("d", said.map((place) => `M${Math.round(place * 1000)} 0V${said.length > 20 ? 8 : 100}`).join(""));
    leave();
  });
  let now = -1;
  function at(index) {
    now = Math.max(0, Math.min(metric.t.length - 1, index));
    const place = range.place(metric.t[now]);
    cursor.hidden = place < 0 || place > 1;
    cursor.style.left = share(place);
    readout.textContent = `${words(metric.v[now])} at ${clock(metric.t[now])}`;
    readout.classList.add("now");
    box.setAttribute("aria-valuenow", now);
    box.setAttribute("aria-valuetext", readout.textContent);
  }
  function leave() {
    cursor.hidden = true;
    readout.textContent = usual;
    readout.classList.remove("now");
  }
  box.addEventListener("pointermove", (event) => {
    const area = box.getBoundingClientRect();
    const time = range.from + ((event.clientX - area.left) / area.width) * range.length;
    at(metric.t.reduce((best, one, index) => Math.abs(one - time) < Math.abs(metric.t[best] - time) ? index : best, 0));
  });
  box.addEventListener("pointerleave", leave);
  box.addEventListener("blur", leave);
  box.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: now - 1, ArrowRight: now + 1, ArrowDown: now - 1, ArrowUp: now + 1, Home: 0, End: Infinity };
    if (range.key(event)) return;
    if (!(event.key in moves)) return;
    at(moves[event.key]);
    event.preventDefault();
  });
  gestures(box, range);
  const note = metric.points === 1 ? el("small", {}, "one measurement") : metric.stride > 1 ? el("small", {}, `each point is the greatest of ${grouped(metric.stride)}`) : "";
  return el("figure", { class: `plot timed ${metric.name === CPU || metric.name === MEMORY ? "tall" : ""}` },
    el("figcaption", { class: "gutter" }, el("b", {}, title), readout, note, el("span", { class: "top", "aria-hidden": "true" }, words(top))), box);
}

// A small line of what an instrument showed.
function spark(values) {
  if (values.length < 2) return "";
  const [least, most] = [Math.min(0, ...values), Math.max(...values)];
  const d = values.map((value, at) => `${at ? "L" : "M"}${((at / (values.length - 1)) * 100).toFixed(1)} ${(19 - ((value - least) / (most - least || 1)) * 18).toFixed(1)}`).join("");
  return svg("svg", { class: "spark", viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { d }));
}

function resources(part, id) {
  const [hits, misses] = part.cache;
  if (!part.metrics.length && !(hits + misses)) return "";
  const drawn = PLOTTED.map(([name, title, words]) => {
    const metric = part.metrics.find((one) => one.name === name);
    return metric && metric.t.length ? plot(part, metric, title, words) : "";
  });
  const cache = hits + misses ? el("p", { class: "cache" }, dotted(`cache ${count(hits, "hit")}`, `${grouped(misses)} ${misses === 1 ? "miss" : "misses"}`, `${percent(hits / (hits + misses))} hit`)) : "";
  const others = part.metrics.filter((metric) => !PLOTTED.some(([name]) => name === metric.name));
  const value = (metric) => {
    if (metric.kind === "histogram") return dotted(count(metric.last, "value"), metric.mean === null ? "" : `mean ${measured(metric.mean, metric.unit)}`);
    const last = measured(metric.last, metric.unit);
    return metric.kind === "counter" ? last : `${last}, peak ${measured(metric.peak, metric.unit)}`;
  };
  const table = others.length ? el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Other instruments" }, el("table", { class: "instruments" },
    el("thead", {}, el("tr", {}, ["Instrument", "Kind", "Last", "In time"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, others.map((metric) => el("tr", {}, el("th", { scope: "row" }, metric.key),
      el("td", {}, metric.kind.replaceAll("_", " ")), el("td", {}, value(metric)), el("td", {}, spark(metric.v))))))) : "";
  const plots = drawn.some(Boolean);
  return section(`${id}-resources`, "Resources", "", drawn,
    plots ? el("div", { class: "timed foot" }, el("span", { class: "gutter" }), axis(part.range)) : "", cache, table);
}
