// The picture of the network: sigma draws what the server has laid out.  Without it the tables say the same.

import { hover, name } from "./labels.js";
import { tongue } from "./tongue.js";

const section = document.getElementById("graph");
const words = JSON.parse(section.dataset.words);
const tables = document.getElementById("tables");
const told = document.getElementById("told");
const BASE = "https://w3id.org/kehoach/";
let renderer = null;

const seeGraph = document.getElementById("see-graph");
const seeTable = document.getElementById("see-table");
document.getElementById("views").hidden = false;
seeGraph.addEventListener("click", () => see("graph"));
seeTable.addEventListener("click", () => see("table"));
see(section.dataset.first === "graph" ? "graph" : "table");

function see(what) {
  const drawn = what === "graph";
  section.hidden = !drawn;
  tables.hidden = drawn;
  seeGraph.setAttribute("aria-pressed", String(drawn));
  seeTable.setAttribute("aria-pressed", String(!drawn));
  const address = new URL(location.href);
  address.searchParams.set("view", what);
  history.replaceState(null, "", address);
  if (drawn && !renderer) start();
}

async function start() {
  told.textContent = words.loading;
  renderer = {};
  try {
    const answer = await fetch(section.dataset.source);
    if (!answer.ok) throw new Error(String(answer.status));
    draw(await answer.json());
  } catch (fault) {
    told.textContent = fault?.name === "NoWebGL" ? words.nogl : words.failed;
    renderer = null;
  }
}

