// The whole run in a strip: everything that took time, where errors were said, and a window on what is looked at. The
// window is dragged by its middle or by its ends; a drag beside it makes a new one.

const STRIP = 44;

function overview(part) {
  const { range } = part;
  const tones = new Map();
  const taken = new Set();
  const deepest = Math.min(9, part.rows.reduce((most, span) => Math.max(most, span.z), 0) + 1);
  const high = STRIP / Math.max(4, deepest);
  for (const span of part.rows) {
    const from = Math.round((span.s / range.end) * 1000);
    const to = Math.round(((span.s + (span.d ?? Math.max(0, part.last - span.s))) / range.end) * 1000);
    const level = Math.min(span.z, deepest - 1);
    const name = tone(span) === "fine" ? `fine k${span.k}` : tone(span);
    const spot = `${from} ${to} ${level} ${name}`;
    if (taken.has(spot)) continue;
    taken.add(spot);
    const width = Math.max(1.5, to - from);
    tones.set(name, `${tones.get(name) ?? ""}M${from} ${(level * high).toFixed(1)}h${width}v${(high * 0.8).toFixed(1)}h${-width}z`);
  }
  const errors = new Set();
  part.events.s.forEach((severity, at) => severity === 4 && errors.add(Math.round((part.events.t[at] / range.end) * 1000)));
  const marks = [...errors].map((at) => `M${at} 0V${errors.size > 20 ? STRIP / 6 : STRIP}`).join("");
  const chosen = el("div", { class: "window" }, el("i", { class: "grip left" }), el("i", { class: "grip right" }));
  const strip = el("div", { class: "strip", "aria-hidden": "true" },
    svg("svg", { viewBox: `0 0 1000 ${STRIP}`, preserveAspectRatio: "none" },
      [...tones].map(([name, d]) => svg("path", { d, class: name })),
      svg("path", { d: marks, class: "errormark" })),
    chosen);
  range.listen(() => {
    chosen.style.left = share(range.from / range.end);
    chosen.style.width = share(range.length / range.end);
    strip.classList.toggle("whole", range.whole);
  });
  let drag = null;
  const at = (event) => {
    const box = strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * range.end;
  };
  strip.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    const inside = event.target.closest(".window") && !range.whole;
    drag = { start: at(event), from: range.from, to: range.to, how: grip ? (grip.classList.contains("left") ? "from" : "to") : inside ? "move" : "new" };
    strip.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  strip.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const now = at(event);
    if (drag.how === "move") range.set(drag.from + now - drag.start, drag.to + now - drag.start);
    else if (drag.how === "from") range.set(Math.min(now, drag.to), drag.to);
    else if (drag.how === "to") range.set(drag.from, Math.max(now, drag.from));
    else if (Math.abs(now - drag.start) > range.end / 200) range.set(Math.min(now, drag.start), Math.max(now, drag.start));
  });
  for (const name of ["pointerup", "pointercancel"]) strip.addEventListener(name, () => { drag = null; });
  return strip;
}

// The time that is looked at in words, with buttons for those who have no wheel.
function rangeBar(part) {
  const { range } = part;
  const words = el("output", { class: "seen", "aria-live": "polite" });
  const all = button("Whole run", "Show the whole run (0)", () => range.all());
  range.listen(() => {
    words.textContent = range.whole ? `whole run, ${duration(range.end)}` : `${clock(range.from)} to ${clock(range.to)}, ${duration(range.length)}`;
    all.disabled = range.whole;
  });
  return el("div", { class: "rangebar gutter", role: "group", "aria-label": "Time that is shown" },
    el("span", { class: "buttons" }, button("−", "Zoom out (-)", () => range.zoom(2), { "aria-label": "Zoom out" }),
    button("+", "Zoom in (+)", () => range.zoom(0.5), { "aria-label": "Zoom in" }),
    button("◀", "Earlier (Shift ←)", () => range.pan(-0.25), { "aria-label": "Earlier" }),
    button("▶", "Later (Shift →)", () => range.pan(0.25), { "aria-label": "Later" }),
    all), words);
}
