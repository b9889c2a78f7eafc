/* Whether somebody is there: a key or pointer within the last minute. Requests say so with X-Activity, and the server
   keeps the session alive; a page that merely polls does not. */

const MINUTE = 60000;
let last = Date.now();

for (const kind of ["keydown", "pointerdown", "pointermove", "touchstart"]) {
  addEventListener(kind, () => (last = Date.now()), { passive: true });
}

export const activityHeaders = () => (Date.now() - last < MINUTE ? { "X-Activity": "1" } : {});

document.addEventListener("htmx:config:request", (event) => {
  Object.assign(event.detail.ctx.request.headers, activityHeaders());
});
