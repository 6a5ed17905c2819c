// Suggestions while typing, for every input with data-suggest: the combobox pattern of WAI-ARIA.
// Without this script the form sends what was typed to the search page.

import { tongue } from "./tongue.js";

const WAIT = 120;

for (const input of document.querySelectorAll("input[data-suggest]")) attach(input);

function attach(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let at = -1;
  let timer = 0;
  let asked = null;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    at = place;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const go = (item) => { location.href = item.dataset.href; };

  const show = (found) => {
    list.replaceChildren(...found.filter((one) => one.href?.startsWith("/")).map((one, i) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.href = localised(one.href);
      const label = document.createElement("span");
      label.lang = tongue(one.label) || document.documentElement.lang;
      label.append(...words(one.label, one.marks));
      item.append(label);
      if (one.about) {
        const note = document.createElement("small");
        note.lang = tongue(one.about) || document.documentElement.lang;
        note.textContent = one.about;
        item.append(note);
      }
      item.addEventListener("mousedown", (event) => { event.preventDefault(); go(item); });
      return item;
    }));
    at = -1;
    list.hidden = list.children.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) return close();
    asked = new AbortController();
    const query = new URLSearchParams({ q: text, lang: document.documentElement.lang, limit: 8 });
    try {
      const answer = await fetch(`${input.dataset.suggest}?${query}`, { signal: asked.signal });
      if (answer.ok && input === document.activeElement) show((await answer.json()).suggestions);
    } catch { /* nothing is suggested; the form still works */ }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const many = list.children.length;
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    else if (list.hidden || !many) return;
    else if (event.key === "ArrowDown") { event.preventDefault(); choose((at + 1) % many); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(at <= 0 ? many - 1 : at - 1); }
    else if (event.key === "Enter" && at >= 0) { event.preventDefault(); go(list.children[at]); }
  });
}

/** The label as nodes, its marked words in <mark>. */
function words(label, marks) {
  const nodes = [];
  const letters = [...label]; // marks count code points
  let reached = 0;
  for (const [start, end] of marks ?? []) {
    if (start < reached) continue;
    const mark = document.createElement("mark");
    mark.textContent = letters.slice(start, end).join("");
    nodes.push(letters.slice(reached, start).join(""), mark);
    reached = end;
  }
  nodes.push(letters.slice(reached).join(""));
  return nodes;
}

/** Keeps the language that the address of this page names. */
function localised(href) {
  const lang = new URLSearchParams(location.search).get("lang");
  return lang ? `${href}${href.includes("?") ? "&" : "?"}lang=${encodeURIComponent(lang)}` : href;
}
