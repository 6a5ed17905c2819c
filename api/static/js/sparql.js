// The query page with scripts: YASQE and YASR of YASGUI, with completion from our own dataset only.
import { Network } from "./sparql-network.js";
import { explain, words } from "./sparql-words.js";

const { Yasqe, Yasr } = window.Yasgui ?? {};
const place = document.getElementById("editor");
const plain = document.getElementById("plain");
const area = document.getElementById("query");
const root = new URL("../../", import.meta.url); // the service may stand below a path
const endpoint = new URL("sparql", root).href;
const BASE = "https://w3id.org/kehoach/";
const seconds = Number(place.dataset.seconds);

if (Yasqe && Yasr) start();

async function start() {
  // Before the editor is made: its own completers ask services elsewhere.
  for (const name of Object.keys(Yasqe.Autocompleters)) {
    if (name !== "variables") delete Yasqe.Autocompleters[name];
  }
  Yasqe.defaults.autocompleters = ["variables"];
  let terms = { prefixes: {}, classes: [], properties: [] };
  try {
    const answer = await fetch(place.dataset.terms, { headers: { Accept: "application/json" } });
    if (answer.ok) terms = await answer.json();
  } catch { /* the editor is of use without completion */ }
  register(terms);

  const top = document.createElement("div");
  top.className = "tools";
  const below = document.createElement("div");
  const status = Object.assign(document.createElement("p"), { className: "note status" });
  status.setAttribute("role", "status");
  place.append(top, below);
  plain.hidden = true;
  place.hidden = false;
  document.getElementById("answer")?.remove();
  document.getElementById("fault")?.remove();

  const shared = new URLSearchParams(location.hash.slice(1)).get("query");
  const yasqe = new Yasqe(top, {
    persistenceId: shared || place.dataset.given ? null : "kehoach_query",
    value: shared ?? area.value,
    consumeShareLink: null,
    createShareableLink: null,
    autofocus: false,
    resizeable: true,
    editorHeight: "20rem",
    requestConfig: {
      endpoint,
      method: () => (yasqe.getValue().length > 1500 ? "POST" : "GET"),
      headers: {},
    },
  });
  const yasr = new Yasr(below, {
    persistenceId: null,
    prefixes: terms.prefixes,
    maxPersistentResponseSize: 0,
    errorRenderers: [async (error) => explain(error.text)],
    getPlainQueryLinkToEndpoint: undefined,
    defaultPlugin: "table",
    plugins: { table: { enabled: true, dynamicConfig: { compact: true, isEllipsed: false } } },
    pluginOrder: ["table", "network", "response"],
  });
  below.prepend(status);

  yasqe.setSize(null, "20rem");
  run(yasqe, yasr, status);
  tools(top, yasqe);
  examples(yasqe);
  mend(yasqe, yasr);
  if (shared) yasqe.query().catch(() => {});
  addEventListener("hashchange", () => {
    const text = new URLSearchParams(location.hash.slice(1)).get("query");
    if (text) { yasqe.setValue(text); yasqe.query().catch(() => {}); }
  });
}

