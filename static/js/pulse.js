/* What is new, every ten seconds while somebody looks: the bell, the bar over the page, and a line above a list saying how much is new.
   Nothing else of the page is touched, no focus is moved, and the line waits until nobody is typing. It is no activity: a page left
   open does not keep its session. Also marks a notice as seen when its link is followed. */
import { find } from "./page.js";

const EVERY = 10000;
const PATIENCE = 8000;
const TEXT = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const bell = find("#bell[data-pulse]");
const since = bell?.dataset.newest;
let line = null;
let asking = false;
let over = false;

/* The element stays, so that focus and live regions do; only what it says changes. */
function renew(old, fresh) {
  if (!old || !fresh) return;
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
}

function showLine() {
  const isList = find("#main [data-row], #main .empty");
  if (!line || !isList || document.activeElement?.matches(TEXT)) return;
  const link = find("[data-here]", line);
  if (link) link.href = location.pathname + location.search;
  renew(find("#fresh"), line);
  line = null;
}

function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  renew(bell, find("#bell", page));
  renew(find("#silent"), find("#silent", page));
  line = find("#fresh", page);
  document.dispatchEvent(new Event("news"));
  showLine();
}

async function ask() {
  if (asking || over || document.hidden) return;
  asking = true;
  try {
    const known = encodeURIComponent(bell.dataset.state);
    const address = `${bell.dataset.pulse}?known=${known}&since=${since}`;
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(PATIENCE) });
    over = answer.status === 401;
    if (answer.status === 200) show(await answer.text());
  } catch {
    /* not reached: the next one may be */
  } finally {
    asking = false;
  }
}

if (bell) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("focusout", () => setTimeout(showLine));
}

document.addEventListener("click", (event) => {
  const form = find(event.target.closest?.("[data-seen]")?.dataset.seen || "#none");
  if (!form) return;
  const headers = { "X-Requested-With": "fetch" };
  fetch(form.action, { method: "POST", body: new FormData(form), headers, keepalive: true, redirect: "manual" }).catch(() => {});
});
