/* What happens when a request of htmx fails: the form stays, a note says what to do, the text is not lost.
   (htmx is told in components/head.html never to swap these answers; 409 and 422 are answers it does swap.) */
import { clearNotes, find, showNote } from "./page.js";
import { keep } from "./keeping.js";
import { markDirty } from "./forms.js";

const NOTES = { 401: "signed-out", 400: "refused", 403: "refused", 404: "refused", 405: "refused", 413: "too-large" };
const SHOWN_BY_THE_SERVER = [409, 422];

/* A search that fails while one types is not worth a note; what somebody pressed is. */
function worthSaying(context) {
  return context.request.method !== "GET" || context.sourceElement.matches("a, button, form");
}

function placeFor(element) {
  return element.closest?.("form") || find("#main");
}

function fail(context, name) {
  const place = placeFor(context.sourceElement);
  if (place.matches("form")) markDirty(place);
  if (place.matches("form") && name === "signed-out") keep(place);
  showNote(name, place);
}

document.addEventListener("htmx:before:request", (event) => {
  if (worthSaying(event.detail.ctx)) clearNotes(placeFor(event.detail.ctx.sourceElement));
});

document.addEventListener("htmx:response:error", (event) => {
  const context = event.detail.ctx;
  const status = context.response.status;
  if (SHOWN_BY_THE_SERVER.includes(status)) return;
  if (status === 401 || worthSaying(context)) fail(context, NOTES[status] || "failed");
});

document.addEventListener("htmx:error", (event) => {
  const context = event.detail.ctx;
  if (context && worthSaying(context) && !context.response) fail(context, "offline");
});
