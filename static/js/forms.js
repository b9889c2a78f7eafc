/* Forms: what is chosen, what is not saved yet, what is under way, and where the focus goes after an answer. */
import { all, find, onContent, words } from "./page.js";

/* ── the class `on`, for browsers without :has() ── */
document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=radio], input[type=checkbox]")) return;
  const group = target.type === "radio" && target.name ? all(`input[name="${CSS.escape(target.name)}"]`, target.form || document) : [target];
  group.forEach((input) => input.closest(".seg label, .choice, .crit label")?.classList.toggle("on", input.checked));
});

/* ── leaving with unsaved text ── */
export const markDirty = (form) => form?.matches("[data-guard]") && form.setAttribute("data-dirty", "");
export const markClean = (form) => form?.removeAttribute("data-dirty");

document.addEventListener("input", (event) => markDirty(event.target.form));
addEventListener("beforeunload", (event) => {
  if (find("form[data-dirty]")) event.preventDefault();
});

/* ── one press is enough ── */
const GIVE_UP_MS = 20000;

function begin(form, button) {
  form.dataset.underway = "";
  markClean(form);
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  button.dataset.underway = "";
  if (button.dataset.busy !== undefined) {
    button.dataset.idle = button.innerHTML;
    button.textContent = button.dataset.busy || words("busy");
  }
}

function restore(button) {
  button.removeAttribute("aria-disabled");
  delete button.dataset.underway;
  if (button.dataset.idle === undefined) return;
  button.innerHTML = button.dataset.idle;
  delete button.dataset.idle;
}

export function release(form) {
  delete form.dataset.underway;
  all("[data-underway]", form).forEach(restore);
}

/* Capturing, so that a second press never reaches htmx. */
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.dataset.underway !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (form.method !== "dialog") {
      // the browser reads the button's name and value first
      setTimeout(() => begin(form, event.submitter));
      setTimeout(() => release(form), GIVE_UP_MS);
    }
  },
  true,
);

document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest('button[aria-disabled="true"], a[aria-disabled="true"]')) event.preventDefault();
  },
  true,
);

document.addEventListener("htmx:finally:request", (event) => {
  if (event.target.matches?.("form")) release(event.target);
});
addEventListener("pageshow", () => all("form[data-underway]").forEach(release));

/* ── focus after an answer: what is wrong first ── */
onContent(() => {
  const summary = find(".error-summary:not([data-seen])");
  const target = summary || find("[data-focus]:not([data-seen])");
  if (!target) return;
  target.dataset.seen = "";
  target.focus();
  if (summary) markDirty(summary.closest("form"));
});