function draw(data) {
  if (!document.createElement("canvas").getContext("webgl2")) throw Object.assign(new Error(), { name: "NoWebGL" });
  const { nodes, edges } = data;
  const many = nodes.id.length;
  const largest = Math.max(1, ...sample(nodes.degree));
  const graph = new graphology.MultiDirectedGraph();
  for (let i = 0; i < many; i += 1) {
    const isTask = nodes.kind[i] === "task";
    graph.addNode(i, {
      x: nodes.x[i],
      y: nodes.y[i],
      label: !isTask || nodes.label[i].includes(nodes.path[i]) ? nodes.label[i] : `${nodes.path[i]}. ${nodes.label[i]}`.slice(0, 90),
      short: isTask ? nodes.path[i] : nodes.label[i],
      size: (isTask ? 2.5 : 4 + 10 * Math.sqrt(nodes.degree[i] / largest)) / (many > 2000 ? 2 : innerWidth < 700 ? 1.6 : 1),
      isTask,
    });
  }
  for (let i = 0; i < edges.source.length; i += 1) {
    graph.addEdge(edges.source[i], edges.target[i], {
      role: data.roles[edges.role[i]].id,
      size: Math.min(6, 0.6 + 0.4 * edges.weight[i]),
      at: i,
    });
  }

  let look = colours();
  let chosen = null;
  let near = new Set();
  const roles = new Set(data.roles.map((role) => role.id));
  renderer = new Sigma(graph, document.getElementById("stage"), {
    allowInvalidContainer: true,
    labelFont: "Be Vietnam Pro, sans-serif",
    labelSize: 13,
    renderLabels: false, // labels.js places them
    stagePadding: innerWidth < 700 ? 30 : 60,
    hideEdgesOnMove: edges.source.length > 5000,
    zIndex: true,
    defaultEdgeType: "line",
    nodeReducer: (id, it) => {
      const far = chosen !== null && id !== chosen && !near.has(id);
      return { ...it, color: far ? look.faint : it.isTask ? look.task : look.agency, label: far ? "" : it.label, zIndex: far ? 0 : 1 };
    },
    edgeReducer: (id, it) => {
      const isOn = roles.has(it.role);
      const far = chosen !== null && graph.source(id) !== chosen && graph.target(id) !== chosen;
      return { ...it, hidden: !isOn, color: far ? look.faint : look.roles[it.role] ?? look.faint, zIndex: far ? 0 : 1 };
    },
    defaultDrawNodeHover: hover(() => renderer, () => ({ ink: look.ink, raised: look.raised })),
  });
  const ranked = graph.nodes().sort((a, b) => graph.getNodeAttribute(a, "isTask") - graph.getNodeAttribute(b, "isTask") || nodes.degree[b] - nodes.degree[a]);
  name(renderer, graph, {
    ranked: many > 5000 ? ranked.slice(0, 5000) : ranked,
    look: () => ({ ink: look.ink, halo: look.raised }),
    forced: () => (chosen === null ? [] : [chosen]),
    hidden: (id) => (chosen !== null ? id !== chosen && !near.has(id) : many > 500 && graph.getNodeAttribute(id, "isTask")),
  });
  renderer.refresh({ skipIndexation: true });
  told.textContent = "";
  section.dataset.drawn = String(many);

  const choose = (id) => {
    chosen = id;
    near = new Set(id === null ? [] : graph.neighbors(id));
    detail(id);
    renderer.refresh({ skipIndexation: true });
  };
  renderer.on("clickNode", ({ node }) => {
    if (node === chosen) open(hrefOf(nodes.id[node]));
    else choose(node);
  });
  renderer.on("clickStage", () => choose(null));
  for (const box of section.querySelectorAll("input[name=role]")) {
    box.addEventListener("change", () => {
      if (box.checked) roles.add(box.value); else roles.delete(box.value);
      renderer.refresh({ skipIndexation: true });
    });
  }
  const camera = renderer.getCamera();
  const calm = { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250 };
  document.getElementById("nearer").addEventListener("click", () => camera.animatedZoom(calm));
  document.getElementById("farther").addEventListener("click", () => camera.animatedUnzoom(calm));
  document.getElementById("whole").addEventListener("click", () => camera.animatedReset(calm));
  addEventListener("themechange", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  seek();

  function repaint() {
    look = colours();
    renderer.refresh();
  }

  function seek() {
    const names = document.getElementById("names");
    const byName = new Map();
    graph.forEachNode((id, it) => { if (!it.isTask || many < 1500) byName.set(fold(it.label), id); });
    names.replaceChildren(...[...byName.values()].slice(0, 800).map((id) => {
      const option = document.createElement("option");
      option.value = graph.getNodeAttribute(id, "label");
      return option;
    }));
    const input = document.getElementById("seek");
    input.addEventListener("change", () => {
      const asked = fold(input.value.trim());
      if (!asked) return choose(null);
      const id = byName.get(asked) ?? [...byName].find(([name]) => name.includes(asked))?.[1];
      if (id === undefined) { told.textContent = words.none; return; }
      told.textContent = "";
      choose(String(id));
      camera.animate({ ...renderer.getNodeDisplayData(id), ratio: many > 500 ? 0.15 : 0.5 }, calm);
    });
  }

  function detail(id) {
    const box = document.getElementById("detail");
    if (id === null) return box.replaceChildren();
    const heading = document.createElement("h3");
    heading.append(anchor(nodes.id[id], nodes.label[id]));
    const list = document.createElement("ul");
    const ties = graph.edges(id);
    for (const tie of ties.slice(0, 60)) {
      const at = graph.getEdgeAttribute(tie, "at");
      const other = graph.opposite(id, tie);
      const clause = data.clauses[edges.clause[at]];
      const item = document.createElement("li");
      item.append(`${data.roles[edges.role[at]].label}: `, anchor(nodes.id[other], nodes.label[other]));
      if (clause?.label) {
        const where = document.createElement("small");
        where.lang = tongue(clause.label) || document.documentElement.lang;
        where.append(" – ", clause.id ? anchor(clause.id, clause.label) : clause.label);
        item.append(where);
      }
      list.append(item);
    }
    if (ties.length > 60) {
      const item = document.createElement("li");
      item.textContent = `… ${words.more} ${ties.length - 60}`;
      list.append(item);
    }
    box.replaceChildren(heading, list);
  }
}

function anchor(iri, text) {
  const href = hrefOf(iri);
  if (!href) return text;
  const a = document.createElement("a");
  a.href = href;
  a.textContent = text;
  a.lang = tongue(text) || document.documentElement.lang;
  return a;
}

function hrefOf(iri) {
  if (!iri.startsWith(BASE)) return null;
  const lang = new URLSearchParams(location.search).get("lang");
  const path = `/${iri.slice(BASE.length).replace("#", "/")}`;
  // The service may stand below a path.
  const whole = new URL("../..", import.meta.url).pathname.replace(/\/$/, "") + path;
  return path.startsWith("//") ? null : lang ? `${whole}?lang=${encodeURIComponent(lang)}` : whole;
}

function open(href) { if (href) location.assign(href); }

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
}

function sample(values) { return values.length > 50000 ? values.slice(0, 50000) : values; }

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"), raised: of("--raised"), faint: of("--line"), agency: of("--accent"), task: of("--edge"),
    roles: { lead: of("--lead"), coordinating: of("--coordinator"), focal: of("--target"), recipient: of("--citation"), monitor: of("--time") },
  };
}
