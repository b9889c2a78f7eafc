/* Shortcuts. Never while typing, never while an input method is composing, single keys never with a dialog open,
   and not at all when the person has turned them off (body data-keys="off", WCAG 2.1.4). */
import { all, find } from "./page.js";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

function rowOf(element) {
  return element.closest("[data-row]");
}

function walk(by) {
  const rows = all("[data-row]").filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  const at = rows.indexOf(rowOf(document.activeElement));
  const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by));
  (find("a", rows[next]) || rows[next]).focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function tick() {
  const row = rowOf(document.activeElement);
  if (row) find("input[type=checkbox]", row)?.click();
}

/* A key of the row one is on: [data-row-key="c"] in it is pressed. */
function press(key) {
  const row = rowOf(document.activeElement);
  const target = row && find(`[data-row-key="${CSS.escape(key)}"]`, row);
  target?.click();
  return Boolean(target);
}

function goTo(selector) {
  const target = find(selector);
  if (!target) return false;
  if (target.matches("dialog")) target.showModal();
  else if (target.matches("a")) target.click();
  else target.focus();
  return true;
}

const SINGLE = {
  j: () => walk(1),
  k: () => walk(-1),
  x: tick,
  n: () => goTo("[data-key=n]"),
  f: () => goTo("[data-key=f]"),
  "/": () => goTo("#q"),
  "?": () => goTo("#keys"),
};

/* As if the button that is meant, else the form's first, had been pressed, so that its name and value are sent. */
function submit(form) {
  const button = find("button[data-chord]", form) || find("button:not([type]), button[type=submit], input[type=submit]", form);
  if (button?.getAttribute("aria-disabled") !== "true") form.requestSubmit(button);
}

function chord(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    if (form) submit(form);
    return Boolean(form);
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return false;
  const name = event.code.replace(/^(Digit|Numpad|Key)/, "").toLowerCase();
  const target = /^[a-z0-9]$/.test(name) ? find(`[data-alt="${name}"]`) : null;
  target?.click();
  target?.focus();
  return Boolean(target);
}

function single(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return false;
  if (document.body.dataset.keys === "off" || find("dialog[open]:modal")) return false;
  if (press(event.key)) return true;
  const action = SINGLE[event.key];
  return action ? action() !== false : false;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (chord(event) || single(event)) event.preventDefault();
});