function register({ prefixes, classes, properties }) {
  const short = (iri) => {
    for (const [name, start] of Object.entries(prefixes)) if (iri.startsWith(start)) return `${name}:${iri.slice(start.length)}`;
    return `<${iri}>`;
  };
  const fold = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
  const completer = (name, list, isHere) => {
    const offered = list.map((one) => ({ ...one, short: short(one.iri), folded: fold(`${short(one.iri)} ${one.label}`) }));
    return {
      name,
      bulk: false,
      autoShow: true,
      isValidCompletionPosition: isHere,
      preProcessToken: (_, token) => ({ ...token, autocompletionString: token.string }),
      get: (_, token) => {
        const asked = fold(token.string.trim().replace(/[<>]/g, ""));
        const [first, rest] = [[], []];
        for (const one of offered) {
          if (fold(one.short).startsWith(asked) || one.iri.toLowerCase().startsWith(asked)) first.push(one.short);
          else if (asked.length > 1 && one.folded.includes(asked)) rest.push(one.short);
        }
        return Promise.resolve([...first, ...rest].slice(0, 60));
      },
      postprocessHints: (_, hints) => hints.map((hint) => {
        const one = offered.find(({ short: text }) => text === hint.text);
        return one ? { ...hint, displayText: [one.short, one.label, one.count || ""].filter(Boolean).join("  ·  ") } : hint;
      }),
    };
  };
  const isVariable = (token) => token.string[0] === "?" || token.string[0] === "$";
  Yasqe.registerAutocompleter({
    name: "prefixes",
    bulk: true,
    autoShow: true,
    get: Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort(),
    isValidCompletionPosition: (yasqe) => {
      const cursor = yasqe.getDoc().getCursor();
      if (yasqe.getDoc().getLine(cursor.line).length > cursor.ch) return false;
      const token = yasqe.getCompleteToken();
      return yasqe.getPreviousNonWsToken(cursor.line, token).string.toUpperCase() === "PREFIX";
    },
  });
  Yasqe.registerAutocompleter(completer("class", classes, (yasqe) => {
    const token = yasqe.getCompleteToken();
    if (isVariable(token)) return false;
    const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
    return ["a", "rdf:type", "rdfs:domain", "rdfs:range", "rdfs:subClassOf"].includes(before.state.lastProperty) && before.string !== ".";
  }));
  Yasqe.registerAutocompleter(completer("property", properties, (yasqe) => {
    const token = yasqe.getCompleteToken();
    return token.string.length > 0 && !isVariable(token) && token.state.possibleCurrent.includes("a");
  }));
  Yasr.registerPlugin("network", Network);
  Object.assign(Yasr.plugins.table.defaults.tableConfig.language, words.table);
}

/** What is told while a query runs and when it has. */
function run(yasqe, yasr, status) {
  let timer = 0;
  let began = 0;
  const time = (ms) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 }).format(ms / 1000);
  yasqe.on("query", () => {
    began = performance.now();
    clearInterval(timer);
    timer = setInterval(() => { status.textContent = `${words.running} ${time(performance.now() - began)} / ${seconds} ${words.seconds}`; }, 250);
  });
  const stop = (text) => { clearInterval(timer); status.textContent = text; };
  yasqe.on("queryAbort", () => stop(words.stopped));
  yasqe.on("queryResponse", (_, response, duration) => {
    stop("");
    if (response instanceof DOMException && response.name === "AbortError") { stop(words.stopped); return; }
    yasr.setResponse(response, duration);
    if (yasr.results?.hasError()) return;
    const rows = yasr.results?.getBindings()?.length ?? yasr.results?.getStatements?.()?.length;
    stop(`${rows === undefined ? "" : `${rows.toLocaleString(document.documentElement.lang)} ${rows === 1 ? words.row : words.rows}, `}${time(duration)} ${words.seconds} (${words.limit} ${seconds} ${words.seconds})`);
  });
}

function tools(top, yasqe) {
  const line = Object.assign(document.createElement("p"), { className: "files" });
  const make = (name, act) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.addEventListener("click", () => act(button));
    line.append(button);
    return button;
  };
  const runs = make(words.run, () => { if (yasqe.getQueryType()) yasqe.query().catch(() => {}); });
  runs.className = "go";
  runs.title = "Ctrl+Enter";
  make(words.share, async (button) => {
    const link = new URL(location.pathname + location.search, location.href);
    link.searchParams.delete("text");
    link.searchParams.delete("example");
    link.hash = new URLSearchParams({ query: yasqe.getValue() }).toString();
    try {
      await navigator.clipboard.writeText(link.href);
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.share; }, 2000);
    } catch { location.hash = link.hash; }
  });
  for (const [name, format] of [["CSV", "csv"], ["JSON", "json"]]) {
    make(`${words.download} ${name}`, () => {
      const isGraph = ["CONSTRUCT", "DESCRIBE"].includes(yasqe.getQueryType());
      const chosen = isGraph ? (format === "csv" ? "ttl" : "jsonld") : format;
      location.assign(`${endpoint}?${new URLSearchParams({ query: yasqe.getValue(), format: chosen })}`);
    });
  }
  const hint = Object.assign(document.createElement("span"), { className: "note", textContent: words.keys });
  line.append(hint);
  top.append(line);
}

