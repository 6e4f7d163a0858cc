// Numbers with units, in the words of the command line.

const SEVERITIES = ["trace", "debug", "info", "warn", "error"];
const KINDS = ["screen", "stage", "timing", "span"];
const OUTCOMES = ["success", "failed", "skipped", "cancelled", "abandoned"];
const TONES = ["fine", "failed", "skipped", "cancelled", "abandoned"];
const MARKS = { open: "…", slow: "!", failed: "✗", skipped: "○", cancelled: "⊘", abandoned: "?" };
const SECOND = 1e9;

const two = (number) => String(Math.floor(number)).padStart(2, "0");
const grouped = (number) => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ",");
const count = (number, thing) => `${grouped(number)} ${thing}${number === 1 ? "" : "s"}`;
const percent = (share) => `${Math.round(share * 100)}%`;

// As long as it has to be: 41ms, 1.21s, 12.4s, 2m05s, 1h02m.
function duration(nanos) {
  // Cut and not rounded, out of whole numbers: 2.05 is not 2.04.
  const cut = (unit, digits) => (Math.floor(nanos / unit) / 10 ** digits).toFixed(digits);
  const seconds = nanos / SECOND;
  if (nanos <= 0) return "0s";
  if (nanos < 1e3) return `${Math.round(nanos)}ns`;
  if (nanos < 1e6) return `${Math.floor(nanos / 1e3)}µs`;
  if (seconds < 1) return `${Math.floor(nanos / 1e6)}ms`;
  if (seconds < 10) return `${cut(1e7, 2)}s`;
  if (seconds < 60) return `${cut(1e8, 1)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h${two((seconds / 60) % 60)}m`;
  return `${Math.floor(seconds / 86400)}d${two((seconds / 3600) % 24)}h`;
}

// A place on the run's own clock: 0:12.404.
function clock(nanos, digits = 3) {
  const unit = 10 ** digits;
  const ticks = Math.floor(nanos / (SECOND / unit));
  const whole = Math.floor(ticks / unit);
  const fraction = digits > 0 ? `.${String(ticks % unit).padStart(digits, "0")}` : "";
  const minutes = Math.floor(whole / 60);
  const rest = `${two(whole % 60)}${fraction}`;
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit]}`;
}

// A value in its unit (UCUM).
function measured(value, unit) {
  const number = Number.isInteger(value) ? grouped(value) : value.toFixed(3);
  if (unit === "By") return bytes(value);
  if (unit === "" || unit === "1" || unit.startsWith("{")) return number;
  const nanos = { s: SECOND, ms: 1e6, us: 1e3 }[unit];
  return nanos ? duration(value * nanos) : `${number} ${unit}`;
}

// Moments between two, at steps that a person can add up, about as many as are asked for.
const STEPS = [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4, 5, 6, 7, 8].map((power) => digit * 10 ** power))
  .concat([1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200].map((s) => s * SECOND))
  .sort((a, b) => a - b);

function ticks(from, to, about) {
  const wanted = (to - from) / Math.max(1, about);
  let step = STEPS.find((one) => one >= wanted);
  if (!step) {
    step = 86400 * SECOND;
    while (step < wanted) step *= 2;
  }
  const first = Math.ceil(from / step);
  const number = Math.min(100, Math.floor(to / step) - first + 1);
  const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(step / SECOND) - 1e-9)));
  const at = Array.from({ length: Math.max(0, number) }, (_, index) => (first + index) * step);
  return { step, at: at.map((time) => ({ time, label: clock(time, digits) })) };
}
