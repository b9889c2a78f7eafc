/* A list: search boxes that wait until typing (and an input method) has settled, check boxes for all rows, how many are chosen. */
import { all, find, onContent, words } from "./page.js";

/* Half-typed pinyin is not a word: an event of our own fires only when nothing is being composed. */
function settle(event) {
  if (!event.isComposing && event.target.matches?.("[data-settles]")) {
    event.target.dispatchEvent(new CustomEvent("settled", { bubbles: true }));
  }
}

document.addEventListener("input", settle);
document.addEventListener("compositionend", (event) => settle({ target: event.target, isComposing: false }));

/* [data-all=NAME] ticks every box of that name; [data-selected] says how many are ticked. */
function count() {
  all("[data-all]").forEach((box) => {
    const boxes = all(`input[name="${box.dataset.all}"]`);
    const ticked = boxes.filter((one) => one.checked).length;
    box.checked = boxes.length > 0 && ticked === boxes.length;
    box.indeterminate = ticked > 0 && ticked < boxes.length;
    const said = find("[data-selected]");
    if (said) said.textContent = ticked ? words("selected", ticked) : "";
  });
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (name) all(`input[name="${name}"]`).forEach((box) => (box.checked = event.target.checked));
  if (event.target.type === "checkbox") count();
});

onContent(count);
