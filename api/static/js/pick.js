// Inputs with data-values become comboboxes (WAI-ARIA pattern): typing, with or without diacritics, asks the
// service what there is; what is picked is sent as its address, and shown by its name.
import { tongue } from "./tongue.js";

const WAIT = 120;
const none = document.documentElement.lang === "vi" ? "Không có gì gọi như vậy" : "Nothing is called so";

function combobox(input) {
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: input.name, value: input.value });
  const box = document.createElement("ul");
  box.className = "suggestions";
  box.id = `${input.id}-list`;
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  input.removeAttribute("name");
  input.removeAttribute("list");
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", box.id]]) input.setAttribute(name, value);
  input.value = input.dataset.shown || input.value;
  input.after(hidden, box);
  input.parentElement.classList.add("picking");

  let at = -1;
  let timer = 0;
  let asked = 0;
  const open = (is) => { box.hidden = !is; input.setAttribute("aria-expanded", String(is)); if (!is) { at = -1; input.removeAttribute("aria-activedescendant"); } };
  const mark = (to) => {
    const all = box.querySelectorAll("[role=option]");
    if (!all.length) return;
    at = (to + all.length) % all.length;
    all.forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    all[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[at].id);
  };
  const take = (option) => { input.value = option.dataset.label; hidden.value = option.dataset.value; open(false); };
  const show = (found) => {
    box.replaceChildren(...found.map((choice, i) => {
      const item = document.createElement("li");
      item.id = `${box.id}-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.value = choice.value;
      item.dataset.label = choice.label;
      item.append(Object.assign(document.createElement("span"), { textContent: choice.label, lang: tongue(choice.label) || document.documentElement.lang }));
      if (choice.count) item.append(Object.assign(document.createElement("small"), { textContent: choice.count }));
      return item;
    }));
    if (!found.length) {
      const item = Object.assign(document.createElement("li"), { textContent: none });
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      item.setAttribute("aria-selected", "false");
      box.append(item);
    }
    at = -1;
    open(true);
  };
  const ask = async () => {
    const mine = ++asked;
    const url = new URL(input.dataset.values, location.href);
    url.searchParams.set("q", input.value === input.dataset.shown ? "" : input.value);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (answer.ok && mine === asked && document.activeElement === input) show(await answer.json());
  };
  input.addEventListener("input", () => { hidden.value = input.value; clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("click", () => { if (box.hidden) ask(); });
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (box.hidden) ask(); else mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    } else if (event.key === "Enter" && !box.hidden && at >= 0) {
      event.preventDefault();
      const option = box.querySelectorAll("[role=option]")[at];
      if (option.dataset.value) take(option);
    } else if (event.key === "Escape" && !box.hidden) { event.preventDefault(); open(false); }
  });
  box.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-value]");
    if (option) take(option);
  });
}

document.querySelectorAll("input[data-values]").forEach(combobox);
