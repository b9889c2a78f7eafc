/* Buttons that act on the page itself: dialogs, theme, copying, printing, closing a toast. */
import { all, fade, find, onContent, showToast, words } from "./page.js";

const root = document.documentElement;

/* The server reads the cookie and prints data-theme, so that the next page does not flash. */
function switchTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax${secure}`;
}

/* A trigger is a link where the dialog has a page of its own: without script one goes there. */
function openDialog(trigger, event) {
  const dialog = find(trigger.dataset.target);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
}

function close(button) {
  const dialog = button.closest("dialog");
  if (dialog) dialog.close();
  else button.closest(".toast")?.remove();
}

const ACTIONS = {
  theme: switchTheme,
  dialog: openDialog,
  close,
  print: () => window.print(),
};

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text); // no clipboard on plain http inside a company's network
  }
  showToast(words("copied"));
}

function copyByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "vh";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action], [data-copy]");
  if (!button) return;
  if (button.dataset.copy !== undefined) copy(button.dataset.copy);
  else ACTIONS[button.dataset.action]?.(button, event);
});

/* Toasts the server printed go like those made here; a dialog it sent opened stands over the page. */
onContent(() => {
  all("[data-toast]:not([data-fading])").forEach((toast) => {
    toast.dataset.fading = "";
    fade(toast);
  });
  all("dialog[data-open]").forEach((dialog) => {
    dialog.removeAttribute("data-open");
    dialog.showModal();
  });
});