function examples(yasqe) {
  const form = document.getElementById("examples");
  const select = form.querySelector("select");
  form.querySelector("button").hidden = true;
  const take = async () => {
    if (!select.value) return;
    const answer = await fetch(new URL(`q/${select.value}.rq?lang=${document.documentElement.lang}`, root));
    if (answer.ok) { yasqe.setValue(await answer.text()); yasqe.query().catch(() => {}); }
  };
  select.addEventListener("change", take);
  form.addEventListener("submit", (event) => { event.preventDefault(); take(); });
  // One may have been chosen while the editor was being loaded.
  if (select.value !== (select.querySelector("[selected]")?.value ?? "")) take();
}

/** What the editor's parts lack: names for its controls, our own pages behind our own IRIs. */
function mend(yasqe, yasr) {
  const input = yasqe.getInputField();
  input.setAttribute("aria-label", words.query);
  yasqe.on("changes", () => { area.value = yasqe.getValue(); });
  const name = () => {
    for (const [view, text] of Object.entries(words.views)) {
      const button = yasr.headerEl.querySelector(`.select_${view}`);
      if (!button) continue;
      button.removeAttribute("aria-label");
      button.title = text;
      const span = button.querySelector("span");
      if (span && span.textContent !== text) span.textContent = text;  // a change calls this again
      button.setAttribute("aria-pressed", String(button.classList.contains("selected")));
      button.disabled = button.classList.contains("disabled");
    }
    const go = place.querySelector(".yasqe_queryButton");
    if (go) { go.title = words.run; go.setAttribute("aria-label", words.run); }
    yasr.headerEl.querySelector(".yasr_external_ref_btn")?.remove();
    yasr.headerEl.querySelector(".yasr_response_chip")?.remove();
    yasr.headerEl.querySelector(".yasr_downloadIcon")?.remove();
    place.querySelectorAll(".yasqe_fullscreenButton, .fullscreenToggleBtns").forEach((one) => one.remove());
    const control = document.getElementById("yasr_plugin_control");
    control?.removeAttribute("aria-controls");
    for (const one of place.querySelectorAll(".yasr_results textarea, .yasr_results input, .yasr_results select, .yasr_plugin_control input, .yasr_plugin_control select")) {
      if (!one.labels?.length && !one.getAttribute("aria-label")) one.setAttribute("aria-label", (one.tagName === "TEXTAREA" ? words.answer : one.closest("label, div")?.textContent?.trim() || words.filter));
    }
    for (const one of place.querySelectorAll(".yasr_results table")) if (!one.getAttribute("aria-label")) one.setAttribute("aria-label", words.answer);
    for (const link of yasr.resultsEl.querySelectorAll(`a[href^="${BASE}"]`)) {
      link.href = `/${link.getAttribute("href").slice(BASE.length).replace("#", "/")}`;
      link.removeAttribute("target");
    }
    for (const one of place.querySelectorAll(".yasr_plugin_control *, .tableControls *")) {
      if (one.placeholder && words.controls[one.placeholder]) { one.title = ""; one.setAttribute("aria-label", words.controls[one.placeholder]); one.placeholder = words.controls[one.placeholder]; }
      for (const node of one.childNodes) {
        const said = node.nodeType === Node.TEXT_NODE && words.controls[node.data.trim()];
        if (said) node.data = `${said} `;
      }
    }
    for (const head of yasr.resultsEl.querySelectorAll("th")) if (!head.textContent.trim()) head.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: words.number }));
    for (const one of place.querySelectorAll(".CodeMirror-scroll")) one.setAttribute("tabindex", "0");  // they scroll, so keys must reach them
    for (const one of place.querySelectorAll(".CodeMirror-vscrollbar, .CodeMirror-hscrollbar")) one.setAttribute("aria-hidden", "true");
  };
  new MutationObserver(name).observe(place, { childList: true, subtree: true });
  name();
}
