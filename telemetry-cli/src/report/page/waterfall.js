// The waterfall: visits, stages, timings and other spans as a tree, each with its bar on the time that is looked at.

// More rows than this, and what went well inside of stages is folded at first.
const UNFOLDED = 400;

function waterfall(part, id, texts, details, tools) {
  if (!part.rows.length) return null;
  const { rows, range } = part;
  const inner = (row) => row + 1 < rows.length && rows[row + 1].z > rows[row].z;
  const folded = new Set();
  const filter = { text: "", only: "" };

  // The row that one is in, and whether there is something wrong inside of it.
  const above = new Int32Array(rows.length).fill(-1);
  const wrong = new Uint8Array(rows.length);
  const stack = [];
  rows.forEach((span, row) => {
    while (stack.length && rows[stack.at(-1)].z >= span.z) stack.pop();
    if (stack.length) above[row] = stack.at(-1);
    stack.push(row);
  });
  const isWrong = (row) => ["failed", "slow", "open", "abandoned"].includes(tone(rows[row]));
  for (let row = rows.length - 1; row >= 0; row -= 1) {
    if (isWrong(row)) wrong[row] = 1;
    if (wrong[row] && above[row] >= 0) wrong[above[row]] = 1;
  }
  if (rows.length > UNFOLDED) {
    rows.forEach((span, row) => inner(row) && !wrong[row] && span.z > 0 && folded.add(row));
  }

  function order() {
    const shown = [];
    if (filter.text || filter.only) {
      // What is looked for, with what it is in.
      const hit = new Uint8Array(rows.length);
      const matches = (row) => (!filter.only || (filter.only === "wrong" ? isWrong(row) : rows[row].k <= 1))
        && (!filter.text || part.low(rows[row].n).includes(filter.text)
          || (rows[row].a ?? []).some((text) => part.low(text).includes(filter.text)));
      for (let row = 0; row < rows.length; row += 1) {
        if (!matches(row)) continue;
        for (let at = row; at >= 0 && !hit[at]; at = above[at]) hit[at] = 1;
      }
      for (let row = 0; row < rows.length; row += 1) if (hit[row]) shown.push(row);
      return shown;
    }
    for (let row = 0; row < rows.length; row += 1) {
      shown.push(row);
      if (folded.has(row)) {
        const { z } = rows[row];
        while (row + 1 < rows.length && rows[row + 1].z > z) row += 1;
      }
    }
    return shown;
  }

  const said = new Map();
  part.events.r.forEach((row, at) => {
    if (row >= 0 && part.events.s[at] >= 3) said.set(row, [...(said.get(row) ?? []), at]);
  });

  function bar(span, row) {
    const took = span.d ?? Math.max(0, part.last - span.s);
    const [from, to] = [range.place(span.s), range.place(span.s + took)];
    const [left, right] = [Math.max(-0.01, from), Math.min(1.01, to)];
    const pieces = [];
    const note = span.c === undefined ? "" : texts[span.c];
    if (to >= 0 && from <= 1) {
      const open = span.d === undefined ? "open" : "";
      const hue = span.k === 0 ? part.hues.get(texts[span.n]) : undefined;
      if (span.o !== 2) {
        pieces.push(el("span", { class: `bar k${span.k} ${tone(span)} ${open}`, style: { left: share(left), width: share(Math.max(0, right - left)), ...(hue === undefined ? {} : { "--h": hue }) } }));
      }
      if (note) {
        const style = right < 0.62 || span.o === 2 ? { left: share(Math.max(0, span.o === 2 ? Math.min(left, 0.6) : right)) }
          : left > 0.38 ? { right: share(1 - left) } : { left: share(Math.max(0, left)), right: share(1 - Math.min(1, right)) };
        pieces.push(el("span", { class: `note ${right >= 0.62 && left <= 0.38 && span.o !== 2 ? "inside" : ""}`, style }, note));
      }
    } else {
      pieces.push(el("span", { class: `away ${to < 0 ? "before" : "after"}` }, to < 0 ? "◂" : "▸"));
    }
    for (const at of (said.get(row) ?? []).slice(0, 50)) {
      const place = range.place(part.events.t[at]);
      if (place >= 0 && place <= 1) pieces.push(el("i", { class: `dot ${SEVERITIES[part.events.s[at]]}`, style: { left: share(place) } }));
    }
    return pieces;
  }

  const list = new List({
    id: `${id}-rows`, role: "treegrid", label: "Waterfall",
    head: el("div", { class: "listhead", "aria-hidden": "true" }, el("span", { class: "gutter" }, "Span"), axis(range)),
    row: (row) => {
      const span = rows[row];
      const took = span.d ?? Math.max(0, part.last - span.s);
      const has = inner(row);
      const shut = folded.has(row) && !filter.text && !filter.only;
      const element = el("div", { class: `k${span.k} ${tone(span)}`, "aria-level": span.z + 1, "aria-expanded": has ? String(!shut) : null },
        el("span", { class: "gutter", role: "gridcell" },
          el("span", { class: "name", style: { "--z": Math.min(span.z, 10) } },
            el("span", { class: `twist ${has ? "has" : ""}`, "aria-hidden": "true" }, has ? (shut ? "▸" : "▾") : ""),
            el("span", { class: "label" }, texts[span.l])),
          el("span", { class: "sign", "aria-label": tone(span) === "fine" ? null : tone(span) }, mark(span)),
          el("span", { class: "took" }, span.o === 2 ? "" : duration(took))),
        el("span", { class: "track", role: "gridcell" }, bar(span, row)));
      return element;
    },
    show: (row, pinned) => details.show(row === null ? null : () => aboutSpan(part, row, texts, tools.go), pinned, list),
    keys: (event, row) => {
      const span = rows[row];
      if (event.key === "click") {
        if (!event.target.closest(".twist.has")) return false;
        fold(row, !folded.has(row));
        return true;
      }
      if (event.key === "z") range.around(span.s, span.s + (span.d ?? Math.max(0, part.last - span.s)));
      else if (range.key(event)) return true;
      else if (event.key === "ArrowRight" && inner(row) && folded.has(row)) fold(row, false);
      else if (event.key === "ArrowRight") list.activate(list.active + 1);
      else if (event.key === "ArrowLeft" && inner(row) && !folded.has(row)) fold(row, true);
      else if (event.key === "ArrowLeft" && above[row] >= 0) list.activate(Math.max(0, list.order.indexOf(above[row])));
      else return false;
      return true;
    },
  });
  function fold(row, shut) {
    if (shut) folded.add(row);
    else folded.delete(row);
    refill();
  }
  const number = el("output", { class: "number", "aria-live": "polite" });
  function refill() {
    list.fill(order());
    const spans = list.order.length;
    number.textContent = spans === rows.length ? count(spans, "row") : `${grouped(spans)} of ${count(rows.length, "row")}`;
  }
  range.listen(() => list.refresh());
  gestures(list.element, range, () => {
    const track = list.rows.querySelector(".track") ?? list.element;
    return track.getBoundingClientRect();
  });
  list.rows.addEventListener("dblclick", (event) => {
    const at = event.target.closest("[data-at]")?.dataset.at;
    if (at === undefined || event.target.closest(".twist")) return;
    const span = rows[list.order[at]];
    range.around(span.s, span.s + (span.d ?? Math.max(0, part.last - span.s)));
  });
  const search = el("input", { type: "search", placeholder: "name or attribute", "aria-label": "Find spans by name or attribute",
    on: { input: () => { filter.text = search.value.trim().toLowerCase(); refill(); } } });
  const only = el("select", { "aria-label": "Which spans", on: { change: () => { filter.only = only.value; refill(); } } },
    [["", "All spans"], ["wrong", "Failed, slow, open"], ["stages", "Visits and stages"]].map(([value, text]) => el("option", { value }, text)));
  const controls = el("div", { class: "controls" }, search, only,
    button("Unfold", "Unfold all rows", () => { folded.clear(); refill(); }),
    button("Fold", "Fold all rows but visits", () => { rows.forEach((_, row) => inner(row) && folded.add(row)); refill(); }),
    number);
  refill();
  part.lists.push(list);
  part.paper.push((on) => {
    // On paper nothing can be unfolded.
    if (on) list.fill(rows.length > UNFOLDED ? order() : rows.map((_, row) => row));
    else refill();
  });
  // Shows a row, whatever hides it.
  tools.go = (row) => {
    search.value = only.value = filter.text = filter.only = "";
    for (let at = above[row]; at >= 0; at = above[at]) folded.delete(at);
    refill();
    const span = rows[row];
    const end = span.s + (span.d ?? 0);
    if (end < range.from || span.s > range.to) range.around(span.s, end, 0.5);
    element.scrollIntoView({ block: "nearest" });
    list.choose(row);
    list.element.focus({ preventScroll: true });
  };
  const stages = rows.filter((span) => span.k === 1);
  const failed = stages.filter((span) => tone(span) === "failed").length;
  const slow = rows.filter((span) => span.w).length;
  const remark = dotted(stages.length ? count(stages.length, "stage") : "", count(rows.length, "span"),
    slow ? `! slow ${grouped(slow)}` : "", failed ? `✗ failed ${grouped(failed)}` : "");
  const element = section(`${id}-waterfall`, "Waterfall", remark, controls, list.box);
  return element;
}

// The time that names took in all: the waterfall may hold only some of the spans, and this table leaves none out.
function tallies(part, id) {
  if (!part.tallies.length) return "";
  const head = ["Name", "Number", "Failed", "In all", "Longest"].map((name, at) => el("th", { scope: "col", class: at ? "n" : "" }, name));
  const one = ([name, [number, failed, total, longest]]) => el("tr", {}, el("th", { scope: "row" }, name),
    el("td", { class: "n" }, grouped(number)), el("td", { class: failed ? "n bad" : "n" }, failed ? `✗ ${grouped(failed)}` : "0"),
    el("td", { class: "n" }, duration(total)), el("td", { class: "n" }, duration(longest)));
  return section(`${id}-spans`, "Other spans", count(part.tallies.length, "name"),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Other spans by name" },
      el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, part.tallies.map(one)))));
}
