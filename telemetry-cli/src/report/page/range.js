// The time that is looked at: one for all drawings of a run, so that what stands above one another happened at once.

class TimeRange {
  constructor(end) {
    this.end = Math.max(1, end);
    this.least = Math.max(1e3, this.end / 1e7);
    this.from = 0;
    this.to = this.end;
    this.listeners = [];
    this.tell = framed(() => this.listeners.forEach((listener) => listener(this)));
  }
  listen(listener) {
    this.listeners.push(listener);
    listener(this);
  }
  get length() {
    return this.to - this.from;
  }
  get whole() {
    return this.from <= 0 && this.to >= this.end;
  }
  set(from, to) {
    const length = Math.min(this.end, Math.max(this.least, to - from));
    const start = Math.min(this.end - length, Math.max(0, from));
    this.from = Math.max(0, start);
    this.to = this.from + length;
    this.tell();
  }
  all() {
    this.set(0, this.end);
  }
  // Brings a moment or a stretch into sight with some room around it.
  around(from, to = from, room = 0.06) {
    const length = Math.max(to - from, this.end / 2000);
    this.set(from - length * room, from + length * (1 + room));
  }
  zoom(factor, at = 0.5) {
    const still = this.from + this.length * at;
    const length = this.length * factor;
    this.set(still - length * at, still + length * (1 - at));
  }
  pan(part) {
    const move = this.length * part;
    this.set(this.from + move, this.to + move);
  }
  // Where a moment stands, 0 to 1 when it is in sight.
  place(time) {
    return (time - this.from) / this.length;
  }
  // Whether the key was one of ours.
  key(event) {
    const keys = {
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => this.all(),
      "[": () => this.pan(-0.25),
      "]": () => this.pan(0.25),
    };
    const shifted = { ArrowLeft: () => this.pan(-0.25), ArrowRight: () => this.pan(0.25) };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined
      : event.shiftKey && shifted[event.key] ? shifted[event.key] : keys[event.key];
    if (!action) return false;
    action();
    event.preventDefault();
    return true;
  }
}

// Mouse, touch and keys on a drawing. A drag marks the time to look at, with Shift or a finger it moves; Ctrl and the
// wheel zoom, as two fingers do; a plain wheel scrolls the page, which is what it is for.
function gestures(element, range, area = () => element.getBoundingClientRect()) {
  const mark = el("div", { class: "mark", hidden: true });
  element.append(mark);
  const fingers = new Map();
  let drag = null;
  let dragged = -Infinity;
  const place = (x) => {
    const box = area();
    return Math.min(1, Math.max(0, (x - box.left) / box.width));
  };
  const outside = (x) => x < area().left;
  element.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (event.ctrlKey || event.metaKey) range.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 200))), place(event.clientX));
    else if (sideways && !range.whole) range.pan(sideways / 800);
    else return;
    event.preventDefault();
  }, { passive: false });
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || outside(event.clientX)) return;
    fingers.set(event.pointerId, event.clientX);
    drag = { start: event.clientX, from: range.from, to: range.to, moved: false };
    if (fingers.size === 2) drag.gap = Math.abs([...fingers.values()].reduce((a, b) => a - b));
  });
  element.addEventListener("pointermove", (event) => {
    if (!drag || !fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event.clientX);
    if (!drag.moved && Math.abs(event.clientX - drag.start) < 5) return;
    if (!drag.moved) element.setPointerCapture(event.pointerId);
    drag.moved = true;
    const length = drag.to - drag.from;
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      range.set(drag.from, drag.to);
      range.zoom(drag.gap / Math.max(20, Math.abs(a - b)), place((a + b) / 2));
    } else if (event.pointerType === "touch" || event.shiftKey) {
      const move = ((drag.start - event.clientX) / area().width) * length;
      range.set(drag.from + move, drag.to + move);
    } else {
      const [a, b] = [place(drag.start), place(event.clientX)].sort((x, y) => x - y);
      const inset = area().left - element.getBoundingClientRect().left;
      mark.style.left = `${inset + a * area().width}px`;
      mark.style.width = `${(b - a) * area().width}px`;
      mark.hidden = false;
      drag.chosen = [a, b];
    }
  });
  const finish = (event) => {
    fingers.delete(event.pointerId);
    if (!drag) return;
    mark.hidden = true;
    if (drag.chosen && event.type === "pointerup") {
      const length = drag.to - drag.from;
      range.set(drag.from + drag.chosen[0] * length, drag.from + drag.chosen[1] * length);
    }
    if (drag.moved) dragged = performance.now();
    drag = null;
  };
  // The click that ends a drag chooses nothing.
  element.addEventListener("click", (event) => performance.now() - dragged < 60 && event.stopPropagation(), true);
  element.addEventListener("pointerup", finish);
  element.addEventListener("pointercancel", finish);
}

// The words on a time axis.
function axis(range) {
  const track = el("div", { class: "axis", "aria-hidden": "true" });
  const redraw = framed(() => {
    if (!size.width) return;
    const { step, at } = ticks(range.from, range.to, size.width / 90);
    const first = at.length ? range.place(at[0].time) : 0;
    track.replaceChildren(...at.map((tick) => {
      const place = range.place(tick.time);
      const edge = place > 0.94 ? "end" : place < 0.03 ? "start" : "";
      return el("span", { class: edge, style: { left: share(place) } }, tick.label);
    }));
    const grid = track.closest(".part") ?? track;
    grid.style.setProperty("--tick", share(step / range.length));
    grid.style.setProperty("--tick-at", share(first));
  });
  const size = sized(track, redraw);
  range.listen(redraw);
  return track;
}
