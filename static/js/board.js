/* The dashboard keeps itself fresh: each section is asked for anew every minute, and when the pulse says that something is new.
   Never one that somebody is at: with the focus in it, with something typed or ticked, or with a table or form folded open. */
import { all, find } from "./page.js";

const EVERY = 60000;
const FIELDS = "input:not([type=hidden]), textarea, select";

function touched(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  return field.matches("select") ? false : field.value !== field.defaultValue;
}

function busy(section) {
  return section.contains(document.activeElement) || find("details[open]", section) !== null || all(FIELDS, section).some(touched);
}

function renew() {
  if (document.hidden || find("#sheet > *")) return;
  all("[data-board] [data-section]").filter((section) => !busy(section)).forEach((section) => section.dispatchEvent(new Event("renew")));
}

if (find("[data-board]")) {
  setInterval(renew, EVERY);
  document.addEventListener("news", renew);
}
