/* The letter as it stands on the page, with what was typed into it, for WeChat. The button is hidden until there is a script. */
import { all, find, onContent, showToast, words } from "./page.js";

onContent((within) => all("[data-copy-letter][hidden]", within).forEach((button) => button.removeAttribute("hidden")));

const lineOf = (part) => (part.matches("textarea") ? part.value.trim() : part.textContent.replace(/\s+/g, " ").trim());
const textOf = (letter) => all("[data-line], textarea", letter).map(lineOf).filter(Boolean).join("\n\n");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-letter]");
  if (!button) return;
  const shown = all("[data-letter]", find("#letter")).filter((letter) => letter.offsetParent !== null);
  navigator.clipboard?.writeText(shown.map(textOf).join("\n\n")).then(() => showToast(words("copied")));
});
