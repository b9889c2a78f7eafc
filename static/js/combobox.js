/* A text box with a list from the server (ARIA combobox, list autocomplete). The server answers options:
   <li class="option" role="option" data-value="17" data-label="云帆重工">…</li>
   The chosen value goes into the hidden input named by data-combo-value, which then fires `change`. */
import { all, find, onContent, words } from "./page.js";
import { activityHeaders } from "./activity.js";

const WAIT_MS = 250;

class Combobox {
  constructor(input) {
    this.input = input;
    this.list = document.getElementById(input.getAttribute("aria-controls"));
    this.value = input.dataset.comboValue ? find(input.dataset.comboValue) : null;
    this.asked = 0;
    this.at = -1;
    input.addEventListener("input", (event) => event.isComposing || this.typed());
    input.addEventListener("compositionend", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  options() {
    return all("[role=option]", this.list);
  }

  typed() {
    this.set("");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  /* Answers may come out of order: only the newest question counts. */
  async ask() {
    const number = ++this.asked;
    try {
      const response = await fetch(this.address(), { headers: { "X-Requested-With": "fetch", ...activityHeaders() } });
      const html = response.ok ? await response.text() : "";
      if (number === this.asked && document.activeElement === this.input) this.open(html);
    } catch {
      this.close();
    }
  }

  address() {
    const url = new URL(this.input.dataset.combo, location.href);
    url.searchParams.set("q", this.input.value);
    const other = this.input.dataset.comboWith ? find(this.input.dataset.comboWith) : null;
    if (other) url.searchParams.set(other.name, other.value);
    return url;
  }

  open(html) {
    this.list.innerHTML = html;
    this.options().forEach((option, at) => (option.id = `${this.list.id}-${at}`));
    this.show(this.list.childElementCount > 0);
    this.move(-1);
    const status = find("[data-combo-status]", this.list.parentElement);
    if (status) status.textContent = words("found", this.options().length);
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.show(false);
    this.move(-1);
  }

  show(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  move(at) {
    this.at = at;
    this.options().forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    const active = this.options()[at];
    if (active) {
      this.input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const open = !this.list.hidden;
    const count = this.options().length;
    const actions = {
      ArrowDown: () => (open && count ? this.move((this.at + 1) % count) : this.ask()),
      ArrowUp: () => open && count && this.move((this.at - 1 + count) % count),
      Enter: () => (open && this.at >= 0 ? this.choose(this.options()[this.at]) : false),
      Escape: () => (open ? this.close() : false),
    };
    if (actions[event.key] && actions[event.key]() !== false) event.preventDefault();
  }

  choose(option) {
    if (!option) return;
    this.input.value = option.dataset.label || option.textContent.trim();
    this.close();
    this.set(option.dataset.value || "");
  }

  set(value) {
    if (!this.value || this.value.value === value) return;
    this.value.value = value;
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

onContent(() => {
  all("input[data-combo]:not([data-ready])").forEach((input) => {
    input.dataset.ready = "";
    new Combobox(input);
  });
});
