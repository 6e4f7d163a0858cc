// The only ways to make an element. Text of a run becomes text and nothing else.

const SVG = ["http", "://www.w3.org/2000/svg"].join("");

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== ""));
  return element;
}

const el = (name, properties = {}, ...children) => fill(document.createElement(name), properties, children);
const svg = (name, properties = {}, ...children) => fill(document.createElementNS(SVG, name), properties, children);
const share = (part) => `${(part * 100).toFixed(4)}%`;

function button(label, title, action, properties = {}) {
  return el("button", { type: "button", title, on: { click: action }, ...properties }, label);
}

// A part of the page with a heading that names it.
function section(id, title, remark, ...children) {
  const heading = el("h2", { id: `${id}-title` }, title, remark ? el("small", {}, remark) : "");
  return el("section", { id, "aria-labelledby": `${id}-title` }, heading, ...children);
}

// Words between dots.
const dotted = (...words) => words.flat().filter(Boolean).join(" · ");

// Does something once a frame, however often it is asked for.
function framed(work) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      work();
    });
  };
}

// Keeps the width and the height of an element, so that whoever draws need not stop the browser to measure.
function sized(element, changed) {
  const size = { width: 0, height: 0 };
  new ResizeObserver((entries) => {
    const { width, height } = entries.at(-1).contentRect;
    Object.assign(size, { width, height });
    changed();
  }).observe(element);
  return size;
}
