// A long list of which only the rows in sight exist. The keys move an active row; hovering or the active row shows its
// details, a click or Enter pins them.

const PAPER_ROWS = 300;

class List {
  // `row(index)` makes a row of cells, `show(index, pinned)` its details; `keys(event, index)` takes further keys.
  constructor({ id, role, label, row, show, keys = () => false, head }) {
    Object.assign(this, { id, row, show, keys, pointed: null });
    this.order = [];
    this.active = -1;
    this.pinned = null;
    this.paper = false;
    this.rows = el("div", { class: "rows", role: "rowgroup" });
    this.element = el("div", { class: `list ${role}`, role, id, tabindex: 0, "aria-label": label }, head, this.rows);
    this.rest = el("p", { class: "rest", hidden: true });
    this.box = el("div", { class: "listbox" }, this.element, this.rest);
    this.draw = framed(() => this.render());
    this.element.addEventListener("scroll", this.draw, { passive: true });
    this.height = 28;
    this.size = sized(this.element, () => {
      this.height = parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) || 28;
      this.draw();
    });
    this.element.addEventListener("keydown", (event) => this.key(event));
    // With the mouse a row is chosen by the click that follows.
    this.element.addEventListener("focus", () => this.element.matches(":focus-visible") && this.active < 0 && this.order.length && this.activate(this.first()));
    const hit = (event) => {
      const row = event.target.closest("[data-at]");
      return row ? Number(row.dataset.at) : -1;
    };
    // A row that comes under a mouse at rest, because the keys moved the list, is not pointed at.
    let rest = "";
    this.rows.addEventListener("pointermove", (event) => {
      const place = `${event.clientX} ${event.clientY}`;
      const at = hit(event);
      if (event.pointerType !== "mouse" || place === rest || at < 0) return;
      rest = place;
      if (this.order[at] !== this.pointed) this.show(this.order[at], false);
      this.pointed = this.order[at];
    });
    this.rows.addEventListener("pointerleave", () => {
      this.pointed = null;
      this.show(null, false);
    });
    this.rows.addEventListener("click", (event) => {
      const at = hit(event);
      if (at < 0) return;
      this.active = at;
      if (this.keys({ key: "click", target: event.target }, this.order[at])) return;
      this.pin(this.order[at]);
    });
  }
  first() {
    return Math.max(0, Math.ceil((this.element.scrollTop - 1) / this.height));
  }
  // Shows these items. What was active or pinned stays so if it is still among them.
  fill(order) {
    const active = this.order[this.active];
    this.order = order;
    this.active = active === undefined ? -1 : order.indexOf(active);
    this.element.setAttribute("aria-rowcount", order.length);
    this.rendered = null;
    this.draw();
  }
  refresh() {
    this.rendered = null;
    this.draw();
  }
  render() {
    const height = this.height;
    const all = this.order.length;
    const top = this.paper ? 0 : Math.max(0, Math.floor(this.element.scrollTop / height) - 8);
    const seen = Math.ceil((this.size.height || 400) / height) + 16;
    const bottom = this.paper ? Math.min(all, PAPER_ROWS) : Math.min(all, top + seen);
    const key = `${top} ${bottom} ${height} ${this.active} ${this.paper}`;
    if (this.rendered === key) return;
    this.rendered = key;
    this.element.classList.toggle("paper", this.paper);
    this.rows.style.height = this.paper ? "auto" : `${all * height}px`;
    const rows = [];
    for (let at = top; at < bottom; at += 1) {
      const row = this.row(this.order[at]);
      row.dataset.at = at;
      row.id = `${this.id}-${this.order[at]}`;
      row.setAttribute("role", "row");
      row.setAttribute("aria-rowindex", at + 1);
      row.setAttribute("aria-selected", this.order[at] === this.pinned);
      if (at === this.active) row.classList.add("active");
      if (this.order[at] === this.pinned) row.classList.add("pinned");
      if (!this.paper) row.style.transform = `translateY(${at * height}px)`;
      rows.push(row);
    }
    this.rows.replaceChildren(...rows);
    if (this.active >= 0) this.element.setAttribute("aria-activedescendant", `${this.id}-${this.order[this.active]}`);
    else this.element.removeAttribute("aria-activedescendant");
    this.rest.hidden = !(this.paper && bottom < all);
    this.rest.textContent = `… ${count(all - bottom, "more row")} on the page that this was printed from`;
  }
  // Brings a row into sight.
  reveal(at) {
    const height = this.height;
    const room = this.element.clientHeight - this.rows.offsetTop;
    const { scrollTop } = this.element;
    if (at * height < scrollTop) this.element.scrollTop = at * height;
    else if ((at + 1) * height > scrollTop + room) this.element.scrollTop = (at + 1) * height - room;
    this.draw();
  }
  activate(at) {
    this.active = Math.max(0, Math.min(this.order.length - 1, at));
    this.pointed = null;
    this.reveal(this.active);
    this.show(this.order[this.active], false);
  }
  pin(item) {
    this.pinned = this.pinned === item ? null : item;
    this.show(item, this.pinned === item);
    this.rendered = null;
    this.draw();
  }
  unpin() {
    this.pinned = null;
    this.refresh();
  }
  // Makes an item the active one and pins it, wherever it is.
  choose(item) {
    const at = this.order.indexOf(item);
    if (at < 0) return;
    this.active = at;
    this.pinned = null;
    this.pin(item);
    this.element.scrollTop = Math.max(0, at * this.height - this.element.clientHeight / 3);
  }
  key(event) {
    if (!this.order.length) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height) - 2);
    const moves = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page, Home: -Infinity, End: Infinity };
    const item = this.order[this.active < 0 ? this.first() : this.active];
    if (item !== undefined && this.keys(event, item)) event.preventDefault();
    else if (event.key in moves && !event.shiftKey) {
      this.activate(this.active + moves[event.key]);
      event.preventDefault();
    } else if ((event.key === "Enter" || event.key === " ") && item !== undefined) {
      this.pin(item);
      event.preventDefault();
    }
  }
}
