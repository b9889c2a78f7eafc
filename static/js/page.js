/* The few things every module does with a page: find, say, show a note or a toast. */

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* Runs now and again after htmx has put something new into the page. */
export function onContent(start) {
  start(document);
  document.addEventListener("htmx:after:swap", () => start(document));
}

/* The translated sentence of <template id="t-NAME">, with {} filled in. */
export function words(name, value = "") {
  const template = document.getElementById(`t-${name}`);
  return template ? template.content.textContent.trim().replace("{}", value) : "";
}

export function copyOf(name) {
  return document.getElementById(`t-${name}`)?.content.firstElementChild.cloneNode(true);
}

/* One note at a time in a form (or another place): the newest says what is the matter now. */
export function showNote(name, place) {
  clearNotes(place);
  const note = copyOf(name);
  if (!note) return;
  all("a[data-returns]", note).forEach((link) => link.setAttribute("href", `${link.getAttribute("href")}?next=${here()}`));
  place.prepend(note);
  note.scrollIntoView({ block: "nearest" });
}

/* Where whoever signs in again comes back to. */
function here() {
  return encodeURIComponent(location.pathname + location.search);
}

export function clearNotes(place) {
  all("[data-request-note]", place).forEach((note) => note.remove());
}

const TOAST_MS = 8000;

export function showToast(text) {
  const toast = copyOf("toast");
  const region = document.getElementById("toasts");
  if (!toast || !region) return;
  find("[data-text]", toast).textContent = text;
  region.replaceChildren(toast);
  fade(toast);
}

/* Stays while it is being read: a pointer or the focus on it restarts the time. */
export function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), TOAST_MS);
}
