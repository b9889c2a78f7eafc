/* Phrases beside a text: a press writes one behind what stands there. Hidden until there is a script to do it. */
import { all, onContent } from "./page.js";

onContent((within) => all("[data-phrases][hidden]", within).forEach((row) => row.removeAttribute("hidden")));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  const text = button && document.getElementById(button.closest("[data-phrases]").dataset.phrases);
  if (!text) return;
  text.value = [text.value.trim(), button.textContent.trim()].filter(Boolean).join("\n");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
