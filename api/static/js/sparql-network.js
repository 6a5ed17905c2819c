// A view of results for YASR: rows of two things, or the statements of a graph, drawn as a network.
import { hover, name } from "./labels.js";
import { words } from "./sparql-words.js";

const MOST = 600;  // edges that are drawn
const RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label";
let loading = null;

function load(folder) {
  const script = (path) => new Promise((done, fail) => {
    document.head.append(Object.assign(document.createElement("script"), { src: `${folder}/${path}`, onload: done, onerror: fail }));
  });
  loading ??= script("graphology/graphology.umd.min.js").then(() => script("sigma/sigma.min.js"));
  return loading;
}

/** The labels of things that the results name by address only, by our own service; none where it cannot tell. */
async function labelled(ids) {
  const found = new Map();
  const safe = ids.filter((id) => !/[\u0000-\u0020<>"{}|\\^`]/.test(id)).slice(0, 500);
  if (!safe.length) return found;
  const query = `SELECT ?x ?label { VALUES ?x { ${safe.map((id) => `<${id}>`).join(" ")} } ?x <${RDFS_LABEL}> ?label }`;
  try {
    const answer = await fetch("/sparql", {
      method: "POST",
      headers: { Accept: "application/sparql-results+json" },
      body: new URLSearchParams({ query }),
    });
    if (!answer.ok) return found;
    const best = new Map();
    for (const { x, label } of (await answer.json()).results.bindings) {
      const rank = label["xml:lang"] === document.documentElement.lang ? 0 : label["xml:lang"] === "vi" ? 1 : 2;
      if (rank < (best.get(x.value) ?? 9)) { best.set(x.value, rank); found.set(x.value, label.value); }
    }
  } catch { /* the short forms of the addresses stay */ }
  return found;
}

/** {nodes: Map(id → label), edges: [{from, to, label, weight}], told: ids whose label the results hold}; null where
 *  there is nothing to draw. */
export function networkOf(bindings, variables, prefixes) {
  const short = (iri) => {
    for (const [name, start] of Object.entries(prefixes)) if (iri.startsWith(start)) return `${name}:${iri.slice(start.length)}`;
    return iri.replace(/^.*[/#]/, "") || iri;
  };
  if (["subject", "predicate", "object"].every((name) => variables.includes(name))) return ofStatements(bindings, short);
  const ends = variables.filter((name) => bindings.some((row) => row[name]?.type === "uri"));
  if (ends.length < 2) return null;
  const pair = ends.filter((name) => variables.includes(`${name}Label`));
  const [from, to] = pair.length >= 2 ? pair : ends;
  const number = variables.find((name) => bindings.some((row) => /^\d+$/.test(row[name]?.value ?? "")) && bindings.every((row) => !row[name] || !Number.isNaN(Number(row[name].value))));
  const [nodes, edges, told] = [new Map(), [], new Set()];
  for (const row of bindings) {
    if (row[from]?.type !== "uri" || row[to]?.type !== "uri") continue;
    for (const name of [from, to]) {
      if (row[`${name}Label`]) told.add(row[name].value);
      nodes.set(row[name].value, row[`${name}Label`]?.value ?? nodes.get(row[name].value) ?? short(row[name].value));
    }
    edges.push({ from: row[from].value, to: row[to].value, label: "", weight: number ? Number(row[number]?.value ?? 1) : 1 });
  }
  return edges.length ? { nodes, edges, told } : null;
}

function ofStatements(bindings, short) {
  const [nodes, edges, labels] = [new Map(), [], new Map()];
  for (const { subject, predicate, object } of bindings) {
    if (predicate.value === RDFS_LABEL) { labels.set(subject.value, object.value); continue; }
    if (subject.type === "uri" && object.type === "uri") edges.push({ from: subject.value, to: object.value, label: short(predicate.value), weight: 1 });
  }
  for (const { from, to } of edges) for (const id of [from, to]) nodes.set(id, labels.get(id) ?? short(id));
  return edges.length ? { nodes, edges, told: new Set(labels.keys()) } : null;
}

/** Positions by springs and repulsion, from a circle: the same for the same network. */
function layout(nodes, edges) {
  const ids = [...nodes.keys()];
  const at = new Map(ids.map((id, i) => [id, { x: Math.cos((i * 2 * Math.PI) / ids.length), y: Math.sin((i * 2 * Math.PI) / ids.length) }]));
  const k = Math.sqrt(4 / ids.length);
  for (let step = 0, heat = 0.2; step < (ids.length > 250 ? 60 : 200); step += 1, heat *= 0.98) {
    const push = new Map(ids.map((id) => [id, { x: 0, y: 0 }]));
    for (let i = 0; i < ids.length; i += 1) {
      for (let j = i + 1; j < ids.length; j += 1) {
        const [a, b] = [at.get(ids[i]), at.get(ids[j])];
        const [x, y] = [a.x - b.x, a.y - b.y];
        const d = Math.max(x * x + y * y, 1e-4);
        const f = (k * k) / d;
        push.get(ids[i]).x += x * f; push.get(ids[i]).y += y * f;
        push.get(ids[j]).x -= x * f; push.get(ids[j]).y -= y * f;
      }
    }
    for (const { from, to } of edges) {
      const [a, b] = [at.get(from), at.get(to)];
      const [x, y] = [a.x - b.x, a.y - b.y];
      const f = Math.hypot(x, y) / k;
      push.get(from).x -= x * f; push.get(from).y -= y * f;
      push.get(to).x += x * f; push.get(to).y += y * f;
    }
    for (const id of ids) {
      const { x, y } = push.get(id);
      const d = Math.max(Math.hypot(x, y), 1e-9);
      at.get(id).x += (x / d) * Math.min(d, heat); at.get(id).y += (y / d) * Math.min(d, heat);
    }
  }
  return at;
}

export class Network {
  priority = 5;
  label = words.views.network;
  hideFromSelection = false;

  constructor(yasr) { this.yasr = yasr; }

  #network() {
    const results = this.yasr.results;
    if (!results || results.hasError()) return null;
    const rows = results.getBindings?.();
    return rows?.length ? networkOf(rows, results.getVariables(), this.yasr.getPrefixes()) : null;
  }

  canHandleResults() { return this.#network() !== null; }

  async initialize() { await load(document.getElementById("editor").dataset.vendor); }

  async draw() {
    const found = this.#network();
    if (!found) return;
    const edges = found.edges.slice(0, MOST);
    const kept = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const nodes = new Map([...found.nodes].filter(([id]) => kept.has(id)));
    for (const [id, label] of await labelled([...nodes.keys()].filter((id) => !found.told.has(id)))) nodes.set(id, label);
    const at = layout(nodes, edges);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const graph = new window.graphology.MultiDirectedGraph();
    const degree = new Map();
    for (const { from, to } of edges) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1);
    for (const [id, label] of nodes) graph.addNode(id, { ...at.get(id), label, size: 4 + 2 * Math.sqrt(degree.get(id)), color: colour("--lead") });
    const most = Math.max(...edges.map(({ weight }) => weight), 1);
    for (const { from, to, label, weight } of edges) graph.addEdge(from, to, { label, size: 1 + (4 * weight) / most, color: colour("--edge"), type: "arrow" });

    const told = Object.assign(document.createElement("p"), { className: "note", textContent: words.network(nodes.size, edges.length) });
    if (found.edges.length > MOST) told.textContent += `. ${words.few} ${MOST} ${words.first}`;
    const box = Object.assign(document.createElement("div"), { className: "network" });
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", words.network(nodes.size, edges.length));
    box.dataset.told = [...nodes.values()].slice(0, 50).join("; "); // for tests, as a picture holds no words
    this.yasr.resultsEl.append(told, box);
    this.renderer = new window.Sigma(graph, box, {
      edgeLabelColor: { color: colour("--soft") }, renderLabels: false, stagePadding: 50,
      renderEdgeLabels: edges.some(({ label }) => label) && edges.length < 80,
      labelFont: "Be Vietnam Pro, sans-serif",
      defaultDrawNodeHover: hover(() => this.renderer, () => ({ ink: colour("--ink"), raised: colour("--raised") })),
    });
    name(this.renderer, graph, {
      ranked: [...nodes.keys()].sort((a, b) => degree.get(b) - degree.get(a)),
      look: () => ({ ink: colour("--ink"), halo: colour("--paper") }),
    });
    this.renderer.refresh();
    this.renderer.on("clickNode", ({ node }) => {
      const base = "https://w3id.org/kehoach/";
      if (node.startsWith(base)) location.assign(new URL(node.slice(base.length).replace("#", "/"), new URL("../../", import.meta.url)));
    });
  }

  destroy() { this.renderer?.kill(); this.renderer = undefined; }

  getIcon() { return null; }
}
