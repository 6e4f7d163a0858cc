// The path through the screens: a lane for each screen, a bar for each visit, a step where the operator moved. A step
// without a link is broken, because nothing but time says that it happened.

const LANE = 34;

function path(part, id, texts, details, go) {
  if (!part.visits.length) return "";
  const names = [...part.screens];
  const lanes = names.map((name) => el("div", { class: "track" }));
  const steps = svg("svg", { class: "steps", "aria-hidden": "true", preserveAspectRatio: "none", viewBox: `0 0 1000 ${names.length * LANE}` });
  const drawing = el("div", { class: "lanes timed" },
    names.map((name, lane) => el("div", { class: "lane", style: { "--h": part.hues.get(name) } },
      el("span", { class: "gutter" }, name), lanes[lane])),
    el("div", { class: "over" }, steps));
  const word = part.visits.length > 9 ? `${names.length} screens` : part.visits.map((visit) => texts[part.rows[visit.row].n]).join(" → ");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", `Visits in time: ${word}. The list below has them all.`);

  const of = (visit) => part.rows[visit.row];
  const end = (span) => span.s + (span.d ?? Math.max(0, part.last - span.s));
  const redraw = framed(() => {
    if (!size.width) return;
    const { range } = part;
    const bars = names.map(() => []);
    const lines = [];
    let taken = new Map();
    part.visits.forEach((visit, at) => {
      const span = of(visit);
      const lane = names.indexOf(texts[span.n]);
      const [from, to] = [range.place(span.s), range.place(end(span))];
      if (to >= 0 && from <= 1) {
        // Of visits that would stand in the same place one is drawn.
        const spot = `${lane} ${Math.round((from * size.width) / 4)}`;
        if (!((to - from) * size.width < 4 && taken.has(spot))) {
          taken.set(spot, true);
          const wide = (to - from) * size.width > 54;
          bars[lane].push(el("div", { class: `stay ${tone(span)}`, title: `${texts[span.n]} at ${clock(span.s)}, ${duration(end(span) - span.s)}`, "data-visit": at,
            style: { left: share(Math.max(-0.01, from)), width: share(Math.min(1.01, to) - Math.max(-0.01, from)) } },
            wide ? el("span", {}, duration(end(span) - span.s)) : ""));
        }
      }
      if (at > 0 && from >= 0 && from <= 1) {
        const before = of(part.visits[at - 1]);
        const above = names.indexOf(texts[before.n]);
        const x = Math.round((from * size.width) / 2) * (2000 / size.width);
        const spot = `step ${above} ${lane} ${x}`;
        if (above !== lane && !taken.has(spot)) {
          taken.set(spot, true);
          const [y, z] = [above * LANE + LANE / 2, lane * LANE + LANE / 2];
          lines.push(svg("path", { d: `M${x.toFixed(1)} ${y}V${z}`, class: visit.from === at - 1 ? "linked" : "unlinked" }));
        }
      }
    });
    lanes.forEach((lane, index) => lane.replaceChildren(...bars[index]));
    steps.replaceChildren(...lines);
    steps.classList.toggle("many", lines.length > 120);
  });
  const size = sized(lanes[0], redraw);
  part.range.listen(redraw);
  gestures(drawing, part.range, () => lanes[0].getBoundingClientRect());
  drawing.addEventListener("click", (event) => {
    const at = event.target.closest("[data-visit]")?.dataset.visit;
    if (at !== undefined) list.choose(Number(at));
  });

  const list = new List({
    id: `${id}-visits`, role: "grid", label: "Visits",
    row: (at) => {
      const visit = part.visits[at];
      const span = of(visit);
      const how = span.d === undefined ? "still open" : span.o ? OUTCOMES[span.o] : "";
      const notes = [how, visit.doubt].filter(Boolean).map((note) => el("b", { class: tone(span) === "failed" && note === how ? "bad" : "warn" }, note));
      const more = visit.more ? [`… ${count(visit.more, "more action")}`] : [];
      const said = [...notes, ...visit.said, ...more, ...visit.tags.map((tag) => el("small", {}, tag))];
      return el("div", { style: { "--h": part.hues.get(texts[span.n]) } },
        el("span", { class: "when", role: "gridcell" }, clock(span.s)),
        el("span", { class: "took", role: "gridcell" }, duration(end(span) - span.s)),
        el("span", { class: "screen", role: "gridcell" }, texts[span.n]),
        el("span", { class: "said", role: "gridcell" }, said.flatMap((piece, n) => n ? [" · ", piece] : [piece])));
    },
    show: (at, pinned) => details.show(at === null ? null : () => {
      const visit = part.visits[at];
      const about = aboutSpan(part, visit.row, texts, go);
      const said = visit.said.length ? [el("h4", {}, "Actions"), el("ol", {}, visit.said.map((text) => el("li", {}, text)))] : [];
      about.append(...said);
      return about;
    }, pinned, list),
    keys: (event, at) => {
      if (event.key !== "z") return false;
      part.range.around(of(part.visits[at]).s, end(of(part.visits[at])));
      return true;
    },
  });
  list.fill(part.visits.map((_, at) => at));
  part.lists.push(list);
  const more = part.more_visits ? el("p", { class: "rest" }, `… ${count(part.more_visits, "more visit")} after these, too many for a page`) : "";
  return section(`${id}-path`, "Path", dotted(count(part.visits.length + part.more_visits, "visit"), count(names.length, "screen")),
    drawing, el("div", { class: "timed foot" }, el("span", { class: "gutter" }), axis(part.range)), list.box, more);
}
