/* A long form saves itself: every five seconds when something has changed since. Says so once in a role=status.
   Without a session or connection the text is kept in this tab (keeping.js) and nothing is asked of the reader. */
import { all, find, onContent, showNote, words } from "./page.js";
import { activityHeaders } from "./activity.js";
import { forget, keep } from "./keeping.js";
import { markClean } from "./forms.js";

const EVERY_MS = 5000;

const say = (form, text) => {
  const status = find("[data-autosave-status]", form);
  if (status && status.textContent !== text) status.textContent = text;
};

function content(form) {
  const data = new FormData(form);
  all("input[type=password], input[type=file]", form).forEach((field) => data.delete(field.name));
  return data;
}

/* What the person wrote, without what only identifies the form. */
const fingerprint = (form) => JSON.stringify([...content(form)].filter(([name]) => name !== "draft" && name !== "csrfmiddlewaretoken"));

function saved(form, response, print) {
  form.dataset.savedPrint = print;
  const draft = find("input[name=draft]", form);
  if (draft && response.headers.has("X-Draft")) draft.value = response.headers.get("X-Draft");
  forget(form);
  if (fingerprint(form) !== print) return; // something was written meanwhile
  say(form, words("saved", new Date().toTimeString().slice(0, 5)));
  markClean(form);
}

function refused(form, status) {
  say(form, words("unsaved"));
  keep(form);
  if (status === 422 || status >= 500) return; // tried again with the next change, or when the server is back
  form.dataset.autosaveOver = "";
  showNote(status === 401 ? "signed-out" : "refused", form);
}

async function save(form) {
  const print = fingerprint(form);
  if (print === form.dataset.savedPrint || form.dataset.underway !== undefined) return;
  if (form.dataset.autosaveOver !== undefined) return void keep(form);
  form.dataset.saving = "";
  const stop = new AbortController();
  const sent = () => stop.abort(); // the form itself is on its way: what it brings is newer
  form.addEventListener("submit", sent, { once: true });
  try {
    const headers = { "X-Requested-With": "fetch", ...activityHeaders() };
    const response = await fetch(form.dataset.autosave, { method: "POST", body: content(form), headers, signal: stop.signal });
    if (response.ok) saved(form, response, print);
    else refused(form, response.status);
  } catch {
    if (!stop.signal.aborted) say(form, words("unsaved"));
    keep(form);
  } finally {
    form.removeEventListener("submit", sent);
    delete form.dataset.saving;
  }
}

onContent(() => {
  all("form[data-autosave]:not([data-saved-print])").forEach((form) => (form.dataset.savedPrint = fingerprint(form)));
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosave]")) say(form, words("unsaved"));
});

setInterval(() => all("form[data-autosave]:not([data-saving])").forEach(save), EVERY_MS);
