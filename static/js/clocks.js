/* Clocks. The server prints the final words; this only keeps them fresh. `data-due` is an instant the server worked out
   (working hours, holidays); the browser subtracts. A clock's data-now, the server's time when it was printed, takes out the
   error of the computer's own clock. Beyond a day the server's words stay. data-frozen marks paused or finished clocks.
   The list of clocks below a ticket's head folds by itself; here it also closes with Esc and a press beside it. */
import { all, find, words } from "./page.js";

const DAY = 86400;
const SOON = 7200;
const skews = new Map();

/* What the server's clock is ahead, by the time it said; taken when a clock is first seen. */
function skewOf(clock) {
  const said = clock.dataset.now || document.body.dataset.now || "";
  if (!skews.has(said)) skews.set(said, (Date.parse(said) || Date.now()) - Date.now());
  return skews.get(said);
}

function span(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return words("minutes", minutes);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function show(clock, now) {
  const left = (Date.parse(clock.dataset.due) - now) / 1000;
  const total = Number(clock.dataset.total) || SOON;
  const late = left < 0;
  const face = find("[data-clock]", clock);
  if (face && Math.abs(left) < DAY) {
    const text = late ? words("late", span(-left)) : words("left", span(left));
    if (face.textContent !== text) face.textContent = text;
  }
  clock.classList.toggle("clock-late", late);
  clock.classList.toggle("clock-soon", !late && (left < SOON || left < total / 4));
  const share = Math.max(0, Math.min(100, Math.round((left / total) * 100)));
  find(".ring .left", clock)?.setAttribute("stroke-dasharray", `${share} 100`);
}

function tick() {
  all(".clock[data-due]:not([data-frozen])").forEach((clock) => show(clock, Date.now() + skewOf(clock)));
}

tick();
setInterval(tick, 15000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:after:swap", tick);

function fold(details) {
  details.open = false;
  find("summary", details).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) all("details.clock-list[open]").forEach(fold);
});
document.addEventListener("click", (event) => {
  all("details.clock-list[open]").forEach((details) => {
    if (!details.contains(event.target)) details.open = false;
  });
});
