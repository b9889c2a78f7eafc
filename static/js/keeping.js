/* Text kept in this tab when the session has ended, and put back into the same form after signing in again.
   Never passwords, files or tokens; never shown to another person (body data-me). */
import { all, showNote } from "./page.js";

const NOT_KEPT = "input[type=password], input[type=file], input[type=hidden]:not([data-keep]), button";
const me = document.body.dataset.me || "";

const keyOf = (form) => `kept:${location.pathname}:${form.getAttribute("action") || ""}`;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.matches(NOT_KEPT));

function valueOf(field) {
  if (field.matches("input[type=checkbox], input[type=radio]")) return field.checked;
  return field.matches("select[multiple]") ? [...field.selectedOptions].map((option) => option.value) : field.value;
}

function putBack(field, value) {
  if (typeof value === "boolean") field.checked = value;
  else if (Array.isArray(value)) [...field.options].forEach((option) => (option.selected = value.includes(option.value)));
  else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (typeof value === "boolean" && value) field.dispatchEvent(new Event("change", { bubbles: true }));
}

/* Radios and check boxes of one name differ by their value. */
const nameOf = (field) => (field.matches("[type=checkbox], [type=radio]") ? `${field.name}=${field.value}` : field.name);

export function keep(form) {
  const values = fieldsOf(form).map((field) => [nameOf(field), valueOf(field)]);
  sessionStorage.setItem(keyOf(form), JSON.stringify({ me, values }));
}

export function forget(form) {
  sessionStorage.removeItem(keyOf(form));
}

function restore(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  if (!kept) return;
  forget(form);
  const { me: whose, values } = JSON.parse(kept);
  if (!me || whose !== me) return;
  const byName = new Map(values);
  fieldsOf(form).forEach((field) => byName.has(nameOf(field)) && putBack(field, byName.get(nameOf(field))));
  showNote("restored", form);
}

if (me) all("form[method=post]").forEach(restore);
