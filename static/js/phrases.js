/* Phrases beside a text: a press writes one behind what stands there, or its value where the cursor is. Hidden until there is a script. */
import { all, onContent } from "./page.js";

onContent((within) => all("[data-phrases][hidden]", within).forEach((row) => row.removeAttribute("hidden")));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  const text = button && document.getElementById(button.closest("[data-phrases]").dataset.phrases);
  if (!text) return;
  if (button.dataset.phrase) text.setRangeText(button.dataset.phrase, text.selectionStart, text.selectionEnd, "end");
  else text.value = [text.value.trim(), button.textContent.trim()].filter(Boolean).join("\n");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
