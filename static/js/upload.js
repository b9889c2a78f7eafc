/* Files by paste, drop or choice: each is sent at once to data-upload, and what the server answers (a file row with its
   own thumbnail) is added to data-upload-list. The file control is emptied, so that the form does not send them again. */
import { all, find, onContent, showNote, words } from "./page.js";
import { activityHeaders } from "./activity.js";
import { keep } from "./keeping.js";

const NOTES = { 401: "signed-out", 413: "too-large" };

function say(zone, text, wrong = false) {
  const status = find("[data-upload-status]", zone.parentElement);
  if (!status) return;
  status.textContent = text;
  status.classList.toggle("error-text", wrong);
}

async function refused(zone, file, response) {
  const form = zone.closest("form");
  if ([422, 507].includes(response.status)) return say(zone, await response.text(), true);
  if (response.status === 401 && form) keep(form);
  say(zone, "");
  showNote(NOTES[response.status] || "failed", form || zone.parentElement);
}

const tooLarge = (zone, file) => zone.dataset.maxMb && file.size > zone.dataset.maxMb * 2 ** 20;

async function send(zone, file) {
  if (tooLarge(zone, file)) return showNote("too-large", zone.closest("form") || zone.parentElement);
  const body = new FormData();
  body.append("file", file, file.name);
  body.append("csrfmiddlewaretoken", find("input[name=csrfmiddlewaretoken]", zone.closest("form") || document)?.value || "");
  say(zone, words("uploading", file.name));
  try {
    const headers = { "X-Requested-With": "fetch", ...activityHeaders() };
    const response = await fetch(zone.dataset.upload, { method: "POST", body, headers });
    if (!response.ok) return await refused(zone, file, response);
    const list = find(zone.dataset.uploadList);
    list.insertAdjacentHTML("beforeend", await response.text());
    window.htmx?.process(list);
    say(zone, words("uploaded", file.name));
  } catch {
    say(zone, "");
    showNote("offline", zone.closest("form") || zone.parentElement);
  }
  return undefined;
}

/* One after the other: the server's order is the order they were chosen in. */
async function sendAll(zone, files) {
  for (const file of files) await send(zone, file);
}

function start(zone) {
  zone.dataset.ready = "";
  zone.classList.add("is-live");
  const input = find("input[type=file]", zone);
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    await sendAll(zone, files);
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    sendAll(zone, [...event.dataTransfer.files]);
  });
}

onContent(() => all(".drop[data-upload]:not([data-ready])").forEach(start));

/* A picture pasted anywhere in the form goes to the form's own zone, else to the page's only one. */
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files || [])];
  if (!files.length) return;
  const zone = find(".drop[data-upload]", event.target.form || event.target.closest?.("form") || document) || find(".drop[data-upload]");
  if (!zone) return;
  event.preventDefault();
  sendAll(zone, files);
});
